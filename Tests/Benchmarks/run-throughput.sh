#!/usr/bin/env bash
# `run` into a separate sandbox with 16 requests in flight, against the plainest async-http-client loop with as many:
# once at full speed, once with 20 ms of latency in the server, which is nearer to a real one.
#
# Both are timed as whole commands over the same number of requests, starting up included. What `run` does more:
# it reads, maps and validates, and makes every intent durable before its request and every outcome after it.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

requests=${REQUESTS:-10000}
export BENCH_COUNT=$requests
business=b2c3d4e5-f6a7-8901-bcde-f12345678901

build pingback-import TicketGenerator HTTPBaseline
tickets "$requests" csv >/dev/null
source "$benchmarks/sandbox.sh"

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
        --hold "CPU time, ours / baseline: ours.cpu / baseline.cpu <= 1.5" \
        "$@"
}

start_sandbox
compare "run of $requests tickets, 16 in flight, no latency" 0.6 "$@"
start_sandbox --latency 20
compare "run of $requests tickets, 16 in flight, 20 ms of latency" 0.95 "$@"
