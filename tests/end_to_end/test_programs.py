"""`buttonwood bench` and `buttonwood simulate` are programs beside it: arguments and exit status are theirs."""

import pathlib
import shutil
import subprocess

import pytest

from conftest import PROGRAM, run_program


@pytest.mark.parametrize("name", ["bench", "simulate"])
def test_a_program_that_is_not_there_says_how_to_get_it(name, tmp_path):
    alone = shutil.copy(PROGRAM, tmp_path / "buttonwood")
    refused = subprocess.run([alone, name, "--help"], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and refused.stdout == ""
    assert f"buttonwood-{name}, which is not in {tmp_path}" in refused.stderr
    assert f"`./run {name} …`" in refused.stderr


def test_it_becomes_the_program_with_its_arguments_and_its_status(tmp_path):
    alone = shutil.copy(PROGRAM, tmp_path / "buttonwood")
    other = tmp_path / "buttonwood-bench"
    other.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 7\n')
    other.chmod(0o755)
    became = subprocess.run([alone, "bench", "a b", "", "--help"], capture_output=True, text=True, timeout=60)
    assert (became.returncode, became.stdout) == (7, "a b||--help|")


def test_bench_is_there(tmp_path):
    stream = tmp_path / "x.str"
    assert run_program("bench", "generate", stream, "--commands", "1000").returncode == 0
    measured = run_program("bench", "matcher", "--stream", stream, "--repetitions", "1")
    assert measured.returncode == 0 and '"benchmark":"matcher"' in measured.stdout
    assert pathlib.Path(PROGRAM).with_name("buttonwood-bench").exists()


def test_the_exchange_carries_neither(tmp_path):
    """What only measures or simulates is not linked into the program of the exchange."""
    strings = pathlib.Path(PROGRAM).read_bytes()
    for word in (b"MESTRM01", b"simulated hours"):
        assert word not in strings
