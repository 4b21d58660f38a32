"""What an exchange costs that nobody uses, and how fast it is awake when somebody comes.

Wake-ups are counted, not timed: a busy machine makes them fewer, never more.
"""

import os
import pathlib
import re
import statistics
import time

from conftest import wait_until

WATCHED_S = 5.0


def wake_ups(process):
    """How often the threads of a process have gone to sleep so far, all together."""
    total = 0
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        status = (task / "status").read_text()
        total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.MULTILINE).group(1))
    return total


def cpu_seconds(process):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def each_second(process):
    """Wake-ups and seconds of CPU in a second, over some seconds."""
    begin, woken, used = time.monotonic(), wake_ups(process), cpu_seconds(process)
    time.sleep(WATCHED_S)
    took = time.monotonic() - begin
    return (wake_ups(process) - woken) / took, (cpu_seconds(process) - used) / took


def memory_mib(exchange):
    """Private memory of the process, pages of its files, and all of its folder in shared memory, mapped or not."""
    status = pathlib.Path(f"/proc/{exchange.process.pid}/status").read_text()
    private = sum(
        int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE).group(1)) for name in ("RssAnon", "RssFile")
    )
    shared = sum(file.stat().st_blocks for file in exchange.shared.rglob("*")) * 512
    return private / 1024 + shared / 2**20


def test_an_exchange_without_clients_hardly_wakes(make_exchange):
    for durability in ("sync", "memory"):
        exchange = make_exchange(durability=durability).start()
        exchange.list_instrument()  # something to write, to mark and to read before it is quiet
        time.sleep(1)
        woken, used = each_second(exchange.process)
        assert woken < 200, f"{woken:.0f} wake-ups a second in {durability}"
        assert used < 0.03, f"{used:.1%} of a processor in {durability}"
        exchange.stop()


def test_a_demo_that_nobody_looks_at_is_cheap(make_exchange):
    exchange = make_exchange(demo=True, segment_mib=None).start()

    def commands():
        return int(exchange.get("/v1/status")["sequences"]["commandsAppended"])

    wait_until(lambda: commands() > 3_000, "the participants trade", 60)
    before, begin = commands(), time.monotonic()
    woken, _ = each_second(exchange.process)
    rate = (commands() - before) / (time.monotonic() - begin)
    assert rate > 20, f"{rate:.0f} commands a second: the demo hardly trades"
    assert woken < 1_500, f"{woken:.0f} wake-ups a second"
    taken = memory_mib(exchange)
    assert taken < 200, f"{taken:.0f} MiB"


def test_the_first_order_after_a_pause_is_answered_at_once(make_exchange):
    """A wake-up that is lost costs what is left of a sleep: some 50 ms, far more than the bound."""
    exchange = make_exchange(durability="memory").start()
    exchange.list_instrument()
    trader = exchange.open_trader("a", cash="1000000")
    took = []
    for _ in range(7):
        time.sleep(1.5)
        begin = time.monotonic()
        trader.order("buy", 1, "99")
        took.append(time.monotonic() - begin)
    assert statistics.median(took) < 0.02, [f"{seconds * 1000:.1f} ms" for seconds in took]
