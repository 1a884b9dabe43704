#!/usr/bin/env bash
# `run` against what people use instead to post a file to an API: requests with tenacity, requests with urllib3's Retry
# for POST, GNU parallel with curl --retry. Each gets the same tickets, the same server and the same kills; what the
# server has applied in the end is counted from its journal.
#
# Three nights: answers that get lost, kills (SIGKILL at KILLS seeded moments, and the same command again), and both.
# COUNT is the number of tickets. PROGRAM is the program under test; left out, it is built for release.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
source "$root/samples/install-packages.sh"

count=${COUNT:-1000}
kills=${KILLS:-5}
program=${PROGRAM:-}
if [[ -z $program ]]; then
    build pingback-import
    program=.build/release/pingback-import
fi
(install_packages parallel: curl: python3-venv:) || true
venv=$BENCH_DATA/venv-http
if [[ ! -f $venv/complete ]]; then
    if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check \
        requests==2.34.2 urllib3==2.8.0 tenacity==9.2.1 >&2; then
        touch "$venv/complete"
    fi
fi

source "$benchmarks/sandbox.sh"
export BENCH_BUSINESS=b2c3d4e5-f6a7-8901-bcde-f12345678901
export BENCH_CSV=$work/tickets.csv
python3 -c 'import sys
print("id,text")
for number in range(1, int(sys.argv[1]) + 1): print(f"{number},ticket {number} of many")' "$count" >"$BENCH_CSV"
cat >"$work/lost.yaml" <<YAML
seed: 7
faults:
  - { when: { request: create, share: 1% }, do: { close: after-commit } }
  - { when: { request: create, share: 1% }, do: { status: 502, committed: true } }
  - { when: { request: create, share: 0.5% }, do: { latency_after: 3s } }
  - { when: { request: create }, do: { latency: 10ms, latency_after: 10ms } }
YAML
cat >"$work/plain.yaml" <<YAML
faults: [{ when: { request: create }, do: { latency: 10ms, latency_after: 10ms } }]
YAML

# command_of NAME: sets `command` to what is typed, and typed again after a kill.
command_of() {
    case $1 in
    ours) command=("$program" run "$benchmarks/plans/lost-answers.yaml" --quiet --no-progress
        --checkpoint "$BENCH_WORK/checkpoint" --rejects "$BENCH_WORK/rejects") ;;
    tenacity | urllib3) command=("$venv/bin/python" "$benchmarks/alternatives/post_$1.py") ;;
    parallel) command=("$benchmarks/alternatives/post_parallel.sh") ;;
    esac
}

# night TITLE SCRIPT KILLS: each program's night, and the journal's count of it.
night() {
    local name moment started status
    echo "$1"
    printf '  %-24s %8s %8s %6s %6s %8s\n' program records created lost twice seconds
    for name in ours tenacity urllib3 parallel; do
        case $name in
        tenacity | urllib3) [[ -f $venv/complete ]] || { echo "  $name is missing and is left out"; continue; } ;;
        parallel) command -v parallel >/dev/null || { echo "  $name is missing and is left out"; continue; } ;;
        esac
        export BENCH_WORK=$work/$name
        rm -rf "$BENCH_WORK"
        mkdir -p "$BENCH_WORK"
        start_sandbox --faults "$2"
        command_of "$name"
        started=$(date +%s)
        for moment in $(python3 -c 'import random, sys
random.seed(7)
print(*(f"{random.uniform(0.5, 3):.2f}" for _ in range(int(sys.argv[1]))))' "$3"); do
            # With its process group; what parallel has started lives in groups of its own.
            status=0
            # In braces, since the shell itself tells of what was killed.
            { timeout --signal KILL "$moment" "${command[@]}" >"$BENCH_WORK/log-of-run" 2>&1 || status=$?; } 2>/dev/null
            # 137: killed; anything else was the end.
            if [[ $status != 137 ]]; then break; fi
        done
        status=0
        "${command[@]}" >"$BENCH_WORK/log-of-run" 2>&1 || status=$?
        printf '  %-24s ' "$name"
        python3 - "$BENCH_WORK/sandbox.sqlite" "$BENCH_CSV" $(($(date +%s) - started)) "$status" <<'PYTHON'
import collections, csv, sqlite3, sys

data, source, seconds, status = sys.argv[1:]
applied = collections.Counter(row[0] for row in sqlite3.connect(data).execute("SELECT message FROM journal"))
texts = [row["text"] for row in csv.DictReader(open(source, newline=""))]
lost = sum(1 for text in texts if not applied[text])
twice = sum(applied.values()) - sum(1 for text in texts if applied[text])
print(f"{len(texts):8} {sum(applied.values()):8} {lost:6} {twice:6} {seconds:>8}  status {status}")
PYTHON
        stop_sandbox
    done
}

night "answers that get lost" "$work/lost.yaml" 0
night "$kills kills" "$work/plain.yaml" "$kills"
night "both" "$work/lost.yaml" "$kills"
