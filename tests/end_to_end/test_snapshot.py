"""Snapshots of real exchanges: made while one runs, used by the next start, passed over when they are damaged."""

import re

from conftest import Feed, wait_until


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
    assert trader_a.get_order(resting["id"])["remainingQuantity"] == "7"
    assert trader_a.cancel(resting["id"])["status"] == "cancelled"
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
    assert there == [f"{sequence:020}.{what}" for sequence in made[-2:] for what in ("snapshot", "views")]
    exchange.stop()
    assert "nothing written" in exchange.tool("snapshot").stdout


# --- the readers: gateway, scheduler, demo ---


def answers(exchange, traders):
    """What the gateway says of everything that comes from events."""
    out = {}
    for trader in traders:
        out[trader.account] = [
            trader.get_account(),
            trader.request("GET", "/v1/orders", "limit=1000"),
            trader.request("GET", "/v1/orders", "status=open&limit=1000"),
            trader.request("GET", "/v1/execution", "limit=1000"),
        ]
    out["instruments"] = exchange.get("/v1/instruments")
    for path in ("orderBook/L2", "trades"):
        out[path] = exchange.get(f"/marketdata/{path}", "symbol=ACME")
    for resolution in ("1m", "1d", "1M"):
        out[resolution] = exchange.get("/marketdata/candles", f"symbol=ACME&resolution={resolution}")
    out["fees"] = exchange.operate("GET", "/v1/operator/fees")
    out["proposals"] = exchange.operate("GET", "/v1/operator/proposals")
    return out


def trade(trader_a, trader_b, rounds):
    for n in range(rounds):
        trader_a.order("buy", n + 1, f"{99 - n % 5}", clientOrderId=f"a-{trader_a.exchange.starts}-{n}")
        trader_b.order("sell", n + 2, f"{98 + n % 6}")


def began(exchange, reader):
    """(event of the snapshot, or 0; events read after it) as the start printed it."""
    text = exchange.output.read_text()
    found = re.search(rf"^{reader}: (?:began with the snapshot of event (\d+), )?read (\d+) events$", text, re.M)
    assert found, text
    return int(found[1] or 0), int(found[2])


def reports(exchange, trader, channel, first):
    """The private reports from number `first` to the last one."""
    with Feed(exchange) as feed:
        feed.authenticate(trader)
        answer = feed.subscribe(channel, fromSequence=first)
        return [feed.receive() for _ in range(answer["nextSequence"] - first)]


def test_readers_go_on_from_their_snapshot_with_the_same_answers(market):
    exchange, trader_a, trader_b = market
    trade(trader_a, trader_b, 40)
    match = trader_a.request("GET", "/v1/execution")["executions"][0]["matchNumber"]
    proposal = exchange.operate("POST", f"/v1/operator/trades/{match}/bust", expect=(200, 201, 202))["id"]
    made = exchange.tool("snapshot")
    event = int(re.search(r"readers at event (\d+)", made.stdout)[1])
    resting = trader_a.order("buy", 3, "90")
    before = answers(exchange, (trader_a, trader_b))
    told = {channel: reports(exchange, trader_a, channel, 1) for channel in ("orders", "executions")}
    stored = len(exchange.events())
    exchange.kill()
    exchange.start()
    for reader in ("gateway", "scheduler"):
        assert began(exchange, reader) == (event, stored - event)
    assert 0 < stored - event < 10
    assert answers(exchange, (trader_a, trader_b)) == before
    for channel, frames in told.items():
        assert reports(exchange, trader_a, channel, 1) == frames, "catching up from before the snapshot"
        assert reports(exchange, trader_a, channel, frames[-1]["sequence"]) == frames[-1:]
    exchange.operate("POST", f"/v1/operator/proposals/{proposal}/approval", number=2)
    assert exchange.operate("GET", "/v1/operator/proposals")["proposals"] == []
    assert trader_a.cancel(resting["id"])["status"] == "cancelled"
    after = reports(exchange, trader_a, "orders", told["orders"][-1]["sequence"] + 1)
    assert [frame["report"] for frame in after] == ["trade_busted", "cancelled"], "the numbers go on without a gap"
    exchange.stop()
    exchange.verify()


def test_readers_pass_over_what_is_damaged_and_read_all_without_a_snapshot(market):
    exchange, trader_a, trader_b = market
    trade(trader_a, trader_b, 5)
    older = snapshot(exchange)
    trader_a.order("buy", 1, "80")
    newer = snapshot(exchange)
    before = answers(exchange, (trader_a, trader_b))
    exchange.stop()
    path = exchange.data / "snapshots" / f"{newer:020}.views"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    exchange.start()
    printed = exchange.output.read_text()
    assert f"passed over a snapshot of the readers: {path}: damaged" in printed
    assert began(exchange, "gateway")[0] > 0 and f"began with the snapshot of command {newer}" in printed
    assert answers(exchange, (trader_a, trader_b)) == before
    exchange.stop()
    (exchange.data / "snapshots" / f"{older:020}.views").unlink()
    exchange.start()
    assert began(exchange, "gateway")[0] == 0
    assert answers(exchange, (trader_a, trader_b)) == before
    exchange.stop()
    exchange.verify()


def test_a_missing_snapshot_of_the_readers_is_made_beside_that_of_the_engine(market):
    exchange, trader_a, _ = market
    trader_a.order("buy", 1, "99")
    there = exchange.data / "snapshots" / f"{snapshot(exchange):020}.views"
    content = there.read_bytes()
    there.unlink()
    again = exchange.tool("snapshot")
    assert "nothing written" in again.stdout and "readers at event" in again.stdout
    assert there.read_bytes() == content, "two processes that read the same events write the same bytes"
    assert "readers at event" not in exchange.tool("snapshot").stdout


def test_the_demo_goes_on_from_a_snapshot(make_exchange):
    exchange = make_exchange(demo=True, options=("--demo-rate", "2000"))
    exchange.start()

    def trades():
        return int(exchange.get("/v1/status")["counts"]["trades"])

    wait_until(lambda: trades() > 50, "the demo trades", 60)
    snapshot(exchange)
    exchange.kill()
    stored = len(exchange.events())
    exchange.start()
    event, read = began(exchange, "demo")
    assert event > 0 and began(exchange, "gateway") == (event, read)
    before = trades()
    wait_until(lambda: trades() > before + 50, "the demo trades again", 60)
    exchange.stop()
    # It knows its instruments and accounts, and takes back what it had in the books.
    later = exchange.events()[stored:]
    made_again = {"InstrumentUpdated", "AccountUpdated"}
    assert not [event for event in later if event["message"] in made_again]
    assert not [event for event in later if event["message"] == "CommandRejected" and event["command_template"] > 6]
    assert len([event for event in later if event["message"] == "OrderCancelled"]) > 50
    exchange.verify()
