"""Accounts trade on a real exchange: what REST, the WebSocket and the log say, and what arithmetic says."""

import collections
import datetime
import time

import pytest

from conftest import Feed, MarketFeed, wait_until
from ledger import (
    book_by_frames,
    book_by_log,
    book_by_rest,
    cash_of,
    decimal,
    Ledger,
    nanoseconds,
    shares_of,
    units,
)


def test_a_share_of_a_million_won_is_listed_traded_and_shown(market):
    exchange, buyer, seller = market
    listed = exchange.list_instrument("HANB", currency="KRW", tickSize="1", referencePrice="1000000", collarPpm=300000)
    assert listed["maxPrice"] == "100000000"
    rows = [{"fromPrice": "200000", "tick": "100"}, {"fromPrice": "500000", "tick": "1000"}]
    exchange.operate("PUT", "/v1/operator/instruments/HANB/tickTable", {"rows": rows})
    exchange.deposit(buyer.account, currency="KRW", amount="500000000")
    exchange.deposit(seller.account, symbol="HANB", quantity="100")
    with MarketFeed(exchange) as feed:
        feed.subscribe("l2", symbol="HANB", depth=5)
        feed.receive()
        seller.order("sell", 30, "1001000", symbol="HANB")
        assert feed.receive()["asks"] == [["1001000", "30"]]
    off = buyer.order("buy", 1, "1000500", symbol="HANB", expect=422)
    assert (off["code"], off["field"]) == (2204, "price")
    assert buyer.order("buy", 30, "1300000", symbol="HANB")["status"] == "filled"
    assert cash_of(buyer)["KRW"][0] == units("469970000")  # 500,000,000 less 30 x 1,001,000
    seller.order("sell", 1, "100000000", symbol="HANB", expect=422)  # beyond the collar
    candle = exchange.get("/marketdata/candles", "symbol=HANB&resolution=1d")["candles"][-1]
    assert (candle["high"], candle["volume"], candle["turnover"]) == ("1001000", "30", "30030000")
    exchange.stop()
    exchange.verify()


def test_two_accounts_trade_and_both_see_their_executions(market):
    exchange, trader_a, trader_b = market
    exchange.operate("PUT", "/v1/operator/fees", {"makerPpm": 500, "takerPpm": 1500})
    with Feed(exchange) as alices, Feed(exchange) as bobs:
        for feed, trader in ((alices, trader_a), (bobs, trader_b)):
            feed.authenticate(trader)
            assert feed.subscribe("executions")["nextSequence"] == 1
        resting = trader_a.order("sell", 100, "101.25")
        assert (resting["status"], resting["filledQuantity"], resting["remainingQuantity"]) == (
            "new",
            "0",
            "100",
        )
        taking = trader_b.order("buy", 30, "102")
        assert (taking["status"], taking["filledQuantity"], taking["remainingQuantity"]) == (
            "filled",
            "30",
            "0",
        )
        maker, taker = alices.receive(), bobs.receive()
    match = int(maker["matchNumber"])
    assert (int(maker["executionId"]), int(taker["executionId"])) == (2 * match, 2 * match + 1)
    for report, order, side, liquidity, fee, remaining in (
        (maker, resting, "sell", "maker", "1.5187", "70"),
        (taker, taking, "buy", "taker", "4.5562", "0"),
    ):
        assert (
            report["report"] == "execution" and report["orderId"] == order["id"] and report["sequence"] == 1
        )
        assert (report["side"], report["liquidity"], report["price"], report["quantity"]) == (
            side,
            liquidity,
            "101.25",
            "30",
        )
        assert (report["fee"], report["remaining"]) == (fee, remaining)
    # 30 x 101.25 = 3037.50; fees of 0.0005 and 0.0015 of it, 1.51875 and 4.55625, rounded down to four decimals.
    assert cash_of(trader_a)["USD"] == (units("1003035.9813"), 0, units("1003035.9813"))
    assert cash_of(trader_b)["USD"] == (units("996957.9438"), 0, units("996957.9438"))
    assert shares_of(trader_a)["ACME"] == (9970, 70, 9900)
    assert shares_of(trader_b)["ACME"] == (10030, 0, 10030)
    assert exchange.get("/v1/status")["fees"]["collected"] == [{"currency": "USD", "amount": "6.0749"}]


