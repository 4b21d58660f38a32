"""The table of processes in the documentation is that of the code."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("BW_PROGRAM", str(ROOT / "build/release/bin/buttonwood"))


def documented_rows():
    text = (ROOT / "docs/internals/processes.md").read_text()
    table = text[text.index("## Who takes part") : text.index("## What lies in shared memory")]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def row_of(process):
    def number(value):
        return "" if value is None else str(value)

    return [
        f"`{process['process']}`",
        str(process["stage"]),
        number(process["ring"]),
        number(process["reader"]),
        ", ".join(process["views"]),
        ", ".join(process["permissions"]),
        "no" if process["single"] else "yes",
    ]


def test_the_table_of_processes_is_that_of_the_code():
    printed = subprocess.run([PROGRAM, "topology"], capture_output=True, text=True, check=True, timeout=60)
    assert documented_rows() == [row_of(json.loads(line)) for line in printed.stdout.splitlines()]
