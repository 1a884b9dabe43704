#!/usr/bin/env bash
# Fuzzes the readers by libFuzzer, with AddressSanitizer: what comes from others is read by them.
#
#   Tests/Fuzzing/run.sh [--skip-build] [TARGET|all] [SECONDS]
#
# TARGET is one of csv, jsonl, plan, date, archive; SECONDS (300) are for each target. It ends by itself: with 0 where
# nothing was found, else with libFuzzer's status, the input in .build/fuzzing/findings/. Needs Swift 6.3 on Linux.
# What it found worth keeping is in .build/fuzzing/corpus/; what is kept is in Tests/Fuzzing/Corpus/.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# 2 GiB, of which AddressSanitizer takes the most; 20 seconds for one input, of which none needs one.
memory_mb=2048 input_seconds=20 input_bytes=2048

is_built=false
if [[ ${1:-} == --skip-build ]]; then is_built=true && shift; fi
target=${1:-all} seconds=${2:-300}
case $target in
    csv | jsonl | plan | date | archive) targets=("$target") ;;
    all) targets=(csv jsonl plan date archive) ;;
    *) echo "usage: Tests/Fuzzing/run.sh [--skip-build] [csv|jsonl|plan|date|archive|all] [SECONDS]" >&2 && exit 64 ;;
esac

if ! $is_built; then
    PINGBACK_IMPORT_FUZZING=1 swift build -c release --scratch-path .build/fuzzing --product Fuzzer
fi

# libFuzzer and AddressSanitizer tell of a crash themselves, and Swift's own way of it would start another program.
export SWIFT_BACKTRACE=enable=no
# An optimised Swift program keeps some objects for ever.
export ASAN_OPTIONS=detect_leaks=0

mkdir -p .build/fuzzing/findings
for target in "${targets[@]}"; do
    mkdir -p ".build/fuzzing/corpus/$target"
    echo "fuzzing $target for $seconds seconds" >&2
    .build/fuzzing/release/Fuzzer "$target" -max_total_time="$seconds" -rss_limit_mb="$memory_mb" \
        -timeout="$input_seconds" -max_len="$input_bytes" -print_final_stats=1 \
        -dict="Tests/Fuzzing/Dictionaries/$target.txt" -artifact_prefix=".build/fuzzing/findings/$target-" \
        ".build/fuzzing/corpus/$target" "Tests/Fuzzing/Corpus/$target"
done
