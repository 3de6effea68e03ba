"""The table of `deploy/bench/compare`: figures of each round side by side, and ratios within each round.

    ratios.py FOLDER        with floor-N.json and peer-N.json of `tuesday bench ... --json`
"""
import json
import sys
from pathlib import Path
from statistics import median


def load(folder, bench):
    """The figures of every round, by name."""
    rounds = []
    while (path := folder / f"{bench}-{len(rounds) + 1}.json").exists():
        figures = json.loads(path.read_text())["figures"]
        rounds.append({name: figure["median"] for name, figure in figures.items()})
    return rounds


def row(title, values, digits):
    cells = [f"{value:,.{digits}f}" for value in (median(values), min(values), max(values))]
    return [title, *cells]


def main(folder):
    floors, peers = load(folder, "floor"), load(folder, "peer")
    if not floors or len(floors) != len(peers):
        sys.exit(f"{folder} does not hold the same number of rounds of floor and peer")
    rate, cpu = "requests_per_second", "cpu_seconds_per_100k"
    one, four = "copy_1_requests_per_second", "copy_4_requests_per_second"
    pairs = list(zip(floors, peers))
    table = [
        ["", "median", "least", "most"],
        row("Tuesday: drain, requests a second", [f[rate] for f in floors], 0),
        row("Tuesday: CPU-seconds per 100,000", [f[cpu] for f in floors], 1),
        row("Python:  drain, requests a second", [p[rate] for p in peers], 0),
        row("Python:  CPU-seconds per 100,000", [p[cpu] for p in peers], 1),
        row("COPY over 1 connection, requests a second", [f[one] for f in floors], 0),
        row("COPY over 4 connections, requests a second", [f[four] for f in floors], 0),
        row("Tuesday to Python, drain", [f[rate] / p[rate] for f, p in pairs], 2),
        row("Tuesday to Python, CPU", [f[cpu] / p[cpu] for f, p in pairs], 2),
        row("Tuesday to COPY over 1 connection", [f[rate] / f[one] for f in floors], 2),
        row("Tuesday to COPY over 4 connections", [f[rate] / f[four] for f in floors], 2),
        row("Python to COPY over 4 connections", [p[rate] / f[four] for f, p in pairs], 2),
    ]
    widths = [max(len(line[column]) for line in table) for column in range(4)]
    for line in table:
        print("  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
