"""Full disks and full shared memory, with real file systems: orders are refused with a reason before the exchange
stops, cancels are accepted, nothing acknowledged is lost, and the exchange resumes by itself when there is room.
"""

import threading

import pytest

from conftest import MarketFeed, wait_until
from small_disk import SmallDisk, has_loop_devices
from test_observe import Figures

SCARCE = 2601
CLIENTS = 4
MEBIBYTES = 14
CANCELLED = 200
HALF_A_SEGMENT = 2**19


@pytest.fixture
def make_disk():
    made = []

    def make(kind):
        made.append(SmallDisk(kind, MEBIBYTES))
        return made[-1]

    yield make
    for disk in made:
        disk.close()


def data_disk():
    """In production a data folder is on a file system with a journal. Without the permission to mount one, a tmpfs
    serves as well.
    """
    return "ext4" if has_loop_devices() else "tmpfs"


def storage(exchange):
    return exchange.get("/v1/status")["storage"]


def enter_until_refused(trader, number, accepted):
    """Enters orders until one is refused; adds the acknowledged ones to `accepted`."""
    count = 0
    while True:
        body = {
            "symbol": "ACME",
            "side": "buy",
            "type": "limit",
            "quantity": "1",
            "price": "90",
            "clientOrderId": f"c{number}-{count}",
        }
        status, headers, answer = trader.client.request("POST", "/v1/order", "", body)
        if status == 503:
            assert answer["code"] == SCARCE and answer["title"] == "storage_scarce", answer
            assert headers["retry-after"] == "5"
            return
        assert status == 201, (status, answer)
        accepted[body["clientOrderId"]] = answer["id"]
        count += 1


