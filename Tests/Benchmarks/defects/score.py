#!/usr/bin/env python3
"""score.py NAME STATUS CLEAN TRUTH SAID ROWS [--kinds]: one line of the table of a defect run.

SAID is a folder with all that the tool said or put aside; ROWS is a CSV of what is in the database then: id, content,
status, created_at and updated_at in seconds, the customer's external id, name and e-mail. Every record of the file is
one of these:

- right: in the database exactly as in the file;
- altered: in the database otherwise than in the file, or though nobody can know what it should be;
- rejected: not there, and named by the tool: by key, by its text, or by its line; or the tool took nothing and failed;
- lost: not there, and not a word. A warning that a line was skipped whose number is no line's of the file (some count
  otherwise) is taken as a word for one of these.

The last column tells of how many of the damaged records that must be rejected the tool named the right place: a line of
the record's, or its number.

Rows that belong to no record of the file are counted as altered, too.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import re
import struct
import sys
import uuid
from collections import Counter

STATUSES = {"new": "open", "open": "open", "pending": "pending", "hold": "pending", "solved": "resolved",
            "closed": "closed"}
BUSINESS = uuid.UUID("b2c3d4e5-f6a7-8901-bcde-f12345678901")


def their_id(key):
    return str(uuid.UUID(hashlib.md5(f"conversation:{key}".encode()).hexdigest()))


def our_id(key):
    parts = (b"conversation", b"benchmark-postgres", key.encode())
    name = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    digest = hashlib.sha1(BUSINESS.bytes + name).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def seconds(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


def expected(row):
    return [row[1] + "\n\n" + row[2], STATUSES[row[3]], seconds(row[9]), seconds(row[10]), row[4], row[5], row[6]]


def found(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row[0]: [row[1], row[2], int(row[3]), int(row[4]), *row[5:]] for row in csv.reader(file)}


def said(folder):
    """Keys, marks, and numbers of lines and records that the tool named."""
    names, lines, records, skipped = set(), set(), set(), 0
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            names.update(re.findall(r"\d{18}|<damage \d+>", text))
            # Elsewhere a line's number may be part of a ticket.
            if path.name == "log":
                lines.update(int(number) for number in re.findall(r"[Ll]ine (\d+)", text))
                records.update(int(number) for number in re.findall(r"(?m)^record (\d+)", text))
                skipped += text.count("Skipping line") + len({*re.findall(r"(?m)^(?:record|line) \d+", text)})
            elif path.name == "rejections.jsonl":
                for rejection in map(json.loads, text.splitlines()):
                    lines.add(rejection["line"])
                    records.add(rejection["record"])
    return names, lines, records, skipped


def main():
    name, status, clean, truth, said_folder, rows = sys.argv[1:7]
    identity = our_id if name == "ours" else their_id
    with open(truth, encoding="utf-8") as file:
        damaged = {damage["record"]: damage for damage in map(json.loads, file)}
    there = found(rows)
    refused_all = status != "0" and not there
    names, lines, records, skipped = said(said_folder)
    total, kinds, places, hopeless = Counter(), {}, 0, 0

    def judge(id, row, right, is_said):
        actual = there.pop(id, None)
        if actual is None:
            return "rejected" if refused_all or is_said else "lost"
        return "right" if right != "reject" and actual == expected(row) else "altered"

    with open(clean, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        for record, row in enumerate(reader, 1):
            damage = damaged.get(record)
            if damage is None:
                verdict = judge(identity(row[0]), row, "keep", row[0] in names)
                if verdict != "right":
                    kinds.setdefault("undamaged", Counter())[verdict] += 1
            else:
                # A duplicate's row would be the earlier record's, and is judged there; an empty key's is nobody's.
                key = row[0] if damage["kind"] not in ("duplicate_key", "missing_key") else None
                first, last = damage["lines"]
                is_placed = bool(lines & {*range(first, last)} or record in records)
                is_said = is_placed or bool(names & {damage["mark"], key, damage["earlier_key"]})
                if damage["right"] == "reject":
                    hopeless += 1
                    places += is_placed
                verdict = judge(identity(key) if key else None, damage["row"], damage["right"], is_said)
                kinds.setdefault(damage["kind"], Counter())[verdict] += 1
            total[verdict] += 1
    if there:
        kinds["rows of no record"] = Counter(altered=len(there))
        total["altered"] += len(there)
    told = min(max(skipped - total["rejected"], 0), total["lost"])
    total["lost"] -= told
    total["rejected"] += told
    columns = ("right", "altered", "lost", "rejected")
    print(f"{name:<16}" + "".join(f"{total[column]:>10,}" for column in columns)
          + f"{f'{places}/{hopeless}':>10}{status:>8}")
    if "--kinds" in sys.argv:
        for kind, counts in sorted(kinds.items()):
            print(f"  {kind:<18}" + ", ".join(f"{counts[column]} {column}" for column in columns if counts[column]))


if __name__ == "__main__":
    main()
