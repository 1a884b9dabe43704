#!/usr/bin/env python3
"""With dlt: the file into a table of text, and the mapping in SQL behind it, as dlt's users transform in the database.

BENCH_CSV is the file; PG… name the database. Clean files go the fast way of dlt's own documentation: Arrow tables, loaded
as CSV by COPY. With BENCH_TOLERANT=1 rows are read by Python's csv module, which takes anything, and what cannot be
mapped is left out.
"""

import csv
import os
import pathlib
import tempfile

import dlt
import pyarrow
import pyarrow.csv

HERE = pathlib.Path(__file__).parent
TOLERANT = bool(os.environ.get("BENCH_TOLERANT"))
PATH = os.environ["BENCH_CSV"]


def arrow_tables():
    with open(PATH, encoding="utf-8") as file:
        columns = file.readline().rstrip("\n").split(",")
    options = pyarrow.csv.ConvertOptions(column_types={name: pyarrow.string() for name in columns})
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    for batch in pyarrow.csv.open_csv(PATH, parse_options=parsing, convert_options=options):
        yield pyarrow.Table.from_batches([batch])


def dictionaries():
    with open(PATH, newline="", encoding="utf-8", errors="replace") as file:
        page = []
        for row in csv.DictReader(file, restkey="more"):
            page.append({name: value.replace("\0", "") if isinstance(value, str) else value
                         for name, value in row.items()})
            if len(page) == 10_000:
                yield page
                page = []
        yield page


pipeline = dlt.pipeline(
    "tickets", pipelines_dir=tempfile.mkdtemp(dir=os.environ["BENCH_WORK"]), dataset_name="staging",
    # dlt insists on a host and a password; the socket behind them needs neither.
    destination=dlt.destinations.postgres(
        f"postgresql://{os.environ['PGUSER']}:none@localhost/{os.environ['PGDATABASE']}?host={os.environ['PGHOST']}"))
columns = {name: {"data_type": "text"} for name in
           ("id", "requester_id", "created_at", "updated_at", "replies")} if TOLERANT else None
source = dlt.resource(dictionaries if TOLERANT else arrow_tables, name="tickets", columns=columns,
                      write_disposition="replace")
pipeline.run(source, loader_file_format="csv")
with pipeline.sql_client() as client:
    client.execute_sql((HERE / ("mapping-tolerant.sql" if TOLERANT else "mapping.sql")).read_text())
