"""Prices and money in whole units, a ledger that trades in the simplest way, the book as each source tells it."""

import collections
import datetime
import re

UNIT = 10_000  # of prices and money: four decimals


def units(text):
    """A decimal string in units of 0.0001, exactly."""
    whole, _, decimals = text.partition(".")
    assert len(decimals) <= 4
    value = int(whole.lstrip("-")) * UNIT + int(decimals.ljust(4, "0"))
    return -value if whole.startswith("-") else value


def decimal(value):
    """The shortest decimal string of `value` units."""
    text = f"{abs(value) // UNIT}.{abs(value) % UNIT:04}".rstrip("0").rstrip(".")
    return ("-" if value < 0 else "") + text


def nanoseconds(text):
    """An ISO 8601 time of the REST API as nanoseconds since the epoch."""
    seconds, fraction = re.fullmatch(r"(.*)\.(\d{9})Z", text).groups()
    when = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc)
    return int(when.timestamp()) * 10**9 + int(fraction)


def cash_of(trader):
    return {
        row["currency"]: (units(row["total"]), units(row["held"]), units(row["available"]))
        for row in trader.get_account()["cash"]
    }


def shares_of(trader):
    return {
        row["symbol"]: (int(row["total"]), int(row["held"]), int(row["available"]))
        for row in trader.get_account()["positions"]
    }


class Ledger:
    """One instrument matched and settled in the simplest way, to know what the exchange must say."""

    def __init__(self, accounts, cash, shares, maker_ppm, taker_ppm):
        self.maker_ppm, self.taker_ppm = maker_ppm, taker_ppm
        self.cash = {account: cash for account in accounts}
        self.shares = {account: shares for account in accounts}
        self.open = {}  # order id -> [account, side, price, remaining], in time order
        self.trades = []
        self.fees = 0

    def enter(self, order_id, account, side, price, quantity, rests=True):
        """The order's fills: (price, quantity, fee)."""
        fills = []
        while quantity and (maker_id := self._best_against(side, price)):
            maker = self.open[maker_id]
            filled = min(quantity, maker[3])
            fills.append((maker[2], filled, self._settle(account, maker[0], side, maker[2], filled)))
            self.trades.append((maker[2], filled, side))
            quantity -= filled
            maker[3] -= filled
            if maker[3] == 0:
                del self.open[maker_id]
        if quantity and rests:
            self.open[order_id] = [account, side, price, quantity]
        return fills

    def _best_against(self, side, price):
        sign = 1 if side == "buy" else -1
        crossing = [
            (sign * o[2], n, key)
            for n, (key, o) in enumerate(self.open.items())
            if o[1] != side and sign * o[2] <= sign * price
        ]
        return min(crossing)[2] if crossing else None

    def _settle(self, taker, maker, side, price, quantity):
        amount = price * quantity
        maker_fee, taker_fee = amount * self.maker_ppm // 1_000_000, amount * self.taker_ppm // 1_000_000
        buyer, seller = (taker, maker) if side == "buy" else (maker, taker)
        self.cash[buyer] -= amount
        self.cash[seller] += amount
        self.cash[maker] -= maker_fee
        self.cash[taker] -= taker_fee
        self.fees += maker_fee + taker_fee
        self.shares[buyer] += quantity
        self.shares[seller] -= quantity
        return taker_fee

    def cash_held(self, account):
        values = [o[2] * o[3] for o in self.open.values() if o[0] == account and o[1] == "buy"]
        return sum(value + value * max(self.maker_ppm, self.taker_ppm) // 1_000_000 for value in values)

    def shares_held(self, account):
        return sum(o[3] for o in self.open.values() if o[0] == account and o[1] == "sell")

    def book(self):
        sides = {"buy": collections.Counter(), "sell": collections.Counter()}
        for _, side, price, remaining in self.open.values():
            sides[side][price] += remaining
        return sorted(sides["buy"].items(), reverse=True), sorted(sides["sell"].items())


def book_by_rest(exchange, symbol="ACME"):
    answer = exchange.get("/marketdata/orderBook/L2", {"symbol": symbol, "depth": 1000})
    return tuple(
        [(units(level["price"]), int(level["quantity"])) for level in answer[side]]
        for side in ("bids", "asks")
    )


def book_by_log(events, instrument=1):
    """The book that the event log describes: accepted orders, less trades and cancels."""
    orders = {}
    for event in events:
        if event.get("instrument") != instrument:
            continue
        if event["message"] == "OrderAccepted":
            orders[event["order_id"]] = [event["side"], event["price"], event["quantity"]]
        elif event["message"] == "TradeExecuted":
            orders[event["maker_order"]][2] -= event["quantity"]
            orders[event["taker_order"]][2] -= event["quantity"]
        elif event["message"] == "OrderCancelled":
            orders[event["order_id"]][2] -= event["quantity"]
    levels = {"buy": collections.Counter(), "sell": collections.Counter()}
    for side, price, remaining in orders.values():
        assert remaining >= 0
        if remaining:
            levels[side][units(price)] += remaining
    return sorted(levels["buy"].items(), reverse=True), sorted(levels["sell"].items())


def book_by_frames(frames):
    """The book that an L2 snapshot and its updates give; every frame continues the one before."""
    book = {"bids": {}, "asks": {}}
    for expected, frame in enumerate(frames, start=1):
        assert (frame["sequence"], frame["previousSequence"]) == (expected, expected - 1)
        for side, levels in book.items():
            if frame["type"] == "snapshot":
                levels.clear()
            for price, quantity in frame[side]:
                levels[units(price)] = int(quantity)
                if quantity == "0":
                    del levels[units(price)]
    return sorted(book["bids"].items(), reverse=True), sorted(book["asks"].items())
