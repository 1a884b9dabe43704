#!/usr/bin/env bash
# fresh-database.sh NAME FOLDER: a copy of the database `empty`, and no checkpoint in the folder. Ends with a checkpoint
# of the server, so that nobody pays for what another round wrote.

set -euo pipefail
psql -q -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1"
psql -q -d postgres -c "CREATE DATABASE $1 TEMPLATE empty"
psql -q -d postgres -c CHECKPOINT
rm -f "$2"/checkpoint "$2"/checkpoint.lock "$2"/checkpoint-wal "$2"/checkpoint-shm
