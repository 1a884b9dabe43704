#!/usr/bin/env bash
# `run --to postgres` of 1,000,000 tickets, against psql's \copy of the rows that they become: the same rows of the same
# tables with the same constraints, mapped already, on the same private cluster. Each goes into a new database.
#
# With --messages, the second set: JSON Lines, five messages in each ticket, 200,000 customers. With --fresh, the first
# set by `load: fresh`: without constraints and indexes, which are rebuilt and validated within the time that is measured.
#
# COUNT is the number of tickets.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
source "$benchmarks/private-postgres.sh"

count=${COUNT:-1000000}
export BENCH_COUNT=$count
build pingback-import TicketGenerator
set=""
bound=1.10
if [[ ${1:-} == --messages ]]; then
    shift
    set=" with 5 messages each"
    plan=$benchmarks/plans/postgres-messages.yaml
    tickets "$count" jsonl messages --messages 5 --customers 200000 >/dev/null
else
    plan=$benchmarks/plans/postgres.yaml
    if [[ ${1:-} == --fresh ]]; then
        shift
        set=" with load: fresh"
        bound=0.75
        plan=$benchmarks/plans/postgres-fresh.yaml
    fi
    tickets "$count" csv >/dev/null
fi
start_postgres
work=$(mktemp -d)
trap 'stop_postgres; rm -rf "$work"' EXIT

program=.build/release/pingback-import
load="$program run $plan --to postgres --quiet --no-progress --checkpoint $work/checkpoint --rejects $work/rejects"

# The empty database that every round begins with, and the rows that \copy takes.
make_empty_database "$program"
psql -q -d postgres -c 'CREATE DATABASE loaded TEMPLATE empty'
PGDATABASE=loaded $load
rm -rf "$work"/*
tables="public.customers public.conversations public.messages pingback_import.ledger pingback_import.customers"
{
    for table in $tables; do
        psql -q -d loaded -c "\\copy (SELECT * FROM $table) TO '$work/$table.copy'"
        echo "\\copy $table FROM '$work/$table.copy'"
    done
} >"$work/copy.sql"

fresh="$benchmarks/fresh-database.sh target $work"
export PGDATABASE=target
measure --title "run --to postgres of $count tickets$set, one connection, against \\copy of the mapped rows" \
    --before ours "$fresh" --case ours "$load" \
    --before copy "$fresh" --case copy "psql -q -v ON_ERROR_STOP=1 -f $work/copy.sql" \
    --work "$count" tickets --no-warm-up \
    --hold "wall time, ours / copy: ours.wall / copy.wall <= $bound" \
    --hold "peak memory in MB: ours.peak <= 150" \
    "$@"
# With the rows all there, a second run drops and rebuilds as well, which says nothing about how it finds them.
if [[ $bound != 1.10 ]]; then exit; fi
measure --title "the same again with the checkpoint deleted, against the first time" --no-warm-up \
    --before first "$fresh" --case first "$load" \
    --before second "rm -f $work/checkpoint $work/checkpoint.lock $work/checkpoint-wal $work/checkpoint-shm" --case second "$load" \
    --work "$count" tickets \
    --hold "wall time, second / first: second.wall / first.wall <= 0.333" \
    --hold "peak memory of the second in MB: second.peak <= 150" \
    "$@"
