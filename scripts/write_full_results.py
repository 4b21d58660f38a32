"""Makes the page of `./test --full`: machine, and what each campaign did, when and on which commit.

    write_full_results.py CAMPAIGNS PAGE

CAMPAIGNS has `NAME.row` (name, bounds, seconds, failures and commit, with tabs) and `NAME.log` for each campaign.
"""

import mmap
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time

LINES_OF_A_CAMPAIGN = 120
# What the frame says about itself, and the runner of the tests, is not what a campaign met.
NOISE = re.compile(
    r"^(==>|\[\d+:\d\d\]|Running main|Note: |\[[ =-]+\]|\[ +PASSED|\d+ tests? from|\s*$|INFO: |ninja: )"
)


def processor() -> str:
    text = pathlib.Path("/proc/cpuinfo").read_text()
    name = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    return name[1] if name else os.uname().machine


def memory_gib() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def durable_write_us(folder: str, writes: int = 400) -> float | None:
    """Median time of one 4 KiB write with O_DIRECT and O_DSYNC, which is what an acknowledgement waits for; None where
    the file system has no direct I/O."""
    block = mmap.mmap(-1, 4096)  # aligned, as direct I/O wants it
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(bytes(4096 * 256))
        file.flush()
        os.fsync(file.fileno())
        try:
            direct = os.open(file.name, os.O_WRONLY | os.O_DIRECT | os.O_DSYNC)
        except OSError:
            return None
        times = []
        for i in range(writes):
            begin = time.perf_counter_ns()
            os.pwrite(direct, block, 4096 * (i % 256))
            times.append(time.perf_counter_ns() - begin)
        os.close(direct)
    return statistics.median(times) / 1000


def said(log: pathlib.Path) -> list[str]:
    """What a campaign's programs said, without colours and the frame's own lines; the end of it if it is long."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in log.read_text(errors="replace").splitlines()]
    lines = [line.rstrip() for line in lines if not NOISE.match(line)]
    return lines[-LINES_OF_A_CAMPAIGN:]


def main(campaigns: str, page: str) -> None:
    disk = durable_write_us(os.getcwd())
    out = [
        "# Results of the full test run",
        "",
        "Written by `./test --full`: the last run of each campaign in one working copy. What each is:",
        "[CONTRIBUTING](../../CONTRIBUTING.md#tests). A commit with a + had changes that were not committed.",
        "",
        "| | |",
        "|---|---|",
        f"| machine | {processor()}, {os.cpu_count()} processors, {memory_gib():.0f} GiB, Linux {os.uname().release} |",
        f"| disk's own 4 KiB durable write | {f'{disk:.0f} µs (median)' if disk else 'no direct I/O here'} |",
        "",
        "| campaign | bounds | result | time | commit | ended, UTC |",
        "|---|---|---|---|---|---|",
    ]
    rows = sorted(pathlib.Path(campaigns).glob("*.row"), key=lambda row: row.stat().st_mtime)
    for row in rows:
        name, bounds, seconds, failures, commit = row.read_text().rstrip("\n").split("\t")
        result = "passed" if failures == "0" else f"**{failures} failed**"
        ended = time.strftime("%Y-%m-%d %H:%M", time.gmtime(row.stat().st_mtime))
        out.append(f"| {name} | {bounds} | {result} | {int(seconds) // 60}:{int(seconds) % 60:02} "
                   f"| `{commit}` | {ended} |")  # fmt: skip
    for row in rows:
        if lines := said(row.with_suffix(".log")):
            out += ["", f"## {row.stem}", "", "```", *lines, "```"]
    path = pathlib.Path(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
