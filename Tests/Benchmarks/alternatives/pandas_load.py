#!/usr/bin/env python3
"""With pandas and SQLAlchemy: mapped in chunks, and written by COPY as pandas' documentation shows (`to_sql`, method).

BENCH_CSV is the file; PG… name the database. With BENCH_TOLERANT=1 the switches are set that let a dirty file through.
"""

import csv
import hashlib
import io
import os
import uuid

import pandas
import sqlalchemy

TOLERANT = bool(os.environ.get("BENCH_TOLERANT"))
BUSINESS = "b2c3d4e5-f6a7-8901-bcde-f12345678901"
STATUSES = {"new": "open", "open": "open", "pending": "pending", "hold": "pending", "solved": "resolved",
            "closed": "closed"}


def ids(kind, keys):
    return [str(uuid.UUID(hashlib.md5(f"{kind}:{key}".encode()).hexdigest())) for key in keys]


def copy(table, connection, keys, rows):
    with connection.connection.cursor() as cursor:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        text.seek(0)
        columns = ", ".join(f'"{key}"' for key in keys)
        cursor.copy_expert(f"COPY {table.name} ({columns}) FROM STDIN WITH CSV", text)


def write(frame, table, connection):
    frame.to_sql(table, connection, if_exists="append", index=False, method=copy)


def chunks():
    tolerance = {"encoding_errors": "replace", "on_bad_lines": "warn"} if TOLERANT else {}
    return pandas.read_csv(os.environ["BENCH_CSV"], dtype=str, keep_default_na=False, chunksize=50_000, **tolerance)


def clean(chunk, seen):
    """What can be mapped, each key once."""
    for column in chunk:
        chunk[column] = chunk[column].fillna("").str.replace("\0", "")
    chunk["status"] = chunk["status"].map(STATUSES)
    for column in ("created_at", "updated_at"):
        chunk[column] = pandas.to_datetime(chunk[column], errors="coerce", utc=True, format="mixed")
    chunk = chunk[(chunk["id"] != "") & (chunk["requester_id"] != "")]
    chunk = chunk.dropna(subset=["status", "created_at", "updated_at"]).drop_duplicates("id")
    chunk = chunk[~chunk["id"].isin(seen)]
    seen.update(chunk["id"])
    return chunk


engine = sqlalchemy.create_engine(
    f"postgresql+psycopg2://{os.environ['PGUSER']}@/{os.environ['PGDATABASE']}?host={os.environ['PGHOST']}")
with engine.begin() as connection:
    channel, channel_type = connection.execute(
        sqlalchemy.text("SELECT id, type FROM channels WHERE business_id = :business"), {"business": BUSINESS}).one()
    customers, seen = set(), set()
    for chunk in chunks():
        if TOLERANT:
            chunk = clean(chunk, seen)
        else:
            chunk["status"] = chunk["status"].map(STATUSES)
        new = chunk.drop_duplicates("requester_id")
        new = new[~new["requester_id"].isin(customers)]
        customers.update(new["requester_id"])
        write(pandas.DataFrame({
            "id": ids("customer", new["requester_id"]), "business_id": BUSINESS, "name": new["requester_name"],
            "email": new["requester_email"], "external_id": new["requester_id"], "created_at": new["created_at"],
        }), "customers", connection)
        conversations = ids("conversation", chunk["id"])
        write(pandas.DataFrame({
            "id": conversations, "business_id": BUSINESS, "customer_id": ids("customer", chunk["requester_id"]),
            "status": chunk["status"], "channel_type": channel_type, "channel_id": str(channel),
            "created_at": chunk["created_at"], "updated_at": chunk["updated_at"],
        }), "conversations", connection)
        write(pandas.DataFrame({
            "id": ids("message", chunk["id"]), "conversation_id": conversations, "sender_type": "agent",
            "content": chunk["subject"] + "\n\n" + chunk["description"], "created_at": chunk["created_at"],
        }), "messages", connection)
