"""A gateway of one folder and one row (tests/fixtures/line_gateway) beside those of the product: two of it at once,
each with its own ring, trade with each other and with REST; one dies and comes back.
"""

import json
import pathlib
import re
import socket
import subprocess

import pytest

from buttonwood_client import Client as HttpClient
from conftest import PROGRAM, Exchange, run_program, wait_until
from split import SplitExchange

WITH_LINE_GATEWAY = pathlib.Path(PROGRAM).with_name("buttonwood_with_line_gateway")
LINES = "line=2"


class LineExchange(SplitExchange):
    """The product with one agent more, under its supervisor."""

    def launch(self):
        self.starts += 1
        self.port = None
        self.output, self.errors = self.root / f"out-{self.starts}", self.root / f"err-{self.starts}"
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen(
                [WITH_LINE_GATEWAY, "supervise", *self.arguments], stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )

    def line_ports(self):
        return [int(port) for port in re.findall(r"line gateway at 127.0.0.1:(\d+)", self.output.read_text())]


class OneProcess(Exchange):
    """The product with one agent more, as one process."""

    def launch(self):
        self.starts += 1
        self.port = None
        self.output, self.errors = self.root / f"out-{self.starts}", self.root / f"err-{self.starts}"
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen(
                [WITH_LINE_GATEWAY, "up", *self.arguments], stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )


class Line:
    """A client of a line gateway."""

    def __init__(self, port, account):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rw", encoding="ascii", newline="\n")
        assert self.ask(f"account {account}") == f"account {account}"

    def ask(self, line):
        self.file.write(line + "\n")
        self.file.flush()
        return self.read()

    def read(self):
        return self.file.readline().rstrip("\n")

    def close(self):
        self.file.close()
        self.socket.close()


@pytest.fixture
def make_line_exchange():
    made = []

    def make(*options):
        made.append(LineExchange(options=("--instances", LINES, *options)))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


def topology(*options):
    printed = run_with_line_gateway("topology", *options)
    assert printed.returncode == 0, printed.stderr
    return {row["process"]: row for row in map(json.loads, printed.stdout.splitlines())}


def run_with_line_gateway(*arguments):
    return subprocess.run([WITH_LINE_GATEWAY, *arguments], capture_output=True, text=True, timeout=60)


def test_places_follow_from_rows_and_numbers_do_not_depend_on_how_many_there_are():
    one, several = topology(), topology("--instances", LINES, "--instances", "market-data=2")
    for process, row in one.items():
        assert several[process] == row
    assert [several[name]["ring"] for name in ("gateway", "demo", "scheduler", "line", "line-2")] == [0, 1, 2, 3, 4]
    assert [several[name]["reader"] for name in ("market-data", "line", "market-data-2", "line-2")] == [3, 4, 5, 6]
    assert several["market-data-2"]["ring"] is None
    product = run_program("topology").stdout.splitlines()
    assert "line" in one and [json.loads(line)["process"] for line in product] == [
        name for name in one if name != "line"
    ]


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("gateway=2", "there can be only one gateway: several could share keys"),
        ("scheduler=2", "there can be only one scheduler"),
        ("node=2", "there can be only one node"),
        ("line=6", "9 rings; there is room for 8"),
        ("market-data=0", "is not KIND=N"),
        ("nonsense=2", "is not KIND=N"),
    ],
)
def test_what_cannot_be_several_is_refused(option, why):
    refused = run_with_line_gateway("topology", "--instances", option)
    assert refused.returncode != 0 and why in refused.stderr


