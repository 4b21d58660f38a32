"""Every order instruction once on a real exchange: what REST answers, and what the WebSocket reports to both sides."""

import contextlib
import datetime

import pytest

from conftest import Feed
from test_trading import book_by_rest, cash_of, shares_of, units

FAR_DAY = "2999-12-31"


class Watched:
    """A trader whose reports are read as they come."""

    def __init__(self, exchange, trader):
        self.trader, self.feed = trader, Feed(exchange)
        self.feed.authenticate(trader)
        self.feed.subscribe("orders")
        self.previous = None

    def expect(self, *expected):
        """The next reports have these members, and no gap before them."""
        for wanted in expected:
            report = self.feed.receive()
            assert {name: report.get(name) for name in wanted} == wanted, report
            assert self.previous is None or report["previousSequence"] == self.previous
            self.previous = report["sequence"]

    def expect_silence(self):
        """Nothing was reported: the answer to a ping comes first."""
        self.feed.send(op="ping")
        assert self.feed.receive()["type"] == "pong"


@pytest.fixture
def watched(market):
    """exchange, alice, bob: both followed on the WebSocket."""
    exchange, *traders = market
    with contextlib.ExitStack() as stack:
        sides = [Watched(exchange, trader) for trader in traders]
        for side in sides:
            stack.callback(side.feed.close)
        yield exchange, *sides


def accepted(order, **more):
    return {"report": "accepted", "orderId": order["id"], "quantity": order["quantity"]} | more


def cancelled(order, quantity, reason):
    return {"report": "cancelled", "orderId": order["id"], "quantity": str(quantity), "reason": reason}


def reduced(order, by, remaining):
    return {"report": "reduced", "orderId": order["id"], "reducedBy": str(by), "remaining": str(remaining)}


def execution(order, quantity, price, remaining, liquidity):
    return {
        "report": "execution",
        "orderId": order["id"],
        "quantity": str(quantity),
        "price": price,
        "remaining": str(remaining),
        "liquidity": liquidity,
    }


def rejected(code, command="NewOrder"):
    return {"report": "rejected", "code": code, "command": command}


def amend(trader, order, expect=200, **body):
    return trader.request("PATCH", f"/v1/order/{order['id']}", body=body, expect=expect)


def state(order):
    return (
        order["status"],
        order["quantity"],
        order["filledQuantity"],
        order["remainingQuantity"],
        order["cancelledQuantity"],
        order["cancelReason"],
    )


def prevent(exchange, trader, mode, group=7):
    answer = exchange.operate(
        "PUT", f"/v1/operator/accounts/{trader.account}/selfTradePrevention", {"mode": mode, "group": group}
    )
    assert answer["selfTradePrevention"] == {"mode": mode, "group": group}
    assert trader.get_account()["selfTradePrevention"] == {"mode": mode, "group": group}


def test_fill_or_kill_trades_all_or_nothing(watched):
    exchange, alice, bob = watched
    sells = [alice.trader.order("sell", 10, price) for price in ("100", "100.5")]
    alice.expect(*(accepted(order, timeInForce="day", expireDate=None, postOnly=False) for order in sells))
    killed = bob.trader.order("buy", 21, "101", timeInForce="fok")
    assert state(killed) == ("cancelled", "21", "0", "0", "21", "fill_or_kill")
    bob.expect(accepted(killed, timeInForce="fok"), cancelled(killed, 21, "fill_or_kill"))
    alice.expect_silence()
    assert cash_of(bob.trader)["USD"][1] == 0
    filled = bob.trader.order("buy", 20, "101", timeInForce="fok")
    assert state(filled) == ("filled", "20", "20", "0", "0", None)
    bob.expect(accepted(filled), execution(filled, 10, "100", 10, "taker"), execution(filled, 10, "100.5", 0, "taker"))
    alice.expect(execution(sells[0], 10, "100", 0, "maker"), execution(sells[1], 10, "100.5", 0, "maker"))
    assert book_by_rest(exchange) == ([], [])


