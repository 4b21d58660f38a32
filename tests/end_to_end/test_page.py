"""The web page in a real browser: a market table that moves, an API reference made from the contract, no errors."""

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
import websockets

from conftest import START_PATIENCE_S, temporary_folder, wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROWS = """[...document.querySelectorAll('#instruments tr')].map(row => [...row.cells].map(cell => cell.textContent))"""


class Browser:
    """Headless Chromium, driven over its DevTools protocol. One page."""

    def __init__(self):
        self.profile = temporary_folder("buttonwood-browser-")
        with open(self.profile / "log", "wb") as log:
            self.process = subprocess.Popen(
                [
                    CHROMIUM,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-dev-shm-usage",
                    f"--user-data-dir={self.profile / 'profile'}",
                    "--remote-debugging-port=0",
                    "--window-size=1400,900",
                    "about:blank",
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count(1)
        self.events = []
        found = wait_until(
            lambda: re.search(
                r"DevTools listening on ws://([^/]+)/", (self.profile / "log").read_text(errors="replace")
            ),
            "the browser starts",
            START_PATIENCE_S,
        )
        with urllib.request.urlopen(f"http://{found.group(1)}/json/list", timeout=10) as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.socket = self._run(self._connect(page["webSocketDebuggerUrl"]))
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    @staticmethod
    async def _connect(url):
        return await websockets.connect(url, ping_interval=None, max_size=2**26)

    def _run(self, work, patience_s=30.0):
        async def bounded():
            return await asyncio.wait_for(work, patience_s)

        return self.loop.run_until_complete(bounded())

    def call(self, method, **parameters):
        number = next(self.numbers)
        self._run(self.socket.send(json.dumps({"id": number, "method": method, "params": parameters})))
        while True:
            message = json.loads(self._run(self.socket.recv()))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, expression, what, patience_s=30.0):
        return wait_until(lambda: self.evaluate(expression), what, patience_s)

    def errors(self):
        """Exceptions, error messages and failed requests of the page since open()."""
        self.evaluate("1")  # so that everything sent before is read
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"])
            if event["method"] == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"])
            if event["method"] == "Network.responseReceived" and parameters["response"]["status"] >= 400:
                found.append((parameters["response"]["url"], parameters["response"]["status"]))
        return found

    def requested_hosts(self):
        urls = [
            e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"
        ]
        return {match.group(1) for url in urls if (match := re.match(r"(?:https?|wss?)://([^/]+)/", url))}

    def close(self):
        try:
            self._run(self.socket.close(), 5)
        except Exception:
            pass  # it is killed next anyway
        self.loop.close()
        os.killpg(self.process.pid, signal.SIGKILL)  # our own group: the browser and its helpers
        self.process.wait(30)
        shutil.rmtree(self.profile, ignore_errors=True)


@pytest.fixture
def browser():
    assert CHROMIUM, "needs a browser: install the Debian package chromium"
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def demo_exchange(make_exchange):
    """With demo instruments and participants, trading."""
    exchange = make_exchange(demo=True, durability="memory").start()
    wait_until(lambda: exchange.get("/v1/status")["counts"]["trades"] > 20, "the demo trades", 60)
    return exchange


def test_the_market_table_shows_live_numbers_that_change(demo_exchange, browser):
    browser.open(demo_exchange.url + "/")
    browser.wait_for(
        "document.querySelectorAll('#instruments tr').length >= 100",
        "a row for each of the 100 demo instruments",
    )
    browser.wait_for(
        "[...document.querySelectorAll('#instruments tr')]"
        ".filter(r => [1, 4, 5].every(n => /\\d/.test(r.cells[n].textContent))).length >= 10",
        "ten instruments with last, bid and ask",
    )
    first = browser.evaluate(ROWS)
    changed = wait_until(lambda: (now := browser.evaluate(ROWS)) != first and now, "a number changes", 30)
    assert [row[0] for row in changed] == [row[0] for row in first] == sorted(row[0] for row in first)
    volumes = [[int(re.sub(r"\D", "", row[7]) or 0) for row in table] for table in (first, changed)]
    assert all(after >= before for before, after in zip(*volumes))
    wait_until(
        lambda: sum(int(re.sub(r"\D", "", row[7]) or 0) for row in browser.evaluate(ROWS)) > sum(volumes[0]),
        "volume grows",
        30,
    )
    listed = {instrument["symbol"] for instrument in demo_exchange.get("/v1/instruments")["instruments"]}
    assert listed == {row[0] for row in first}
    assert browser.errors() == []
    assert browser.requested_hosts() == {f"127.0.0.1:{demo_exchange.port}"}, "the page asks other hosts"


def test_a_chosen_instrument_shows_book_and_trades(demo_exchange, browser):
    browser.open(demo_exchange.url + "/")
    browser.wait_for("document.querySelectorAll('#instruments tr').length >= 100", "the table")
    busiest = max(
        demo_exchange.get("/v1/instruments")["instruments"],
        key=lambda i: len(demo_exchange.get("/marketdata/trades", {"symbol": i["symbol"]})["trades"]),
    )["symbol"]
    browser.evaluate(f"document.querySelector('#instruments tr[data-symbol=\"{busiest}\"]').click()")
    browser.wait_for(f"document.getElementById('detail-title').textContent === '{busiest}'", "its title")
    browser.wait_for(
        "document.querySelectorAll('#bids tr').length > 0 && document.querySelectorAll('#asks tr').length > 0",
        "both sides of the book",
    )
    browser.wait_for("document.querySelectorAll('#trades tr').length > 0", "trades")
    assert browser.errors() == []


def test_an_auction_shows_its_phase_and_indicative_price_and_a_bust_is_marked(market, browser):
    exchange, trader_a, trader_b = market
    instrument = "/v1/operator/instruments/ACME"
    trader_a.order("sell", 5, "100")
    trader_b.order("buy", 5, "100")
    for state in ("halted", "opening_auction"):
        exchange.operate("PUT", f"{instrument}/state", {"state": state})
    trader_a.order("sell", 30, "99")
    trader_b.order("buy", 20, "101")
    exchange.operate("POST", f"{instrument}/indicative")
    browser.open(exchange.url + "/")
    facts = "(document.getElementById('facts')?.innerText ?? '').replace(/\\s+/g, ' ')"
    browser.wait_for(
        f"{facts}.includes('Phase opening auction Indicative 99.00 Would trade 20 Imbalance -10')", "the auction"
    )
    exchange.operate("PUT", f"{instrument}/state", {"state": "trading"})
    browser.wait_for(f"!{facts}.includes('Phase')", "the auction is over")
    browser.wait_for("document.querySelectorAll('#trades tr').length === 2", "its trade")
    bust = exchange.operate("POST", "/v1/operator/trades/1/bust", expect=202)
    exchange.operate("POST", f"/v1/operator/proposals/{bust['id']}/approval", number=2)
    browser.wait_for("document.querySelectorAll('#trades tr.busted').length === 1", "the bust")
    assert browser.errors() == []


def test_the_page_comes_back_after_the_exchange_was_away(exchange, browser):
    exchange.list_instrument()
    browser.open(exchange.url + "/")
    browser.wait_for("document.querySelectorAll('#instruments tr').length === 1", "the one instrument")
    browser.wait_for(
        "document.getElementById('connection').dataset.state === 'live'", "the page is connected"
    )
    exchange.arguments[exchange.arguments.index("--http-port") + 1] = str(exchange.port)
    exchange.kill()
    browser.wait_for(
        "document.getElementById('connection').dataset.state !== 'live'",
        "the page says that the connection is gone",
    )
    exchange.start()
    trader_a, trader_b = (
        exchange.open_trader(name, cash="1000", shares={"ACME": "10"}) for name in ("trader_a", "trader_b")
    )
    trader_a.order("sell", 1, "101.5")
    trader_b.order("buy", 1, "101.5")
    browser.wait_for(
        "document.querySelector('#instruments tr').cells[1].textContent.includes('101.5')",
        "the new last price",
        60,
    )


def test_the_api_reference_lists_every_operation(exchange, browser):
    browser.open(exchange.url + "/")
    link = browser.wait_for(
        "[...document.querySelectorAll('a')].find(a => a.textContent === 'API reference')?.href",
        "the link to the reference",
    )
    browser.open(link)
    browser.wait_for("document.getElementById('operation-enterOrder') !== null", "the operation enterOrder")
    heading = """(name => { const card = document.getElementById('operation-' + name);
        return card && [card.querySelector('.method').innerText, card.querySelector('.path').innerText,
            card.innerText]; })"""
    method, path, text = browser.evaluate(heading + "('enterOrder')")
    assert (method, path) == ("POST", "/v1/order") and "Enter an order" in text and "clientOrderId" in text
    contract = exchange.get("/openapi.json")
    operations = [
        (method.upper(), path, operation["operationId"])
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "delete")
    ]
    assert len(operations) > 20
    for method, path, name in operations:
        shown = browser.evaluate(f"{heading}('{name}')")
        assert shown and shown[:2] == [method, path], name
    assert browser.evaluate(
        "document.getElementById('error-codes').textContent.includes('insufficient_cash')"
    )
    assert browser.errors() == []
    assert browser.requested_hosts() == {f"127.0.0.1:{exchange.port}"}
