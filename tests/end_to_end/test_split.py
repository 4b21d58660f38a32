"""The exchange as processes of their own: each of them may be killed at any moment, and the others go on.

BW_SPLIT_KILLS (default 12) says how often a process is killed under load; BW_SEED repeats the choices.
"""

import http.client
import os
import random
import re
import signal
import subprocess
import threading
import time
import urllib.request

import pytest
import websockets

from buttonwood_client import Client as HttpClient
from conftest import PROGRAM, Feed, MarketFeed, run_program, wait_until
from split import SplitExchange
from test_crash import Client, check_conservation
from ledger import units

KILLS = int(os.environ.get("BW_SPLIT_KILLS", "12"))
CLIENTS = 3
AWAY = (OSError, http.client.HTTPException)
NOTHING_DONE = 3201


@pytest.fixture
def make_split():
    made = []

    def make(*arguments, **options):
        made.append(SplitExchange(*arguments, **options))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


@pytest.fixture
def split(make_split):
    exchange = make_split(rate_limit=500_000).start()
    exchange.list_instrument()
    return exchange


class MarketData:
    """The process market-data of an exchange, for a MarketFeed."""

    def __init__(self, split):
        self.port = split.market_port


def not_taken(status, answer):
    """No node, or signed before marks were lost (code 3003): the request came to nothing, and may be sent again."""
    return status == 503 or (status == 401 and answer["code"] == 3003)


class Survivor(Client):
    """A client that goes on when its gateway dies or the exchange has no node: what it was not told stays in
    `unknown`.
    """

    refused = 0

    def run(self, stop):
        try:
            while not stop.is_set():
                try:
                    self.cancel_something() if self.random.random() < 0.25 else self.enter_something()
                except AWAY:
                    self.trader.close()
                    stop.wait(0.01)
        except BaseException as failure:  # for the main thread to raise
            self.failure = failure
        finally:
            self.trader.close()

    def enter(self, order, expect):
        status, _, answer = self.trader.client.request("POST", "/v1/order", "", order)
        if not_taken(status, answer):
            self.refused += 1
            if answer["code"] == NOTHING_DONE:  # check() fails if it is there after all
                self.never.add(order["clientOrderId"])
                del self.unknown[order["clientOrderId"]]
            time.sleep(0.01)
            return status, answer
        assert status in (*expect, 422), (status, answer)
        self.learn(order["clientOrderId"], answer)
        return status, answer

    def cancel_something(self):
        open_orders = [
            k
            for k, order in self.acknowledged.items()
            if order["status"] not in ("filled", "cancelled", "rejected", "expired")
        ]
        if not open_orders:
            return
        client_id = self.random.choice(open_orders)
        path = "/v1/order/" + self.acknowledged[client_id]["id"]
        status, _, answer = self.trader.client.request("DELETE", path)
        if not_taken(status, answer):
            self.refused += 1
            time.sleep(0.01)
        elif status == 409:
            self.learn(client_id, self.trader.request("GET", path))
        else:
            assert status == 200, (status, answer)
            self.learn(client_id, answer)


class Load:
    """Clients at work in threads of their own."""

    def __init__(self, clients):
        self.clients, self.stop = clients, threading.Event()
        self.threads = [threading.Thread(target=c.run, args=(self.stop,), daemon=True) for c in clients]

    def acknowledged(self):
        return sum(client.acknowledged_count for client in self.clients)

    def wait_for_more(self, count=20):
        """Orders that were acknowledged from now on: the exchange serves."""
        wanted = self.acknowledged() + count
        wait_until(lambda: self.acknowledged() >= wanted or self.failed(), "orders are acknowledged", 30)
        assert not self.failed(), self.failed()

    def failed(self):
        return next((client.failure for client in self.clients if client.failure), None)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()
        if self.failed():
            raise self.failed()


def make_clients(exchange, randomness):
    return [
        Survivor(
            n,
            exchange.open_trader(f"client-{n}", cash="10000000", shares={"ACME": "100000"}),
            randomness.getrandbits(64),
        )
        for n in range(CLIENTS)
    ]


def check_everything(exchange, clients):
    """Every acknowledged order is there exactly once, nothing else is, and a repetition gives the first result."""
    for client in clients:
        client.check()
        client.check_executions()
    check_conservation(clients, CLIENTS * units("10000000"), CLIENTS * 100000)


def events_at(url):
    with HttpClient(url, timeout=5) as client:
        return int(client.request("GET", "/v1/status")[2]["sequences"]["events"])


