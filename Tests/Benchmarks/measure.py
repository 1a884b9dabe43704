#!/usr/bin/env python3
"""Compares commands by running them in turn: A B A B …, so that a machine that grows slower hurts both alike.

    measure.py --runs 5 --case ours "program one" --case baseline "program two" \\
        --work 420 MB --hold "wall time: ours.wall / baseline.wall <= 0.8"

A case is a name and a command line. What is measured of it is `wall` and `cpu` (user and system) in seconds, and `peak`
in MB (10^6 bytes), as the kernel counts them for the process (wait4). When the last line that the command prints is a
JSON object, its numbers are measured too. `--hold` compares the median over the rounds of a value, or of the ratio of
two values within a round, with a bound. The exit status is 0 when every command ran, whether a bound held or not: a
shared machine is no judge; --strict makes a missed bound 1.

The kernel counts a child's peak memory from its fork on, so a peak is at least this script's own, about 15 MB.
"""

import argparse
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, KiB on Linux

HOLD = re.compile(
    r"(?P<label>[^:]+):\s*(?P<case>[\w-]+)\.(?P<figure>\w+)"
    r"(?:\s*/\s*(?P<under_case>[\w-]+)\.(?P<under_figure>\w+))?"
    r"\s*(?P<sign><=|>=)\s*(?P<bound>[\d.]+)\s*$"
)


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--title", help="what is compared, in one sentence")
    parser.add_argument("--runs", type=int, default=5, help="rounds; each runs every case once (5)")
    parser.add_argument("--case", nargs=2, action="append", required=True, metavar=("NAME", "COMMAND"))
    parser.add_argument("--before", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"),
                        help="run before each run of the case, not measured")
    parser.add_argument("--after", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"),
                        help="run after each run of the case, not measured; it must succeed")
    parser.add_argument("--work", nargs=2, action="append", default=[], metavar=("AMOUNT", "UNIT"),
                        help="what each run gets through, to print UNIT/s")
    parser.add_argument("--hold", action="append", default=[], metavar="LABEL: A.X [/ B.Y] <= BOUND")
    parser.add_argument("--statuses", default="0", help="exit statuses of success, with commas (0)")
    parser.add_argument("--no-warm-up", action="store_true", help="do not run each case once before measuring")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bound is missed")
    parser.add_argument("--json", metavar="FILE", help="write every run and every verdict there")
    return parser.parse_args()


def run(name, command, statuses):
    """Runs a command and returns its figures."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(shlex.split(command), stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in statuses:
            sys.exit(f"error: {name} ended with status {process.returncode}: {command}")
        output.seek(0)
        lines = output.read().decode(errors="replace").strip().splitlines()
    figures = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * RSS_UNIT / 1e6,
    }
    try:
        printed = json.loads(lines[-1]) if lines else None
    except ValueError:
        printed = None
    if isinstance(printed, dict):
        for key, value in printed.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                figures.setdefault(key, value)
    return figures


def judge(text, rounds):
    """What a --hold says of the rounds: label, median, bound, and whether it held."""
    match = HOLD.match(text)
    if not match:
        sys.exit(f"error: --hold is 'LABEL: CASE.FIGURE [/ CASE.FIGURE] <= BOUND', not {text!r}")

    def value(figures, case, figure):
        try:
            return figures[case][figure]
        except KeyError:
            sys.exit(f"error: {case}.{figure} in {text!r} was not measured")

    values = []
    for figures in rounds:
        measured = value(figures, match["case"], match["figure"])
        if match["under_case"]:
            measured /= value(figures, match["under_case"], match["under_figure"])
        values.append(measured)
    median = statistics.median(values)
    bound = float(match["bound"])
    held = median <= bound if match["sign"] == "<=" else median >= bound
    return {"label": match["label"].strip(), "median": median, "least": min(values), "most": max(values),
            "sign": match["sign"], "bound": bound, "held": held}


def main():
    options = parse_arguments()
    cases = dict(options.case)
    before = dict(options.before)
    after = dict(options.after)
    statuses = {int(status) for status in options.statuses.split(",")}
    if unknown := (before.keys() | after.keys()) - cases.keys():
        sys.exit(f"error: --before or --after names no case: {', '.join(sorted(unknown))}")

    def run_case(name):
        if name in before:
            subprocess.run(shlex.split(before[name]), check=True, stdout=subprocess.DEVNULL)
        figures = run(name, cases[name], statuses)
        if name in after and subprocess.run(shlex.split(after[name]), stdout=subprocess.DEVNULL).returncode != 0:
            sys.exit(f"error: what {name} did is not what it should have done")
        return figures

    if options.title:
        print(options.title)
    if not options.no_warm_up:
        for name in cases:
            run_case(name)  # reads the files into the page cache
    rounds = [{name: run_case(name) for name in cases} for _ in range(options.runs)]

    def median(name, figure):
        return statistics.median(figures[name][figure] for figures in rounds)

    width = max(len(name) for name in cases)
    print(f"  medians of {options.runs} interleaved runs on {os.cpu_count()} cores")
    for name in cases:
        wall = median(name, "wall")
        rates = "".join(f", {float(amount) / wall:,.0f} {unit}/s" for amount, unit in options.work)
        print(f"  {name:<{width}}  {wall:8.3f} s, {median(name, 'cpu'):8.3f} s of CPU,"
              f" peak {median(name, 'peak'):6.1f} MB{rates}")
    verdicts = [judge(text, rounds) for text in options.hold]
    for verdict in verdicts:
        print(f"  {verdict['label']}: {verdict['median']:.2f}"
              f" ({verdict['least']:.2f} to {verdict['most']:.2f}), held to {verdict['sign']} {verdict['bound']:g}:"
              f" {'yes' if verdict['held'] else 'NO'}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"title": options.title, "cores": os.cpu_count(), "cases": cases, "rounds": rounds,
                       "verdicts": verdicts}, file, indent=2)
            file.write("\n")
    sys.exit(1 if options.strict and not all(verdict["held"] for verdict in verdicts) else 0)


if __name__ == "__main__":
    main()