def test_partial_fills_ioc_market_and_cancel_end_as_they_should(market):
    exchange, trader_a, trader_b = market
    first, second = trader_a.order("sell", 10, "100.00"), trader_a.order("sell", 10, "100.05")
    ioc = trader_b.order("buy", 15, "100.02", timeInForce="ioc")
    assert (ioc["status"], ioc["filledQuantity"], ioc["cancelledQuantity"], ioc["cancelReason"]) == (
        "cancelled",
        "10",
        "5",
        "immediate_or_cancel",
    )
    assert trader_a.get_order(first["id"])["status"] == "filled"
    market_order = trader_b.order("buy", 4)
    assert (market_order["status"], market_order["filledQuantity"]) == ("filled", "4")
    assert [fill["price"] for fill in market_order["executions"]] == ["100.05"]
    left = trader_a.get_order(second["id"])
    assert (left["status"], left["filledQuantity"], left["remainingQuantity"]) == (
        "partially_filled",
        "4",
        "6",
    )
    sweep = trader_b.order("buy", 100)
    assert (sweep["status"], sweep["filledQuantity"], sweep["cancelledQuantity"], sweep["cancelReason"]) == (
        "cancelled",
        "6",
        "94",
        "no_liquidity",
    )
    rest = trader_b.order("buy", 7, "99.99", timeInForce="day")
    assert (rest["status"], rest["remainingQuantity"]) == ("new", "7")
    assert cash_of(trader_b)["USD"][1] == 7 * units("99.99")
    gone = trader_b.cancel(rest["id"])
    assert (gone["status"], gone["remainingQuantity"], gone["cancelledQuantity"], gone["cancelReason"]) == (
        "cancelled",
        "0",
        "7",
        "requested",
    )
    assert cash_of(trader_b)["USD"][1] == 0
    assert book_by_rest(exchange) == ([], [])


def random_trading(exchange, traders, ledger, randomness, commands):
    """Orders and cancels of all traders, each answer compared with the ledger's."""
    for _ in range(commands):
        account = randomness.choice(list(traders))
        if ledger.open and randomness.random() < 0.2:
            order_id = randomness.choice(list(ledger.open))
            traders[ledger.open.pop(order_id)[0]].cancel(order_id)
            continue
        side, quantity, price = (
            randomness.choice(("buy", "sell")),
            randomness.randint(1, 50),
            units("100") + 100 * randomness.randint(-30, 30),
        )
        rests = randomness.random() < 0.85
        answer = traders[account].order(side, quantity, decimal(price), timeInForce="day" if rests else "ioc")
        fills = ledger.enter(answer["id"], account, side, price, quantity, rests)
        assert [
            (units(f["price"]), int(f["quantity"]), units(f["fee"]))
            for f in answer["executions"]
            if f["liquidity"] == "taker"
        ] == fills


def check_accounts(traders, ledger):
    for account, trader in traders.items():
        total, held = ledger.cash[account], ledger.cash_held(account)
        assert cash_of(trader)["USD"] == (total, held, total - held)
        total, held = ledger.shares[account], ledger.shares_held(account)
        assert shares_of(trader)["ACME"] == (total, held, total - held)


