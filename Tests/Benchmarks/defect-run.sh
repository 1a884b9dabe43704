#!/usr/bin/env bash
# What becomes of a dirty file: 1 % of the records of a generated CSV is damaged in twelve ways, and each tool loads it
# into PingBack's tables. What is in the database then is compared with what is true, record by record.
#
# Every tool but ours is tried as it stands in load-alternatives.sh, csvkit, frictionless and DuckDB besides, and with the switches that let it through a dirty
# file (`+`). COUNT is the number of tickets, SEED decides which are damaged; --kinds shows what became of each kind.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
source "$benchmarks/private-postgres.sh"
source "$benchmarks/install-alternatives.sh"

count=${COUNT:-20000}
build pingback-import TicketGenerator
clean=$(tickets "$count" csv)
install_alternatives
install_readers
BENCH_WORK=$(mktemp -d)
export BENCH_WORK
trap 'rm -rf "$BENCH_WORK"' EXIT
start_postgres
trap 'stop_postgres; rm -rf "$BENCH_WORK"' EXIT
make_empty_database .build/release/pingback-import

declare -A commands
for name in "${alternatives[@]}"; do commands[$name]=$(alternative "$name"); done
# The plan finds the damaged file by this name.
export BENCH_DATA=$BENCH_WORK/data BENCH_COUNT=$count PGDATABASE=target
mkdir "$BENCH_DATA"
export BENCH_CSV=$BENCH_DATA/tickets-$count.csv
python3 "$benchmarks/defects/damage.py" "$clean" "$BENCH_CSV" "$BENCH_WORK/truth.jsonl" "${SEED:-1}"

# attempt NAME COMMAND…: runs a tool on a fresh database and prints its line of the table.
attempt() {
    local name=$1 status=0 said=$BENCH_WORK/said
    shift
    "$benchmarks/fresh-database.sh" target "$BENCH_WORK"
    rm -rf "$said" "$BENCH_WORK/pgloader"
    mkdir "$said"
    "$@" >"$said/log" 2>&1 || status=$?
    if [[ -d $BENCH_WORK/pgloader ]]; then mv "$BENCH_WORK/pgloader" "$said"; fi
    psql -q -c "\\copy (SELECT c.id, m.content, c.status, extract(epoch FROM c.created_at)::bigint,
        extract(epoch FROM c.updated_at)::bigint, u.external_id, u.name, u.email FROM public.conversations c
        LEFT JOIN public.messages m ON m.conversation_id = c.id LEFT JOIN public.customers u ON u.id = c.customer_id)
        TO '$BENCH_WORK/rows.csv' (FORMAT csv)"
    python3 "$benchmarks/defects/score.py" "$name" "$status" "$clean" "$BENCH_WORK/truth.jsonl" "$said" \
        "$BENCH_WORK/rows.csv" "${options[@]}"
}

options=("$@")
echo "$count records, $(wc -l <"$BENCH_WORK/truth.jsonl") of them damaged in twelve ways"
printf '%-16s%10s%10s%10s%10s%10s%8s\n' '' right altered lost rejected places status
attempt ours .build/release/pingback-import run "$benchmarks/plans/postgres.yaml" --to postgres --no-progress \
    --checkpoint "$BENCH_WORK/checkpoint" --rejects "$BENCH_WORK/said/rejects"
for name in "${alternatives[@]}"; do
    eval "attempt $name ${commands[$name]}"
    if [[ $name != psql ]]; then eval "attempt $name+ env BENCH_TOLERANT=1 ${commands[$name]}"; fi
done
