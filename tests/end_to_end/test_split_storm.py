"""kill -9 of processes of a split exchange, one or several at once, again while they start, and with their supervisor.

BW_SPLIT_STORM (default 48) says how many processes are killed; half of them in each mode. BW_SEED repeats the choices.
"""

import collections
import os
import pathlib
import signal
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM, wait_until
from split import SplitExchange
from test_split import Load, check_everything, events_at, make_clients

KILLS = int(os.environ.get("BW_SPLIT_STORM", "48"))
KILLS_IN_A_ROUND = 8  # under one load; then everything is checked
ROLES = ("node", "gateway", "market-data", "scheduler")
PATIENCE_S = 60


@pytest.fixture
def make_split():
    made = []

    def make(*arguments, **options):
        made.append(SplitExchange(*arguments, **options))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


def children_of(exchange):
    """{role: process} of those that are there now, as the kernel knows them."""
    supervisor = exchange.process.pid
    found = {}
    for process in pathlib.Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        try:
            words = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # has just ended
        if len(words) > 1 and words[1].decode() in ROLES:
            found[words[1].decode()] = int(process)
    return found


class SplitStorm:
    def __init__(self, exchange, clients, randomness):
        self.exchange, self.clients, self.random = exchange, clients, randomness
        self.killed = collections.Counter()
        self.told = threading.Event()  # a client has just got an answer
        for client in clients:
            client.learn = self.and_tell(client.learn)

    def and_tell(self, learn):
        def learn_and_tell(*arguments):
            learn(*arguments)
            self.told.set()

        return learn_and_tell

    def blow(self, kills):
        while self.killed.total() < kills:
            self.round(min(kills, self.killed.total() + KILLS_IN_A_ROUND))
            if self.exchange.process is None:
                self.exchange.start()
            self.wait_for_market_data()
            check_everything(self.exchange, self.clients)
            for client in self.clients:
                client.check_reports()

    def round(self, until):
        with Load(self.clients) as load:
            while self.killed.total() < until:
                load.wait_for_more(self.random.randrange(1, 30))
                (kind,) = self.random.choices((self.one, self.several, self.one_again, self.snapshot), (50, 25, 15, 10))
                kind()
            load.wait_for_more()
            if self.random.random() < 0.3:
                self.everybody()

    # --- the kinds ---

    def one(self):
        self.kill((self.random.choice(ROLES),), "alone")

    def several(self):
        self.kill(self.random.sample(ROLES, self.random.randint(2, len(ROLES))), "together")

    def one_again(self):
        """While it starts, up to three times in a row."""
        role = self.random.choice(ROLES)
        self.kill((role,), "alone")
        for _ in range(self.random.randint(1, 3)):
            wait_until(lambda: role in children_of(self.exchange), f"{role} is started again", PATIENCE_S)
            time.sleep(self.random.uniform(0, 0.2))
            self.kill((role,), "while starting")

    def snapshot(self):
        command = [PROGRAM, "snapshot", self.exchange.data, "--shared-dir", self.exchange.shared, "--keep", "2"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, 0.15))
        process.kill()
        if process.wait(30) < 0:
            self.killed["snapshot"] += 1

    def everybody(self):
        """The supervisor first or last, and all that it has."""
        processes = [*children_of(self.exchange).values(), self.exchange.process.pid]
        self.random.shuffle(processes)
        for process in processes:
            self.kill_one(process, "everybody at once")
        self.exchange.process.wait(PATIENCE_S)
        self.exchange.process = None
        wait_until(self.exchange.is_over, "all processes are gone", PATIENCE_S)

    # --- what they are made of ---

    def kill(self, roles, how):
        there = children_of(self.exchange)
        if how != "while starting" and self.random.random() < 0.7:
            self.wait_for_an_answer()  # what was acknowledged a moment ago is the most likely to be lost
        for role in roles:
            if role in there:
                self.kill_one(there[role], f"{role} {how}")

    def wait_for_an_answer(self):
        self.told.clear()
        self.told.wait(PATIENCE_S)

    def kill_one(self, process, what):
        try:
            os.kill(process, signal.SIGKILL)
            self.killed[what] += 1
        except ProcessLookupError:
            pass

    def wait_for_market_data(self):
        def caught_up():
            try:
                return events_at(self.exchange.market_url) == events_at(self.exchange.url)
            except OSError:
                return False  # is being started again

        wait_until(caught_up, "market data has caught up", PATIENCE_S)


@pytest.mark.parametrize("durability", ("sync", "memory"))
def test_no_order_is_lost_or_doubled_in_a_storm(make_split, randomness, capsys, durability):
    exchange = make_split(durability=durability, rate_limit=500_000).start()
    exchange.list_instrument()
    storm = SplitStorm(exchange, make_clients(exchange, randomness), randomness)
    began = time.monotonic()
    storm.blow(KILLS // 2)
    exchange.stop()
    exchange.verify()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(storm.killed.items()))
    acknowledged = sum(client.acknowledged_count for client in storm.clients)
    with capsys.disabled():
        print(
            f"\n{durability}: {storm.killed.total()} kills ({told}) in {time.monotonic() - began:.0f} s; "
            f"{acknowledged} orders are there once"
        )
