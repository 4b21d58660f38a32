"""A process of the exchange is stopped (SIGSTOP): the node goes on, nothing waits for it, and it catches up without a
gap.

Without a measure of time: scripts/measure_freezes.py has those.
"""

import contextlib
import os
import re
import signal

import pytest

from buttonwood_client import Client as HttpClient
from conftest import wait_until
from split import SplitExchange
from test_split import events_at

KEPT_SEGMENTS = 4  # of each log, in shared memory; the next one is made ready beside them
PATIENCE_S = 60


@pytest.fixture
def busy():
    """An exchange whose simulated participants fill a segment of a MiB within a second or so."""
    exchange = SplitExchange(
        durability="memory", demo=True, options=("--demo-rate", "20000", "--metrics-port", "0")
    ).start()
    yield exchange
    exchange.close()


@contextlib.contextmanager
def stopped(process):
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def segments_in_memory(exchange, log):
    return sorted(
        int(re.search(r"-(\d+)\.seg", path.name).group(1)) for path in exchange.shared.glob(f"*/{log}-*.seg")
    )


def events_everywhere(exchange):
    """How many there are, as node, gateway and market data say it: one number when all are up to date."""
    appended = exchange.figure("appended_sequence", log="events")
    return {appended, events_at(exchange.url), events_at(exchange.market_url)}


def counts_at(url):
    with HttpClient(url, timeout=10) as client:
        status = client.request("GET", "/v1/status")[2]
    return {name: status["counts"][name] for name in ("orders", "openOrders", "trades")} | status["fees"]


@pytest.mark.parametrize("role", ("market-data", "gateway"))
def test_the_node_goes_on_while_a_process_is_stopped(busy, role):
    process = busy.process_of(role)
    with stopped(process):
        applied = busy.figure("applied_sequence")
        newest = segments_in_memory(busy, "events")[-1]
        # Further than what shared memory keeps: the stopped one must read files to catch up.
        wait_until(
            lambda: segments_in_memory(busy, "events")[0] > newest, "old segments leave shared memory", PATIENCE_S
        )
        assert busy.figure("applied_sequence") > applied
        for log in ("commands", "events"):
            assert len(segments_in_memory(busy, log)) <= KEPT_SEGMENTS + 1, "nothing is kept for who does not read"
    assert busy.process_of(role) == process, "it was not taken for dead"
    with stopped(busy.process_of("demo")):  # the market comes to rest
        wait_until(lambda: len(events_everywhere(busy)) == 1, "everybody has read everything", PATIENCE_S)
        assert counts_at(busy.url) == counts_at(busy.market_url), "both saw the same events"
    busy.stop()
    busy.verify()
