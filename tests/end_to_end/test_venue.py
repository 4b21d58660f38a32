"""Special orders, phases, auctions, kill switches, busts and cancel on disconnect on a running exchange."""

import datetime
import subprocess
import sys
import textwrap

import pytest

from conftest import Feed, MarketFeed, wait_until

INSTRUMENT = "/v1/operator/instruments/ACME"


def set_state(exchange, state, **more):
    return exchange.operate("PUT", f"{INSTRUMENT}/state", {"state": state} | more)


def book(exchange, symbol="ACME"):
    return exchange.get("/marketdata/orderBook/L2", {"symbol": symbol})


def levels(exchange, side, symbol="ACME"):
    return [(level["price"], level["quantity"], level["orders"]) for level in book(exchange, symbol)[side]]


# --- orders of each type ---


def test_a_stop_order_waits_is_triggered_and_says_so(market):
    exchange, trader_a, trader_b = market
    stop = trader_a.order("sell", 10, type="stop", stopPrice="99")
    assert (stop["triggered"], stop["waitsFor"], stop["stopPrice"], stop["price"]) == (False, "trigger", "99", None)
    limited = trader_a.order("sell", 10, "98.5", type="stop_limit", stopPrice="99")
    assert limited["waitsFor"] == "trigger"
    assert levels(exchange, "asks") == []
    trader_b.order("buy", 15, "99")
    trader_a.order("sell", 1, "99")
    stop, limited = trader_a.get_order(stop["id"]), trader_a.get_order(limited["id"])
    assert (stop["status"], stop["triggered"], stop["waitsFor"]) == ("filled", True, None)
    assert (limited["status"], limited["filledQuantity"]) == ("partially_filled", "4")
    assert levels(exchange, "asks") == [("98.5", "6", 1)]


def test_a_trailing_stop_order_shows_its_first_stop_price(market):
    _, trader_a, _ = market
    order = trader_a.order("sell", 5, type="trailing_stop", offset="2")
    assert (order["stopPrice"], order["offset"], order["triggered"]) == ("98", "2", False)


def test_a_pegged_order_follows_undisplayed_and_is_parked_without_a_market(market):
    exchange, trader_a, trader_b = market
    pegged = trader_a.order("buy", 5, "105", type="pegged", peg="primary", offset="0")
    assert (pegged["peg"], pegged["waitsFor"]) == ("primary", "market")
    trader_b.order("buy", 1, "99")
    assert trader_a.get_order(pegged["id"])["waitsFor"] is None
    assert levels(exchange, "bids") == [("99", "1", 1)]
    sold = trader_b.order("sell", 3, "99")
    assert [fill["price"] for fill in sold["executions"]] == ["99", "99"]
    assert trader_a.get_order(pegged["id"])["filledQuantity"] == "2"


def test_an_iceberg_order_shows_a_part_and_a_hidden_order_nothing(market):
    exchange, trader_a, trader_b = market
    iceberg = trader_a.order("sell", 100, "101", displayQuantity="10")
    assert iceberg["displayQuantity"] == "10"
    assert trader_a.order("sell", 50, "101", hidden=True)["hidden"] is True
    assert levels(exchange, "asks") == [("101", "10", 1)]
    trader_b.order("buy", 14, "101")
    assert levels(exchange, "asks") == [("101", "6", 1)]
    assert trader_a.get_order(iceberg["id"])["remainingQuantity"] == "86"


