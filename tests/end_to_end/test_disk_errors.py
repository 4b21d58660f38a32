"""Errors of the disk itself, put into a running exchange's system calls by libfiu: it stops at once with exit status
74, names file and place, and the next start has everything that was acknowledged.
"""

import http.client
import re
import subprocess
import tempfile
import threading

import pytest

from conftest import wait_until

IO_ERROR = 74  # EX_IOERR
EIO, ENOSPC = 5, 28


@pytest.fixture
def faulty(make_exchange):
    """An exchange whose system calls can be made to fail, with a trader."""
    exchange = make_exchange()
    with tempfile.TemporaryDirectory(prefix="buttonwood-fiu-") as folder:
        exchange.fifos = f"{folder}/fiu-ctrl"
        exchange.prefix = ["fiu-run", "-x", "-f", exchange.fifos]
        yield exchange
        exchange.close()


def open_market(exchange):
    exchange.start()
    exchange.list_instrument()
    return exchange.open_trader("trader", cash="10000000")


def start_unharmed(exchange):
    """Without libfiu, whose own thread would take the signal that ends an exchange in order."""
    exchange.prefix = []
    exchange.start()


def break_calls(exchange, what):
    subprocess.run(["fiu-ctrl", "-f", exchange.fifos, "-c", what, str(exchange.process.pid)], check=True)


class Load:
    """Orders one after the other until the exchange is gone."""

    def __init__(self, trader):
        self.trader, self.accepted, self.failure = trader, {}, None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            count = 0
            while True:
                count += 1
                answer = self.trader.order("buy", 1, "90", clientOrderId=f"c{count}")
                self.accepted[answer["clientOrderId"]] = answer["id"]
        except (OSError, http.client.HTTPException):
            pass  # it stopped
        except BaseException as failure:
            self.failure = failure

    def end(self):
        self.thread.join(30)
        assert self.failure is None, self.failure
        return self.accepted


def stops_and_loses_nothing(exchange, trader, what, message):
    load = Load(trader)
    wait_until(lambda: len(load.accepted) > 50, "orders are taken", 30)
    break_calls(exchange, what)
    assert exchange.process.wait(30) == IO_ERROR, exchange.errors.read_text()
    exchange.process = None
    said = exchange.errors.read_text()
    assert re.search(message, said), said
    assert "The log cannot be continued safely; stopping." in said
    accepted = load.end()
    start_unharmed(exchange)
    for client_id, order in accepted.items():
        assert trader.get_order(order)["clientOrderId"] == client_id
    trader.order("buy", 1, "90", clientOrderId="after")
    exchange.stop()
    exchange.verify()


@pytest.mark.parametrize(
    "call, code, reason",
    [
        ("posix/io/rw/pwrite", EIO, "Input/output error"),
        ("posix/io/rw/pwrite", ENOSPC, "No space left on device"),
    ],
)
def test_a_write_that_fails_stops_the_exchange(faulty, call, code, reason):
    trader = open_market(faulty)
    stops_and_loses_nothing(
        faulty, trader, f"enable name={call},failinfo={code}",
        rf"cannot write \d+ bytes at offset \d+ of \S+/((commands|events)/\d+\.log|commands\.mark): {reason}",
    )  # fmt: skip


def test_a_short_write_stops_the_exchange(faulty):
    trader = open_market(faulty)
    stops_and_loses_nothing(
        faulty, trader, "enable name=posix/io/rw/pwrite/reduce",
        r"cannot write \d+ bytes at offset \d+ of \S+/((commands|events)/\d+\.log|commands\.mark): ",
    )  # fmt: skip


def test_a_sync_that_fails_stops_the_exchange(faulty):
    """The event log is written without direct I/O and synced when it rests; so is the command log where direct I/O is
    refused.
    """
    trader = open_market(faulty)
    trader.order("buy", 1, "90")
    break_calls(faulty, f"enable name=posix/io/sync/fdatasync,failinfo={EIO}")
    for number in range(5):
        try:
            trader.order("buy", 1, "90", clientOrderId=f"late-{number}")
        except (AssertionError, OSError, http.client.HTTPException):
            break
    assert faulty.process.wait(30) == IO_ERROR
    faulty.process = None
    assert re.search(
        r"cannot sync \S+/((commands|events)/\d+\.log|commands\.mark): Input/output error", faulty.errors.read_text()
    )
    start_unharmed(faulty)
    assert trader.get_order("1")["status"] == "new"
    faulty.stop()
    faulty.verify()


def test_a_read_that_fails_refuses_the_start_and_changes_nothing(faulty):
    under_libfiu, faulty.prefix = faulty.prefix, []
    trader = open_market(faulty)
    trader.order("buy", 1, "90")
    faulty.stop()
    faulty.prefix = [*under_libfiu, "-c", f"enable name=posix/io/rw/pread,failinfo={EIO}"]
    faulty.launch()
    assert faulty.process.wait(30) == 1
    faulty.process = None
    said = faulty.errors.read_text()
    assert re.search(r"cannot read \S+: Input/output error", said), said
    start_unharmed(faulty)
    assert trader.get_order("1")["status"] == "new"
    faulty.stop()
    faulty.verify()


def test_a_segment_that_is_not_what_was_written_stops_the_exchange(make_exchange):
    """A byte of the disk changes behind the exchange's back; whoever seals the segment reads it again."""
    exchange = make_exchange(durability="memory", demo=True)  # so that a segment is full soon
    exchange.start()
    spoiled = exchange.data / "commands/0000000001.log"
    # The writer writes a block again until the block is full, and would mend a byte of it.
    wait_until(lambda: spoiled.read_bytes()[8192:8232] != bytes(40), "the first block of records is full")
    with open(spoiled, "r+b") as file:
        file.seek(4096 + 40)
        byte = file.read(1)
        file.seek(4096 + 40)
        file.write(bytes([byte[0] ^ 1]))
    assert exchange.process.wait(240) == IO_ERROR
    exchange.process = None
    said = exchange.errors.read_text()
    assert re.search(r"/commands/0000000001\.log is damaged at byte 4096: record 1 is not valid", said), said
    assert "is not what was written; stopping" in said
    exchange.launch()
    assert exchange.process.wait(30) == 1
    exchange.process = None
    assert f"{spoiled} is damaged at byte 4096" in exchange.errors.read_text()
