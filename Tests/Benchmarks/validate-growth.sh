#!/usr/bin/env bash
# How `validate` grows with the file: 4,000,000 tickets against 1,000,000, time and memory.
#
# With --large a file of more than 4 GB as well, once: what is asked of it is memory only.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

large=
if [[ ${1:-} == --large ]]; then
    large=yes
    shift
fi

build pingback-import TicketGenerator
file=$(tickets 4000000 csv)
tickets 1000000 csv >/dev/null

measure --title "validate of 4,000,000 tickets ($(megabytes "$file") MB of CSV), against 1,000,000" \
    --case million "$(validate 1000000 csv)" \
    --case four-million "$(validate 4000000 csv)" \
    --hold "wall time, four / one: four-million.wall / million.wall <= 4.2" \
    --hold "peak memory of one million in MB: million.peak <= 100" \
    --hold "peak memory of four million in MB: four-million.peak <= 150" \
    "$@"

if [[ -n $large ]]; then
    file=$(tickets 10000000 csv)
    runs=1
    measure --title "validate of 10,000,000 tickets ($(megabytes "$file") MB of CSV)" --no-warm-up \
        --case ten-million "$(validate 10000000 csv)" \
        --work "$(megabytes "$file")" MB \
        --hold "peak memory in MB: ten-million.peak <= 150"
fi
