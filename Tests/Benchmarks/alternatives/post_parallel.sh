#!/usr/bin/env bash
# Posts BENCH_CSV with GNU parallel and curl --retry, eight at a time. What has ended stands in parallel's own log, so
# that the same command goes on after a kill.

set -euo pipefail
python3 -c 'import csv, json, os
for row in csv.DictReader(open(os.environ["BENCH_CSV"], newline="")):
    print(json.dumps({"business_id": os.environ["BENCH_BUSINESS"], "initial_message": row["text"]}))' \
    >"$BENCH_WORK/bodies"
parallel --will-cite --jobs 8 --joblog "$BENCH_WORK/log" --resume-failed --arg-file "$BENCH_WORK/bodies" \
    curl --silent --show-error --fail --output /dev/null --max-time 20 --speed-time 2 --speed-limit 1 \
    --retry 8 --retry-all-errors --retry-delay 1 \
    --header "'Authorization: Bearer $BENCH_TOKEN'" --header "'Content-Type: application/json'" \
    --data-raw {} "$BENCH_SANDBOX/api/v1/conversations/"
