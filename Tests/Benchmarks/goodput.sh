#!/usr/bin/env bash
# `run` into sandboxes that allow only so much, for SECONDS each (180): what was accepted as a share of what was possible
# (held to 95 %), and what was refused as a share of what was sent (held to 1 %).
#
# The first 10 seconds, and 10 after a limit changes, do not count for the first. The times are those of the sandbox's
# journal, which has every create that was applied.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

seconds=${SECONDS_EACH:-180}
half=$((seconds / 2))
export BENCH_COUNT=$((seconds * 200))

build pingback-import TicketGenerator
tickets "$BENCH_COUNT" csv >/dev/null
source "$benchmarks/sandbox.sh"

# goodput TITLE POSSIBLE [LATER]: one run against a sandbox with the script on standard input, which allows so many
# requests a second, and from half the time on so many.
goodput() {
    local status=0
    rm -rf "$work"/*
    cat >"$work/faults.yaml"
    start_sandbox --faults "$work/faults.yaml"
    # 130: stopped by SIGINT, with everything in flight finished.
    timeout --signal INT "$((seconds + 5))" .build/release/pingback-import run "$benchmarks/plans/goodput.yaml" \
        --quiet --no-progress --checkpoint "$work/checkpoint" --rejects "$work/rejects" \
        --summary "$work/summary.json" >"$work/run.log" 2>&1 || status=$?
    if [[ $status != 130 && $status != 124 ]]; then
        cat "$work/run.log" >&2
        echo "error: the run ended with status $status" >&2
        exit 1
    fi
    stop_sandbox
    python3 - "$1" "$work" "$seconds" "$half" "$2" "${3:-$2}" <<'PYTHON'
import json, sqlite3, sys

title, work = sys.argv[1:3]
seconds, half, first, later = map(float, sys.argv[3:])
journal = sqlite3.connect(f"file:{work}/sandbox.sqlite?mode=ro", uri=True)
times = sorted(row[0] / 1000 for row in journal.execute("SELECT received_at FROM journal"))
begin = times[0]
# A limit that does not change has no second part of its own.
parts = [(10, seconds, first)] if first == later else [(10, half, first), (half + 10, seconds, later)]
accepted = sum(1 for time in times for start, end, _ in parts if start <= time - begin < end)
possible = sum((end - start) * rate for start, end, rate in parts)
requests = json.load(open(f"{work}/summary.json"))["requests"]
refused = requests["by_status"].get("429", 0) / max(1, requests["sent"])
goodput = accepted / possible
print(title)
print(f"  accepted, of what was possible: {goodput:.1%}, held to >= 95 %: {'yes' if goodput >= 0.95 else 'NO'}")
print(f"  refused, of what was sent: {refused:.2%}, held to <= 1 %: {'yes' if refused <= 0.01 else 'NO'}")
PYTHON
}

goodput "100 requests a second" 100 <<YAML
limits: { rate: 100/s }
YAML
goodput "5 requests in flight, 100 ms each" 50 <<YAML
limits: { in_flight: 5 }
faults: [{ do: { latency: 100ms } }]
YAML
goodput "100 requests a second, 50 after half the time" 100 50 <<YAML
limits:
  - { rate: 100/s }
  - { after: ${half}s, rate: 50/s }
YAML
