"""A storm of kills: clients that record every answer, and ways to kill the processes of an exchange.

After each kill the exchange must still have everything it acknowledged, exactly once. test_crash.py sets how often
each process is killed.
"""

import collections
import contextlib
import http.client
import random
import re
import shutil
import subprocess
import threading
import time

from conftest import PROGRAM, Feed
from ledger import cash_of, decimal, shares_of, units

LIFE_S = (0.02, 0.5)  # of a process under load
START_LIFE_S = (0.0, 0.2)  # of one that is killed while it starts
CLOSED = ("filled", "cancelled", "rejected", "expired")


class Client:
    """One trader's connection, and everything that the exchange acknowledged to it."""

    def __init__(self, number, trader, seed):
        self.number, self.trader, self.random = number, trader, random.Random(seed)
        self.sent = 0
        self.acknowledged = {}  # client order id -> the newest answer about the order
        self.unknown = {}  # client order id -> order that was sent and not answered
        self.never = set()  # client order ids that the exchange did not know when asked
        self.executions = {}  # execution id -> execution, as told
        self.acknowledged_count = 0
        self.reports = []  # the latest private reports
        self.failure = None

    # --- the load ---

    def run(self, stop):
        try:
            while not stop.is_set():
                if self.random.random() < 0.25:
                    self.cancel_something()
                else:
                    self.enter_something()
        except (OSError, http.client.HTTPException):
            pass  # killed: what was under way is in `unknown`
        except BaseException as failure:  # for the main thread to raise
            self.failure = failure
        finally:
            self.trader.close()

    def enter_something(self):
        self.sent += 1
        order = {
            "symbol": "ACME",
            "type": "limit",
            "side": self.random.choice(("buy", "sell")),
            "quantity": str(self.random.randint(1, 20)),
            "price": decimal(units("100") + 100 * self.random.randint(-10, 10)),
            "timeInForce": self.random.choice(("day", "day", "ioc")),
            "clientOrderId": f"c{self.number}-{self.sent}",
        }
        if self.random.random() < 0.03:
            order["price"] = "100.001"  # off the tick: refused, and that is a result too
        self.unknown[order["clientOrderId"]] = order
        self.enter(order, expect=(201,))

    def enter(self, order, expect):
        status, _, answer = self.trader.client.request("POST", "/v1/order", "", order)
        assert status in (*expect, 422), (status, answer)
        self.learn(order["clientOrderId"], answer)
        return status, answer

    def learn(self, client_id, answer):
        """An acknowledged result. Refused orders carry the id that they were given too."""
        if "code" in answer:
            answer = {"id": answer["orderId"], "status": "rejected", "rejectCode": answer["code"]}
        before = self.acknowledged.get(client_id)
        if before:
            check_continues(before, answer)
        else:
            self.acknowledged_count += 1
        self.acknowledged[client_id] = answer
        self.unknown.pop(client_id, None)
        for execution in answer.get("executions", ()):
            assert self.executions.setdefault(execution["id"], execution) == execution

    def cancel_something(self):
        open_orders = [key for key, order in self.acknowledged.items() if order["status"] not in CLOSED]
        if not open_orders:
            return
        client_id = self.random.choice(open_orders)
        status, _, answer = self.trader.client.request(
            "DELETE", "/v1/order/" + self.acknowledged[client_id]["id"]
        )
        if status == 409:
            status, _, answer = self.trader.client.request(
                "GET", "/v1/order/" + self.acknowledged[client_id]["id"]
            )
            assert answer["status"] in CLOSED, answer
        assert status == 200, (status, answer)
        self.learn(client_id, answer)

    # --- what must be true after a restart ---

    def check(self):
        self.resolve_unknown()
        listed = self.list_everything()
        by_client_id = {order["clientOrderId"]: order for order in listed}
        assert len(by_client_id) == len(listed) and len({order["id"] for order in listed}) == len(
            listed
        ), "an order is there twice"
        assert (
            not self.never & by_client_id.keys()
        ), "an order appeared after the exchange had said that there is none"
        assert (
            by_client_id.keys() == self.acknowledged.keys()
        ), "an acknowledged order is lost, or one is there that nobody sent"
        for client_id, before in self.acknowledged.items():
            check_continues(before, by_client_id[client_id])
            self.acknowledged[client_id] = by_client_id[client_id]
        self.send_some_again()

    def resolve_unknown(self):
        """Queries orders without an answer; sends every second one that did not arrive again."""
        for client_id, order in list(self.unknown.items()):
            found = self.trader.request("GET", "/v1/orders", {"clientOrderId": client_id})["orders"]
            assert len(found) <= 1
            if found:
                self.learn(client_id, found[0])
            elif self.random.random() < 0.5:
                _, answer = self.enter(order, expect=(201,))
                assert "duplicate" not in answer, answer
            else:
                self.never.add(client_id)
                del self.unknown[client_id]

    def send_some_again(self):
        for client_id in self.random.sample(sorted(self.acknowledged), min(2, len(self.acknowledged))):
            before = self.acknowledged[client_id]
            order = {
                "symbol": "ACME",
                "type": "limit",
                "side": "buy",
                "quantity": "1",
                "price": "100",
                "clientOrderId": client_id,
            }
            status, answer = self.enter(order, expect=(200,))
            assert answer["duplicate"] is True and answer.get("id", answer.get("orderId")) == before["id"], (
                status,
                answer,
            )

    def check_reports(self):
        """The private reports since the last check have no gap, and the latest earlier ones are unchanged."""
        known = self.reports[-5:]
        first = known[0]["sequence"] if known else 1
        with Feed(self.trader.exchange) as feed:
            feed.authenticate(self.trader)
            last = int(feed.subscribe("orders", fromSequence=first)["nextSequence"]) - 1
            assert last >= (known[-1]["sequence"] if known else 0), "reports that were told are gone"
            told = [feed.receive(30) for _ in range(last - first + 1)]
        assert [report["sequence"] for report in told] == list(range(first, last + 1))
        assert told[: len(known)] == known
        self.reports = told[-5:]

    def list_everything(self, path="/v1/orders", name="orders"):
        rows, cursor = [], None
        while True:
            page = self.trader.request("GET", path, {"limit": 1000, "cursor": cursor})
            rows += page[name]
            if (cursor := page["nextCursor"]) is None:
                return rows

    def check_executions(self):
        """At the end: every reported execution exists, and together they equal the orders' fills."""
        rows = self.list_everything("/v1/execution", "executions")
        stored = {row["id"]: row for row in rows}
        assert len(stored) == len(rows)
        assert {key: stored.get(key) for key in self.executions} == self.executions
        filled = {order["id"]: int(order.get("filledQuantity", "0")) for order in self.acknowledged.values()}
        summed = dict.fromkeys(filled, 0)
        for row in rows:
            summed[row["orderId"]] += int(row["quantity"])
        assert summed == filled


