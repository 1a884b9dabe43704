"""With frictionless: a schema says what the columns are, and the rows that pass it are loaded.

BENCH_CSV is the file; PG… name the database. Without BENCH_TOLERANT=1 a file with an error is not loaded at all. With it
the file is cleaned of bytes at which frictionless stops, each error is told with its row, and the row is left out.
"""

import os
import sys

import staged
from frictionless import Schema, fields, validate
from frictionless.resources import TableResource

REQUIRED, STATUSES = {"required": True}, ["new", "open", "pending", "hold", "solved", "closed"]
schema = Schema(fields=[
    fields.StringField(name="id", constraints={"required": True, "unique": True}),
    fields.StringField(name="subject"), fields.StringField(name="description"),
    fields.StringField(name="status", constraints={"required": True, "enum": STATUSES}),
    fields.StringField(name="requester_id", constraints=REQUIRED), fields.StringField(name="requester_name"),
    fields.StringField(name="requester_email"), fields.StringField(name="agent"), fields.StringField(name="channel"),
    fields.DatetimeField(name="created_at", constraints=REQUIRED),
    fields.DatetimeField(name="updated_at", constraints=REQUIRED), fields.StringField(name="tags"),
    fields.StringField(name="satisfaction"), fields.StringField(name="replies"),
])
path = staged.cleaned() if staged.TOLERANT else os.environ["BENCH_CSV"]
folder, name = os.path.split(path)


def resource():
    return TableResource(path=name, basepath=folder, format="csv", encoding="utf-8", schema=schema)


def main():
    report = validate(resource(), limit_errors=1_000_000)
    errors = [error for task in report.tasks for error in task.errors]
    wrong = set()
    for error in errors:
        row = getattr(error, "row_number", None)
        wrong.add(row)
        # It counts rows, the header among them; a line's number it does not know.
        print(f"record {row - 1}: {error.type}" if row else f"{error.type}: {error.note}")
    if errors and not staged.TOLERANT:
        sys.exit(1)
    with resource() as table:
        staged.load([row.cells[index] for index in range(len(schema.fields))]
                    for row in table.row_stream if row.row_number not in wrong)


# It works in processes of its own, which read this file again.
if __name__ == "__main__":
    main()
