"""The data folders of every release (tests/golden) under the program itself: replay, verify, snapshot, start."""

import datetime
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


SEALED = [release for release in RELEASES if "commands_head" in expected_of(release)]


def files_of(folder):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unpack(exchange, release):
    subprocess.run(["tar", "-xJf", GOLDEN / release / "data.tar.xz", "-C", exchange.root], check=True)
    return exchange, expected_of(release)


@pytest.fixture(params=RELEASES)
def golden(request, make_exchange):
    """A closed exchange whose data folder is a copy of a golden one, and what must be in it."""
    return unpack(make_exchange(), request.param)


@pytest.fixture(params=SEALED)
def sealed(request, make_exchange):
    """The same of a release that seals its segments."""
    return unpack(make_exchange(), request.param)


@pytest.fixture(params=SEALED)
def shortened(request, make_exchange):
    """The same folder after retention."""
    exchange = make_exchange()
    exchange.move(data=exchange.root / "shortened")
    return unpack(exchange, request.param)


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


def test_a_folder_of_before_keeps_its_rules_until_two_operators_move_it(make_exchange):
    """Under rules 1 a range of prices ends at one of its limits, under rules 2 at the reference."""
    exchange, _ = unpack(make_exchange(), "0.2")
    exchange.start()
    assert exchange.get("/v1/status")["ruleSet"] == {"inForce": 1, "next": 1}

    def price_of_an_auction(symbol):
        exchange.list_instrument(symbol)
        buyer = exchange.open_trader(f"buyer-{symbol}", cash="100000")
        seller = exchange.open_trader(f"seller-{symbol}", shares={symbol: "100"})
        place = f"/v1/operator/instruments/{symbol}/state"
        exchange.operate("PUT", place, {"state": "volatility_auction"})
        buyer.order("buy", 10, "105", symbol=symbol)
        seller.order("sell", 10, "95", symbol=symbol)
        exchange.operate("PUT", place, {"state": "trading"})
        return exchange.get("/marketdata/trades", f"symbol={symbol}")["trades"][0]["price"]

    assert price_of_an_auction("OLD") == "105"
    proposal = exchange.operate("POST", "/v1/operator/market/ruleSet", {"version": 2}, expect=202)
    assert proposal["kind"] == "ruleSet" and proposal["version"] == 2
    exchange.operate("POST", f"/v1/operator/proposals/{proposal['id']}/approval", number=2)
    assert exchange.get("/v1/status")["ruleSet"] == {"inForce": 1, "next": 2}
    assert price_of_an_auction("STILLOLD") == "105"
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yesterday = str(today - datetime.timedelta(days=1))  # the folder's own days are none of the calendar
    proposal = exchange.operate("POST", "/v1/operator/market/businessDate", {"date": yesterday}, expect=202)
    exchange.operate("POST", f"/v1/operator/proposals/{proposal['id']}/approval", number=2)
    exchange.operate("POST", "/v1/operator/market/endDay", {"date": str(today)})
    assert exchange.get("/v1/status")["ruleSet"] == {"inForce": 2, "next": 2}
    assert price_of_an_auction("NEW") == "100"
    exchange.stop()
    exchange.verify()
    exchange.tool("snapshot")
    exchange.start()
    assert exchange.get("/v1/status")["ruleSet"] == {"inForce": 2, "next": 2}
    assert price_of_an_auction("NEWER") == "100"
    exchange.stop()
    exchange.verify()


def test_verify_follows_the_seals_to_the_recorded_heads(sealed):
    exchange, expected = sealed
    heads = [expected["commands_head"], expected["events_head"]]
    verified = exchange.tool("verify", "--head", heads[0], "--head", heads[1])
    assert verified.returncode == 0, verified.stderr
    for head in heads:
        assert f"since head {head} was noted" in verified.stdout


def test_readers_begin_with_their_snapshot_and_the_next_start_has_the_next_number(sealed):
    exchange, expected = sealed
    exchange.start()
    printed = exchange.output.read_text() + exchange.errors.read_text()
    assert f"gateway: began with the snapshot of event {expected['snapshot_events']}" in printed
    assert "passed over" not in printed
    assert f"number {int(expected['epoch']) + 1}\n" in (exchange.data / "epoch").read_text()
    exchange.stop()


def test_registered_readers_are_those_that_were_recorded(sealed):
    exchange, expected = sealed
    listed = exchange.tool("readers").stdout
    assert f"auditor commands needs {expected['reader auditor of commands']} " in listed
    assert f"reporter events needs {expected['reader reporter of events']} " in listed


def test_a_log_that_was_shortened_is_verified_and_goes_on(shortened):
    exchange, expected = shortened
    head = expected["shortened events_head"]
    verified = exchange.tool("verify", "--head", head)
    assert verified.returncode == 0, verified.stderr
    assert f"state hash {expected['state_hash']}" in verified.stdout
    assert f"since head {head} was noted" in verified.stdout
    exchange.start()
    exchange.list_instrument("GOLDEN")
    exchange.stop()
    exchange.verify()