def test_a_minimum_quantity_trades_at_once_or_nothing_does(watched):
    exchange, alice, bob = watched
    sell = alice.trader.order("sell", 10, "100")
    alice.expect(accepted(sell))
    unfilled = bob.trader.order("buy", 30, "100", timeInForce="ioc", minQuantity="11")
    assert state(unfilled) == ("cancelled", "30", "0", "0", "30", "minimum_quantity")
    bob.expect(accepted(unfilled, timeInForce="ioc"), cancelled(unfilled, 30, "minimum_quantity"))
    partly = bob.trader.order("buy", 30, "100", timeInForce="ioc", minQuantity="10")
    assert state(partly) == ("cancelled", "30", "10", "0", "20", "immediate_or_cancel")
    bob.expect(
        accepted(partly), execution(partly, 10, "100", 20, "taker"), cancelled(partly, 20, "immediate_or_cancel")
    )
    alice.expect(execution(sell, 10, "100", 0, "maker"))
    assert bob.trader.order("buy", 5, "100", minQuantity="5", expect=422)["code"] == 2214
    bob.expect(rejected(2214))


def test_post_only_rests_or_is_refused(watched):
    exchange, alice, bob = watched
    sell = alice.trader.order("sell", 10, "100", postOnly=True)
    assert (sell["status"], sell["postOnly"]) == ("new", True)
    alice.expect(accepted(sell, postOnly=True))
    refusal = bob.trader.order("buy", 5, "100", postOnly=True, expect=422)
    assert (refusal["code"], refusal["title"]) == (2105, "post_only_would_trade")
    bob.expect(rejected(2105))
    beside = bob.trader.order("buy", 5, "99.99", postOnly=True, timeInForce="gtc")
    bob.expect(accepted(beside, postOnly=True, timeInForce="gtc"))
    alice.expect_silence()
    assert bob.trader.order("buy", 5, "99", postOnly=True, timeInForce="ioc", expect=422)["code"] == 2212
    bob.expect(rejected(2212))
    assert book_by_rest(exchange) == ([(units("99.99"), 5)], [(units("100"), 10)])


def test_orders_good_till_a_date_and_till_cancelled_show_so(watched):
    exchange, alice, bob = watched
    gtd = alice.trader.order("sell", 4, "100", timeInForce="gtd", expireDate=FAR_DAY)
    assert (gtd["timeInForce"], gtd["expireDate"], gtd["status"]) == ("gtd", FAR_DAY, "new")
    gtc = alice.trader.order("sell", 4, "100", timeInForce="gtc")
    assert (gtc["timeInForce"], gtc["expireDate"], gtc["status"]) == ("gtc", None, "new")
    alice.expect(
        accepted(gtd, timeInForce="gtd", expireDate=FAR_DAY), accepted(gtc, timeInForce="gtc", expireDate=None)
    )
    for body in (
        {"timeInForce": "gtd"},
        {"timeInForce": "gtd", "expireDate": "1899-12-31"},
        {"timeInForce": "day", "expireDate": FAR_DAY},
    ):
        assert bob.trader.order("buy", 1, "90", expect=422, **body)["code"] == 2213
        bob.expect(rejected(2213))
    assert bob.trader.order("buy", 1, "90", expect=400, timeInForce="gtd", expireDate="2999-02-29")["code"] == 1106
    taking = bob.trader.order("buy", 6, "100", timeInForce="gtc")
    assert taking["status"] == "filled"
    bob.expect(accepted(taking), execution(taking, 4, "100", 2, "taker"), execution(taking, 2, "100", 0, "taker"))
    alice.expect(execution(gtd, 4, "100", 0, "maker"), execution(gtc, 2, "100", 2, "maker"))
    exchange.restart()
    assert alice.trader.get_order(gtd["id"])["expireDate"] == FAR_DAY
    assert state(alice.trader.get_order(gtc["id"])) == ("partially_filled", "4", "2", "2", "0", None)


