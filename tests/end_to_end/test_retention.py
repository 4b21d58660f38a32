"""Old segments of real exchanges: sealed, removed when a snapshot covers them, kept for registered readers, found when
changed.
"""

import json
import re

import pytest
from conftest import wait_until

SMALL = ("--retain-gib", "0.001", "--snapshot-minutes", "0", "--demo-rate", "30000")


@pytest.fixture
def busy(make_exchange):
    """A demo that fills segments of 1 MiB, and may keep a MiB of each log."""
    return make_exchange(demo=True, durability="memory", options=SMALL).start()


def segments(exchange, log="commands", suffix="log"):
    return sorted(int(path.stem) for path in (exchange.data / log).glob(f"*.{suffix}"))


def head(exchange, log="commands"):
    return re.search(rf"{log}: \d+ segments sealed, head ([0-9a-f]+)", exchange.tool("verify").stdout)[1]


def test_commands_go_once_a_snapshot_covers_them_and_the_exchange_goes_on(busy):
    wait_until(lambda: segments(busy)[-1] > 8, "segments fill", 120)
    assert segments(busy)[0] == 1
    assert busy.tool("snapshot").returncode == 0
    wait_until(lambda: segments(busy)[0] > 1, "segments go", 60)
    assert segments(busy, suffix="seal")[0] == 1
    wait_until(lambda: segments(busy, log="events")[0] > 1, "segments of events go too", 60)
    assert segments(busy, log="events", suffix="seal")[0] == 1
    busy.stop()
    busy.verify()
    dumped = busy.tool("dump", "--log", "commands", "--count", "1")
    assert dumped.returncode == 1 and "no longer kept" in dumped.stderr
    first = int(re.search(r"begins with record (\d+)", dumped.stderr)[1])
    dumped = busy.tool("dump", "--log", "commands", "--count", "1", "--from-time", "0")
    assert json.loads(dumped.stdout)["sequence"] == first
    busy.start()
    assert "began with the snapshot of command" in busy.output.read_text()
    busy.stop()
    for path in (busy.data / "snapshots").iterdir():
        path.unlink()
    busy.launch()
    assert busy.process.wait(60) == 1
    busy.process = None
    assert f"begins with command {first}" in busy.errors.read_text()


def test_a_registered_reader_holds_what_it_has_not_read(busy):
    assert busy.tool("dump", "--log", "commands", "--reader", "archive", "--count", "7").returncode == 0
    wait_until(lambda: segments(busy)[-1] > 8, "segments fill", 120)
    assert busy.tool("snapshot").returncode == 0
    listed = busy.tool("readers").stdout
    assert re.match(r"archive commands needs 8 lag \d+ updated \S+ following", listed), listed
    wait_until(lambda: segments(busy)[-1] > 12, "segments fill", 120)
    assert segments(busy)[0] == 1
    busy.tool("readers", "--remove", "archive")
    wait_until(lambda: segments(busy)[0] > 1, "segments go", 60)
    assert "no readers" in busy.tool("readers").stdout


def test_verify_tells_whether_a_head_that_was_noted_still_stands(busy):
    wait_until(lambda: segments(busy, suffix="seal")[-1:] > [1], "segments are sealed", 120)
    busy.stop()
    noted = head(busy)
    busy.start()
    wait_until(lambda: segments(busy)[-1] > 4, "segments fill", 120)
    busy.stop()
    verified = busy.tool("verify", "--head", noted)
    assert verified.returncode == 0 and f"since head {noted} was noted" in verified.stdout
    other = noted[:-1] + ("0" if noted[-1] != "0" else "1")
    assert busy.tool("verify", "--head", other).returncode == 1


def test_records_of_a_span_of_time(busy):
    wait_until(lambda: segments(busy)[-1] > 2, "segments fill", 120)
    busy.stop()
    every = [json.loads(line) for line in busy.tool("dump", "--log", "commands").stdout.splitlines()]
    begin, end = (every[len(every) * n // 8]["timestamp_ns"] // 1_000_000 for n in (3, 5))
    printed = busy.tool("dump", "--log", "commands", "--from-time", begin, "--to-time", end)
    expected = [r for r in every if begin <= r["timestamp_ns"] / 1_000_000 < end]
    assert [json.loads(line) for line in printed.stdout.splitlines()] == expected
    assert len(expected) > 100
