"""The log of a running exchange: its lines, what they say about a session, and what they never say."""

import fcntl
import json
import pathlib
import re
import secrets
import signal
import subprocess
import time

import pytest

from buttonwood_client import Client, signature
from conftest import PROGRAM, STOP_PATIENCE_S, Feed, run_program, wait_until
from split import SplitExchange

ALWAYS = {"time", "level", "component", "process", "event", "message"}
SOMETIMES = {
    "reason", "method", "route", "status", "duration_us", "count", "request_id", "account", "operator", "key_id",
    "sequence", "address", "trace_id", "span_id",
}  # fmt: skip
ROUTES = re.compile(r"/[\w./{}]*")
ORDER = {"symbol": "ACME", "side": "buy", "type": "limit", "quantity": "3", "price": "99"}


class Traced(Client):
    """Sends `traceparent` with each request; remembers what must stay secret."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.trace_id = secrets.token_hex(16)
        self.said = set()

    def _exchange(self, method, target, payload, headers):
        self.said |= {headers[name] for name in ("BW-NONCE", "BW-SIGNATURE") if name in headers}
        traceparent = f"00-{self.trace_id}-{secrets.token_hex(8)}-01"
        return super()._exchange(method, target, payload, headers | {"traceparent": traceparent})


def check_lines(exchange):
    """Every line of standard error is an object with the documented members; returns them."""
    text = exchange.errors.read_text()
    assert text.endswith("\n") or not text
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert ALWAYS <= set(line) <= ALWAYS | SOMETIMES, line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", line["time"]), line
        assert line["level"] in ("info", "warning", "error"), line
        assert re.fullmatch(r"[a-z_]+", line["event"]), line
        assert ROUTES.fullmatch(line.get("route", "/")), line
    return lines


def secrets_of(exchange, *traders):
    """Secrets of all keys, as they are in files and answers."""
    files = [json.loads(file.read_text())["secret"] for file in exchange.data.glob("operator*.key")]
    assert len(files) == 2
    return [*files, *(trader.secret for trader in traders), (exchange.data / "keys.kek").read_bytes().hex()]


def sign_in(exchange, trader):
    """By WebSocket, from outside of the exchange's clock: refused; returns the signature."""
    timestamp, nonce = int(time.time() * 1000) - 3_600_000, time.time_ns()
    proof = signature(trader.secret, "WS", "/ws", "", b"", trader.key_id, timestamp, nonce)
    with Feed(exchange) as feed:
        named = {"keyId": trader.key_id, "timestamp": str(timestamp), "nonce": str(nonce)}
        feed.send(op="authenticate", signature=proof, **named)
        assert feed.receive()["type"] == "error"
        feed.authenticate(trader)
    return proof


def test_a_session_is_told_and_its_secrets_are_not(exchange):
    exchange.list_instrument()
    trader = exchange.open_trader("alpha", cash="100000")
    client = Traced(exchange.url, trader.key_id, trader.secret)
    order = ORDER | {"clientOrderId": "mine-1"}
    assert client.request("POST", "/v1/order", body=order)[0] == 201
    assert client.request("GET", "/v1/orders", {"clientOrderId": "mine-1"})[0] == 200
    stranger = Traced(exchange.url, trader.key_id, secrets.token_hex(32))
    assert stranger.request("POST", "/v1/order", body=order)[0] == 401
    client.said.add(sign_in(exchange, trader))
    wait_until(lambda: len(exchange.log("operator_command")) == 4, "the operator's commands are told")
    exchange.stop()

    lines = check_lines(exchange)
    assert [line["event"] for line in lines if line["component"] == "process"] == ["process_opened", "process_closed"]
    assert f"http://127.0.0.1:{exchange.port}" in lines[0]["message"] and str(exchange.data) in lines[0]["message"]
    commands = [line for line in lines if line["event"] == "operator_command"]
    assert [line["route"] for line in commands] == [
        "/v1/operator/instruments",
        "/v1/operator/accounts",
        "/v1/operator/accounts/{id}/keys",
        "/v1/operator/accounts/{id}/deposits",
    ]
    assert all(line["operator"] == 1 and line["address"] == "127.0.0.1" for line in commands)
    events = {event["sequence"]: event for event in exchange.events()}
    names = [events[line["sequence"]]["message"] for line in commands if "sequence" in line]
    assert names == ["InstrumentUpdated", "AccountUpdated", "CashMoved"]

    text = exchange.errors.read_text()
    for secret in (*secrets_of(exchange, trader), *client.said, *stranger.said, stranger.secret):
        assert secret not in text
    assert "mine-1" not in text, "a query"
    looked = run_program("stat", "--json", "--data", exchange.data, "--shared-dir", exchange.shared)
    counted = json.loads(looked.stdout)["figures"]
    assert next(f["value"] for f in counted if f["name"] == "log_lines") == len(commands) + 1


