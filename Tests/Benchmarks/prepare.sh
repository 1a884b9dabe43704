# Sourced by the benchmarks: builds what they run, and makes their input once.
#
# BENCH_DATA is where the input goes and stays (by default a folder under TMPDIR); RUNS is the number of rounds.

set -euo pipefail

benchmarks=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$benchmarks/../.." && pwd)
export BENCH_DATA=${BENCH_DATA:-${TMPDIR:-/tmp}/pingback-import-benchmarks}
runs=${RUNS:-5}
mkdir -p "$BENCH_DATA"
BENCH_DATA=$(cd "$BENCH_DATA" && pwd)
cd "$root"

# Builds products for release; quiet unless it fails. SKIP_BUILD=1 takes what is there.
build() {
    local product log
    if [[ -n ${SKIP_BUILD:-} ]]; then return; fi
    log=$(mktemp)
    for product in "$@"; do
        echo "building $product" >&2
        if ! swift build -c release --product "$product" >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            exit 1
        fi
    done
    rm -f "$log"
}

# tickets COUNT FORMAT [NAME OPTIONS…]: the path of that many generated tickets, with the generator's options and a name
# for these. Made under another name and renamed, so that an interrupted run leaves no short file behind.
tickets() {
    local file=$BENCH_DATA/tickets-$1${3:+-$3}.$2
    if [[ ! -f $file ]]; then
        echo "generating $file" >&2
        .build/release/TicketGenerator --count "$1" --seed 1 --format "$2" --output "$file.partial" "${@:4}"
        mv "$file.partial" "$file"
    fi
    echo "$file"
}

# megabytes FILE: its size in MB, for the rates.
megabytes() { awk -v bytes="$(wc -c <"$1")" 'BEGIN { printf "%.1f", bytes / 1e6 }'; }

# validate COUNT FORMAT: the command under test.
validate() {
    printf 'env BENCH_COUNT=%q .build/release/pingback-import validate %q --quiet --no-progress --rejects %q' \
        "$1" "$benchmarks/plans/$2.yaml" "$BENCH_DATA/rejects"
}

measure() { python3 "$benchmarks/measure.py" --runs "$runs" "$@"; }
