"""Faults are planted in copies of the sources, never in the product; what no longer fits stops the build and says
why.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLANT = ROOT / "tests/planted_faults/plant.py"
TABLE = """fault sum_is_ignored
in src/a.cpp
- return left + right;
+ if (PLANTED) return left;
+ return left + right;
"""
SOURCE = "int sum(int left, int right) {\n    return left +\n           right;\n}\n"


def plant(folder: pathlib.Path, table: str, source: str) -> subprocess.CompletedProcess:
    """Runs plant.py on one table and one source."""
    (folder / "src").mkdir()
    (folder / "src/a.cpp").write_text(source)
    (folder / "some.txt").write_text(table)
    return subprocess.run(
        [sys.executable, PLANT, "write", folder, folder / "out", folder / "some.txt"],
        text=True, capture_output=True, check=False, timeout=60,
    )


def test_the_tables_fit_the_sources(tmp_path):
    tables = sorted((ROOT / "tests/planted_faults/faults").glob("*.txt"))
    result = subprocess.run(
        [sys.executable, PLANT, "write", ROOT, tmp_path, *tables],
        text=True, capture_output=True, check=False, timeout=60,
    )
    assert result.returncode == 0, result.stderr


def test_an_anchor_is_found_whatever_its_white_space(tmp_path):
    assert plant(tmp_path, TABLE, SOURCE).returncode == 0
    copy = (tmp_path / "out/src/a.cpp").read_text()
    assert "    if (::bw::planted_faults::planted(::bw::planted_faults::Fault::sum_is_ignored)) return left;\n" in copy
    assert "    return left + right;\n}" in copy
    header = (tmp_path / "out/include/planted_faults/faults.hpp").read_text()
    assert "some_faults{\n    Fault::sum_is_ignored,\n}" in header


def test_an_anchor_that_is_gone_stops_the_build(tmp_path):
    result = plant(tmp_path, TABLE, SOURCE.replace("+", "-"))
    assert result.returncode == 1
    assert "some.txt:3: planted fault sum_is_ignored: its anchor occurs 0 times in src/a.cpp" in result.stderr


def test_an_anchor_that_occurs_twice_stops_the_build(tmp_path):
    result = plant(tmp_path, TABLE, SOURCE * 2)
    assert result.returncode == 1
    assert "occurs 2 times" in result.stderr


def test_a_file_that_has_moved_stops_the_build(tmp_path):
    result = plant(tmp_path, TABLE.replace("a.cpp", "b.cpp"), SOURCE)
    assert result.returncode == 1
    assert "there is no src/b.cpp" in result.stderr


def test_faults_do_not_overlap(tmp_path):
    result = plant(tmp_path, TABLE + TABLE.replace("sum_is_ignored", "another"), SOURCE)
    assert result.returncode == 1
    assert "overlap" in result.stderr


def test_a_table_that_cannot_be_read_stops_the_build(tmp_path):
    result = plant(tmp_path, TABLE.replace("in src/a.cpp\n", ""), SOURCE)
    assert result.returncode == 1
    assert "some.txt:2: expected fault NAME" in result.stderr


def test_the_product_knows_nothing_of_planted_faults():
    for path in [*(ROOT / "src").rglob("*.[ch]pp"), *(ROOT / "apps").rglob("*.[ch]pp")]:
        assert "planted" not in path.read_text().lower(), path