@pytest.fixture
def busy_market(make_exchange, randomness):
    """After 400 random commands of three traders: exchange, traders, ledger, L2 frames seen meanwhile."""
    exchange = make_exchange(durability="memory").start()
    exchange.list_instrument()
    exchange.operate("PUT", "/v1/operator/fees", {"makerPpm": 137, "takerPpm": 1733})
    opened = [exchange.open_trader(f"trader-{n}", cash="5000000", shares={"ACME": "50000"}) for n in range(3)]
    traders = {trader.account: trader for trader in opened}
    ledger = Ledger(traders, units("5000000"), 50000, maker_ppm=137, taker_ppm=1733)
    with MarketFeed(exchange) as feed:
        feed.subscribe("l2", symbol="ACME", depth=100)
        random_trading(exchange, traders, ledger, randomness, 400)
        account = next(iter(traders))
        sentinel = traders[account].order(
            "buy", 1, "90"
        )  # changes the book for sure: with it the feed has seen everything
        ledger.enter(sentinel["id"], account, "buy", units("90"), 1)
        last = int(traders[account].get_account()["sequence"])
        frames = feed.receive_until(lambda frame: int(frame["eventSequence"]) >= last)
    return exchange, traders, ledger, frames


def test_balances_holds_fees_and_positions_add_up_to_the_last_unit(busy_market):
    exchange, traders, ledger, _ = busy_market
    assert len(ledger.trades) > 50
    check_accounts(traders, ledger)
    assert exchange.get("/v1/status")["fees"]["collected"] == [
        {"currency": "USD", "amount": decimal(ledger.fees)}
    ]
    assert sum(ledger.cash.values()) + ledger.fees == 3 * units("5000000")
    exchange.restart()
    check_accounts(traders, ledger)


def test_the_book_is_the_same_by_rest_websocket_and_log(busy_market):
    exchange, _, ledger, frames = busy_market
    by_rest = book_by_rest(exchange)
    assert by_rest == ledger.book()
    assert by_rest == book_by_frames(frames)
    exchange.stop()
    assert by_rest == book_by_log(exchange.events())


def start_of(resolution, when_ns):
    """Start of the span of `when_ns`, computed by the calendar."""
    minutes = {"1m": 1, "5m": 5, "15m": 15, "1h": 60, "1d": 1440}
    if resolution in minutes:
        return when_ns - when_ns % (minutes[resolution] * 60 * 10**9)
    day = datetime.datetime.fromtimestamp(when_ns // 10**9, datetime.timezone.utc).replace(
        hour=0, minute=0, second=0
    )
    first = day - datetime.timedelta(days=day.weekday()) if resolution == "1w" else day.replace(day=1)
    return int(first.timestamp()) * 10**9


def fold(trades, resolution):
    candles = {}
    for trade in trades:  # oldest first
        price, quantity = units(trade["price"]), int(trade["quantity"])
        candle = candles.setdefault(
            start_of(resolution, nanoseconds(trade["time"])),
            {"open": price, "high": price, "low": price, "volume": 0, "turnover": 0, "trades": 0},
        )
        candle |= {
            "high": max(candle["high"], price),
            "low": min(candle["low"], price),
            "close": price,
            "trades": candle["trades"] + 1,
            "volume": candle["volume"] + quantity,
            "turnover": candle["turnover"] + price * quantity,
        }
    return candles


def test_candles_are_a_fold_over_the_trades(busy_market):
    exchange, _, ledger, _ = busy_market
    trades = exchange.get("/marketdata/trades", {"symbol": "ACME", "limit": 1000})["trades"][::-1]
    assert [(units(t["price"]), int(t["quantity"]), t["takerSide"]) for t in trades] == ledger.trades
    assert [int(t["matchNumber"]) for t in trades] == list(range(1, len(trades) + 1))
    for resolution in ("1m", "5m", "15m", "1h", "1d", "1w", "1M"):
        candles = exchange.get(
            "/marketdata/candles", {"symbol": "ACME", "resolution": resolution, "limit": 1000}
        )["candles"]
        told = {
            nanoseconds(c["startTime"]): {"trades": c["trades"], "volume": int(c["volume"])}
            | {name: units(c[name]) for name in ("open", "high", "low", "close", "turnover")}
            for c in candles
        }
        assert told == fold(trades, resolution), resolution
        with MarketFeed(exchange) as feed:
            feed.subscribe("candles", symbol="ACME", resolution=resolution)
            pushed = feed.receive()["candles"]
        assert [int(c["startTime"]) for c in pushed] == list(told), resolution
        assert [units(c["turnover"]) for c in pushed] == [c["turnover"] for c in told.values()], resolution


