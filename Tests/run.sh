#!/usr/bin/env bash
# Runs all tests, from a fresh machine with a Swift toolchain: installs what is missing, builds, tests.
# Arguments go to `swift test`:  Tests/run.sh --filter FileReadingTests
#
# With PINGBACK_IMPORT_STRICT=1 a warning in our own targets is an error.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source samples/install-packages.sh

# The independent JSON Schema validator, a look at the order of system calls, a second reader of our SQLite files, a
# Postgres that the tests start and stop for themselves, certificates for it.
test_packages=(
    python3: python3-jsonschema: strace: sqlite3:sqlite util-linux: postgresql:postgresql@15 postgresql-client: openssl:
)

require_swift
install_packages "${build_packages[@]}" "${test_packages[@]}"

swift build --build-tests
# One test at a time: many of them start programs and servers, kill them, and wait for them with a deadline, which two
# cores cannot keep for a hundred at once.
swift test --skip-build --no-parallel "$@"
