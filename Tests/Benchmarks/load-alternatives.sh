#!/usr/bin/env bash
# `run --to postgres` against what people use instead: psql, pgloader, dlt, and a script with pandas. Each takes the same
# CSV into the same tables with their constraints, in a new database of the same private cluster, as somebody who knows
# the tool would do it. What each has put there is counted.
#
# COUNT is the number of tickets.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
source "$benchmarks/private-postgres.sh"
source "$benchmarks/install-alternatives.sh"

count=${COUNT:-200000}
export BENCH_COUNT=$count
build pingback-import TicketGenerator
BENCH_CSV=$(tickets "$count" csv)
export BENCH_CSV
install_alternatives
start_postgres
BENCH_WORK=$(mktemp -d)
export BENCH_WORK
trap 'stop_postgres; rm -rf "$BENCH_WORK"' EXIT
make_empty_database .build/release/pingback-import

people=$(python3 -c 'import csv, os
print(len({row["requester_id"] for row in csv.DictReader(open(os.environ["BENCH_CSV"], newline="", encoding="utf-8"))}))')
fresh="$benchmarks/fresh-database.sh target $BENCH_WORK"
check="$benchmarks/check-rows.sh $count $count $people"
export PGDATABASE=target
comparison=(
    --before ours "$fresh" --after ours "$check"
    --case ours ".build/release/pingback-import run $benchmarks/plans/postgres.yaml --to postgres --quiet --no-progress --checkpoint $BENCH_WORK/checkpoint --rejects $BENCH_WORK/rejects"
)
for name in "${alternatives[@]}"; do
    comparison+=(
        --before "$name" "$fresh" --case "$name" "$(alternative "$name")" --after "$name" "$check"
        --hold "wall time, $name / ours: $name.wall / ours.wall >= 1"
    )
done
measure --title "$count tickets from the same CSV into the same tables" --work "$count" tickets --no-warm-up \
    "${comparison[@]}" "$@"