def test_an_amendment_keeps_its_place_only_for_less_at_the_same_price(watched):
    exchange, alice, bob = watched
    first, second = (alice.trader.order("sell", 10, "100") for _ in range(2))
    alice.expect(accepted(first), accepted(second))
    bought = bob.trader.order("buy", 4, "100")
    bob.expect(accepted(bought), execution(bought, 4, "100", 0, "taker"))
    alice.expect(execution(first, 4, "100", 6, "maker"))
    less = amend(alice.trader, first, quantity="7")
    assert state(less) == ("partially_filled", "7", "4", "3", "0", None)
    alice.expect(reduced(first, 3, 3))
    assert shares_of(alice.trader)["ACME"] == (9996, 13, 9983)
    bought = bob.trader.order("buy", 1, "100")
    bob.expect(accepted(bought), execution(bought, 1, "100", 0, "taker"))
    alice.expect(execution(first, 1, "100", 2, "maker"))
    more = amend(alice.trader, first, quantity="15")
    assert state(more) == ("partially_filled", "15", "5", "10", "0", None)
    alice.expect({"report": "replaced", "orderId": first["id"], "price": "100", "remaining": "10"})
    bought = bob.trader.order("buy", 11, "100")
    bob.expect(accepted(bought), execution(bought, 10, "100", 1, "taker"), execution(bought, 1, "100", 0, "taker"))
    alice.expect(execution(second, 10, "100", 0, "maker"), execution(first, 1, "100", 9, "maker"))
    dearer = amend(alice.trader, first, price="101")
    assert (dearer["price"], state(dearer)) == ("101", ("partially_filled", "15", "6", "9", "0", None))
    alice.expect({"report": "replaced", "orderId": first["id"], "price": "101", "remaining": "9"})
    assert book_by_rest(exchange) == ([], [(units("101"), 9)])
    buy = bob.trader.order("buy", 2, "100.5")
    bob.expect(accepted(buy))
    crossing = amend(alice.trader, first, price="100", quantity="16")
    assert state(crossing) == ("partially_filled", "16", "8", "8", "0", None)
    assert crossing["executions"][-1]["liquidity"] == "taker"
    alice.expect({"report": "replaced", "remaining": "10", "price": "100"}, execution(first, 2, "100.5", 8, "taker"))
    bob.expect(execution(buy, 2, "100.5", 0, "maker"))
    ended = amend(alice.trader, first, quantity="8")
    assert state(ended) == ("cancelled", "16", "8", "0", "8", "reduced_to_zero")
    alice.expect(cancelled(first, 8, "reduced_to_zero"))
    assert amend(alice.trader, first, price="90", expect=409)["code"] == 2103
    alice.expect(rejected(2103, "AmendOrder"))
    assert amend(bob.trader, first, quantity="1", expect=404)["code"] == 2003
    bob.expect(rejected(2003, "AmendOrder"))
    assert amend(bob.trader, first, price="1", expect=404)["code"] == 2003
    assert amend(bob.trader, first, expect=400)["code"] == 1103
    bob.expect_silence()
    assert shares_of(alice.trader)["ACME"] == (9982, 0, 9982)