def fill_the_logs(traders):
    """Every client sends until it is refused. Returns clientOrderId -> id of the acknowledged orders, by trader."""
    accepted, failures = [{} for _ in traders], []

    def run(number):
        try:
            enter_until_refused(traders[number], number, accepted[number])
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(traders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    return accepted


def cancels_are_accepted_and_entries_are_not(trader, accepted):
    ids = list(accepted.values())
    for order in ids[:CANCELLED]:
        assert trader.cancel(order)["status"] == "cancelled"
    trader.order("buy", 1, "90", expect=503)
    refused = trader.request("PATCH", f"/v1/order/{ids[-1]}", body={"price": "91"}, expect=503)
    assert refused["code"] == SCARCE
    assert trader.cancel(ids[0], expect=409)["code"] == 2103


def both_logs_have_their_next_segment(exchange):
    """It is made once an eighth of a segment is filled."""
    return all(int(storage(exchange)[log]) > 2**20 for log in ("commandBytesLeft", "eventBytesLeft"))


def check_the_metrics(exchange):
    figures = Figures(exchange)
    assert figures.value("storage_scarce") == 1 and figures.value("segments_failing") == 1
    assert min(figures.value("sure_room", log=log) for log in ("commands", "events")) < HALF_A_SEGMENT
    refused = figures.value("rejects", reason="storage_scarce") + figures.value("storage_refused")
    assert refused == CLIENTS


def everything_acknowledged_is_there(exchange, accepted):
    told = {
        event["client_order_id"]: str(event["order_id"])
        for event in exchange.events()
        if event["message"] == "OrderAccepted"
    }
    for orders in accepted:
        for client_id, order in orders.items():
            assert told.get(client_id) == order, client_id


@pytest.fixture(params=["disk", "shared memory"])
def full(request, make_disk, make_exchange):
    """An exchange whose data folder, or whose shared memory, has no room for another segment; and its traders."""
    exchange = make_exchange()
    if request.param == "disk":
        disk = make_disk(data_disk())
        exchange.move(data=disk.root / "data")
    else:
        disk = make_disk("tmpfs")
        exchange.move(shared=disk.root)
    exchange.start()
    exchange.list_instrument()
    traders = [exchange.open_trader(f"trader_{n}", cash="10000000") for n in range(CLIENTS)]
    while not both_logs_have_their_next_segment(exchange):
        for _ in range(100):
            traders[0].order("buy", 1, "90")
    disk.kind = request.param
    disk.fill(leave=2**18)
    return exchange, disk, traders


def test_orders_are_refused_cancels_are_accepted_and_it_resumes_by_itself(full):
    exchange, disk, traders = full
    feed = MarketFeed(exchange)
    feed.subscribe("status", symbol="ACME")
    accepted = fill_the_logs(traders)
    feed.receive_until(lambda frame: frame.get("storage") == "scarce")
    assert storage(exchange)["state"] == "scarce"
    assert sum(map(len, accepted)) > 1_000, "the prepared segments were used"
    assert "cannot prepare the next log segment" in exchange.errors.read_text()
    check_the_metrics(exchange)
    for trader, orders in zip(traders, accepted):
        cancels_are_accepted_and_entries_are_not(trader, orders)
    disk.make_room()
    wait_until(lambda: storage(exchange)["state"] == "ample", "it resumes by itself", 30)
    feed.receive_until(lambda frame: frame.get("storage") == "ample")
    feed.close()
    for trader in traders:
        trader.order("buy", 1, "90", clientOrderId="again")
    changes = [event["scarce"] for event in exchange.events() if event["message"] == "StorageStateSet"]
    assert changes == [1, 0]
    exchange.stop()
    everything_acknowledged_is_there(exchange, accepted)
    exchange.verify()


def test_killed_while_full_it_opens_with_what_it_has_and_refuses_entries(full):
    exchange, disk, traders = full
    accepted = fill_the_logs(traders)
    exchange.kill()
    exchange.launch()
    said = wait_until(lambda: opened_or_refused(exchange), "it opens, or refuses with a reason", 60)
    if said == "open":
        # A start releases the shared memory of older segments, which may be enough; on a disk it releases nothing.
        if disk.kind == "disk":
            assert "storage: scarce" in exchange.output.read_text()
            cancels_are_accepted_and_entries_are_not(traders[0], accepted[0])
        exchange.kill()
    else:
        assert "No space left on device" in exchange.errors.read_text()
        exchange.process = None
    disk.make_room()
    exchange.start()
    wait_until(lambda: storage(exchange)["state"] == "ample", "there is room", 30)
    traders[1].order("buy", 1, "90")
    exchange.stop()
    everything_acknowledged_is_there(exchange, accepted)
    exchange.verify()


def test_it_starts_twice_on_a_disk_without_one_free_byte_and_cancels(make_disk, make_exchange):
    """A start writes an epoch. Its room is kept, so that orders can be cancelled whatever fills the disk."""
    exchange, disk = make_exchange(), make_disk(data_disk())
    exchange.move(data=disk.root / "data")
    exchange.start()
    exchange.list_instrument()
    trader = exchange.open_trader("trader", cash="10000")
    orders = [trader.order("buy", 1, "90")["id"] for _ in range(2)]
    for order in orders:
        disk.fill()
        exchange.kill()
        disk.fill()
        assert disk.free_bytes() == 0
        exchange.start()
        assert trader.cancel(order)["status"] == "cancelled"
    exchange.stop()
    disk.make_room()
    exchange.verify()


def opened_or_refused(exchange):
    if exchange.process.poll() is not None:
        assert exchange.process.returncode == 1, exchange.errors.read_text()
        return "refused"
    return "open" if exchange._opened() else None


def test_the_reserve_comes_to_an_end_and_nothing_is_torn(full):
    """A client sends what is always accepted until there is no room at all: commands wait, and nothing is lost."""
    exchange, disk, traders = full
    accepted = fill_the_logs(traders)
    client = traders[0].client
    while True:  # refused by the engine, so each takes room and none changes anything
        status, _, answer = client.request("DELETE", "/v1/order/999999999")
        if status == 503:
            assert answer["code"] == 3202, answer
            break
        assert status == 404, answer
    disk.make_room()
    wait_until(lambda: storage(exchange)["state"] == "ample", "it resumes by itself", 30)
    traders[1].order("buy", 1, "90")
    exchange.stop()
    everything_acknowledged_is_there(exchange, accepted)
    exchange.verify()
