#!/usr/bin/env bash
# `validate` of 1,000,000 tickets as JSON Lines, against Foundation's JSONDecoder over the same lines on the same cores.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

build pingback-import TicketGenerator DecoderBaseline
file=$(tickets 1000000 jsonl)

measure --title "validate of $(megabytes "$file") MB of JSON Lines, against JSONDecoder on the same cores" \
    --case ours "$(validate 1000000 jsonl)" \
    --case decoder "$(printf '%q %q' .build/release/DecoderBaseline "$file")" \
    --work "$(megabytes "$file")" MB \
    --hold "throughput, ours / JSONDecoder: decoder.wall / ours.wall >= 5" \
    --hold "peak memory in MB: ours.peak <= 100" \
    "$@"
