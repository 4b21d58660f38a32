"""The configuration file: examples load, what is wrong is named with file and line, the command line overrides it,
threads get what it says.
"""

import os
import pathlib
import re

import pytest

from conftest import REPOSITORY, run_program
from split import SplitExchange

EXAMPLES = sorted(path for path in (REPOSITORY / "config").glob("*.toml") if "calendar" not in path.name)


def test_there_is_an_example_for_both_shapes():
    assert [path.name for path in EXAMPLES] == ["one-process.toml", "processes.toml"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_load_and_what_is_printed_gives_the_same(path, tmp_path):
    printed = run_program("config", path)
    assert printed.returncode == 0, printed.stderr
    again = tmp_path / "again.toml"
    again.write_text(printed.stdout)
    assert run_program("config", again).stdout == printed.stdout


def test_an_empty_file_is_all_defaults_and_says_so(tmp_path):
    (tmp_path / "x.toml").write_text("")
    printed = run_program("config", tmp_path / "x.toml").stdout
    for line in ('durability = "sync"', "segment_mib = 8", "port = 8080", "rate_limit = 200", "restart_limit = 20"):
        assert line in printed.splitlines()


def test_segments_are_small_while_the_demo_is_on(tmp_path):
    file = tmp_path / "x.toml"
    for text, expected in (
        ("[demo]\nenabled = true", 8),
        ("[demo]\nenabled = false", 64),
        ("[exchange]\nsegment_mib = 32\n[demo]\nenabled = true", 32),
    ):
        file.write_text(text)
        assert f"segment_mib = {expected}" in run_program("config", file).stdout.splitlines()


WRONG = [
    ("[exchange]\ndurabilty = 'sync'", 2, "unknown key durabilty; allowed keys are data, shared_dir, durability"),
    ("[exchange]\ndurability = 'none'", 2, 'durability is not "sync" or "memory"'),
    ("[exchange]\ndurability = 1", 2, "durability is not a text in quotes"),
    ("[exchange]\n\nsegment_mib = 0", 3, "segment_mib is not a whole number from 1 to 1024"),
    ("[exchange]\nsegment_mib = '64'", 2, "segment_mib is not a whole number from 1 to 1024"),
    ("[exchange]\nkept_segments = 1", 2, "kept_segments is not a whole number from 2"),
    ("[exchange]\ncalendar = 'x'\nday_end = '17:00'", 3, "day_end has no meaning beside a calendar"),
    ("[gateway]\nport = 65536", 2, "port is not a whole number from 0 to 65535"),
    ("[gateway]\noperators = 2.5", 2, "operators is not a whole number from 1 to 100"),
    ("[node]\ncpu = 100000", 2, "cpu is not a processor that this program may use; here these are"),
    ("[node]\ncpu = -1", 2, "cpu is not a processor"),
    ("[node]\npriority = 20", 2, "priority is neither a nice value from -20 (first) to 19 (last) nor"),
    ("[node]\npriority = 'fifo 100'", 2, "priority is neither"),
    ("[node]\npriority = 'fifo 1x'", 2, "priority is neither"),
    ("[node]\nidle = 'sleep'", 2, 'idle is not "spin", "yield", "park" or "back-off"'),
    ("[scheduler]\nidle = 'spin'", 2, "unknown key idle; allowed keys are cpu, priority"),
    ("[demo]\nenabled = 'yes'", 2, "enabled is not true or false"),
    ("[demo]\nrate = 0", 2, "rate is not a number from 0.1 to 1000000"),
    ("[metrics]\naddress = '127.0.0.1'", 1, "port is missing"),
    ("[supervisor]\nfirst_delay_ms = 500\nlongest_delay_ms = 100", 3, "longest_delay_ms is less than first_delay_ms"),
    ("[gatway]\nport = 1", 1, "unknown key gatway; allowed keys are exchange, node"),
    ("node = 1", 1, "node is not a table"),
    ("[node\n", 1, ""),
    ("[exchange]\n\n[core]\ncpu = 0", 3, "core is called node"),
    ("[exchange]\ncore_patience = 5", 2, "core_patience is called node_patience"),
]


@pytest.mark.parametrize(("text", "line", "what"), WRONG, ids=lambda value: str(value)[:40].replace("\n", " "))
def test_what_is_wrong_is_named_with_file_and_line(tmp_path, text, line, what):
    path = tmp_path / "x.toml"
    path.write_text(text)
    checked = run_program("config", path)
    assert checked.returncode == 2
    assert f"{path}:{line}: {what}" in checked.stderr, checked.stderr
    for process in ("up", "supervise", "node", "gateway", "market-data", "scheduler", "demo", "metrics"):
        started = run_program(process, "--config", path, "--data", tmp_path / "data")
        assert (started.returncode, started.stderr) == (2, checked.stderr), process
    assert not (tmp_path / "data").exists(), "nothing is touched"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("core",), "the subcommand core is called node"),
        (("gateway", "--core-patience", "5"), "the option --core-patience is called --node-patience"),
        (("up", "--core-patience=5"), "the option --core-patience is called --node-patience"),
    ],
)
def test_a_former_name_is_refused_with_the_name_to_use(tmp_path, arguments, message):
    refused = run_program(*arguments, "--data", tmp_path / "data")
    assert (refused.returncode, refused.stderr) == (2, f"buttonwood: {message}\n")
    assert not (tmp_path / "data").exists(), "nothing is touched"