def test_l1_and_trades_are_pushed_as_they_happen(market):
    exchange, trader_a, trader_b = market
    with MarketFeed(exchange) as tickers, MarketFeed(exchange) as tape:
        tickers.subscribe("l1", symbol="*")
        tape.subscribe("trades", symbol="ACME")
        assert tape.receive()["trades"] == []
        trader_a.order("sell", 5, "100.10")
        trade = trader_b.order("buy", 3, "100.10")["executions"][0]
        pushed = tape.receive()
        assert pushed["type"] == "update" and pushed["sequence"] == 2
        assert [(t["matchNumber"], t["price"], t["quantity"], t["takerSide"]) for t in pushed["trades"]] == [
            (trade["matchNumber"], "100.1", "3", "buy")
        ]
        last = tickers.receive_until(lambda f: f["tickers"] and f["tickers"][0]["last"] is not None)[-1][
            "tickers"
        ][0]
        assert (
            last["symbol"],
            last["last"],
            last["ask"],
            last["askQuantity"],
            last["bid"],
            last["volume"],
        ) == ("ACME", "100.1", "100.1", "2", None, "3")


def test_a_repeated_client_order_id_gets_the_first_result_also_after_a_restart(market):
    exchange, trader_a, trader_b = market
    first = trader_a.order("sell", 10, "100", clientOrderId="once")
    trader_b.order("buy", 4, "100")
    for restarted in (False, True):
        if restarted:
            exchange.restart()
        again = trader_a.order("sell", 10, "100", clientOrderId="once", expect=200)
        assert again["duplicate"] is True and again["id"] == first["id"]
        assert (again["status"], again["filledQuantity"], again["remainingQuantity"]) == (
            "partially_filled",
            "4",
            "6",
        )
        other = trader_a.order(
            "buy", 99, "90", clientOrderId="once", expect=200
        )  # whatever else it says: the id counts
        assert other["id"] == first["id"] and other["side"] == "sell"
        refused = trader_a.order("sell", 10, "100.001", clientOrderId="refused", expect=422)
        assert refused["code"] == 2204 and refused.get("duplicate", False) is restarted
        assert (
            trader_a.order("sell", 10, "100", clientOrderId="refused", expect=422)["duplicate"] is True
        )  # also once it would be right
    assert shares_of(trader_a)["ACME"] == (9996, 6, 9990)
    assert len(trader_a.request("GET", "/v1/orders", {"clientOrderId": "once"})["orders"]) == 1
    assert (
        trader_b.order("buy", 1, "90", clientOrderId="once")["id"] != first["id"]
    )  # another account's ids are its own


def test_private_reports_go_on_from_a_sequence_after_reconnect_and_restart(market):
    exchange, trader_a, trader_b = market
    with Feed(exchange) as feed:
        feed.authenticate(trader_a)
        feed.subscribe("orders", fromSequence=1)
        order = trader_a.order("sell", 10, "100")
        seen = [feed.receive()]
    trader_b.order("buy", 4, "100")  # while nobody listens
    trader_b.order("buy", 6, "100")
    for restarted in (False, True):
        if restarted:
            exchange.restart()
        with Feed(exchange) as feed:
            feed.authenticate(trader_a)
            assert feed.subscribe("orders", fromSequence=seen[-1]["sequence"] + 1)["nextSequence"] == 4
            missed = [feed.receive(), feed.receive()]
            assert [
                (r["sequence"], r["previousSequence"], r["report"], r["quantity"], r["remaining"])
                for r in missed
            ] == [(2, 1, "execution", "4", "6"), (3, 2, "execution", "6", "0")]
            assert {r["orderId"] for r in missed} == {order["id"]}
            feed.send(op="subscribe", channel="executions", fromSequence=99)
            assert feed.receive()["code"] == 6016
    with Feed(exchange) as feed:  # live again after the restart, with the next number
        feed.authenticate(trader_a)
        feed.subscribe("orders")
        trader_a.order("sell", 1, "100.05")
        report = feed.receive()
        assert (report["report"], report["sequence"]) == ("accepted", 4)


