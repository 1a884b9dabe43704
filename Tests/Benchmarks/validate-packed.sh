#!/usr/bin/env bash
# `validate` of packed tickets, against the tool of the same packing piped into the same `validate`.
#
# COUNT is the number of tickets (1,000,000). The bound is that unpacking beside reading costs no more than a second
# process does: at least 0.8 of its speed.

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

count=${COUNT:-1000000}
build pingback-import TicketGenerator
file=$(tickets "$count" csv)
[[ -f $file.gz ]] || gzip -k "$file"
[[ -f $file.zst ]] || zstd -qk "$file"

# packed PACKING: the command under test; piped TOOL PACKING: what it is held against.
packed() { echo "$(validate "$count.csv.$1" csv | sed 's/csv\.yaml/packed.yaml/')"; }
piped() { printf 'bash -c %q' "$1 $(printf '%q' "$file.$2") | $(validate - csv | sed 's/csv\.yaml/piped.yaml/')"; }

for packing in gz:zcat zst:zstdcat; do
    measure --title "validate of $(megabytes "$file") MB of CSV in .${packing%:*}, against ${packing#*:} piped into it" \
        --case ours "$(packed "${packing%:*}")" \
        --case piped "$(piped "${packing#*:}" "${packing%:*}")" \
        --work "$(megabytes "$file")" MB \
        --hold "speed, ours / piped: piped.wall / ours.wall >= 0.8" \
        --hold "peak memory in MB: ours.peak <= 100" \
        "$@"
done
