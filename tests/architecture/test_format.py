"""Every C++ file is as clang-format-19 writes it."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMAT = ["clang-format-19", "--dry-run", "-Werror", "--ferror-limit=1"]


def complaints(files: list[pathlib.Path]) -> str:
    run = subprocess.run([*FORMAT, *files], text=True, capture_output=True, check=False, timeout=120)
    return run.stderr


def test_files_are_formatted():
    folders = ("src", "apps", "bench", "tests")
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.[ch]pp"))
    assert files
    found = complaints(files)
    assert not found, f"run clang-format-19 -i on:\n{found}"


def test_the_check_can_fail(tmp_path: pathlib.Path):
    (tmp_path / ".clang-format").write_text((ROOT / ".clang-format").read_text())
    (tmp_path / "a.cpp").write_text("int  a( ) ;\n")
    assert "a.cpp" in complaints([tmp_path / "a.cpp"])