def check_continues(before, now):
    """An order may only move forward from its acknowledged state."""
    told = (before, now)
    assert before["id"] == now["id"], told
    if before["status"] == "rejected":
        assert now["status"] == "rejected" and now["rejectCode"] == before["rejectCode"], told
        return
    for name in ("symbol", "side", "price", "quantity", "timeInForce", "creationTime"):
        assert before[name] == now[name], told
    assert int(now["quantity"]) == sum(
        int(now[name + "Quantity"]) for name in ("filled", "remaining", "cancelled")
    ), told
    assert int(now["filledQuantity"]) >= int(before["filledQuantity"]), told
    if before["status"] in CLOSED:
        for name in ("status", "filledQuantity", "cancelledQuantity", "cancelReason", "updateTime"):
            assert before[name] == now[name], told


@contextlib.contextmanager
def load(clients):
    """Orders and cancels from all clients while the block runs."""
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(stop,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
    for client in clients:
        if client.failure:
            raise client.failure


def check_conservation(clients, cash, shares):
    with_fees = clients[0].trader.exchange.get("/v1/status")["fees"]["collected"]
    assert (
        sum(cash_of(client.trader)["USD"][0] for client in clients)
        + sum(units(fee["amount"]) for fee in with_fees)
        == cash
    )
    assert sum(shares_of(client.trader)["ACME"][0] for client in clients) == shares


def lose_shared_memory(exchange):
    for path in exchange.shared.iterdir():
        shutil.rmtree(path)


class Storm:
    """An exchange and its clients, and every way to kill its processes. `killed` counts by kind."""

    def __init__(self, exchange, clients, randomness):
        self.exchange, self.clients, self.random = exchange, clients, randomness
        self.killed = collections.Counter()

    def blow(self, kills):
        """Kills up to the given number, and yields after each kill that ended the exchange."""
        kinds = (
            (60, self.under_load),
            (12, self.while_starting),
            (14, self.snapshot_alone),
            (14, self.exchange_and_snapshot),
        )
        self.under_load()
        yield
        while self.killed.total() < kills:
            (kind,) = self.random.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])
            kind()
            if self.exchange.process is None:
                yield

    def open_and_check(self):
        """Opens the exchange if it is closed; it must then have everything acknowledged."""
        if self.exchange.process is None:
            self.exchange.start()
            check_passed_over(self.exchange)
            self.check()

    def check(self):
        for client in self.clients:
            client.check()
        self.random.choice(self.clients).check_reports()

    # --- the kinds ---

    def under_load(self):
        self.open_and_check()
        with load(self.clients):
            time.sleep(self.random.uniform(*LIFE_S))
            self.kill_exchange("under load")

    def while_starting(self):
        """During recovery, and again during the recovery from that."""
        if self.exchange.process is not None:
            self.kill_exchange("at rest")
        for _ in range(self.random.randint(1, 3)):
            self.exchange.launch()
            time.sleep(self.random.uniform(*START_LIFE_S))
            self.kill_exchange("while starting")

    def snapshot_alone(self):
        """The exchange continues."""
        self.open_and_check()
        with load(self.clients):
            snapshot = self.launch_snapshot()
            moment = self.wait_for_a_moment_of(snapshot)
            self.kill_snapshot(snapshot, moment)

    def exchange_and_snapshot(self):
        self.open_and_check()
        with load(self.clients):
            snapshot = self.launch_snapshot()
            moment = self.wait_for_a_moment_of(snapshot)
            kills = [
                lambda: self.kill_exchange("with its snapshot"),
                lambda: self.kill_snapshot(snapshot, moment),
            ]
            self.random.shuffle(kills)
            for kill in kills:
                kill()

    # --- what they are made of ---

    def kill_exchange(self, how):
        self.exchange.kill()
        self.killed[f"exchange {how}"] += 1

    def launch_snapshot(self):
        command = [PROGRAM, "snapshot", self.exchange.data, "--shared-dir", self.exchange.shared, "--keep", "2"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for_a_moment_of(self, snapshot):
        """Any time; when its file is being written; when it has just got its name and old ones go."""
        moment = self.random.choice(("somewhere", "while it writes", "after the rename"))
        if moment == "somewhere":
            time.sleep(self.random.uniform(0, 0.15))
            return moment
        before = self.snapshot_files()
        suffix = ".new" if moment == "while it writes" else ".snapshot"
        while snapshot.poll() is None:
            if any(name.endswith(suffix) for name in self.snapshot_files() - before):
                break
        return moment

    def snapshot_files(self):
        try:
            return {path.name for path in (self.exchange.data / "snapshots").iterdir()}
        except FileNotFoundError:
            return set()

    def kill_snapshot(self, snapshot, moment):
        """Counts the kill only if the process was still running."""
        snapshot.kill()
        if snapshot.wait(30) < 0:
            self.killed[f"snapshot {moment}"] += 1


def check_passed_over(exchange):
    """A snapshot exists completely or not at all; one that is ahead of a log that lost its memory is no fault."""
    for line in re.findall(r".*passed over.*", exchange.output.read_text()):
        assert "not reach it, or took another way" in line, line
