"""What the end-to-end tests share: real exchanges on free ports and temporary folders, traders, feeds.

Environment: BW_PROGRAM (the program, default build/release/bin/buttonwood), BW_SEED (of random tests),
BW_KILLS (test_crash.py).
"""

import asyncio
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

import pytest
import websockets

from buttonwood_client import Client, signature

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("BW_PROGRAM", str(REPOSITORY / "build/release/bin/buttonwood"))
START_PATIENCE_S = 60
STOP_PATIENCE_S = 30
PUBLIC = ("/v1/instruments", "/v1/time")  # of /v1, what market data serves


def wait_until(condition, what, patience_s=10.0):
    """The first true value of `condition()`; fails the test after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"not within {patience_s} s: {what}"
        time.sleep(0.005)


def run_program(*arguments, stdin=None, timeout=60):
    """Runs a subcommand to its end: CompletedProcess with text output."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=timeout
    )


def temporary_folder(prefix, parent=None):
    return pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=parent))


class Exchange:
    """A data folder and the process that runs on it now, if one does. The port is new with each start."""

    def __init__(self, durability="sync", demo=False, rate_limit=100_000, segment_mib=1, options=()):
        self.root = temporary_folder("buttonwood-test-")
        self.data = self.root / "data"
        # Shared memory where there is any: what the program uses by itself, and no cost to the disk.
        self.shared = temporary_folder(
            "buttonwood-test-", "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        )
        self.arguments = [
            "--data",
            str(self.data),
            "--shared-dir",
            str(self.shared),
            "--http-port",
            "0",
            "--durability",
            durability,
            "--rate-limit",
            str(rate_limit),
            *options,
        ]
        if segment_mib:  # None: the default
            self.arguments += ["--segment-mib", str(segment_mib)]
        if not demo:
            self.arguments.append("--no-demo")
        self.prefix = []  # what the program is started under
        self.process = None
        self.port = None
        self.starts = 0

    def move(self, data=None, shared=None):
        """Other folders than those it was made with. Before the first start."""
        if data:
            self.data = data
            self.arguments[self.arguments.index("--data") + 1] = str(data)
        if shared:
            shutil.rmtree(self.shared, ignore_errors=True)
            self.shared = shared
            self.arguments[self.arguments.index("--shared-dir") + 1] = str(shared)

    def launch(self):
        """Starts the process and does not wait for it."""
        self.starts += 1
        self.port = None
        self.output, self.errors = self.root / f"out-{self.starts}", self.root / f"err-{self.starts}"
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen(
                [*self.prefix, PROGRAM, "up", *self.arguments], stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )

    def start(self):
        self.launch()
        wait_until(self._opened, "the exchange opens", START_PATIENCE_S)
        return self

    def _opened(self):
        text = self.output.read_text()
        if found := re.search(r"open after \S+ s at https?://localhost:(\d+)/", text):
            self.port = int(found.group(1))
            return True
        assert (
            self.process.poll() is None
        ), f"the exchange ended while starting:\n{text}{self.errors.read_text()}"
        return False

    def stop(self):
        """As Ctrl-C does; returns what the process had printed."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(STOP_PATIENCE_S)
        self.process = None
        text = self.output.read_text()
        assert status == 0, f"exit status {status}:\n{text}{self.errors.read_text()}"
        return text

    def log(self, event=None):
        """The lines of the log so far as dicts, of one event or all. Text before the log is left out."""
        written = self.errors.read_text().split("\n")[:-1]
        lines = [json.loads(line) for line in written if line.startswith("{")]
        return [line for line in lines if event in (None, line["event"])]

    def said(self, what):
        """Whether a message of the log has this in it."""
        return any(what in line["message"] for line in self.log())

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_PATIENCE_S)
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        if self.process:
            self.kill()
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.shared, ignore_errors=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    # --- tools on the data folder ---

    def tool(self, name, *options):
        return run_program(name, str(self.data), "--shared-dir", str(self.shared), *options)

    def events(self):
        """The event log as dicts."""
        dumped = self.tool("dump", "--log", "events")
        assert dumped.returncode == 0, dumped.stderr
        return [json.loads(line) for line in dumped.stdout.splitlines()]

    def verify(self):
        """Checks logs and replay; the state hash."""
        verified = self.tool("verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        return re.search(r"replay equal: .* state hash ([0-9a-f]{16})", verified.stdout).group(1)

    # --- requests ---

    def get(self, path, query="", expect=200):
        """An unsigned GET; the parsed answer. Market data has a thread of its own: it is asked until it has read the
        events that order entry had read."""
        with Client(self.url) as client:
            own = path.startswith("/v1/") and path not in PUBLIC
            known = 0 if own else int(client.request("GET", "/v1/status")[2]["sequences"]["events"])

            def fresh():
                status, headers, body = client.request("GET", path, query)
                return int(headers.get("bw-sequence", known)) >= known and (status, body)

            status, body = wait_until(fresh, f"{path} knows event {known}")
        assert status == expect, body
        return body

    def operator(self, number=1):
        name = "operator.key" if number == 1 else f"operator-{number}.key"
        return Client.from_key_file(self.url, self.data / name)

    def operate(self, method, path, body=None, expect=(200, 201), query="", number=1):
        """As the operator with that number."""
        with self.operator(number) as client:
            status, _, answer = client.request(method, path, query, body)
        assert status in (expect if isinstance(expect, tuple) else (expect,)), answer
        return answer

    def list_instrument(self, symbol="ACME", **changes):
        return self.operate(
            "POST",
            "/v1/operator/instruments",
            {
                "symbol": symbol,
                "currency": "USD",
                "tickSize": "0.01",
                "lotSize": "1",
                "referencePrice": "100",
                "collarPpm": 200_000,
            }
            | changes,
        )

    def open_trader(self, reference, cash=None, shares=None):
        """A new account with a key; `cash` in USD, `shares` as {symbol: quantity}."""
        account = self.operate("POST", "/v1/operator/accounts", {"reference": reference})["id"]
        trader = Trader(self, account, self.operate("POST", f"/v1/operator/accounts/{account}/keys"))
        if cash:
            self.deposit(account, currency="USD", amount=cash)
        for symbol, quantity in (shares or {}).items():
            self.deposit(account, symbol=symbol, quantity=quantity)
        return trader

    def deposit(self, account, **what):
        return self.operate(
            "POST", f"/v1/operator/accounts/{account}/deposits", what | {"reference": uuid.uuid4().hex}
        )


class Trader:
    """An account's key on an exchange; connects again by itself when the exchange has another port."""

    def __init__(self, exchange, account, key):
        self.exchange, self.account, self.key_id, self.secret = exchange, account, key["keyId"], key["secret"]
        self.connected, self.port = None, None

    @property
    def client(self):
        if self.connected is None or self.port != self.exchange.port:
            self.close()
            self.connected, self.port = (
                Client(self.exchange.url, self.key_id, self.secret),
                self.exchange.port,
            )
        return self.connected

    def close(self):
        if self.connected:
            self.connected.close()
            self.connected = None

    def request(self, method, path, query="", body=None, expect=200):
        status, _, answer = self.client.request(method, path, query, body)
        assert status == expect, (status, answer)
        return answer

    def order(self, side, quantity, price=None, symbol="ACME", expect=201, **more):
        body = {
            "symbol": symbol,
            "side": side,
            "type": "limit" if price else "market",
            "quantity": str(quantity),
        } | more
        if price:
            body["price"] = str(price)
        return self.request("POST", "/v1/order", body=body, expect=expect)

    def cancel(self, order_id, expect=200):
        return self.request("DELETE", f"/v1/order/{order_id}", expect=expect)

    def get_order(self, order_id, expect=200):
        return self.request("GET", f"/v1/order/{order_id}", expect=expect)

    def get_account(self):
        return self.request("GET", "/v1/account")


class Feed:
    """A WebSocket connection made by a library that is not ours. Blocking calls with deadlines."""

    def __init__(self, exchange, path="/ws", headers=()):
        self.loop = asyncio.new_event_loop()
        self.socket = self._run(self._connect(f"ws://127.0.0.1:{exchange.port}{path}", headers))

    @staticmethod
    async def _connect(url, headers):
        # A short close: with unread frames in its queue the library does not see the answer to its own close.
        return await websockets.connect(
            url, extra_headers=headers, ping_interval=None, max_size=2**24, close_timeout=0.2
        )

    def _run(self, work, patience_s=10.0):
        async def bounded():
            return await asyncio.wait_for(work, patience_s)

        return self.loop.run_until_complete(bounded())

    def send(self, **message):
        self._run(self.socket.send(json.dumps(message)))

    def send_text(self, text):
        self._run(self.socket.send(text))

    def receive(self, patience_s=10.0):
        return json.loads(self._run(self.socket.recv(), patience_s))

    def receive_until(self, wanted, patience_s=10.0):
        """All frames up to the first for which `wanted(frame)` holds, with it."""
        frames, deadline = [], time.monotonic() + patience_s
        while True:
            frames.append(self.receive(max(0.01, deadline - time.monotonic())))
            if wanted(frames[-1]):
                return frames

    def subscribe(self, channel, **more):
        self.send(op="subscribe", channel=channel, **more)
        answer = self.receive_until(lambda frame: frame["type"] in ("subscribed", "error"))[-1]
        assert answer["type"] == "subscribed", answer
        return answer

    def authenticate(self, trader):
        timestamp, nonce = int(time.time() * 1000), time.time_ns()
        proof = signature(trader.secret, "WS", "/ws", "", b"", trader.key_id, timestamp, nonce)
        self.send(
            op="authenticate",
            keyId=trader.key_id,
            timestamp=str(timestamp),
            nonce=str(nonce),
            signature=proof,
        )
        answer = self.receive()
        assert answer["type"] == "authenticated", answer
        return answer

    def close(self):
        self._run(self.socket.close())
        self.loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class MarketFeed(Feed):
    """Of public channels."""

    def __init__(self, exchange):
        super().__init__(exchange, "/ws/market")


@pytest.fixture
def make_exchange():
    """Makes exchanges that are gone after the test, with everything they left."""
    made = []

    def make(*arguments, **options):
        made.append(Exchange(*arguments, **options))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


@pytest.fixture
def exchange(make_exchange):
    """A running exchange without instruments."""
    return make_exchange().start()


@pytest.fixture
def market(exchange):
    """A running exchange with ACME and two rich traders: exchange, trader_a, trader_b."""
    exchange.list_instrument()
    return exchange, *(
        exchange.open_trader(name, cash="1000000", shares={"ACME": "10000"}) for name in ("trader_a", "trader_b")
    )


@pytest.fixture
def randomness(capsys):
    """Seeded; the seed is printed and taken from BW_SEED."""
    seed = int(os.environ.get("BW_SEED") or time.time_ns() % 2**32)
    with capsys.disabled():
        print(f"\nBW_SEED={seed}")
    return random.Random(seed)