def test_lists_filter_and_page(market):
    exchange, trader_a, trader_b = market
    exchange.list_instrument("OTHER", referencePrice="10")
    ids = [trader_a.order("sell", 1, f"100.{n:02}", clientOrderId=f"id-{n}")["id"] for n in range(7)]
    trader_a.order("buy", 1, "9.5", symbol="OTHER")
    trader_b.order("buy", 3, "100.02")
    trader_a.cancel(ids[6])

    def listed(**query):
        return [order["id"] for order in trader_a.request("GET", "/v1/orders", query)["orders"]]

    assert listed(symbol="ACME") == ids[::-1]
    assert listed(symbol="ACME", status="open") == ids[5:2:-1]
    assert listed(symbol="ACME", status="filled") == ids[2::-1]
    assert listed(status="cancelled") == [ids[6]]
    assert listed(clientOrderId="id-3") == [ids[3]]
    assert listed(clientOrderId="never") == []
    pages, cursor = [], None
    while True:
        page = trader_a.request("GET", "/v1/orders", {"symbol": "ACME", "limit": 3, "cursor": cursor})
        pages.append([order["id"] for order in page["orders"]])
        if (cursor := page["nextCursor"]) is None:
            break
    assert pages == [ids[:3:-1], ids[3:0:-1], ids[:1]]

    executions = trader_b.request("GET", "/v1/execution", {"symbol": "ACME"})["executions"]
    assert [e["price"] for e in executions] == ["100.02", "100.01", "100"]
    assert trader_b.request("GET", "/v1/execution", {"symbol": "OTHER"})["executions"] == []
    assert [
        e["orderId"] for e in trader_a.request("GET", "/v1/execution", {"orderId": ids[1]})["executions"]
    ] == [ids[1]]
    two = trader_b.request("GET", "/v1/execution", {"limit": 2})
    assert [e["id"] for e in two["executions"]] == [e["id"] for e in executions[:2]]
    rest = trader_b.request("GET", "/v1/execution", {"limit": 2, "cursor": two["nextCursor"]})
    assert [e["id"] for e in rest["executions"]] == [executions[2]["id"]] and rest["nextCursor"] is None
    when = executions[0][
        "time"
    ]  # all three trades are of one command and one time: the start is included, the end is not
    assert len(trader_b.request("GET", "/v1/execution", {"startTime": when})["executions"]) == 3
    assert trader_b.request("GET", "/v1/execution", {"endTime": when})["executions"] == []
    assert [
        a["reference"] for a in exchange.operate("GET", "/v1/operator/accounts", query="limit=1")["accounts"]
    ] == ["trader_a"]
    assert [i["symbol"] for i in exchange.get("/v1/instruments")["instruments"]] == ["ACME", "OTHER"]


def test_a_halted_instrument_takes_cancels_only_until_it_resumes(market):
    exchange, trader_a, trader_b = market
    resting = [trader_a.order("sell", 5, "100")["id"] for _ in range(2)]
    halted = exchange.operate("POST", "/v1/operator/instruments/ACME/halt", {"reason": "news_pending"})
    assert (halted["state"], halted["haltReason"]) == ("halted", "news_pending")
    assert trader_b.order("buy", 5, "100", expect=422)["code"] == 2101
    assert trader_a.cancel(resting[0])["status"] == "cancelled"
    exchange.restart()
    assert exchange.get("/v1/instruments")["instruments"][0]["state"] == "halted"
    assert trader_b.order("buy", 5, "100", expect=422)["code"] == 2101
    assert exchange.operate("POST", "/v1/operator/instruments/ACME/resume")["state"] == "trading"
    assert trader_b.order("buy", 5, "100")["status"] == "filled"
    assert trader_a.get_order(resting[1])["status"] == "filled"


