"""Snapshots of real exchanges: made while one runs, used by the next start, passed over when they are damaged."""

import re


def snapshot(exchange, *options):
    printed = exchange.tool("snapshot", *options)
    return int(re.search(r"snapshot of command (\d+)", printed.stdout)[1])


def test_a_start_begins_with_the_snapshot_made_while_trading(market):
    exchange, trader_a, _ = market
    for n in range(40):
        trader_a.order("buy", n + 1, "99")
    first = snapshot(exchange)
    resting = trader_a.order("buy", 7, "98")
    exchange.kill()
    exchange.start()
    assert f"began with the snapshot of command {first}" in exchange.output.read_text()
    assert trader_a.get_order(resting["orderId"])["remaining"] == "7"
    assert trader_a.cancel(resting["orderId"])["status"] == "cancelled"
    exchange.stop()
    exchange.verify()


def test_a_damaged_snapshot_is_passed_over_for_the_one_before(market):
    exchange, trader_a, _ = market
    trader_a.order("buy", 1, "99")
    older = snapshot(exchange)
    trader_a.order("buy", 2, "99")
    newer = snapshot(exchange)
    assert newer > older
    exchange.stop()
    path = exchange.data / "snapshots" / f"{newer:020}.snapshot"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    exchange.start()
    printed = exchange.output.read_text()
    assert f"began with the snapshot of command {older}" in printed
    assert "passed over" in printed and path.name in printed
    trader_a.order("buy", 3, "99")
    exchange.stop()
    exchange.verify()


def test_only_the_newest_are_kept_and_nothing_new_writes_nothing(market):
    exchange, trader_a, _ = market
    made = []
    for n in range(4):
        trader_a.order("buy", n + 1, "99")
        made.append(snapshot(exchange, "--keep", "2"))
    there = sorted(path.name for path in (exchange.data / "snapshots").iterdir())
    assert there == [f"{sequence:020}.snapshot" for sequence in made[-2:]]
    exchange.stop()
    assert "nothing written" in exchange.tool("snapshot").stdout
