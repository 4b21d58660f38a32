"""`buttonwood bench rest` and `bench fan-out`: short runs with few connections. Counts are checked, never times."""

import json
import pathlib

import pytest

from conftest import run_program


@pytest.fixture
def bench(tmp_path):
    """Runs a benchmark whose folders are in `tmp_path`, and returns its JSON object."""

    def run(kind, *options):
        data, shared = tmp_path / "data", tmp_path / "shared"
        data.mkdir()
        shared.mkdir()
        measured = run_program(
            "bench", kind, "--data", data, "--shared-dir", shared, "--seconds", 1, *options, timeout=120
        )
        assert measured.returncode == 0, measured.stderr
        assert measured.stderr == ""
        assert not list(data.iterdir()) and not list(shared.iterdir()), "something was left behind"
        return json.loads(measured.stdout)

    return run


def check_load(load, allowed, connections_lost=0):
    statuses = load["statuses"]
    assert set(statuses) <= set(allowed) and statuses[allowed[0]] > 0
    assert load["connections_lost"] == connections_lost
    assert {"p50", "p99", "p99.9", "max"} == set(load["latency_ns"])


@pytest.mark.parametrize("shape, durability", [("up", "memory"), ("supervise", "sync")])
def test_rest_answers_every_request(bench, shape, durability):
    result = bench(
        "rest", "--connections", 4, "--repetitions", 1, "--depth", 3, "--shape", shape, "--durability", durability
    )
    assert (result["benchmark"], result["shape"], result["durability"]) == ("rest", shape, durability)
    assert result["machine"]["processors"] >= 1
    check_load(result["orders"], ["201"])
    check_load(result["orders"]["open_loop"], ["201"])
    check_load(result["orders_and_cancels"], ["201", "200"])
    for part in ("gets", "pipelined_gets"):
        check_load(result[part], ["200", "429"])  # strangers are limited
    for part in ("orders", "orders_and_cancels", "gets", "pipelined_gets"):
        for side in ("exchange", "generator"):
            assert set(result[part][f"{side}_cpu_us_per_request"]) == {"user", "system"}


def test_rest_measures_the_parts_that_are_named(bench):
    result = bench(
        "rest", "--connections", 2, "--repetitions", 1, "--what", "gets", "--document", "/v1/instruments"
    )
    assert result["gets"]["document"] == "/v1/instruments"
    assert not {"orders", "orders_and_cancels", "pipelined_gets"} & set(result)


@pytest.mark.parametrize("shape, channel", [("up", "l2"), ("up", "l1"), ("supervise", "trades")])
def test_fan_out_delivers_every_frame(bench, shape, channel):
    result = bench("fan-out", "--clients", 20, "--rate", 20, "--shape", shape, "--channel", channel)
    assert (result["benchmark"], result["clients"], result["channel"]) == ("fan-out", 20, channel)
    for run in ("paced", "closed_loop"):
        run = result[run]
        assert run["sequence_gaps"] == 0 and run["orders_refused"] == 0
        assert run["orders"] > 0 and run["events_at_all_clients"] > 0
        assert run["frames"] >= run["events_at_all_clients"]
    assert result["paced"]["orders"] <= 21


def test_an_exchange_that_cannot_start_is_reported(tmp_path):
    refused = run_program("bench", "rest", "--data", tmp_path / "nowhere", "--seconds", 1)
    assert refused.returncode == 1 and "temporary folder" in refused.stderr
    assert pathlib.Path(tmp_path / "nowhere").exists() is False
