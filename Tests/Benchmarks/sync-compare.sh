#!/usr/bin/env bash
# What a night over an unchanged source costs beside `validate` of the same file: `sync` itself, with a checkpoint and a
# baseline as large as its source. Where the file only grew what is settled is checked (`checked`); the same file read
# whole (`same`); the same records in any order (`shuffled`); and the checkpoint opened (`open`).
#
# 10,000,000 tickets as JSON Lines. One round, after the files were made once: sync-compare.sh --runs 1 --no-warm-up;
# sync-compare.sh --count 200000 for a quick look.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

count=10000000
if [[ ${1:-} == --count ]]; then
    count=$2
    shift 2
fi

build pingback-import TicketGenerator NightCompare
program=.build/release/pingback-import
file=$(tickets "$count" jsonl)
shuffled=$BENCH_DATA/tickets-$count-shuffled.jsonl
if [[ ! -f $shuffled ]]; then
    echo "shuffling into $shuffled" >&2
    # The same order in every run: the bytes of the file itself are the source of chance.
    shuf --random-source="$file" "$file" >"$shuffled.partial"
    mv "$shuffled.partial" "$shuffled"
fi

# Beside the plan the sandbox keeps its data, which the checkpoint is bound to.
folder=$BENCH_DATA/night-$count
plan=$folder/nightly.yaml
checkpoint=$folder/night.checkpoint
sync="$program sync $plan --checkpoint $checkpoint --rejects $folder/rejects --summary $folder/summary.json --quiet"
if [[ ! -f $folder/first.baseline ]]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    { cat "$benchmarks/plans/jsonl.yaml" && printf '\nsync: { export: full }\n'; } >"$plan"
    # A night that really sends one ticket, and one that takes all others for sent.
    head -n 1 "$file" >"$BENCH_DATA/tickets-$count-first.jsonl"
    BENCH_COUNT=$count-first $sync
    echo "entering $count tickets into $checkpoint" >&2
    BENCH_COUNT=$count .build/release/NightCompare "$plan" "$checkpoint"
    cp "$checkpoint.baseline" "$folder/first.baseline"
fi

again=$(printf 'cp %q %q' "$folder/first.baseline" "$checkpoint.baseline")
night() { printf 'env BENCH_COUNT=%q %s %s' "$1" "$sync" "${2:-}"; }
# expects CHECKED: every ticket is unchanged, and so many were only checked.
expects() {
    printf 'python3 -c %q %q %q %q' \
        'import json, sys; b = json.load(open(sys.argv[1])); sys.exit([b["conversations"]["unchanged"], b["checked"]["records"]] != [int(a) for a in sys.argv[2:]])' \
        "$folder/summary.json" "$count" "$1"
}

measure --title "a night over $count unchanged tickets ($(megabytes "$file") MB of JSON Lines), against validate" \
    --case validate "env BENCH_COUNT=$count $program validate $plan --quiet --no-progress --rejects $BENCH_DATA/rejects" \
    --case checked "$(night "$count")" --before checked "$again" --after checked "$(expects "$count")" \
    --case same "$(night "$count" --read-whole)" --before same "$again" --after same "$(expects 0)" \
    --case shuffled "$(night "$count-shuffled")" --before shuffled "$again" --after shuffled "$(expects 0)" \
    --case open "env BENCH_COUNT=$count $program status $plan --checkpoint $checkpoint" \
    --hold "wall time where what is settled is checked, night / validate: checked.wall / validate.wall <= 1.5" \
    --hold "wall time in the same order, night / validate: same.wall / validate.wall <= 1.5" \
    --hold "wall time in any order, night / validate: shuffled.wall / validate.wall <= 4" \
    --hold "opening the checkpoint in s: open.wall <= 1" \
    --hold "peak memory in the same order in MB: same.peak <= 150" \
    --hold "peak memory in any order in MB: shuffled.peak <= 150" \
    "$@"
for part in checkpoint checkpoint.baseline; do
    awk -v name="$part" -v bytes="$(wc -c <"$folder/night.$part")" -v count="$count" \
        'BEGIN { printf "  %s: %.1f bytes a record\n", name, bytes / count }'
done
awk -v bytes="$(cat "$folder/night.checkpoint" "$checkpoint.baseline" | wc -c)" -v count="$count" \
    'BEGIN { printf "  together %.1f bytes a record, held to <= 120: %s\n", bytes / count, bytes / count <= 120 ? "yes" : "NO" }'
