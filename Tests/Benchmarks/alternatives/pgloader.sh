#!/usr/bin/env bash
# With pgloader: the file into a table of text, and the mapping in SQL behind it. BENCH_CSV is the file; PG… name the
# database. What pgloader rejects goes into the folder BENCH_WORK. With BENCH_TOLERANT=1 the file is cleaned of bytes at
# which pgloader stops, and what cannot be mapped is left out.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
columns="id, subject, description, status, requester_id, requester_name, requester_email, agent, channel, created_at,
    updated_at, tags, satisfaction, replies"
file=$BENCH_CSV
if [[ -n ${BENCH_TOLERANT:-} ]]; then
    file=$BENCH_WORK/cleaned.csv
    # iconv leaves out what is no text, and says so by its status.
    { iconv -c -f UTF-8 -t UTF-8 "$BENCH_CSV" || true; } | tr -d '\0' >"$file"
fi
cat >"$BENCH_WORK/tickets.load" <<LOAD
LOAD CSV
    FROM '$file' WITH ENCODING UTF-8
    HAVING FIELDS ($columns)
    INTO postgresql://$PGUSER@unix:$PGHOST:5432/$PGDATABASE
    TARGET TABLE staging.tickets
    TARGET COLUMNS ($columns)
    WITH skip header = 1, fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ','
    SET client_encoding TO 'utf8'
    BEFORE LOAD EXECUTE '$here/staging.sql'
    AFTER LOAD EXECUTE '$here/mapping${BENCH_TOLERANT:+-tolerant}.sql';
LOAD
options=(--root-dir "$BENCH_WORK/pgloader")
if [[ -z ${BENCH_TOLERANT:-} ]]; then options+=(--on-error-stop); fi
exec pgloader "${options[@]}" "$BENCH_WORK/tickets.load"
