#!/usr/bin/env bash
# From a fresh machine with a Swift toolchain to a finished rehearsal: installs what is missing, builds the program,
# checks the Zendesk sample and imports it into the sandbox on this machine. Nothing leaves the machine.
#
# Ends with the import's status: 0, or 3 since some of the sample's tickets are rejected on purpose.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source samples/install-packages.sh

require_swift
install_packages "${build_packages[@]}"

echo "building pingback-import (the first time takes some minutes)" >&2
swift build -c release --product pingback-import --quiet >&2
program=$(swift build -c release --show-bin-path)/pingback-import
plan=samples/zendesk/plan.yaml
database=samples/zendesk/plan.sandbox.sqlite

# step COMMAND…: shows and runs one. Status 3, some records rejected, is what the sample is for; any other ends this.
step() {
    echo
    echo "\$ pingback-import $*"
    status=0
    "$program" "$@" || status=$?
    if ((status != 0 && status != 3)); then exit "$status"; fi
}

step validate "$plan"
step run "$plan"

cat <<END

The conversations are in $database. To look at them:

  sqlite3 $database .tables
  $program status $plan
  cat samples/zendesk/plan.sandbox.rejects/rejections.jsonl

What to expect of this sample, and why some tickets are rejected: samples/zendesk/README.md
END
exit "$status"