@pytest.mark.parametrize("durability", ("sync", "memory"))
def test_no_order_is_lost_or_doubled_when_processes_are_killed(make_split, randomness, capsys, durability):
    exchange = make_split(durability=durability, rate_limit=500_000).start()
    exchange.list_instrument()
    clients = make_clients(exchange, randomness)
    names = ["gateway", "node", "market-data", "scheduler"]
    kills = dict.fromkeys(names, 0)
    with Load(clients) as load:
        for kill in range(KILLS):
            name = names[kill % len(names)]
            load.wait_for_more(randomness.randrange(1, 40))
            exchange.kill_and_wait(name)
            kills[name] += 1
        load.wait_for_more()
    wait_until(lambda: events_at(exchange.market_url) == events_at(exchange.url), "market data has caught up")
    for name, count in kills.items():
        assert exchange.figure("process_restarts", process=name) == count
    check_everything(exchange, clients)
    exchange.stop()
    assert exchange.is_over()
    exchange.verify()
    refused = sum(client.refused for client in clients)
    with capsys.disabled():
        print(f"\n{durability}: {kills} kills; {load.acknowledged()} orders are there once, {refused} requests got 503")


def test_market_data_answers_and_the_node_goes_on_while_the_gateway_is_dead(split):
    """A gateway that is stopped while it holds its ring, then killed."""
    trader = split.open_trader("trader", cash="1000", shares={"ACME": "10"})
    trader.order("sell", 10, "100.00")
    gateway = split.process_of("gateway")
    os.kill(gateway, signal.SIGSTOP)  # it holds its ring and does nothing
    with HttpClient(split.market_url) as public:
        status, _, book = public.request("GET", "/marketdata/orderBook/L2", {"symbol": "ACME", "depth": 5})
    assert status == 200 and [level["price"] for level in book["asks"]] == ["100"]
    heartbeat = split.figure("core_heartbeat")
    wait_until(lambda: split.figure("core_heartbeat") > heartbeat, "the core thread takes turns")
    before = split.times_open_again("gateway")
    os.kill(gateway, signal.SIGKILL)
    wait_until(lambda: split.times_open_again("gateway") > before, "the gateway is open again", 30)
    trader.close()
    assert trader.order("buy", 1, "100.00", clientOrderId="after")["status"] == "filled"


def test_public_channels_are_at_market_data_and_private_ones_at_the_gateway(split):
    trader = split.open_trader("trader", cash="1000")
    with Feed(split) as own:
        own.authenticate(trader)
        own.subscribe("orders")
        own.send(op="subscribe", channel="l1", symbol="ACME")
        assert own.receive()["code"] == 6008
    with pytest.raises(websockets.exceptions.InvalidStatusCode) as refused:
        MarketFeed(split)
    assert refused.value.status_code == 404
    with MarketFeed(MarketData(split)) as public:
        public.subscribe("l2", symbol="ACME")
        public.receive_until(lambda frame: frame["type"] == "snapshot")
        trader.order("buy", 1, "90")
        update = public.receive_until(lambda frame: frame["type"] == "update")[-1]
        assert update["bids"] == [["90", "1"]]
    assert split.get("/marketdata/trades", "symbol=ACME", expect=404)["code"] == 1111


