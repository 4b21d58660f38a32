"""The data folders of every release (tests/golden) under the program itself: replay, verify, snapshot, start."""

import hashlib
import json
import re
import subprocess

import pytest

from conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests/golden"
RELEASES = sorted(path.parent.name for path in GOLDEN.glob("*/expected"))


def expected_of(release):
    lines = (GOLDEN / release / "expected").read_text().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


def files_of(folder):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(params=RELEASES)
def golden(request, make_exchange):
    """A closed exchange whose data folder is a copy of a golden one, and what must be in it."""
    exchange = make_exchange()
    archive = GOLDEN / request.param / "data.tar.xz"
    subprocess.run(["tar", "-xJf", archive, "-C", exchange.root], check=True)
    return exchange, expected_of(request.param)


def test_readers_give_what_was_written_and_change_nothing(golden):
    exchange, expected = golden
    before = files_of(exchange.data)
    replayed = json.loads(exchange.tool("replay").stdout)
    assert replayed["state_hash"] == expected["state_hash"]
    assert replayed["event_hash"] == expected["events_hash"]
    assert (replayed["commands"], replayed["events"]) == (int(expected["commands"]), int(expected["events"]))
    assert exchange.verify() == expected["state_hash"]
    assert files_of(exchange.data) == before


def test_the_snapshot_and_the_commands_behind_it_give_the_same_state(golden):
    exchange, expected = golden
    written = exchange.tool("snapshot")
    assert written.returncode == 0 and "passed over" not in written.stderr, written.stderr
    behind = int(expected["commands"]) - int(expected["snapshot"])
    assert f"state hash {expected['state_hash']}, {behind} commands replayed" in written.stdout


def test_an_exchange_starts_from_it_and_goes_on(golden):
    exchange, expected = golden
    exchange.start()
    printed = exchange.output.read_text()
    assert f"recovered {expected['commands']} commands and {expected['events']} events" in printed
    assert f"began with the snapshot of command {expected['snapshot']}" in printed
    exchange.list_instrument("GOLDEN")
    trader = exchange.open_trader("after-the-upgrade", cash="1000")
    assert trader.order("buy", 1, "99", symbol="GOLDEN")["status"] == "new"
    exchange.stop()
    exchange.verify()
