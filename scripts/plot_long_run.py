#!/usr/bin/env python3
"""Draws what `buttonwood bench long --samples FILE` measured: latency and memory over the commands of the run.

    scripts/plot_long_run.py "memory:memory.csv" "sync:sync.csv" > docs/internals/long-run.svg
"""
import csv
import math
import sys

WIDTH, PANEL, LEFT, GAP, TOP = 420, 190, 70, 60, 40
LATENCIES = [("p50_ns", "p50", "#2b6cb0"), ("p99_ns", "p99", "#c05621"), ("p99.9_ns", "p99.9", "#9b2c2c")]
MEMORIES = [("anonymous_kib", "anonymous memory", "#2f855a"), ("shared_files_kib", "/dev/shm", "#6b46c1")]


def read(path):
    with open(path, newline="") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def text(x, y, words, anchor="middle", size=11):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def line(points, colour):
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.2" points="{joined}"/>'


def frame(x, y, title):
    return [f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{PANEL}" fill="none" stroke="#999"/>',
            text(x + WIDTH / 2, y - 8, title, size=12)]


def ticks(x, y, low, high, place, label, values):
    out = []
    for value in values:
        if not low <= value <= high:
            continue
        at = y + PANEL * (1 - place(value))
        out.append(f'<line x1="{x}" x2="{x + WIDTH}" y1="{at:.1f}" y2="{at:.1f}" stroke="#eee"/>')
        out.append(text(x - 6, at + 4, label(value), "end"))
    return out


def curves(x, y, rows, series, place):
    most = rows[-1]["commands"]
    out = []
    for number, (key, name, colour) in enumerate(series):
        points = [(x + WIDTH * row["commands"] / most, y + PANEL * (1 - place(row[key]))) for row in rows]
        out.append(line(points, colour))
        out.append(f'<text x="{x + 8 + 130 * number}" y="{y + 14}" font-size="11" fill="{colour}">{name}</text>')
    out.append(text(x, y + PANEL + 14, "0"))
    out.append(text(x + WIDTH, y + PANEL + 14, f"{most / 1e6:g} million commands", "end"))
    return out


def duration(ns):
    return f"{ns / 1e3:g} µs" if ns < 1e6 else f"{ns / 1e6:g} ms"


def latency_panel(x, y, name, rows):
    values = [max(1.0, row[key]) for row in rows for key, _, _ in LATENCIES]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 0.01)
    place = lambda ns: (math.log10(max(1.0, ns)) - low) / (high - low)
    return (frame(x, y, f"mode {name}: latency, due to last event read")
            + ticks(x, y, 10**low, 10**high, place, duration, [10**e for e in range(low, high + 1)])
            + curves(x, y, rows, LATENCIES, place))


def memory_panel(x, y, name, rows):
    high = 1.25 * max(row[key] for row in rows for key, _, _ in MEMORIES)
    step = 10 ** math.floor(math.log10(high / 1024)) * 1024
    step = step if high / step >= 3 else step / 4
    place = lambda kib: kib / high
    return (frame(x, y, f"mode {name}: memory")
            + ticks(x, y, 0, high, place, lambda kib: f"{kib / 1024:g} MiB",
                    [step * i for i in range(int(high / step) + 1)])
            + curves(x, y, rows, MEMORIES, place))


def main():
    runs = [argument.split(":", 1) for argument in sys.argv[1:]]
    if not runs or any(len(run) != 2 for run in runs):
        sys.exit(__doc__)
    parts = []
    for number, (name, path) in enumerate(runs):
        y = TOP + number * (PANEL + GAP)
        rows = read(path)
        parts += latency_panel(LEFT, y, name, rows)
        parts += memory_panel(2 * LEFT + WIDTH + 20, y, name, rows)
    height = TOP + len(runs) * (PANEL + GAP)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * (LEFT + WIDTH) + 50}" height="{height}" '
          f'font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>')
    print("\n".join(parts))
    print("</svg>")


main()
