#!/usr/bin/env bash
# `validate` of 1,000,000 tickets as CSV, on all cores, against the bare libcsv loop over the same file on one core.
#
# The bounds are set for two cores: libcsv has one, and checking, mapping and hashing every record come on top of
# parsing it, so 0.8 of the wall time leaves 0.6 of a core for all that.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

build pingback-import TicketGenerator
file=$(tickets 1000000 csv)
cc -O2 -o "$BENCH_DATA/bare-libcsv" "$benchmarks/bare-libcsv.c" -lcsv
one_core=""
if command -v taskset >/dev/null; then one_core="taskset -c 0 "; fi

measure --title "validate of $(megabytes "$file") MB of CSV, against a bare libcsv loop on one core" \
    --case ours "$(validate 1000000 csv)" \
    --case libcsv "$one_core$(printf '%q %q' "$BENCH_DATA/bare-libcsv" "$file")" \
    --work "$(megabytes "$file")" MB \
    --hold "wall time, ours / libcsv: ours.wall / libcsv.wall <= 0.8" \
    --hold "CPU time, ours / libcsv: ours.cpu / libcsv.cpu <= 1.6" \
    --hold "peak memory in MB: ours.peak <= 100" \
    "$@"