def test_the_configuration_file_knows_the_new_table(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("[line]\nport = 7000\ninstances = 2\nidle = 'park'\n[market_data]\ninstances = 2\n")
    printed = run_with_line_gateway("config", path)
    assert printed.returncode == 0, printed.stderr
    assert '[line]\naddress = "127.0.0.1"\nport = 7000\ninstances = 2\nidle = "park"\n' in printed.stdout
    refused = run_program("config", path)
    assert refused.returncode == 2 and f"{path}:1: unknown key line;" in refused.stderr
    path.write_text("[scheduler]\ninstances = 2\n")
    assert f"{path}:2: there can be only one scheduler: two would lead" in run_with_line_gateway("config", path).stderr


def test_two_line_gateways_and_rest_trade_and_one_that_died_comes_back(make_line_exchange):
    exchange = make_line_exchange().start()
    exchange.list_instrument()
    traders = [exchange.open_trader(name, cash="100000", shares={"ACME": "1000"}) for name in ("a", "b", "c")]
    accounts = [trader.account for trader in traders]
    first, second = (Line(port, account) for port, account in zip(exchange.line_ports(), accounts))
    rest = traders[2]

    resting = first.ask("buy ACME 10 @ 100.50")
    number = resting.split()[1]
    assert resting == f"accepted {number}"
    assert second.ask("sell ACME 4 @ 100.5").startswith("accepted ")
    assert re.fullmatch(r"fill \d+ 4 @ 100.5", second.read())
    assert first.read() == f"fill {number} 4 @ 100.5"
    assert rest.order("sell", 5, "100.50")["status"] == "filled"
    assert first.read() == f"fill {number} 5 @ 100.5"
    assert second.ask(f"cancel {number}").startswith("rejected "), "another account's order"
    assert second.ask("cancel 999999").startswith("rejected ")
    assert second.ask("buy NOPE 1 @ 1") == "refused: no such symbol"

    for name, commands in (("line", 1), ("line-2", 3)):
        assert exchange.figure("commands", gateway=name) == commands, "each has its own ring"

    # One dies. The other and REST go on, and its orders stay in the book.
    port = exchange.line_ports()[0]
    exchange.kill_and_wait("line")
    assert first.read() == "", "its clients are cut off"
    assert second.ask("sell ACME 1 @ 100.5").startswith("accepted ")
    assert re.fullmatch(r"fill \d+ 1 @ 100.5", second.read())
    again = Line(port, accounts[0])
    resting = again.ask("buy ACME 3 @ 99").split()[1]
    assert again.ask(f"cancel {resting}") == f"cancelled {resting}"
    assert exchange.figure("process_restarts", process="line") == 1
    assert exchange.figure("process_restarts", process="line-2") == 0

    # The node dies: both gateways keep their clients and follow the next one.
    exchange.kill_and_wait("node")
    wait_until(lambda: again.ask("buy ACME 2 @ 98").startswith("accepted "), "orders are taken again")
    wait_until(lambda: second.ask("sell ACME 2 @ 98").startswith("accepted "), "and by the other one")
    assert re.fullmatch(r"fill \d+ 2 @ 98", second.read())
    for trader in traders:
        trader.close()
    exchange.stop()
    exchange.verify()


def test_a_line_gateway_runs_beside_an_exchange_in_one_process():
    """A ring that is not of the process `up` may be taken by a process beside it, and only such a ring."""
    exchange = OneProcess()
    beside = None
    try:
        exchange.start()
        exchange.list_instrument()
        trader = exchange.open_trader("a", cash="1000", shares={"ACME": "10"})
        where = ("--data", exchange.data, "--shared-dir", exchange.shared, "--line-port", "0")
        held = run_with_line_gateway("gateway", *where, "--http-port", "0")
        assert held.returncode == 1 and "gateway-0.ring is held by another running process" in held.stderr
        beside = subprocess.Popen([WITH_LINE_GATEWAY, "line", *where], stdout=subprocess.PIPE, text=True)
        port = int(re.fullmatch(r"line gateway at 127.0.0.1:(\d+)\n", beside.stdout.readline()).group(1))
        assert Line(port, trader.account).ask("buy ACME 1 @ 100").startswith("accepted ")
        trader.close()
        beside.terminate()
        assert beside.wait(30) == 0
        exchange.stop()
    finally:
        if beside and beside.poll() is None:
            beside.kill()
        exchange.close()


def test_market_data_by_two_processes(make_line_exchange):
    exchange = make_line_exchange("--instances", "market-data=2").start()
    exchange.list_instrument()
    trader = exchange.open_trader("a", cash="1000", shares={"ACME": "10"})
    trader.order("sell", 10, "100.00")
    ports = re.findall(r"public market data at http://localhost:(\d+)/", exchange.output.read_text())
    assert len(set(ports)) == 2

    def asks(port):
        with HttpClient(f"http://127.0.0.1:{port}") as public:
            status, _, book = public.request("GET", "/marketdata/orderBook/L2", {"symbol": "ACME", "depth": 5})
        return status == 200 and [level["price"] for level in book["asks"]] == ["100"]

    for port in ports:
        wait_until(lambda port=port: asks(port), "the book is there")
    exchange.kill_and_wait("market-data-2")
    assert asks(ports[0])
    wait_until(lambda: asks(ports[1]), "the second one is back at its port")
    trader.close()