def test_a_file_that_is_not_there(tmp_path):
    checked = run_program("config", tmp_path / "none.toml")
    assert checked.returncode == 2 and "cannot read" in checked.stderr
    assert "is a folder" in run_program("config", tmp_path).stderr


def threads_of(process):
    """{name of a thread: its id}."""
    tasks = pathlib.Path(f"/proc/{process}/task")
    return {(task / "comm").read_text().strip(): int(task.name) for task in tasks.iterdir()}


def with_file(exchange, tmp_path, text):
    path = tmp_path / "exchange.toml"
    path.write_text(text)
    exchange.arguments += ["--config", str(path)]
    return exchange


def test_threads_of_one_process_get_their_processor_and_priority(make_exchange, tmp_path):
    last = max(os.sched_getaffinity(0))
    exchange = with_file(
        make_exchange(),
        tmp_path,
        f"[exchange]\nsegment_mib = 64\n[node]\ncpu = {last}\npriority = 3\nidle = 'yield'\n"
        "[segments]\npriority = 7\n[gateway]\npriority = 2\n",
    ).start()
    threads = threads_of(exchange.process.pid)
    assert os.sched_getaffinity(threads["core"]) == {last}
    assert os.getpriority(os.PRIO_PROCESS, threads["core"]) == 3
    assert os.getpriority(os.PRIO_PROCESS, threads["bw-segments"]) == 7
    assert os.getpriority(os.PRIO_PROCESS, exchange.process.pid) == 2
    assert os.sched_getaffinity(threads["bw-cmd-disk"]) == os.sched_getaffinity(0)
    sizes = {path.stat().st_size for path in (exchange.data / "commands").glob("*.log")}
    assert sizes == {1 << 20}, "the command line overrides the file"


def test_processes_get_theirs(tmp_path):
    first = min(os.sched_getaffinity(0))
    exchange = with_file(
        SplitExchange(),
        tmp_path,
        f"[market_data]\ncpu = {first}\npriority = 9\n[scheduler]\npriority = 4\n[supervisor]\nfirst_delay_ms = 7\n",
    )
    try:
        exchange.start()
        market_data = exchange.process_of("market-data")
        assert os.sched_getaffinity(market_data) == {first}
        assert os.getpriority(os.PRIO_PROCESS, market_data) == 9
        assert os.getpriority(os.PRIO_PROCESS, exchange.process_of("scheduler")) == 4
        exchange.kill_and_wait("scheduler")
        assert re.search(r"scheduler is started again in 7 ms \(restart 1\)", exchange.output.read_text())
        assert os.getpriority(os.PRIO_PROCESS, exchange.process_of("scheduler")) == 4
    finally:
        exchange.close()


def test_a_refused_priority_is_reported_once_and_stops_nothing(make_exchange, tmp_path):
    """As a user without rights; root may take every priority."""
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"]
    else:
        command = []
    exchange = with_file(make_exchange(), tmp_path, "[node]\npriority = -20\n[command_disk]\npriority = 'fifo 50'\n")
    exchange.prefix = command
    exchange.start()
    exchange.list_instrument()
    exchange.stop()
    errors = exchange.errors.read_text()
    assert errors.count("cannot set nice value -20 for the core (needs CAP_SYS_NICE)") == 1
    assert errors.count("cannot set priority fifo 50 for bw-cmd-disk (needs CAP_SYS_NICE)") == 1