def test_a_second_market_data_beside_an_exchange_of_one_process_needs_a_number(exchange):
    folders = ("--data", exchange.data, "--shared-dir", exchange.shared)
    refused = run_program("market-data", *folders, "--market-data-port", 0)
    assert refused.returncode == 1
    assert "there is a market-data of this exchange already" in refused.stderr
    numbered = ("--instances", "market-data=2", "--instance", "2")
    exchange.stop()
    exchange.arguments += ["--instances", "market-data=2"]
    exchange.start()
    second = subprocess.Popen(
        [PROGRAM, "market-data", *map(str, folders), *numbered, "--market-data-port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        exchange.list_instrument()
        opened = next(line for line in second.stdout if "is open at" in line)
        port = int(re.search(r"localhost:(\d+)/", opened).group(1))
        with HttpClient(f"http://127.0.0.1:{port}") as public:
            wait_until(
                lambda: public.request("GET", "/marketdata/status", "symbol=ACME")[0] == 200,
                "it serves what happens",
            )
    finally:
        second.send_signal(signal.SIGINT)
        assert second.wait(30) == 0
        second.stdout.close()


def test_the_demo_trades_on_while_the_gateway_is_dead(make_split):
    exchange = make_split(demo=True, options=("--demo-rate", "500")).start()
    wait_until(lambda: exchange.figure("trades") > 0, "participants trade", 30)
    os.kill(exchange.process_of("gateway"), signal.SIGSTOP)
    applied = exchange.figure("applied_sequence")
    events = events_at(exchange.market_url)
    wait_until(lambda: exchange.figure("applied_sequence") > applied + 100, "commands are applied", 30)
    wait_until(lambda: events_at(exchange.market_url) > events + 100, "market data shows them", 30)
    os.kill(exchange.process_of("gateway"), signal.SIGKILL)
    for name in ("demo", "scheduler"):
        exchange.kill_and_wait(name)
    applied = exchange.figure("applied_sequence")
    wait_until(lambda: exchange.figure("applied_sequence") > applied + 100, "participants trade again", 30)
    exchange.stop()
    exchange.verify()


def test_a_gateway_keeps_its_connections_over_the_death_of_the_node(split):
    trader = split.open_trader("trader", cash="1000000", shares={"ACME": "1000"})
    first = trader.order("buy", 1, "90.00", clientOrderId="first")
    with Feed(split) as feed:
        feed.authenticate(trader)
        feed.subscribe("orders")
        gateway = split.process_of("gateway")
        split.kill_and_wait("node")
        again = wait_until(lambda: entered(trader, "first"), "the exchange takes orders again", 30)
        assert again["duplicate"] is True and again["id"] == first["id"]
        second = trader.order("buy", 1, "91.00", clientOrderId="second")
        feed.receive_until(lambda frame: second["id"] in str(frame))
        assert split.process_of("gateway") == gateway, "the same process, the same socket"


def entered(trader, client_id):
    """The answer about an order, or nothing while the exchange has no node."""
    order = {
        "symbol": "ACME",
        "side": "buy",
        "type": "limit",
        "quantity": "1",
        "price": "90",
        "clientOrderId": client_id,
    }
    status, _, answer = trader.client.request("POST", "/v1/order", "", order)
    assert status in (200, 201, 503), answer
    return answer if status != 503 else None


def test_orders_are_refused_while_there_is_no_node_and_questions_are_answered(make_split):
    exchange = make_split().start()
    exchange.list_instrument()
    trader = exchange.open_trader("trader", cash="1000000")
    order = trader.order("buy", 1, "90.00", clientOrderId="first")
    os.kill(exchange.process.pid, signal.SIGSTOP)  # nobody starts the node again
    exchange.kill_process("node")
    status = wait_until(lambda: refusal(trader), "the gateway notices")
    assert status == NOTHING_DONE
    assert trader.get_order(order["id"])["status"] == "new"
    assert exchange.get("/v1/instruments")["instruments"][0]["symbol"] == "ACME"
    os.kill(exchange.process.pid, signal.SIGCONT)
    answer = wait_until(lambda: entered(trader, "first"), "the exchange takes orders again", 30)
    assert answer["duplicate"] is True


def refusal(trader):
    """The code with which an order is refused; 3202 (unknown) means that it was put into the ring of the dead node."""
    body = {"symbol": "ACME", "side": "buy", "type": "limit", "quantity": "1", "price": "80"}
    status, _, answer = trader.client.request("POST", "/v1/order", "", body)
    assert status == 503, answer
    return answer["code"] if answer["code"] == NOTHING_DONE else None


def test_a_process_that_keeps_dying_ends_the_exchange(make_split):
    exchange = make_split(options=("--restart-limit", "3")).start()
    for _ in range(3):
        before = exchange.output.read_text().count("was killed by signal 9 (Killed)")
        exchange.kill_process("gateway")
        wait_until(
            lambda: exchange.output.read_text().count("was killed by signal 9 (Killed)") > before, "it is noticed"
        )
    assert exchange.process.wait(30) == 1
    exchange.process = None
    assert "gateway died 3 times in a row" in exchange.output.read_text()
    assert "there is no exchange without gateway" in exchange.errors.read_text()
    assert exchange.is_over()
    exchange.verify()


def test_the_processes_close_the_exchange_when_their_supervisor_is_killed(split, randomness):
    clients = make_clients(split, randomness)
    with Load(clients) as load:
        load.wait_for_more()
        split.process.kill()
        split.process.wait(30)
        split.process = None
        wait_until(split.is_over, "all processes end", 30)
    split.verify()
    split.start()
    check_everything(split, clients)


def test_a_second_supervisor_waits_and_gives_up(split, make_split):
    other = make_split()
    other.arguments[other.arguments.index(str(other.data))] = str(split.data)
    other.arguments[other.arguments.index(str(other.shared))] = str(split.shared)
    other.launch()
    assert other.process.wait(60) == 1
    other.process = None
    assert "is held by another running process" in other.errors.read_text()
    assert split.get("/v1/instruments")["instruments"], "the first one is not disturbed"


def test_a_stop_is_in_order_and_complete(split, randomness):
    clients = make_clients(split, randomness)
    with Load(clients) as load:
        load.wait_for_more()
        text = split.stop()
    assert text.endswith("closing\nclosed; the next start continues here\n")
    assert "was killed" not in text and "ended with" not in text
    assert not list(split.shared.iterdir()), "shared memory is given back"
    split.verify()
    split.start()
    check_everything(split, clients)


def test_a_gateway_says_what_it_waits_for(make_exchange):
    exchange = make_exchange()
    exchange.data.mkdir()
    ended = run_program("gateway", "--data", exchange.data, "--shared-dir", exchange.shared, "--node-patience", "1")
    assert ended.returncode == 1
    assert f"no node of the exchange in {exchange.data} has come within 1 s" in ended.stderr


def test_two_gateways_never_share_a_ring(split):
    ended = run_program("gateway", "--data", split.data, "--shared-dir", split.shared, "--http-port", "0")
    assert ended.returncode == 1
    assert "gateway-0.ring is held by another running process" in ended.stderr


def test_public_market_data_has_no_private_side(split):
    with HttpClient(split.market_url) as public:
        status, _, answer = public.request("GET", "/v1/account")
        assert (status, answer["code"]) == (403, 3005)
    with HttpClient.from_key_file(split.market_url, split.data / "operator.key") as operator:
        status, _, answer = operator.request("GET", "/v1/operator/accounts")
        assert (status, answer["code"]) == (403, 3005)


def test_a_new_gateway_knows_what_the_one_before_had_sent(split):
    """The order lies in the ring when its gateway dies; the node is stopped and takes it later, before the next gateway
    opens.
    """
    trader = split.open_trader("trader", cash="1000000")
    trader.order("buy", 1, "90.00", clientOrderId="before")
    node = split.process_of("node")
    before = split.times_open_again("gateway")
    os.kill(node, signal.SIGSTOP)
    sender = threading.Thread(target=lambda: send_and_forget(trader), daemon=True)
    sender.start()
    wait_until(lambda: split.figure("waiting_requests") == 1, "the order is in the ring")
    split.kill_process("gateway")
    sender.join(30)
    trader.close()
    os.kill(node, signal.SIGCONT)
    wait_until(lambda: split.times_open_again("gateway") > before, "the gateway is open again", 30)
    found = trader.request("GET", "/v1/orders", {"clientOrderId": "in-the-ring"})["orders"]
    assert [order["status"] for order in found] == ["new"]


def send_and_forget(trader):
    body = {
        "symbol": "ACME",
        "side": "buy",
        "type": "limit",
        "quantity": "1",
        "price": "91",
        "clientOrderId": "in-the-ring",
    }
    with pytest.raises(AWAY):
        trader.client.request("POST", "/v1/order", "", body)


def test_metrics_show_all_processes_dead_or_alive(make_split):
    exchange = make_split(options=("--metrics-port", "0")).start()
    port = re.search(r"metrics at http://127.0.0.1:(\d+)/metrics", exchange.output.read_text()).group(1)
    url = f"http://127.0.0.1:{port}/metrics"
    exchange.kill_and_wait("market-data")
    exchange.kill_and_wait("metrics")
    text = urllib.request.urlopen(url, timeout=10).read().decode()
    for name in ("node", "scheduler", "gateway", "market-data", "metrics", "supervise"):
        assert f'exchange_process_up{{process="{name}"}} 1\n' in text
    assert 'exchange_process_restarts_total{process="market-data"} 1\n' in text
    os.kill(exchange.process.pid, signal.SIGSTOP)  # nobody starts the gateway again
    exchange.kill_process("gateway")

    def gateway_is_down():
        return 'exchange_process_up{process="gateway"} 0\n' in urllib.request.urlopen(url, timeout=10).read().decode()

    wait_until(gateway_is_down, "the dead gateway is shown")
    os.kill(exchange.process.pid, signal.SIGCONT)
    exchange.stop()
