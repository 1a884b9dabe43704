# Sourced by the benchmarks that need a server: a sandbox in a process of its own, with an empty data file.
#
# PORT is where it listens. `work` is a new folder for its files, or for folders of them (BENCH_WORK); all are gone in the
# end. `program` is the one under test.

port=${PORT:-18420}
export BENCH_SANDBOX=http://127.0.0.1:$port
export BENCH_TOKEN=benchmark-token
program=${program:-.build/release/pingback-import}
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

# start_sandbox ARGUMENTS…: one that answers by now; the one before it is stopped.
start_sandbox() {
    local folder=${BENCH_WORK:-$work}
    stop_sandbox
    rm -f "$folder"/sandbox.sqlite*
    PINGBACK_SANDBOX_TOKEN=$BENCH_TOKEN "$program" sandbox --port "$port" \
        --data "$folder/sandbox.sqlite" "$@" >"$folder/sandbox.log" 2>&1 &
    sandbox=$!
    for _ in {1..100}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
        if ! kill -0 "$sandbox" 2>/dev/null; then break; fi
        sleep 0.1
    done
    cat "$folder/sandbox.log" >&2
    echo "error: the sandbox does not answer on port $port" >&2
    exit 1
}
