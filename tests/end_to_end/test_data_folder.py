"""The data folder: closed, opened again, damaged, and what verify and the next start say about it."""

import hashlib
import json
import re
import shutil
import struct
import subprocess

import pytest

from conftest import PROGRAM, MarketFeed, run_program, wait_until

SEGMENT_HEADER_BYTES = 4096


@pytest.fixture
def closed_market(market):
    """An exchange with thirty orders, closed cleanly."""
    exchange, trader_a, _ = market
    for n in range(30):
        trader_a.order("buy", n + 1, "99")
    exchange.stop()
    return exchange


def files_of(exchange):
    """Every file of the data folder with a hash of what is in it."""
    return {
        str(path.relative_to(exchange.data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(exchange.data.rglob("*"))
        if path.is_file()
    }


def command_file(exchange):
    return exchange.data / "commands" / "0000000001.log"


def record_offsets(path):
    """Where the records of a segment begin, and where the last one ends."""
    content, offsets = path.read_bytes(), [SEGMENT_HEADER_BYTES]
    while length := struct.unpack_from("<I", content, offsets[-1])[0]:
        offsets.append(offsets[-1] + length)
    return offsets


def start_is_refused(exchange):
    """Starts, expects a refusal, and returns the message."""
    exchange.launch()
    assert exchange.process.wait(60) == 1
    exchange.process = None
    return exchange.errors.read_text()


def test_a_clean_close_leaves_nothing_behind_and_the_next_start_continues(market):
    exchange, trader_a, _ = market
    order = trader_a.order("buy", 1, "99")
    with MarketFeed(exchange) as feed:  # also while somebody is connected
        feed.subscribe("l1", symbol="*")
        printed = exchange.stop()
    assert printed.endswith("closing\nclosed; the next start continues here\n")
    assert not [path for path in exchange.shared.rglob("*") if path.is_file()]
    state = exchange.verify()
    exchange.start()
    assert re.search(r"recovered 10 commands and 10 events", exchange.output.read_text())
    assert trader_a.get_order(order["id"])["status"] == "new"
    exchange.stop()
    assert exchange.verify() == state


def test_dump_prints_every_record_as_json(closed_market):
    exchange = closed_market
    dumped = exchange.tool("dump")
    assert dumped.returncode == 0
    records = [json.loads(line) for line in dumped.stdout.splitlines()]
    commands, events = ([r for r in records if r["log"] == log] for log in ("commands", "events"))
    assert [r["sequence"] for r in commands] == list(range(1, 40)) == [r["sequence"] for r in events]
    assert [r["message"] for r in commands[:7]] == [
        "SetRuleSet",
        "SetBusinessDate",
        "ConfigureInstrument",
        "OpenAccount",
        "MoveCash",
        "MoveShares",
        "OpenAccount",
    ]
    assert [r["quantity"] for r in commands if r["message"] == "NewOrder"] == list(range(1, 31))
    assert {r["price"] for r in events if r["message"] == "OrderAccepted"} == {"99"}
    few = exchange.tool("dump", "--log", "events", "--from", "10", "--count", "3")
    assert [json.loads(line) for line in few.stdout.splitlines()] == events[9:12]


def test_tools_read_a_running_exchange(market):
    exchange, trader_a, _ = market
    trader_a.order("buy", 1, "99")
    verified = exchange.tool("verify")
    assert verified.returncode == 0 and "replay equal: 10 commands give 10 events" in verified.stdout
    assert json.loads(exchange.tool("replay").stdout)["commands"] == 10
    assert trader_a.order("buy", 1, "99")["id"] == "2"


def test_a_machine_that_cannot_carry_an_exchange_is_named_before_anything_is_made(tmp_path):
    folders = ("--data", tmp_path / "data", "--shared-dir", tmp_path / "nowhere", "--http-port", "0", "--no-demo")
    refused = run_program("up", *map(str, folders))
    assert refused.returncode == 1 and "there is no such folder. Make it" in refused.stderr
    limited = subprocess.run(
        ["sh", "-c", 'ulimit -n 16; exec "$0" "$@"', PROGRAM, "up", *map(str, folders)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert limited.returncode == 1 and "may open 16 files; an exchange needs 64" in limited.stderr
    assert not list(tmp_path.iterdir())


def test_a_second_exchange_on_the_same_folder_is_refused(market):
    exchange, trader_a, _ = market
    second = run_program("up", *exchange.arguments)
    assert second.returncode == 1
    assert str(exchange.data) in second.stderr and re.search(
        "another|already|in use", second.stderr
    ), second.stderr
    assert trader_a.order("buy", 1, "99")["status"] == "new"


def test_a_port_in_use_is_refused_with_a_reason(exchange, make_exchange):
    other = make_exchange()
    other.arguments[other.arguments.index("--http-port") + 1] = str(exchange.port)
    message = start_is_refused(other)
    assert str(exchange.port) in message and "in use" in message


def test_a_flipped_byte_in_the_middle_is_found_and_nothing_is_changed(closed_market):
    exchange = closed_market
    file = command_file(exchange)
    offsets = record_offsets(file)
    assert len(offsets) == 40
    content = bytearray(file.read_bytes())
    content[offsets[20] + 50] ^= 1
    file.write_bytes(content)
    damaged = files_of(exchange)
    verified = exchange.tool("verify")
    assert verified.returncode == 1
    for message in (verified.stderr, start_is_refused(exchange)):
        assert str(file) in message and f"byte {offsets[20]}" in message and "record 21 " in message, message
        assert "estore" in message, "it must say what to do"
    assert files_of(exchange) == damaged
    content[offsets[20] + 50] ^= 1
    file.write_bytes(content)
    exchange.start()  # repaired: all is there
    assert exchange.get("/v1/status")["counts"]["openOrders"] == 30


def test_an_acknowledged_order_that_is_missing_is_damage_not_a_torn_tail(closed_market):
    exchange = closed_market
    file = command_file(exchange)
    offsets = record_offsets(file)
    content = bytearray(file.read_bytes())
    content[offsets[-2] : offsets[-1]] = bytes(offsets[-1] - offsets[-2])  # the last order is gone
    file.write_bytes(content)
    damaged = files_of(exchange)
    assert exchange.tool("verify").returncode == 1
    assert f"byte {offsets[-2]}" in start_is_refused(exchange)
    assert files_of(exchange) == damaged


def test_an_interrupted_write_at_the_end_is_cut_and_said(closed_market):
    exchange = closed_market
    state = exchange.verify()
    file = command_file(exchange)
    offsets = record_offsets(file)
    content = bytearray(file.read_bytes())
    last = content[offsets[-2] : offsets[-1]]
    half = len(last) // 2
    content[offsets[-1] : offsets[-1] + half] = last[
        :half
    ]  # as if the power had gone in the middle of the next record
    file.write_bytes(content)
    verified = exchange.tool("verify")
    assert verified.returncode == 0 and "an interrupted write of" in verified.stdout
    exchange.start()
    assert re.search(
        r"cut an interrupted write of \d+ bytes at the end of the command log", exchange.output.read_text()
    )
    assert exchange.get("/v1/status")["counts"]["openOrders"] == 30
    exchange.stop()
    assert exchange.verify() == state
    assert record_offsets(file) == offsets


def test_a_segment_of_another_exchange_is_refused(closed_market, make_exchange):
    exchange = closed_market
    other = make_exchange().start()
    other.stop()
    kept = command_file(exchange).read_bytes()
    shutil.copyfile(command_file(other), command_file(exchange))
    foreign = files_of(exchange)
    for message in (exchange.tool("verify").stderr, start_is_refused(exchange)):
        assert "belongs to another log" in message and str(command_file(exchange)) in message, message
    assert files_of(exchange) == foreign
    command_file(exchange).write_bytes(kept)
    exchange.start()


def test_a_lost_event_log_is_made_anew_from_the_commands(make_exchange):
    exchange = make_exchange(durability="memory", demo=True, options=("--demo-rate", "50000")).start()
    wait_until(
        lambda: int(exchange.get("/v1/status")["sequences"]["events"]) > 30_000,
        "the demo fills several segments",
        60,
    )
    exchange.stop()
    events = exchange.tool("dump", "--log", "events").stdout
    assert len(list((exchange.data / "events").iterdir())) > 3
    shutil.rmtree(exchange.data / "events")
    exchange.arguments.append("--no-demo")
    exchange.start()
    exchange.stop()
    assert exchange.tool("dump", "--log", "events").stdout == events
    exchange.verify()
