"""With DuckDB: read_csv into text, and the mapping in SQL behind it. BENCH_CSV is the file; PG… name the database.

With BENCH_TOLERANT=1 read_csv goes on at errors and keeps them (store_rejects), each is told with its row, and what
cannot be mapped is left out.
"""

import os

import duckdb
import staged

COLUMNS = ("id", "subject", "description", "status", "requester_id", "requester_name", "requester_email", "agent",
           "channel", "created_at", "updated_at", "tags", "satisfaction", "replies")
# It does not read on at bytes that are no text, so these go first.
path = staged.cleaned() if staged.TOLERANT else os.environ["BENCH_CSV"]
base = duckdb.connect()
rows = base.execute(
    "SELECT * FROM read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
    f"columns = {{{', '.join(f'{name}: VARCHAR' for name in COLUMNS)}}}"
    + (", store_rejects = true, rejects_limit = 0" if staged.TOLERANT else "") + ")", [path]).fetchall()
if staged.TOLERANT:
    # What it calls a line is a row, the header among them.
    for line, kind in base.execute("SELECT line, error_type FROM reject_errors").fetchall():
        print(f"record {line - 1}: {kind}")
staged.load(rows)
