#!/usr/bin/python3
"""How much does the node notice when another process of the exchange is stopped for a while?

    scripts/measure_freezes.py [--pairs 40] [--period 0.5] [--rate 2000] [--durability memory] [ROLE...]

Opens an exchange as processes of their own (`supervise`) with simulated participants, who send through a ring of
theirs. Then, in turn: a period in which all run, and a period in which one process is stopped (SIGSTOP). The node's own
histograms are read before and after each period, so every period has its own distribution; nothing of the node is
asked. `nobody` is the same without a signal: what two equal periods differ by on this machine. `snapshot` is a process
that makes a snapshot, stopped while it reads.

Printed per role and figure: p50 and p99 of all periods together, running and stopped, and the ratio of the p99 of
neighbours: the median of all pairs, and between which values half of them lie.
"""

import argparse
import contextlib
import mmap
import os
import pathlib
import signal
import statistics
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/end_to_end"))
from conftest import PROGRAM, wait_until  # noqa: E402
from split import SplitExchange  # noqa: E402

ROLES = ("nobody", "gateway", "market-data", "scheduler", "metrics", "snapshot")
FIGURES = ("stage_applied", "engine_turn_time")
SETTLE_S = 0.15  # after each signal: what was missed is made up for
HEADER_BYTES, DESCRIPTOR, BUCKETS = 4096, struct.Struct("<HHHHQ48s64s128s"), 1152
SUB_BUCKETS = 32  # per power of two: src/observe/cells.hpp


class Counters:
    """The node's counters file: docs/internals/observe.md says what lies where."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        descriptors, values = struct.unpack_from("<IQ", self.bytes, 36)
        self.places = {}
        for n in range(descriptors):
            _, _, _, _, offset, name, labels, _ = DESCRIPTOR.unpack_from(self.bytes, HEADER_BYTES + n * DESCRIPTOR.size)
            self.places[name.rstrip(b"\0").decode(), labels.rstrip(b"\0").decode()] = values + offset

    def histogram(self, name):
        return struct.unpack_from(f"<{BUCKETS}Q", self.bytes, self.places[name, ""] + 16)


def lower_bound(bucket):
    if bucket < SUB_BUCKETS:
        return bucket
    exponent, part = bucket // SUB_BUCKETS + 4, bucket % SUB_BUCKETS
    return (1 << exponent) | (part << (exponent - 5))


def quantile(counts, q):
    rank, seen = max(1, round(q * sum(counts))), 0
    for bucket, count in enumerate(counts):
        seen += count
        if seen >= rank:
            return lower_bound(bucket)
    return 0


def added(before, after):
    return [b - a for a, b in zip(before, after)]


class Frozen:
    """One process, stopped while the block runs. `processes`: {role: process} of those that live all the time."""

    def __init__(self, exchange, processes, role):
        self.exchange, self.processes, self.role, self.snapshot = exchange, processes, role, None

    def __enter__(self):
        if self.role == "snapshot":
            command = [PROGRAM, "snapshot", self.exchange.data, "--shared-dir", self.exchange.shared]
            self.snapshot = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.05)
            self.process = self.snapshot.pid
        else:
            self.process = self.processes.get(self.role)
        if self.process:
            os.kill(self.process, signal.SIGSTOP)

    def __exit__(self, *_):
        if self.process:
            os.kill(self.process, signal.SIGCONT)
        if self.snapshot:
            self.snapshot.kill()
            self.snapshot.wait()


def before_everybody_else(exchange):
    """Node and participants get their processor when they want it, whatever else the machine does (SCHED_FIFO, as
    root).
    """
    for role in ("node", "demo"):
        for thread in pathlib.Path(f"/proc/{exchange.process_of(role)}/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_FIFO, os.sched_param(1))


def measure_period(counters, seconds):
    time.sleep(SETTLE_S)
    before = {name: counters.histogram(name) for name in FIGURES}
    time.sleep(seconds)
    return {name: added(before[name], counters.histogram(name)) for name in FIGURES}


def measure_pair(exchange, processes, counters, role, seconds, stopped_first):
    """The histograms of a period in which all run, and of one in which `role` is stopped."""
    periods = {}
    for stopped in (stopped_first, not stopped_first):
        with Frozen(exchange, processes, role) if stopped else contextlib.nullcontext():
            periods[stopped] = measure_period(counters, seconds)
    return periods[False], periods[True]


def measure(exchange, counters, options):
    """{role: pairs}. The roles take turns, so that all see the same weather."""
    roles = options.roles or ROLES
    processes = {role: exchange.process_of(role) for role in roles if role not in ("nobody", "snapshot")}
    pairs = {role: [] for role in roles}
    for n in range(options.pairs):
        for role in roles:
            pairs[role].append(
                measure_pair(exchange, processes, counters, role, options.period, stopped_first=n % 2 == 0)
            )
    return pairs


def report(role, pairs):
    for name in FIGURES:
        running, stopped = ([sum(column) for column in zip(*(pair[side][name] for pair in pairs))] for side in (0, 1))
        ratios = [quantile(b[name], 0.99) / max(1, quantile(a[name], 0.99)) for a, b in pairs]
        low, median, high = statistics.quantiles(ratios, n=4)
        print(
            f"{role:>12} {name:>17} {sum(running):>9} {sum(stopped):>9}"
            + "".join(f"{quantile(counts, q) / 1000:>10.1f}" for q in (0.5, 0.99) for counts in (running, stopped))
            + f"{quantile(stopped, 0.99) / max(1, quantile(running, 0.99)):>8.2f} {median:>7.2f}   "
            f"{low:.2f} to {high:.2f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("roles", nargs="*", metavar="ROLE", help=", ".join(ROLES))
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--period", type=float, default=0.5, help="seconds")
    parser.add_argument("--rate", type=int, default=2000, help="commands per second")
    parser.add_argument("--durability", choices=("sync", "memory"), default="memory")
    parser.add_argument("--fifo", action="store_true", help="real-time priority for node and participants; wants root")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the exchange ends with this program
    exchange = SplitExchange(
        durability=options.durability,
        demo=True,
        segment_mib=16,
        options=("--demo-rate", str(options.rate), "--metrics-port", "0"),
    )
    try:
        exchange.start()
        (path,) = exchange.shared.glob("*/counters")
        counters = Counters(path)
        wait_until(lambda: sum(counters.histogram("stage_applied")) > 2 * options.rate, "participants trade", 60)
        if options.fifo:
            before_everybody_else(exchange)
        print(
            f"{options.pairs} pairs of {options.period} s, {options.rate} commands/s, mode {options.durability}; "
            "microseconds"
        )
        print(
            f"{'stopped':>12} {'figure':>17} {'n run':>9} {'n stop':>9}{'p50 run':>10}{'p50 stop':>10}{'p99 run':>10}"
            f"{'p99 stop':>10}{'ratio':>8} {'median':>7}   half of the pairs"
        )
        for role, pairs in measure(exchange, counters, options).items():
            report(role, pairs)
    finally:
        exchange.close()


if __name__ == "__main__":
    main()