def test_mass_cancels_take_what_they_name(watched):
    exchange, alice, bob = watched
    exchange.list_instrument("OTHER")
    buys = [alice.trader.order("buy", 1, price) for price in ("90", "91")]
    sell, elsewhere = alice.trader.order("sell", 1, "110"), alice.trader.order("buy", 1, "90", symbol="OTHER")
    bobs = bob.trader.order("buy", 1, "90")
    alice.expect(*(accepted(order) for order in (*buys, sell, elsewhere)))
    bob.expect(accepted(bobs))
    answer = alice.trader.request("DELETE", "/v1/orders", {"symbol": "ACME", "side": "buy"})
    assert answer == {"cancelled": 2, "orders": [buys[1]["id"], buys[0]["id"]]}
    alice.expect(*(cancelled(order, 1, "mass_cancel") for order in reversed(buys)),
                 {"report": "mass_cancelled", "symbol": "ACME", "side": "buy", "cancelled": 2})
    assert state(alice.trader.get_order(buys[0]["id"])) == ("cancelled", "1", "0", "0", "1", "mass_cancel")
    answer = exchange.operate("DELETE", f"/v1/operator/accounts/{alice.trader.account}/orders")
    assert answer == {"cancelled": 2, "orders": [sell["id"], elsewhere["id"]]}
    alice.expect(cancelled(sell, 1, "mass_cancel"), cancelled(elsewhere, 1, "mass_cancel"),
                 {"report": "mass_cancelled", "symbol": None, "side": "both", "cancelled": 2})
    assert alice.trader.request("DELETE", "/v1/orders") == {"cancelled": 0, "orders": []}
    alice.expect({"report": "mass_cancelled", "cancelled": 0})
    assert cash_of(alice.trader)["USD"][1] == 0 and shares_of(alice.trader)["ACME"][1] == 0
    bob.expect_silence()
    assert bob.trader.get_order(bobs["id"])["status"] == "new"
    assert alice.trader.request("DELETE", "/v1/orders", {"symbol": "NONE"}, expect=404)["code"] == 2001


@contextlib.contextmanager
def self_trade(watched, mode):
    """alice sells 10 at 100, bob 5 behind her, and a sibling in alice's group buys 12 in that mode: (the buy, both
    sells, the sibling). At the end the log must replay to the same state.
    """
    exchange, alice, bob = watched
    sibling = exchange.open_trader("sibling", cash="1000000")
    prevent(exchange, alice.trader, "cancel_newest")
    prevent(exchange, sibling, mode)
    resting, behind = alice.trader.order("sell", 10, "100"), bob.trader.order("sell", 5, "100")
    alice.expect(accepted(resting))
    bob.expect(accepted(behind))
    other = Watched(exchange, sibling)
    try:
        incoming = sibling.order("buy", 12, "100")
        yield incoming, resting, behind, other
    finally:
        other.feed.close()
    exchange.stop()
    exchange.verify()


def test_self_trade_prevention_cancels_the_newest(watched):
    exchange, alice, bob = watched
    with self_trade(watched, "cancel_newest") as (incoming, resting, _, sibling):
        assert state(incoming) == ("cancelled", "12", "0", "0", "12", "self_trade")
        sibling.expect(accepted(incoming), cancelled(incoming, 12, "self_trade"))
        alice.expect_silence()
        bob.expect_silence()
        assert book_by_rest(exchange) == ([], [(units("100"), 15)])
        assert cash_of(sibling.trader)["USD"][1] == 0


def test_self_trade_prevention_cancels_the_oldest(watched):
    exchange, alice, bob = watched
    with self_trade(watched, "cancel_oldest") as (incoming, resting, behind, sibling):
        assert state(incoming) == ("partially_filled", "12", "5", "7", "0", None)
        sibling.expect(accepted(incoming), execution(incoming, 5, "100", 7, "taker"))
        alice.expect(cancelled(resting, 10, "self_trade"))
        bob.expect(execution(behind, 5, "100", 0, "maker"))
        assert book_by_rest(exchange) == ([(units("100"), 7)], [])
        assert shares_of(alice.trader)["ACME"] == (10000, 0, 10000)


def test_self_trade_prevention_cancels_both(watched):
    exchange, alice, bob = watched
    with self_trade(watched, "cancel_both") as (incoming, resting, _, sibling):
        assert state(incoming) == ("cancelled", "12", "0", "0", "12", "self_trade")
        sibling.expect(accepted(incoming), cancelled(incoming, 12, "self_trade"))
        alice.expect(cancelled(resting, 10, "self_trade"))
        bob.expect_silence()
        assert book_by_rest(exchange) == ([], [(units("100"), 5)])


