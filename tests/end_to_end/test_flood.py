"""Floods of strangers beside a trader: they get what their address may have, and the trader loses nothing. How long the
trader waits is a benchmark's question, not a test's."""

import resource
import socket
import time

import pytest

from flood import Flood

RATE, BURST = 500, 1000  # unsigned requests of one address: a second, and at once


@pytest.fixture(name="market")
def market_of(make_exchange):
    exchange = make_exchange(durability="memory").start()
    exchange.list_instrument()
    return exchange, exchange.open_trader("patient", cash="1000000000")


def trade(trader, orders):
    """Each order is answered once, and each cancel."""
    for _ in range(orders):
        order = trader.order("buy", 1, "99")
        assert trader.cancel(order["id"])["status"] == "cancelled"


@pytest.mark.parametrize("kind, connections", [("gets", 20), ("gets", 100), ("signatures", 30)])
def test_an_address_gets_what_it_may_have_and_a_trader_beside_it_everything(market, kind, connections):
    exchange, trader = market
    trade(trader, 1)  # its connection is signed in
    with Flood(exchange.port, kind, connections) as flood:
        trade(trader, 100)
        time.sleep(2)  # the burst is over then
    served = 200 if kind == "gets" else 401
    refused = flood.answers.pop(429, 0)
    answered = flood.answers.pop(served, 0)
    assert not flood.answers, flood.answers
    assert answered <= BURST + RATE * (flood.seconds + 1), (answered, flood.seconds)
    assert refused <= RATE * (flood.seconds + 1) + connections, (refused, flood.seconds)
    assert answered > 0 and refused > 0, "the flood was none"
    trade(trader, 1)
    assert exchange.process.poll() is None


def test_a_stranger_with_all_connections_of_an_address_leaves_those_of_others(market):
    exchange, trader = market
    trade(trader, 1)
    share = int(exchange.output.read_text().partition(" at most, ")[2].partition(" of one address")[0])
    if share + 100 > resource.getrlimit(resource.RLIMIT_NOFILE)[1]:
        pytest.fail(f"this test needs {share + 100} descriptors; raise the hard limit (ulimit -Hn)")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, share + 1000), hard))
    held = []
    try:
        for _ in range(share + 50):
            held.append(socket.create_connection(("127.0.0.1", exchange.port), timeout=10))
        last = held[-1]
        assert last.recv(4096).startswith(b"HTTP/1.1 503 "), "above the share of an address"
        trade(trader, 20)
    finally:
        for connection in held:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    trade(trader, 1)


def test_a_small_limit_of_descriptors_is_shared_between_connections_and_logs(make_exchange):
    exchange = make_exchange(durability="memory")
    exchange.prefix = ["prlimit", "--nofile=1024:1024"]
    exchange.start()
    assert "descriptors: 1024; connections of each gateway: 768 at most, 192 of one address" in (
        exchange.output.read_text()
    )
    exchange.list_instrument()
    trader = exchange.open_trader("patient", cash="1000000000")
    trade(trader, 1)
    held = [socket.create_connection(("127.0.0.1", exchange.port), timeout=10) for _ in range(300)]
    trade(trader, 200)
    for connection in held:
        connection.close()
    assert exchange.process.poll() is None
    exchange.stop()