def test_each_limit_refuses_with_its_own_code(market):
    exchange, trader_a, _ = market
    limits = f"/v1/operator/accounts/{trader_a.account}/limits"
    for name, value, code in (
        ("maxOrderQuantity", "9", 2301),
        ("maxOrderValue", "999.99", 2302),
        ("maxDailyQuantity", "9", 2303),
        ("maxDailyValue", "999.99", 2304),
        ("maxOpenOrders", 0, 2305),
    ):
        assert exchange.operate("PUT", limits, {name: value})["limits"][name] == value
        assert trader_a.order("buy", 10, "100", expect=422)["code"] == code, name
        assert exchange.operate("PUT", limits, {name: 1 if name == "maxOpenOrders" else "1000"})["limits"][
            name
        ] in (1, "1000")
        trader_a.cancel(trader_a.order("buy", 10, "100")["id"])
    exchange.operate("PUT", "/v1/operator/instruments/ACME", {"maxOrderQuantity": "5"})
    exchange.operate("PUT", limits, {})
    assert trader_a.order("buy", 6, "100", expect=422)["code"] == 2301
    assert trader_a.order("buy", 5, "120.01", expect=422)["code"] == 2205
    assert trader_a.order("buy", 5, "120")["status"] == "new"
    suspended = exchange.operate(
        "PUT", f"/v1/operator/accounts/{trader_a.account}/state", {"state": "suspended"}
    )
    assert suspended["state"] == "suspended"
    assert trader_a.order("buy", 1, "100", expect=422)["code"] == 2102


def test_an_order_keeps_the_fees_of_its_entry(market):
    exchange, trader_a, trader_b = market
    trader_a.order("sell", 10, "100")
    fees = {"makerPpm": 1000, "takerPpm": 2000}
    assert exchange.operate("PUT", "/v1/operator/fees", fees) == fees | {"tier": 0, "auctionPpm": 0}
    taken = trader_b.order("buy", 10, "100")
    assert taken["executions"][0]["fee"] == "2"  # 1000 x 0.002; trader_a entered when there were none
    assert cash_of(trader_a)["USD"][0] == units("1001000")
    bid = trader_b.order("buy", 10, "100")
    assert cash_of(trader_b)["USD"][1] == units("1002")  # held with the larger of both rates
    trader_a.order("sell", 10, "100", timeInForce="ioc")
    fills = trader_b.get_order(bid["id"])["executions"]
    assert [(fill["fee"], fill["liquidity"]) for fill in fills] == [("1", "maker")]
    assert cash_of(trader_a)["USD"] == (units("1001998"), 0, units("1001998"))
    assert cash_of(trader_b)["USD"] == (units("997997"), 0, units("997997"))
    exchange.restart()
    assert exchange.get("/v1/status")["fees"]["collected"] == [{"currency": "USD", "amount": "5"}]


def test_day_orders_expire_when_the_day_ends_and_the_next_day_trades(make_exchange):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
        seconds=65
    )  # the next full minute is 5 to 65 seconds away
    exchange = make_exchange(options=("--day-end", f"{end:%H:%M}")).start()
    exchange.list_instrument()
    trader_a, trader_b = (
        exchange.open_trader(name, cash="10000", shares={"ACME": "100"}) for name in ("trader_a", "trader_b")
    )
    exchange.operate("PUT", f"/v1/operator/accounts/{trader_a.account}/limits", {"maxDailyQuantity": "10"})
    filled = trader_a.order("buy", 5, "100")
    trader_b.order("sell", 5, "100")
    order = trader_a.order("buy", 5, "99", clientOrderId="today")
    assert trader_a.order("buy", 1, "99", expect=422)["code"] == 2303
    with Feed(exchange) as feed:
        feed.authenticate(trader_a)
        feed.subscribe("orders")
        report = feed.receive(90)
        assert (report["report"], report["orderId"], report["quantity"], report["reason"]) == (
            "expired",
            order["id"],
            "5",
            "expired",
        )
    expired = trader_a.get_order(order["id"])
    assert (expired["status"], expired["cancelReason"], expired["cancelledQuantity"]) == (
        "expired",
        "expired",
        "5",
    )
    assert trader_a.get_order(filled["id"])["status"] == "filled"
    assert cash_of(trader_a)["USD"] == (units("9500"), 0, units("9500"))
    assert book_by_rest(exchange) == ([], [])
    assert trader_a.order("buy", 10, "99")["status"] == "new"  # the daily quantity starts over
    assert (
        trader_a.order("buy", 5, "99", clientOrderId="today", expect=200)["id"] == order["id"]
    )  # client ids live through the next day
    exchange.stop()
    exchange.verify()


