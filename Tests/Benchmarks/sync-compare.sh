#!/usr/bin/env bash
# What the comparison of a night costs beside `validate` of the same file: unchanged in the same order, and unchanged in
# any order. 10,000,000 tickets as JSON Lines; sync-compare.sh --count 200000 for a quick look.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

count=10000000
if [[ ${1:-} == --count ]]; then
    count=$2
    shift 2
fi

build pingback-import TicketGenerator NightCompare
file=$(tickets "$count" jsonl)
shuffled=$BENCH_DATA/tickets-$count-shuffled.jsonl
if [[ ! -f $shuffled ]]; then
    echo "shuffling into $shuffled" >&2
    # The same order in every run: the bytes of the file itself are the source of chance.
    shuf --random-source="$file" "$file" >"$shuffled.partial"
    mv "$shuffled.partial" "$shuffled"
fi

plan=$benchmarks/plans/jsonl.yaml
first=$BENCH_DATA/night-first-$count
# The baseline that every night begins with: that of the file in its own order.
env BENCH_COUNT="$count" .build/release/NightCompare "$plan" "$first" >/dev/null
again() { printf 'cp %q %q' "$first.baseline" "$BENCH_DATA/night-$count.baseline"; }
night() { printf 'env BENCH_COUNT=%q .build/release/NightCompare %q %q' "$1" "$plan" "$BENCH_DATA/night-$count"; }

measure --title "a night over $count unchanged tickets ($(megabytes "$file") MB of JSON Lines), against validate" \
    --case validate "$(validate "$count" jsonl)" \
    --case same "$(night "$count")" --before same "$(again)" \
    --case shuffled "$(night "$count-shuffled")" --before shuffled "$(again)" \
    --hold "wall time in the same order, night / validate: same.wall / validate.wall <= 1.5" \
    --hold "wall time in any order, night / validate: shuffled.wall / validate.wall <= 4" \
    --hold "nothing to send in the same order, records: same.changed <= 0" \
    --hold "nothing to send in any order, records: shuffled.changed <= 0" \
    --hold "peak memory in the same order in MB: same.peak <= 150" \
    --hold "peak memory in any order in MB: shuffled.peak <= 150" \
    "$@"
echo "baseline: $(wc -c <"$first.baseline") bytes for $count records"
