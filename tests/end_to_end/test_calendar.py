"""A calendar opens and closes a real exchange; its file is checked before anything is opened."""

import datetime
import pathlib
import time

import pytest

from conftest import REPOSITORY, run_program, wait_until

EXAMPLE = REPOSITORY / "config/calendar-xnys-like.toml"

# Seconds after the moment the file is made: a whole day.
DAY = {
    "pre_open": 1,
    "opening_auction": 2,
    "trading": 10,
    "closing_auction": 16,
    "post_close": 21,
    "closed": 23,
    "end_of_day": 24,
}


def short_day(path: pathlib.Path, day: dict[str, int] = DAY) -> int:
    """Writes a calendar whose day begins now and goes as `day` says, about noon in some zone; the date as yyyymmdd."""
    now = datetime.datetime.now(datetime.timezone.utc)
    west = now.hour - 12  # hours behind UTC; the database's sign is that of POSIX
    noon = now - datetime.timedelta(hours=west)
    phases = "\n".join(
        f"{name} = {noon + datetime.timedelta(seconds=after):%H:%M:%S}" for name, after in day.items()
    )
    path.write_text(
        f"""
name = "Short"
time_zone = "Etc/GMT{west:+d}"
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
[phases]
{phases}
trading_window = 1
post_close_window = 1
[auctions]
length = 1
window = 0
"""
    )
    return int(f"{noon:%Y%m%d}")


def state_of(exchange, symbol="ACME"):
    return next(i for i in exchange.get("/v1/instruments")["instruments"] if i["symbol"] == symbol)["state"]


def wait_for(exchange, state):
    wait_until(lambda: state_of(exchange) == state, f"ACME is {state}", patience_s=20)


@pytest.fixture
def venue(market, tmp_path):
    """An exchange with ACME and two traders, started again with a day that begins now."""
    exchange, alice, bob = market
    exchange.stop()
    date = short_day(tmp_path / "short.toml")
    exchange.arguments += ["--calendar", str(tmp_path / "short.toml")]
    return exchange.start(), alice, bob, date


def test_a_day_opens_by_auction_trades_and_closes(venue):
    exchange, alice, bob, date = venue
    wait_for(exchange, "opening_auction")
    bought = alice.order("buy", 30, "101")
    sold = bob.order("sell", 20, "99")
    assert bought["status"] == sold["status"] == "new"  # crossed, and nothing trades

    wait_for(exchange, "trading")
    assert alice.get_order(bought["id"])["filledQuantity"] == "20"
    assert bob.order("sell", 4, "101")["status"] == "filled"

    exchange.kill()  # while it trades: the day goes on where it was
    exchange.start()
    assert state_of(exchange) in ("trading", "closing_auction")

    wait_for(exchange, "closing_auction")
    bob.order("sell", 6, "101")
    wait_for(exchange, "closed")
    assert bob.order("sell", 1, "101", expect=422)["code"] == 2106
    wait_until(
        lambda: any(event["message"] == "DayEnded" for event in exchange.events()), "the day ends", 20
    )
    exchange.stop()
    check_the_day(exchange.events(), date)
    exchange.verify()


def check_the_day(events, date):
    states = [event["state"] for event in events if event["message"] == "InstrumentUpdated"]
    assert states == [
        "trading",  # as it was listed
        "closed",
        "pre_open",
        "opening_auction",
        "trading",
        "closing_auction",
        "post_close",
        "closed",
    ]
    auctions = [(event["state"], event["volume"]) for event in events if event["message"] == "AuctionEnded"]
    assert [(state, int(volume)) for state, volume in auctions] == [("opening_auction", 20), ("closing_auction", 6)]
    trades = [(event["kind"], int(event["quantity"])) for event in events if event["message"] == "TradeExecuted"]
    assert trades == [("auction", 20), ("continuous", 4), ("auction", 6)]
    assert [event["business_date"] for event in events if event["message"] == "DayEnded"] == [date]
    assert sum(event["message"] == "IndicativePrice" for event in events) >= 5


def test_a_market_whose_exchange_was_away_reopens_by_an_auction(market, tmp_path):
    exchange, alice, bob = market
    exchange.stop()
    late = {"closing_auction": 3600, "post_close": 3700, "closed": 3800, "end_of_day": 3900}
    short_day(tmp_path / "short.toml", DAY | late)
    text = (tmp_path / "short.toml").read_text().replace("length = 1\n", "length = 2\nafter_outage = 1\n")
    (tmp_path / "short.toml").write_text(text)
    exchange.arguments += ["--calendar", str(tmp_path / "short.toml")]
    exchange.start()
    wait_for(exchange, "trading")
    resting = alice.order("buy", 5, "100")
    exchange.kill()
    time.sleep(2)
    exchange.start()
    assert state_of(exchange) == "volatility_auction"
    assert alice.cancel(resting["id"])["status"] == "cancelled"
    crossed = [alice.order("buy", 5, "101"), bob.order("sell", 5, "99")]
    assert [order["status"] for order in crossed] == ["new", "new"]
    wait_for(exchange, "trading")
    assert alice.get_order(crossed[0]["id"])["status"] == "filled"
    exchange.stop()
    exchange.verify()


def test_the_example_is_printed_day_by_day():
    printed = run_program("calendar", EXAMPLE, "--from", "2026-11-24", "--days", 5)
    assert printed.returncode == 0, printed.stderr
    lines = printed.stdout.splitlines()
    assert lines[0].startswith("XNYS-like (America/New_York), ")
    assert lines[2].split() == [
        "pre_open",
        "opening_auction",
        "trading",
        "closing_auction",
        "post_close",
        "closed",
        "end_of_day",
    ]
    assert [" ".join(line.split()) for line in lines[3:]] == [
        "2026-11-24 Tue 06:30:00 09:25:00 09:30:00 +30s 15:55:00 16:00:00 +30s 20:00:00 20:15:00",
        "2026-11-25 Wed 06:30:00 09:25:00 09:30:00 +30s 15:55:00 16:00:00 +30s 20:00:00 20:15:00",
        "2026-11-26 Thu no trading: Thanksgiving Day",
        "2026-11-27 Fri 06:30:00 09:25:00 09:30:00 +30s 12:55:00 13:00:00 +30s 17:00:00 17:15:00 "
        "Day after Thanksgiving",
        "2026-11-28 Sat no trading",
    ]


def test_a_mistake_in_the_file_is_told_before_anything_is_opened(tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text(EXAMPLE.read_text().replace("trading = 09:30:00", "trading = 09:20:00"))
    line = next(i for i, text in enumerate(file.read_text().splitlines(), 1) if text.startswith("trading = "))
    message = f"buttonwood: {file}:{line}: trading is not after opening_auction\n"
    data = tmp_path / "data"
    for arguments in (("calendar", file), ("up", "--data", data, "--calendar", file)):
        refused = run_program(*arguments)
        assert (refused.returncode, refused.stderr) == (1, message)
    assert not data.exists()
    assert run_program("calendar", tmp_path / "not-there").returncode == 1
    assert run_program("up", "--calendar", file, "--day-end", "01:00").returncode == 2