def test_a_trader_may_move_money_only_through_the_operator(market):
    exchange, trader_a, _ = market
    path = f"/v1/operator/accounts/{trader_a.account}/deposits"
    first = exchange.operate(
        "POST", path, {"currency": "USD", "amount": "-400000.5", "reference": "wire-1"}, expect=201
    )
    assert (first["amount"], first["reference"]) == ("-400000.5", "wire-1")
    again = exchange.operate(
        "POST", path, {"currency": "USD", "amount": "-400000.5", "reference": "wire-1"}, expect=200
    )
    assert again["duplicate"] is True
    assert cash_of(trader_a)["USD"][0] == units("599999.5")
    assert (
        exchange.operate(
            "POST", path, {"currency": "USD", "amount": "-600000", "reference": "wire-2"}, expect=422
        )["code"]
        == 2401
    )
    assert (
        exchange.operate(
            "POST", path, {"symbol": "ACME", "quantity": "-10001", "reference": "wire-3"}, expect=422
        )["code"]
        == 2402
    )
    exchange.operate("POST", path, {"symbol": "ACME", "quantity": "-9999", "reference": "wire-4"}, expect=201)
    assert shares_of(trader_a)["ACME"] == (1, 0, 1)
    assert (
        trader_a.request("POST", path, body={"currency": "USD", "amount": "1", "reference": "x"}, expect=403)[
            "code"
        ]
        == 3005
    )


def test_a_reader_that_stops_reading_holds_nobody_up_and_catches_up(make_exchange):
    exchange = make_exchange(durability="memory", demo=True, options=("--demo-rate", "5000")).start()
    listed = wait_until(
        lambda: len(rows := exchange.get("/v1/instruments")["instruments"]) == 100 and rows,
        "the demo lists its instruments",
        60,
    )
    symbols = [instrument["symbol"] for instrument in listed]
    trader = exchange.open_trader("patient", cash="1000000")
    with MarketFeed(exchange) as feed:
        feed.subscribe("l1", symbol="*")
        for symbol in symbols[:50]:
            feed.send(op="subscribe", channel="l2", symbol=symbol, depth=20)

        def events():
            return int(exchange.get("/v1/status")["sequences"]["events"])

        until = events() + 4_000  # happen while the feed reads nothing
        while events() < until:
            before = time.monotonic()
            answer = trader.request(
                "POST",
                "/v1/order",
                body={"symbol": symbols[0], "side": "buy", "type": "limit", "quantity": "0", "price": "1"},
                expect=422,
            )
            assert answer["code"] == 2201 and time.monotonic() - before < 2
        last = events()
        sequences = collections.Counter()
        for frame in feed.receive_until(
            lambda f: f.get("channel") == "l1" and int(f.get("eventSequence", 0)) >= last, 30
        ):
            if "sequence" in frame:
                name = (frame["channel"], frame["symbol"])
                assert (frame["sequence"], frame["previousSequence"]) == (
                    sequences[name] + 1,
                    sequences[name],
                )
                sequences[name] += 1
        assert len(sequences) == 51
        assert sequences[("l1", "*")] < 4_000, "frames were queued, one for each change"
