"""The command line: what each subcommand prints, and what it refuses."""

import json
import lzma
import re
import shutil
import struct

import pytest

from conftest import run_program, temporary_folder


@pytest.fixture
def folder():
    made = temporary_folder("buttonwood-test-")
    yield made
    shutil.rmtree(made, ignore_errors=True)


# --- help and bad command lines ---


@pytest.mark.parametrize(
    "subcommand",
    [
        (),
        ("up",),
        ("replay",),
        ("verify",),
        ("dump",),
        ("play",),
        ("match",),
        ("bench",),
        ("bench", "matcher"),
        ("bench", "engine"),
        ("bench", "pipeline"),
        ("bench", "bounds"),
        ("bench", "memory"),
        ("bench", "rest"),
        ("bench", "fan-out"),
    ],
    ids=lambda words: " ".join(words) or "none",
)
def test_every_subcommand_answers_help(subcommand):
    helped = run_program(*subcommand, "--help")
    assert helped.returncode == 0 and helped.stderr == ""
    assert "Usage: buttonwood" in helped.stdout and "--help" in helped.stdout
    if not subcommand:
        for name in (
            "up",
            "replay",
            "verify",
            "dump",
            "play",
            "match",
            "bench",
            "--data",
            "--no-demo",
            "--http-port",
            "--durability",
        ):
            assert name in helped.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("verify",),
        ("dump",),
        ("replay",),
        ("play",),
        ("bench",),
        ("bench", "matcher"),
        ("--durability", "hope"),
        ("--http-port", "99999"),
        ("--day-end", "25:00"),
        ("--day-end", "noon"),
        ("--rate-limit", "0"),
        ("--segment-mib", "0"),
        ("verify", "."),
        ("replay", "/nowhere"),
        ("dump", "/nowhere"),
        ("bench", "matcher", "--stream", "/nowhere"),
        ("play", "/nowhere"),
    ],
    ids=" ".join,
)
def test_a_bad_command_line_is_refused_with_a_reason(folder, arguments):
    refused = run_program(*arguments, *(("--data", folder / "data") if arguments[0].startswith("--") else ()))
    assert refused.returncode != 0
    assert refused.stderr.strip(), "no reason was given"
    assert not (folder / "data").exists(), "a refused start made a data folder"


# --- match ---


def match(*lines):
    matched = run_program("match", stdin="".join(line + "\n" for line in lines))
    return matched.returncode, matched.stdout.splitlines(), matched.stderr


def test_match_writes_what_happens():
    status, output, errors = match(
        "new,1,S,100,10",
        "new,2,S,100,5",
        "new,3,S,101,7",
        "new,10,B,99,4",
        "depth,5",
        "reduce,1,4",
        "new,4,B,100,8",
        "replace,3,102,9",
        "reduce,2,99",
        "new,5,B,102,20,fok",
        "new,6,B,102,4,fok",
        "new,7,B,99,1,ioc",
        "new,8,B,102,9,ioc",
        "depth,1",
        "cancel,10",
        "depth,3",
    )
    assert (status, errors) == (0, "")
    assert output == [
        "accepted,1",
        "accepted,2",
        "accepted,3",
        "accepted,10",
        "depth,1,2",
        "bid,99,4",
        "ask,100,15",
        "ask,101,7",
        "accepted,1",  # 6 left, still first
        "accepted,4",
        "trade,1,4,100,6",
        "trade,2,4,100,2",
        "accepted,3",  # 9 at 102
        "cancelled,2",  # reduced to zero
        "accepted,5",
        "cancelled,5",  # only 9 are there: all or nothing
        "accepted,6",
        "trade,3,6,102,4",
        "accepted,7",
        "cancelled,7",
        "accepted,8",
        "trade,3,8,102,5",
        "cancelled,8",  # the rest of an ioc
        "depth,1,0",
        "bid,99,4",
        "cancelled,10",
        "depth,0,0",
    ]


def test_match_replace_loses_the_place_and_reduce_keeps_it():
    for change, first in (("reduce,1,1", "trade,1,3,100,4"), ("replace,1,100,4", "trade,2,3,100,5")):
        _, output, _ = match("new,1,S,100,5", "new,2,S,100,5", change, "new,3,B,100,6")
        assert output[2] == "accepted,1" and output[4] == first, change
    _, output, _ = match("new,1,S,100,5", "new,2,B,99,5", "replace,2,100,7")  # a replaced order may trade
    assert output[2:] == ["accepted,2", "trade,1,2,100,5"]


