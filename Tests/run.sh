#!/usr/bin/env bash
# Runs all tests, from a fresh machine with a Swift toolchain: installs what is missing, builds, tests.
# Arguments go to `swift test`:  Tests/run.sh --filter FileReadingTests
#
# With PINGBACK_IMPORT_STRICT=1 a warning in our own targets is an error.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source samples/install-packages.sh

# The independent JSON Schema validator, a look at the order of system calls, a second reader of our SQLite files, a
# Postgres that the tests start and stop for themselves, certificates for it, the rotation of logs, a gateway in front of
# the sandbox.
test_packages=(
    python3: python3-jsonschema: strace: sqlite3:sqlite util-linux: postgresql:postgresql@15 postgresql-client: openssl:
    logrotate:logrotate nginx:
)

# Prometheus' judge of metrics. It is taken out of Debian's package, which installed would start a server at every boot.
find_promtool() {
    if command -v promtool >/dev/null; then return; fi
    local tools="$PWD/.build/tools" download
    PATH="$tools/usr/bin:$PATH"
    if [[ -x $tools/usr/bin/promtool ]] || ! command -v apt-get dpkg-deb >/dev/null; then return; fi
    download=$(mktemp -d)
    if (cd "$download" && chmod 755 . && apt-get download prometheus >/dev/null 2>&1); then
        mkdir -p "$tools" && dpkg-deb --extract "$download"/prometheus_*.deb "$tools"
    else
        echo "note: promtool is missing, and Debian's package prometheus cannot be had; its test is skipped" >&2
    fi
    rm -rf "$download"
}

require_swift
install_packages "${build_packages[@]}" "${test_packages[@]}"
find_promtool
export PATH

swift build --build-tests
# One test at a time: many of them start programs and servers, kill them, and wait for them with a deadline, which two
# cores cannot keep for a hundred at once.
#
# What failed is said once more in the end, where a thousand tests do not hide it. The copy goes by a substitution and not
# by a pipe, which would wait for any server that a broken test left behind.
copy=.build/tests.log
status=0
swift test --skip-build --no-parallel "$@" > >(tee "$copy") 2>&1 || status=$?
sleep 1 # for the last lines
if ((status)); then
    printf '\nFailed:\n' >&2
    grep --text '✘' "$copy" | grep --invert-match 'Suite\|Test run with' >&2
    exit 1
fi