def test_a_dark_book_shows_trades_and_no_orders(market):
    exchange, trader_a, trader_b = market
    assert exchange.operate("PUT", f"{INSTRUMENT}/allocation", {"policy": "dark"})["allocation"] == {"policy": "dark"}
    exchange.operate("PUT", f"{INSTRUMENT}/referenceQuote", {"bid": "99.9", "ask": "100.1"})
    trader_a.order("sell", 10, "99")
    assert levels(exchange, "asks") == []
    bought = trader_b.order("buy", 4, "101")
    assert [(fill["price"], fill["kind"]) for fill in bought["executions"]] == [("100", "midpoint")]
    trades = exchange.get("/marketdata/trades", {"symbol": "ACME"})["trades"]
    assert [(trade["price"], trade["kind"], trade["takerSide"]) for trade in trades] == [("100", "midpoint", "buy")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "stop"}, 2215),
        ({"type": "stop_limit", "stopPrice": "99"}, 2203),
        ({"type": "trailing_stop"}, 2216),
        ({"type": "pegged", "price": "99"}, 2212),
        ({"type": "limit", "price": "99", "peg": "market"}, 2212),
        ({"type": "limit", "price": "99", "displayQuantity": "11"}, 2217),
        ({"type": "limit", "price": "99", "timeInForce": "at_open"}, 2107),
        ({"type": "limit", "price": "99", "hidden": 1}, 1104),
        ({"type": "pegged", "price": "99", "peg": "middle"}, 1106),
    ],
)
def test_a_special_order_that_is_not_well_formed_is_refused(market, body, code):
    _, trader_a, _ = market
    status, _, answer = trader_a.client.request(
        "POST", "/v1/order", body={"symbol": "ACME", "side": "sell", "quantity": "10"} | body
    )
    assert (status // 100, answer["code"]) == (4, code)


# --- phases and auctions ---


def test_an_opening_auction_announces_what_it_would_find_and_trades_at_one_price(market):
    exchange, trader_a, trader_b = market
    set_state(exchange, "closed")
    set_state(exchange, "pre_open")
    with MarketFeed(exchange) as feed:
        feed.subscribe("l1", symbol="ACME")
        assert feed.receive()["tickers"][0]["state"] == "pre_open"
        feed.subscribe("status", symbol="ACME")
        opening = trader_a.order("sell", 30, "99")
        trader_b.order("buy", 20, "101", timeInForce="at_open")
        unfilled = trader_b.order("buy", 10, "98", timeInForce="at_open")
        set_state(exchange, "opening_auction")
        shown = book(exchange)
        assert shown["state"] == "opening_auction"
        assert shown["bids"][0]["price"] == "101" and shown["asks"][0]["price"] == "99", "the book may be crossed"
        indicative = exchange.operate("POST", f"{INSTRUMENT}/indicative")["indicative"]
        assert (indicative["price"], indicative["volume"], indicative["surplus"]) == ("99", "20", "-10")
        frames = feed.receive_until(
            lambda frame: frame.get("channel") == "l1" and frame["tickers"][0]["indicativePrice"]
        )
        ticker = frames[-1]["tickers"][0]
        assert (ticker["indicativeVolume"], ticker["imbalance"]) == ("20", "-10")
        assert (ticker["bid"], ticker["ask"]) == (None, None), "no market is pretended"

        listed = set_state(exchange, "trading")
        assert (listed["lastAuction"]["price"], listed["lastAuction"]["volume"]) == ("99", "20")
        frames += feed.receive_until(
            lambda frame: frame.get("channel") == "status" and frame["status"]["state"] == "trading"
        )
        notices = [notice for frame in frames if frame.get("channel") == "status" for notice in frame["notices"]]
        ended = [notice for notice in notices if notice["notice"] == "auction_ended"]
        assert [(notice["price"], notice["volume"]) for notice in ended] == [("99", "20")]
        states = [notice["state"] for notice in notices if notice["notice"] == "state"]
        assert states[-2:] == ["opening_auction", "trading"]

    fills = trader_a.get_order(opening["id"])["executions"]
    assert [(fill["price"], fill["quantity"], fill["liquidity"], fill["kind"]) for fill in fills] == [
        ("99", "20", "auction", "auction")
    ]
    unfilled = trader_b.get_order(unfilled["id"])
    assert (unfilled["status"], unfilled["cancelReason"]) == ("cancelled", "auction_ended")
    assert levels(exchange, "asks") == [("99", "10", 1)]
    trades = exchange.get("/marketdata/trades", {"symbol": "ACME"})["trades"]
    assert [(trade["kind"], trade["takerSide"]) for trade in trades] == [("auction", None)]


def test_an_order_for_the_close_waits_beside_the_book(market):
    exchange, trader_a, _ = market
    order = trader_a.order("sell", 10, "101", timeInForce="at_close")
    assert (order["waitsFor"], levels(exchange, "asks")) == ("closing_auction", [])
    set_state(exchange, "closing_auction")
    assert trader_a.get_order(order["id"])["waitsFor"] is None
    assert levels(exchange, "asks") == [("101", "10", 1)]
    set_state(exchange, "post_close")
    assert trader_a.get_order(order["id"])["cancelReason"] == "auction_ended"
    assert levels(exchange, "asks") == []


def test_the_whole_market_changes_phase_and_a_circuit_breaker_trips_once_per_level(market):
    exchange, trader_a, _ = market
    exchange.list_instrument("OTHER")
    changed = exchange.operate("PUT", "/v1/operator/market/state", {"state": "halted", "reason": "regulatory"})
    assert changed == {"state": "halted", "reason": "regulatory", "changed": 2}
    assert trader_a.order("buy", 1, "99", expect=422)["code"] == 2101
    exchange.operate("PUT", "/v1/operator/market/state", {"state": "trading"})
    tripped = exchange.operate("POST", "/v1/operator/market/circuitBreaker", {"level": 1})
    assert tripped == {"state": "halted", "reason": "market_wide", "changed": 2, "level": 1}
    assert exchange.operate("POST", "/v1/operator/market/circuitBreaker", {"level": 1}, expect=422)["code"] == 2111
    assert exchange.operate("POST", "/v1/operator/market/indicative") == {"published": 0}


def test_a_wrong_day_needs_two_operators_and_has_a_way_back(market):
    exchange, trader, _ = market
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yesterday, far = today - datetime.timedelta(days=1), today + datetime.timedelta(days=30)
    end, back = "/v1/operator/market/endDay", "/v1/operator/market/businessDate"
    assert exchange.get("/v1/status")["lastBusinessDate"] == str(yesterday)
    late = {"timeInForce": "gtd", "expireDate": str(yesterday)}
    assert trader.order("buy", 1, "90", expect=422, **late)["code"] == 2213

    for wrong in (str(far), "9999-12-31"):
        refused = exchange.operate("POST", end, {"date": wrong}, expect=422)
        assert refused["code"] == 2211 and refused["field"] == "date" and "next business day" in refused["detail"]
    assert exchange.operate("POST", end, {"date": str(today)}) == {"date": str(today)}
    assert exchange.operate("POST", end, {"date": str(today)}, expect=422)["code"] == 2211

    following = next(
        day for day in (today + datetime.timedelta(days=ahead) for ahead in range(2, 7)) if day.weekday() < 5
    )
    early = exchange.operate("POST", end, {"date": str(following)}, expect=(202, 422))
    if early.get("code") == 2211:  # there is a business day in between
        following = datetime.date.fromisoformat(early["detail"].split("than ")[1][:10])
        early = exchange.operate("POST", end, {"date": str(following)}, expect=202)
    assert (early["kind"], early["date"]) == ("endDay", str(following))
    approval = f"/v1/operator/proposals/{early['id']}/approval"
    assert exchange.operate("POST", approval, expect=422)["code"] == 2109
    exchange.operate("POST", approval, number=2)
    assert exchange.get("/v1/status")["lastBusinessDate"] == str(following)

    proposal = exchange.operate("POST", back, {"date": str(today)}, expect=202)
    exchange.operate("POST", f"/v1/operator/proposals/{proposal['id']}/approval", number=2)
    assert exchange.get("/v1/status")["lastBusinessDate"] == str(today)
    tomorrow = str(today + datetime.timedelta(days=1))
    assert trader.order("buy", 1, "90", timeInForce="gtd", expireDate=tomorrow)["status"] == "new"
    exchange.restart()
    assert exchange.get("/v1/status")["lastBusinessDate"] == str(today)
    exchange.stop()
    exchange.verify()


def test_limit_bands_cancel_what_is_beyond_them_and_a_limit_state_can_be_paused(market):
    exchange, trader_a, trader_b = market
    beyond = trader_a.order("buy", 1, "110")
    bands = exchange.operate("PUT", f"{INSTRUMENT}/limitBands", {"lower": "95", "upper": "105"})["limitBands"]
    assert bands == {"lower": "95", "upper": "105"}
    assert trader_a.get_order(beyond["id"])["cancelReason"] == "outside_limit_band"
    assert trader_a.order("buy", 1, "106", expect=422)["code"] == 2218
    assert exchange.operate("POST", f"{INSTRUMENT}/limitPause", expect=422)["code"] == 2110
    trader_b.order("buy", 1, "105")
    status = exchange.get("/marketdata/status", {"symbol": "ACME"})
    assert status["limitState"]["side"] == "buy"
    paused = exchange.operate("POST", f"{INSTRUMENT}/limitPause", {"since": status["limitState"]["since"]})
    assert (paused["state"], paused["haltReason"], paused["limitState"]) == ("halted", "limit_up_limit_down", None)
    assert exchange.operate("PUT", f"{INSTRUMENT}/limitBands", {"lower": None})["limitBands"] is None


def test_rules_of_an_instrument_are_set_shown_and_kept_over_a_restart(market):
    exchange, trader_a, _ = market
    exchange.operate("PUT", f"{INSTRUMENT}/priceBands", {"staticPpm": 100_000, "dynamicPpm": 50_000})
    rows = [{"fromPrice": "10", "tick": "0.05"}, {"fromPrice": "50", "tick": "0.1"}]
    exchange.operate("PUT", f"{INSTRUMENT}/tickTable", {"rows": rows})
    lead = {"policy": "lead", "leadAccount": trader_a.account, "leadSharePpm": 400_000}
    exchange.operate("PUT", f"{INSTRUMENT}/allocation", lead)
    assert trader_a.order("buy", 1, "99.05", expect=422)["code"] == 2204
    before = exchange.operate("GET", INSTRUMENT)
    assert before["priceBands"] == {"staticPpm": 100_000, "dynamicPpm": 50_000}
    assert (before["tickTable"], before["allocation"]) == (rows, lead)
    public = exchange.get("/v1/instruments")["instruments"][0]
    assert public["allocation"] == {"policy": "lead", "leadSharePpm": 400_000}, "who leads is not public"
    exchange.restart()
    assert exchange.operate("GET", INSTRUMENT) == before


# --- corporate actions ---


def test_a_split_a_new_symbol_and_a_delisting(market):
    exchange, trader_a, _ = market
    order = trader_a.order("sell", 5, "101")
    with Feed(exchange) as feed:
        feed.authenticate(trader_a)
        feed.subscribe("orders")
        assert (
            exchange.operate("POST", f"{INSTRUMENT}/split", {"numerator": 2, "denominator": 1}, expect=422)["code"]
            == 2107
        )
        set_state(exchange, "halted", reason="news_pending")
        split = exchange.operate("POST", f"{INSTRUMENT}/split", {"numerator": 2, "denominator": 1})
        assert split["referencePrice"] == "50"
        adjusted = feed.receive_until(lambda frame: frame.get("report") == "position_adjusted")[-1]
        assert (adjusted["totalBefore"], adjusted["total"]) == ("10000", "20000")
    assert trader_a.get_order(order["id"])["cancelReason"] == "corporate_action"
    assert trader_a.get_account()["positions"][0]["total"] == "20000"
    assert exchange.operate("PUT", f"{INSTRUMENT}/symbol", {"symbol": "NEWCO"})["symbol"] == "NEWCO"
    exchange.operate("GET", INSTRUMENT, expect=404)
    assert trader_a.get_account()["positions"][0]["symbol"] == "NEWCO"
    exchange.list_instrument("ACME")  # the symbol is free again
    assert exchange.operate("POST", "/v1/operator/instruments/NEWCO/delist")["state"] == "delisted"
    assert trader_a.order("buy", 1, "50", symbol="NEWCO", expect=422)["code"] == 2106


# --- fees ---


def test_fee_tiers_and_rebates(market):
    exchange, trader_a, trader_b = market
    fees = {"tier": 3, "makerPpm": -1000, "takerPpm": 2000, "auctionPpm": 500}
    assert exchange.operate("PUT", "/v1/operator/fees", fees) == fees
    tiers = exchange.operate("GET", "/v1/operator/fees")["tiers"]
    assert (len(tiers), tiers[3], tiers[0]["takerPpm"]) == (16, fees, 0)
    account = exchange.operate("PUT", f"/v1/operator/accounts/{trader_a.account}/feeTier", {"tier": 3})
    assert account["feeTier"] == 3
    sold = trader_a.order("sell", 10, "100")
    trader_b.order("buy", 10, "100")
    assert trader_a.get_order(sold["id"])["executions"][0]["fee"] == "-1"
    assert trader_a.get_account()["cash"][0]["total"] == "1001001"
    assert exchange.operate("PUT", "/v1/operator/fees", fees | {"makerPpm": -2001}, expect=422)["code"] == 2211


# --- two operators ---


def test_a_kill_switch_is_set_by_one_operator_and_released_by_two(market):
    exchange, trader_a, trader_b = market
    opened = exchange.operate("POST", "/v1/operator/accounts", {"reference": "of-a-firm", "firm": 7})
    assert opened["firm"] == 7
    order = trader_a.order("buy", 1, "99")
    target = {"scope": "account", "account": trader_a.account}
    with Feed(exchange) as feed:
        feed.authenticate(trader_a)
        feed.subscribe("orders")
        killed = exchange.operate("POST", "/v1/operator/killSwitches", target, number=2)
        assert killed == target | {"on": True, "operator": 2, "cancelled": 1}
        reports = feed.receive_until(lambda frame: frame.get("report") == "kill_switch")
        assert [(report["report"], report.get("reason")) for report in reports] == [
            ("cancelled", "kill_switch"),
            ("kill_switch", None),
        ]
    assert trader_a.get_order(order["id"])["cancelReason"] == "kill_switch"
    assert trader_a.order("buy", 1, "99", expect=422)["code"] == 2108
    trader_b.order("buy", 1, "99")
    switches = exchange.operate("GET", "/v1/operator/killSwitches")["killSwitches"]
    assert [(switch["scope"], switch["account"], switch["operator"]) for switch in switches] == [
        ("account", trader_a.account, 2)
    ]
    firm = {"scope": "firm", "firm": 7}
    assert exchange.operate("POST", "/v1/operator/killSwitches", firm)["cancelled"] == 0

    proposal = exchange.operate("POST", "/v1/operator/killSwitches/release", target, expect=202)
    assert (proposal["kind"], proposal["proposedBy"], proposal["account"]) == ("release", 1, trader_a.account)
    approval = f"/v1/operator/proposals/{proposal['id']}/approval"
    assert exchange.operate("POST", approval, expect=422)["code"] == 2109, "nobody approves his own"
    exchange.restart()
    assert exchange.operate("GET", "/v1/operator/proposals")["proposals"] == [proposal], "known after a restart"
    approved = exchange.operate("POST", approval, number=2)
    assert approved == {"approvedBy": 2, "proposal": proposal}
    assert exchange.operate("GET", "/v1/operator/proposals")["proposals"] == []
    assert exchange.operate("POST", approval, number=2, expect=404)["code"] == 2005
    trader_a.order("buy", 1, "99")
    switches = exchange.operate("GET", "/v1/operator/killSwitches")["killSwitches"]
    assert [(switch["scope"], switch["firm"]) for switch in switches] == [("firm", 7)]


def test_the_operator_comes_from_the_key_and_not_from_the_request(market):
    exchange, trader_a, _ = market
    body = {"scope": "market", "operator": 2}
    assert exchange.operate("POST", "/v1/operator/killSwitches", body, expect=400)["code"] == 1102
    status, _, answer = trader_a.client.request("POST", "/v1/operator/killSwitches", body={"scope": "market"})
    assert (status, answer["code"]) == (403, 3005)


def test_more_operators_get_their_keys_at_a_start(make_exchange):
    exchange = make_exchange(options=("--operators", "3")).start()
    target = {"scope": "firm", "firm": 1}
    assert exchange.operate("POST", "/v1/operator/killSwitches", target, number=3)["operator"] == 3
    printed = exchange.stop()
    assert "operator.key" in printed and "operator-2.key" in printed and "operator-3.key" in printed


def test_a_bust_and_a_correction_are_approved_by_another_operator_and_seen_by_all(market):
    exchange, trader_a, trader_b = market
    for quantity in (10, 20):
        trader_a.order("sell", quantity, "100")
        trader_b.order("buy", quantity, "100")
    corrected, busted = exchange.get("/marketdata/trades", {"symbol": "ACME"})["trades"]
    with Feed(exchange) as own, MarketFeed(exchange) as public:
        own.authenticate(trader_b)
        own.subscribe("executions")
        public.subscribe("status", symbol="ACME")
        public.receive()
        trades = f"/v1/operator/trades/{busted['matchNumber']}"
        proposal = exchange.operate("POST", f"{trades}/bust", expect=202, number=2)
        assert proposal["matchNumber"] == busted["matchNumber"]
        exchange.operate("POST", f"/v1/operator/proposals/{proposal['id']}/approval")
        assert exchange.operate("POST", f"{trades}/bust", expect=422)["code"] == 2112
        assert own.receive()["report"] == "trade_busted"
        assert [notice["notice"] for notice in public.receive()["notices"]] == ["trade_busted"]

        trades = f"/v1/operator/trades/{corrected['matchNumber']}"
        proposal = exchange.operate("POST", f"{trades}/correction", {"price": "99"}, expect=202)
        exchange.operate("POST", f"/v1/operator/proposals/{proposal['id']}/approval", number=2)
        report = own.receive()
        assert (report["report"], report["priceBefore"], report["price"]) == ("trade_corrected", "100", "99")
    assert exchange.operate("POST", "/v1/operator/trades/999/bust", expect=404)["code"] == 2006
    for trader, cash in ((trader_a, "1001980"), (trader_b, "998020")):
        assert trader.get_account()["cash"][0]["total"] == cash
        marked = trader.request("GET", "/v1/execution")["executions"]
        assert [(one["state"], one["price"], one.get("priceTraded")) for one in marked] == [
            ("corrected", "99", "100"),
            ("busted", "100", None),
        ]
    trades = exchange.get("/marketdata/trades", {"symbol": "ACME"})["trades"]
    assert [(trade["state"], trade["price"]) for trade in trades] == [("corrected", "99"), ("busted", "100")]
    exchange.stop()
    exchange.verify()


# --- cancel on disconnect ---

CLIENT_THAT_IS_KILLED = textwrap.dedent(
    """
    import sys, time
    sys.path.insert(0, sys.argv[1])
    from conftest import Feed
    class Exchange: port = int(sys.argv[2])
    class Trader: key_id, secret = sys.argv[3], sys.argv[4]
    feed = Feed(Exchange)
    feed.authenticate(Trader)
    feed.send(op="cancel_on_disconnect", enabled=True)
    print(feed.receive()["enabled"], flush=True)
    time.sleep(60)
    """
)


def all_cancelled(trader, orders):
    return all(trader.get_order(order["id"])["cancelReason"] == "mass_cancel" for order in orders)


def test_orders_are_cancelled_when_the_client_is_killed(market):
    exchange, trader_a, trader_b = market
    exchange.list_instrument("OTHER")
    orders = [trader_a.order("buy", 1, "99"), trader_a.order("buy", 1, "100", symbol="OTHER")]
    stays = trader_b.order("buy", 1, "99")
    arguments = [str(exchange.port), trader_a.key_id, trader_a.secret]
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT_THAT_IS_KILLED, __file__.rsplit("/", 1)[0], *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert client.stdout.readline() == "True\n"
        assert trader_a.get_order(orders[0]["id"])["status"] == "new"
    finally:
        client.kill()
        client.wait(10)
        client.stdout.close()
    wait_until(lambda: all_cancelled(trader_a, orders), "both orders are cancelled")
    assert trader_b.get_order(stays["id"])["status"] == "new"
    again = trader_a.order("buy", 1, "99")
    exchange.stop()
    cancels = [event for event in exchange.events() if event["message"] == "MassCancelled"]
    assert [cancel["cancelled"] for cancel in cancels] == [2], "once"
    exchange.start()
    assert trader_a.get_order(again["id"])["status"] == "new"


def test_only_who_asked_is_cancelled_and_a_closing_exchange_cancels_nothing(market):
    exchange, trader_a, trader_b = market
    orders = [trader_a.order("buy", 1, "99"), trader_b.order("buy", 1, "99")]
    with Feed(exchange) as feed:
        feed.authenticate(trader_a)
        feed.send(op="cancel_on_disconnect", enabled=True)
        assert feed.receive() == {"type": "cancel_on_disconnect", "enabled": True}
        feed.send(op="cancel_on_disconnect", enabled=False)
        assert feed.receive()["enabled"] is False
    feed = Feed(exchange)
    feed.authenticate(trader_b)
    feed.send(op="cancel_on_disconnect", enabled=True)
    feed.receive()
    exchange.restart()
    feed.close()
    for trader, order in zip((trader_a, trader_b), orders):
        assert trader.get_order(order["id"])["status"] == "new"
    with Feed(exchange) as feed:
        feed.authenticate(trader_b)
        feed.send(op="cancel_on_disconnect", enabled=True)
        feed.receive()
    wait_until(lambda: all_cancelled(trader_b, orders[1:]), "a closed connection cancels too")
