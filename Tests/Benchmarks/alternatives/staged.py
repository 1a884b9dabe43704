"""What the readers share that cannot map: rows into the table of text, and the mapping in SQL behind it."""

import csv
import io
import os
import pathlib

import psycopg2

HERE = pathlib.Path(__file__).parent
TOLERANT = bool(os.environ.get("BENCH_TOLERANT"))


def cleaned():
    """The file without bytes at which readers stop: what is no text, and NUL."""
    path = os.environ["BENCH_WORK"] + "/text.csv"
    with open(os.environ["BENCH_CSV"], "rb") as file:
        text = file.read().decode("utf-8", "ignore").replace("\0", "")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def load(rows):
    """Rows of text; None and the empty text are one."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow("" if value is None else value for value in row)
    text.seek(0)
    with psycopg2.connect(host=os.environ["PGHOST"], user=os.environ["PGUSER"], dbname=os.environ["PGDATABASE"]) as base:
        with base.cursor() as cursor:
            cursor.execute((HERE / "staging.sql").read_text())
            cursor.copy_expert("COPY staging.tickets FROM STDIN WITH CSV", text)
            cursor.execute((HERE / ("mapping-tolerant.sql" if TOLERANT else "mapping.sql")).read_text())
