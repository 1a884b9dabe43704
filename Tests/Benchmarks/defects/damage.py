#!/usr/bin/env python3
"""damage.py CLEAN DAMAGED TRUTH [SEED]: damages 1 % of a generated CSV, in twelve ways alike, and writes down what is true.

A line of TRUTH is one damaged record: its kind, its number and lines in the damaged file, a mark that stands in its
text and nowhere else, its key, and what is right: `reject` (nobody can know what was meant), `either` (load it exactly
or reject it), or `keep` (it is odd and must come over exactly as it is). What `keep` and `either` must come to stands in
`row`. All records that are not in TRUTH are as in CLEAN, and must come over whatever stands beside them.
"""

import bisect
import csv
import io
import json
import random
import sys

KEY, SUBJECT, DESCRIPTION, STATUS, CREATED = 0, 1, 2, 3, 9


def line(row):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


def fields(row):
    """Each field as it stands in a line."""
    return [line([field])[:-1] if field else b"" for field in row]


def join(parts):
    return b",".join(parts) + b"\n"


def with_mark(row):
    """The row with a place in its subject for a byte that no text can hold."""
    return row[:SUBJECT] + [row[SUBJECT] + " caf\1"] + row[SUBJECT + 1:]


# Each takes the row and that of an earlier record, which is whole; it returns the bytes, what is
# right, and the row that `keep` and `either` come to.

def ragged_short(row, _):
    return join(fields(row[:8] + row[9:])), "reject", None


def ragged_long(row, _):
    parts = fields(row)
    return join(parts[:8] + [b"one, too many"] + parts[8:]), "reject", None


def stray_quote(row, _):
    row = [*row]
    row[SUBJECT] = row[SUBJECT].replace(",", "").replace('"', "") + ' 5" wide'
    parts = fields(row)
    parts[SUBJECT] = row[SUBJECT].encode()
    return join(parts), "either", row


def unclosed_quote(row, _):
    parts = fields(row)
    parts[DESCRIPTION] = b'"' + row[DESCRIPTION].replace('"', "").encode()
    return join(parts), "reject", None


def invalid_utf8(row, _):
    return line(with_mark(row)).replace(b"\1", b"\xe9"), "reject", None


def nul(row, _):
    return line(with_mark(row)).replace(b"\1", b"\0"), "reject", None


def impossible_date(row, _):
    return line(row[:CREATED] + ["2021-02-30T10:00:00Z"] + row[CREATED + 1:]), "reject", None


def ambiguous_date(row, _):
    return line(row[:CREATED] + ["03/04/2021 10:00"] + row[CREATED + 1:]), "reject", None


def unknown_status(row, _):
    return line(row[:STATUS] + ["urgnt"] + row[STATUS + 1:]), "reject", None


def duplicate_key(row, earlier):
    return line([earlier[KEY]] + row[1:]), "reject", None


def missing_key(row, _):
    return line([""] + row[1:]), "reject", None


def blanks_that_count(row, _):
    row = [*row]
    row[SUBJECT] = "  " + row[SUBJECT] + "\t"
    row[DESCRIPTION] = row[DESCRIPTION] + "  \n"
    return line(row), "keep", row


KINDS = [ragged_short, ragged_long, stray_quote, unclosed_quote, invalid_utf8, nul, impossible_date, ambiguous_date,
         unknown_status, duplicate_key, missing_key, blanks_that_count]


def main():
    clean, damaged, truth = sys.argv[1:4]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    with open(clean, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    chooser = random.Random(seed)
    # The first record stays whole, so that every duplicate has one before it.
    chosen = dict.fromkeys(chooser.sample(range(1, len(rows)), max(len(KINDS), len(rows) // 100)))
    for place, index in enumerate(chosen):
        chosen[index] = KINDS[place % len(KINDS)]
    whole = [index for index in range(len(rows)) if index not in chosen]
    number = 2
    with open(damaged, "wb") as output, open(truth, "w", encoding="utf-8") as book:
        output.write(line(header))
        for index, row in enumerate(rows):
            if index not in chosen:
                written = line(row)
            else:
                kind = chosen[index]
                mark = f"<damage {index}>"
                row[DESCRIPTION] += " " + mark
                earlier = rows[whole[chooser.randrange(bisect.bisect_left(whole, index))]]
                written, right, exact = kind(row, earlier)
                json.dump({"kind": kind.__name__, "record": index + 1, "lines": [number, number + written.count(b"\n")],
                           "mark": mark, "clean_key": row[KEY], "right": right, "row": exact,
                           "earlier_key": earlier[KEY] if kind is duplicate_key else None},
                          book, ensure_ascii=False)
                book.write("\n")
            output.write(written)
            number += written.count(b"\n")


if __name__ == "__main__":
    main()