def test_self_trade_prevention_decrements(watched):
    exchange, alice, bob = watched
    with self_trade(watched, "decrement") as (incoming, resting, behind, sibling):
        assert state(incoming) == ("filled", "2", "2", "0", "0", None)
        sibling.expect(
            accepted(incoming, quantity="12"), reduced(incoming, 10, 2), execution(incoming, 2, "100", 0, "taker")
        )
        alice.expect(cancelled(resting, 10, "self_trade"))
        bob.expect(execution(behind, 2, "100", 3, "maker"))
        smaller = bob.trader.order("sell", 1, "101")
        bob.expect(accepted(smaller))
        own = alice.trader.order("sell", 8, "99")
        partner = sibling.trader.order("buy", 3, "99")
        assert state(partner) == ("cancelled", "3", "0", "0", "3", "self_trade")
        assert state(alice.trader.get_order(own["id"])) == ("new", "5", "0", "5", "0", None)
        alice.expect(accepted(own), reduced(own, 3, 5))
        sibling.expect(accepted(partner), cancelled(partner, 3, "self_trade"))
        assert shares_of(alice.trader)["ACME"] == (10000, 5, 9995)
        assert cash_of(sibling.trader)["USD"] == (units("999800"), 0, units("999800"))


def test_groups_and_modes_are_checked_and_can_be_switched_off(watched):
    exchange, alice, bob = watched
    path = f"/v1/operator/accounts/{alice.trader.account}/selfTradePrevention"
    for body in ({"mode": "none", "group": 1}, {"mode": "decrement", "group": 0}, {"mode": "cancel_both"}):
        assert exchange.operate("PUT", path, body, expect=422)["code"] == 2211
    prevent(exchange, alice.trader, "cancel_newest")
    prevent(exchange, alice.trader, "none", 0)
    sell, buy = alice.trader.order("sell", 3, "100"), alice.trader.order("buy", 3, "100")
    assert buy["status"] == "filled"
    alice.expect(
        accepted(sell), accepted(buy), execution(sell, 3, "100", 0, "maker"), execution(buy, 3, "100", 0, "taker")
    )
    assert alice.trader.request("PUT", path, body={"mode": "none"}, expect=403)["code"] == 3005


def test_the_end_of_the_day_takes_day_orders_and_those_of_that_date(make_exchange):
    # The next full minute is 5 to 65 seconds away.
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=65)
    end = end.replace(second=0, microsecond=0)
    today = (end - datetime.timedelta(microseconds=1)).date()  # the day that ends is the one of its last moment
    tomorrow = today + datetime.timedelta(days=1)
    exchange = make_exchange(options=("--day-end", f"{end:%H:%M}")).start()
    exchange.list_instrument()
    alice = exchange.open_trader("alice", shares={"ACME": "100"})
    ending = [alice.order("sell", 1, "100"), alice.order("sell", 1, "101", timeInForce="gtd", expireDate=str(today))]
    staying = [
        alice.order("sell", 2, "100.5", timeInForce="gtd", expireDate=str(tomorrow)),
        alice.order("sell", 2, "102", timeInForce="gtc"),
    ]
    with Feed(exchange) as feed:
        feed.authenticate(alice)
        feed.subscribe("orders")
        reports = [feed.receive(90), feed.receive(90)]
    assert [(report["report"], report["orderId"]) for report in reports] == [
        ("expired", order["id"]) for order in ending
    ]
    assert [state(alice.get_order(order["id"])) for order in ending] == [("expired", "1", "0", "0", "1", "expired")] * 2
    assert [state(alice.get_order(order["id"])) for order in staying] == [("new", "2", "0", "2", "0", None)] * 2
    assert book_by_rest(exchange) == ([], [(units("100.5"), 2), (units("102"), 2)])
    assert shares_of(alice)["ACME"] == (100, 4, 96)
    assert alice.order("sell", 1, "100", timeInForce="gtd", expireDate=str(today), expect=422)["code"] == 2213
    exchange.restart()
    assert [state(alice.get_order(order["id"]))[0] for order in staying] == ["new", "new"]
    exchange.stop()
    exchange.verify()
