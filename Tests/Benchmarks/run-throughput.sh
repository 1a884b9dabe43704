#!/usr/bin/env bash
# `run` into a separate sandbox with 16 requests in flight, against the plainest async-http-client loop with as many:
# once at full speed, once with 20 ms of latency in the server, which is nearer to a real one.
#
# Both are timed as whole commands over the same number of requests, starting up included. What `run` does more:
# it reads, maps and validates, and makes every intent durable before its request and every outcome after it.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

requests=${REQUESTS:-10000}
port=${PORT:-18420}
export BENCH_COUNT=$requests
export BENCH_SANDBOX=http://127.0.0.1:$port
export BENCH_TOKEN=benchmark-token
business=b2c3d4e5-f6a7-8901-bcde-f12345678901

build pingback-import TicketGenerator HTTPBaseline
tickets "$requests" csv >/dev/null
work=$(mktemp -d)
sandbox=
stop_sandbox() {
    if [[ -n $sandbox ]]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
        sandbox=
    fi
}
trap 'stop_sandbox; rm -rf "$work"' EXIT

# start_sandbox ARGUMENTS…: a sandbox with an empty data file, answering.
start_sandbox() {
    stop_sandbox
    rm -f "$work"/sandbox.sqlite*
    PINGBACK_SANDBOX_TOKEN=$BENCH_TOKEN .build/release/pingback-import sandbox --port "$port" --data "$work/sandbox.sqlite" "$@" \
        >"$work/sandbox.log" 2>&1 &
    sandbox=$!
    for _ in {1..100}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
        if ! kill -0 "$sandbox" 2>/dev/null; then break; fi
        sleep 0.1
    done
    cat "$work/sandbox.log" >&2
    echo "error: the sandbox does not answer on port $port" >&2
    exit 1
}

# compare TITLE BOUND ARGUMENTS…: one comparison, into a fresh sandbox.
compare() {
    local title=$1 bound=$2
    shift 2
    measure --title "$title" \
        --before ours "rm -rf $work/checkpoint $work/checkpoint.lock $work/checkpoint-wal $work/checkpoint-shm" \
        --case ours ".build/release/pingback-import run $benchmarks/plans/throughput.yaml --quiet --no-progress --checkpoint $work/checkpoint --rejects $work/rejects" \
        --case baseline ".build/release/HTTPBaseline $BENCH_SANDBOX $BENCH_TOKEN $business --requests $requests --concurrency 16" \
        --work "$requests" requests \
        --hold "requests a second, ours / baseline: baseline.wall / ours.wall >= $bound" \
        "$@"
}

start_sandbox
compare "run of $requests tickets, 16 in flight, no latency" 0.6 "$@"
start_sandbox --latency 20
compare "run of $requests tickets, 16 in flight, 20 ms of latency" 0.95 "$@"