def everything_in(folder: pathlib.Path):
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_trace_of_a_websocket_is_told_with_what_it_caused(exchange):
    exchange.list_instrument()
    trader = exchange.open_trader("alpha", cash="100000")
    trace_id = secrets.token_hex(16)
    with Feed(exchange, headers={"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}) as feed:
        feed.authenticate(trader)
        feed.send(op="cancel_on_disconnect", enabled=True)
        assert feed.receive() == {"type": "cancel_on_disconnect", "enabled": True}
    (line,) = wait_until(lambda: exchange.log("cancelled_on_disconnect"), "the end of the connection is told")
    assert line["trace_id"] == trace_id and line["account"] == trader.account and line["address"] == "127.0.0.1"
    exchange.stop()
    check_lines(exchange)


@pytest.fixture
def split():
    exchange = SplitExchange()
    yield exchange.start()
    exchange.close()


def test_a_trace_is_in_the_log_of_its_gateway_and_in_no_command(split):
    exchange = split
    exchange.list_instrument()
    trader = exchange.open_trader("alpha", cash="100000")
    client = Traced(exchange.url, trader.key_id, trader.secret)
    assert client.request("POST", "/v1/order", body=ORDER)[0] == 201
    exchange.kill_process("node")
    failed = 0
    deadline = time.monotonic() + 20
    while not failed and time.monotonic() < deadline:
        failed += client.request("POST", "/v1/order", body=ORDER)[0] == 503
    assert failed, "an order met the exchange without its node"
    lines = wait_until(lambda: exchange.log("request_failed"), "the failure is told")
    assert lines[0]["process"] == "gateway" and lines[0]["route"] == "/v1/order" and lines[0]["status"] == 503
    assert lines[0]["trace_id"] == client.trace_id and lines[0]["account"] == trader.account
    wait_until(lambda: exchange.log("process_died"), "the supervisor tells the end of the node")
    wait_until(lambda: client.request("POST", "/v1/order", body=ORDER)[0] == 201, "the node is back", 30)
    exchange.stop()
    check_lines(exchange)
    opened = {line["process"] for line in exchange.log("process_opened")}
    assert opened >= {"supervise", "node", "gateway", "market-data", "scheduler"}
    stored = everything_in(exchange.data)
    assert client.trace_id.encode() not in stored and bytes.fromhex(client.trace_id) not in stored


def test_a_log_that_nobody_reads_stops_nothing(make_exchange):
    """Standard error is a pipe of one page; lines wait, and are lost with the process."""
    exchange = make_exchange()
    exchange.starts = 1
    exchange.output, exchange.errors = exchange.root / "out-1", exchange.root / "err-1"
    exchange.errors.touch()
    with open(exchange.output, "wb") as out:
        exchange.process = subprocess.Popen(
            [PROGRAM, "up", *exchange.arguments], stdout=out, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
    fcntl.fcntl(exchange.process.stderr, fcntl.F_SETPIPE_SZ, 4096)
    wait_until(exchange._opened, "the exchange opens", 60)
    for number in range(40):
        exchange.list_instrument(f"S{number}")
    assert len(exchange.get("/v1/instruments")["instruments"]) == 40
    exchange.process.send_signal(signal.SIGINT)
    assert exchange.process.wait(STOP_PATIENCE_S) == 0
    kept = exchange.process.stderr.read().decode()
    exchange.process = None
    assert kept.endswith("\n") and all(json.loads(line)["event"] for line in kept.splitlines())
    assert 0 < len(kept.splitlines()) < 40, "the pipe was not full"
    exchange.verify()
