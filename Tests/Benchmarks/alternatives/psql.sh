#!/usr/bin/env bash
# With psql alone: \copy into a table of text, and the mapping in SQL. BENCH_CSV is the file; PG… name the database.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
psql -q --no-psqlrc -v ON_ERROR_STOP=1 --single-transaction -f "$here/staging.sql" \
    -c "\\copy staging.tickets FROM '$BENCH_CSV' (FORMAT csv, HEADER)" -c 'ANALYZE staging.tickets' \
    -f "$here/mapping.sql"