def test_match_rejects_with_reasons_and_goes_on():
    status, output, _ = match(
        "cancel,7",
        "new,1,B,100,5",
        "new,1,S,100,5",
        "new,2,B,0,5",
        "new,3,B,-5,5",
        "new,4,B,100,0",
        "cancel,1",
        "cancel,1",
        "reduce,1,1",
        "replace,9,100,1",
        "new,5,B,100,1",
    )
    assert status == 0
    assert output == [
        "rejected,7,unknown_order",
        "accepted,1",
        "rejected,1,duplicate_id",
        "rejected,2,bad_price",
        "rejected,3,bad_price",
        "rejected,4,bad_quantity",
        "cancelled,1",
        "rejected,1,order_closed",
        "rejected,1,order_closed",
        "rejected,9,unknown_order",
        "accepted,5",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("new,2,S,100", "expected new"),
        ("buy,2,S,100,1", "command"),
        ("new,2,X,100,1", "side"),
        ("new,2,S,1.5,1", "price"),
        ("new,2,S,100,", "quantity"),
        ("new,x,S,100,1", "id"),
        ("new,2,S,100,99999999999999999999", "64 bits"),
        ("new,2,S,100,1,gfd", "time in force"),
        ("depth,-1", "levels"),
        ("cancel", "expected cancel"),
        ("cancel,1,2", "expected cancel"),
        ("new,2,S, 100,1", "price"),
    ],
)
def test_match_names_the_line_it_cannot_read(line, reason):
    status, output, errors = match("new,1,B,100,5", line, "new,9,B,100,5")
    assert status == 2 and output == ["accepted,1"]
    assert errors.startswith("standard input:2: ") and reason in errors


# --- play ---

RECORDED = """time_ms,command,order_id,side,price,quantity
0,new,11,S,100,10
5,new,12,S,100,5
9,reduce,11,,,4
12,new,13,B,101,8
15,new,14,B,99,3
20,cancel,14,,,
21,new,15,B,98,2
22,reduce,15,,,1
23,new,16,S,98,3
"""
# 11 keeps its place with 6 left: 13 takes 6 of it and 2 of 12. 16 takes the 1 that 15 has left and rests with 2.
PLAYED = "price,quantity,maker_id,taker_id\n100,6,11,13\n100,2,12,13\n98,1,15,16\n"


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.xz", "-"])
def test_play_makes_the_trades_of_a_recorded_file(folder, name):
    file = folder / name if name != "-" else name
    if name.endswith(".xz"):
        file.write_bytes(lzma.compress(RECORDED.encode()))
    elif name != "-":
        file.write_text(RECORDED)
    data = folder / "data"
    played = run_program(
        "play",
        file,
        "--trades",
        folder / "trades.csv",
        "--accounts",
        3,
        "--data",
        data,
        "--shared-dir",
        folder,
        stdin=RECORDED if name == "-" else None,
    )
    assert played.returncode == 0, played.stderr
    assert (folder / "trades.csv").read_text() == PLAYED
    assert re.match(
        r"commands 9 in .* s .*\ntrades 3\nvolume 9\nbook PLAY best 5 levels: price,quantity,orders\n"
        r"ask 100,3,1\nask 98,2,1\n$",
        played.stdout,
    ), played.stdout
    verified = run_program("verify", data, "--shared-dir", folder)
    assert verified.returncode == 0 and "replay equal" in verified.stdout


def test_play_twice_into_one_folder_continues_there(folder):
    file, data = folder / "orders.csv", folder / "data"
    file.write_text("0,new,1,S,100,10\n1,new,2,B,100,4\n")
    for trades in ("100,4,1,2\n", "100,4,1,2\n"):
        played = run_program(
            "play", file, "--data", data, "--shared-dir", folder, "--trades", folder / "trades.csv"
        )
        assert played.returncode == 0, played.stderr
        assert "trades 1\nvolume 4\n" in played.stdout
    assert "ask 100,12,2\n" in played.stdout


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,new,2,X,100,5", "side"),
        ("1,sell,2,S,100,5", "command"),
        ("1,new,2,S,100", "6 fields"),
        ("1,new,2,S,0,5", "price"),
        ("1,new,2,S,1.5,5", "price"),
        ("1,new,2,S,100,0", "quantity"),
        ("1,new,2,S,100,-5", "quantity"),
        ("soon,new,2,S,100,5", "time_ms"),
        ("1,new,x,S,100,5", "order_id"),
        ("1,reduce,1,,,", "quantity"),
    ],
)
def test_play_names_file_and_line_it_cannot_read(folder, line, reason):
    file = folder / "bad.csv"
    file.write_text(f"0,new,1,S,100,10\n{line}\n")
    played = run_program("play", file, "--shared-dir", folder)
    assert played.returncode == 2
    assert f"{file}:2: " in played.stderr and reason in played.stderr


# --- bench ---


