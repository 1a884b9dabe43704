#!/usr/bin/env bash
# With csvkit, in the folder BENCH_CSVKIT: the file into a table of text by csvsql, and the mapping in SQL behind it. BENCH_CSV is the file;
# PG… name the database. With BENCH_TOLERANT=1 the file is cleaned of bytes at which csvkit stops, csvclean leaves out the records
# that it reports, and what cannot be mapped is left out.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$BENCH_CSVKIT
if [[ -z ${BENCH_TOLERANT:-} ]]; then
    psql -q --no-psqlrc -v ON_ERROR_STOP=1 -f "$here/staging.sql"
    "$bin/csvsql" --db "postgresql+psycopg2://$PGUSER@/$PGDATABASE?host=$PGHOST" --no-inference --blanks \
        --tables tickets --db-schema staging --no-create --insert "$BENCH_CSV"
else
    # csvclean ends with 1 where it has something to report.
    { iconv -c -f UTF-8 -t UTF-8 "$BENCH_CSV" || true; } | tr -d '\0' >"$BENCH_WORK/text.csv"
    "$bin/csvclean" --length-mismatch --omit-error-rows "$BENCH_WORK/text.csv" >"$BENCH_WORK/cleaned.csv" \
        2>"$BENCH_WORK/errors.csv" || true
    # Its error file begins with the line's number.
    sed 's/^\([0-9][0-9]*\),/line \1,/' "$BENCH_WORK/errors.csv"
    psql -q --no-psqlrc -v ON_ERROR_STOP=1 --single-transaction -f "$here/staging.sql" \
        -c "\\copy staging.tickets FROM '$BENCH_WORK/cleaned.csv' (FORMAT csv, HEADER)"
fi
exec psql -q --no-psqlrc -v ON_ERROR_STOP=1 --single-transaction -f "$here/mapping${BENCH_TOLERANT:+-tolerant}.sql"