def write_stream(path, commands, symbols=2):
    """A command stream: (op, id, symbol, side, price, quantity, tif) each."""
    header = struct.pack(
        "<8sIIQQQQ16s", b"MESTRM01", symbols, 0, 0, len(commands), max(c[1] for c in commands), 1, b"tiny"
    )
    records = (
        struct.pack("<QqIIIBBBBQ", number, price, quantity, symbol, 1, op, side, tif, 0, n * 1000)
        for n, (op, number, symbol, side, price, quantity, tif) in enumerate(commands)
    )
    path.write_bytes(header + b"".join(records))


@pytest.mark.parametrize("kind", ["matcher", "engine", "pipeline"])
def test_bench_prints_the_documented_keys(folder, kind):
    enter, cancel, reduce, replace, buy, sell = 0, 1, 2, 3, 0, 1
    write_stream(
        folder / "tiny.bin",
        [
            (enter, 1, 0, sell, 1000, 10, 0),
            (enter, 2, 0, sell, 1000, 5, 0),
            (enter, 3, 1, buy, 900, 7, 0),
            (reduce, 1, 0, 0, 0, 4, 0),
            (enter, 4, 0, buy, 1001, 8, 0),
            (replace, 3, 1, buy, 905, 9, 0),
            (enter, 5, 1, sell, 900, 20, 1),
            (cancel, 2, 0, 0, 0, 0, 0),
        ],
    )
    options = ("--rate", "1000", "--shared-dir", folder, "--data", folder) if kind == "pipeline" else ()
    measured = run_program(
        "bench", kind, "--stream", folder / "tiny.bin", "--repetitions", 1, *options, timeout=120
    )
    assert measured.returncode == 0, measured.stderr
    result = json.loads(measured.stdout)
    assert {
        "cpu_ns_per_command",
        "commands_per_second",
        "trades",
        "sequence_hash",
        "latency_ns",
    } <= result.keys()
    assert {"p50", "p99", "p99.9", "max"} <= result["latency_ns"].keys()
    assert result["trades"] == 3  # 1 with 4, 2 with 4, 3 with 5
    assert re.fullmatch(r"[0-9a-f]{16}", result["sequence_hash"])


def test_bench_tells_the_cost_of_the_largest_books(folder):
    measured = run_program("bench", "bounds", "--repetitions", 1, timeout=120)
    assert measured.returncode == 0, measured.stderr
    result = json.loads(measured.stdout)
    assert result["sweep_100000_orders_us"] > 0
    assert {"add_ns", "cancel_ns", "sweep_ns_per_order"} == result["million_at_one_price"].keys()
    assert {"add_ns", "remove_ns", "remove_best_ns"} == result["million_levels"].keys()


def test_bench_tells_the_memory_of_what_the_engine_keeps(folder):
    measured = run_program("bench", "memory", timeout=120)
    assert measured.returncode == 0, measured.stderr
    result = json.loads(measured.stdout)
    assert 64 <= result["bytes_per_order"] < 200  # an order is a cache line; the rest finds and counts it
    assert result["bytes_per_order"] + 64 <= result["bytes_per_order_with_client_id"] < 400
    assert 64 <= result["bytes_per_spread_level"] < 4000
    assert 64 <= result["bytes_per_idle_instrument"] < 4000
    assert 64 <= result["bytes_per_idle_account"] < 1000


def test_bench_generates_the_same_stream_for_the_same_seed_and_matcher_and_engine_agree_on_it(folder):
    def generate(name, seed):
        made = run_program(
            "bench", "generate", folder / name, "--shape", "day", "--symbols", 3, "--commands", 5000, "--seed", seed
        )
        assert made.returncode == 0, made.stderr
        return (folder / name).read_bytes()

    assert generate("a.str", 7) == generate("b.str", 7) != generate("c.str", 8)
    hashes = set()
    for kind in ("matcher", "engine"):
        measured = run_program("bench", kind, "--stream", folder / "a.str", "--repetitions", 1)
        assert measured.returncode == 0, measured.stderr
        result = json.loads(measured.stdout)
        assert result["trades"] > 50
        hashes.add(result["sequence_hash"])
    assert len(hashes) == 1


def test_bench_refuses_a_stream_that_is_none(folder):
    for content, reason in (
        (b"", "not a command stream"),
        (b"MESTRM99" + bytes(56), "not a command stream"),
        (struct.pack("<8sIIQQQQ16s", b"MESTRM01", 1, 0, 0, 5, 5, 1, b"cut"), "ends before"),
    ):
        (folder / "bad.bin").write_bytes(content)
        refused = run_program("bench", "engine", "--stream", folder / "bad.bin")
        assert refused.returncode == 2 and reason in refused.stderr and "bad.bin" in refused.stderr
