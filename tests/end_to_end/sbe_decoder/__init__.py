"""Installs the SBE decoder `sbe` of the Python package index, which others wrote, outside the checkout.

The versions and hashes are pinned in wheels.txt and sources.txt; what is installed for them is kept in
~/.cache/buttonwood and used again.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
LOCKS = [HERE / "wheels.txt", HERE / "sources.txt"]
DECODE = HERE / "decode.py"
CACHE = pathlib.Path.home() / ".cache/buttonwood"


def _install(python, lock, *options):
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
    ]
    done = subprocess.run([*command, *options, "-r", lock], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"cannot install what {lock.name} pins:\n{done.stdout}{done.stderr}"


def python_with_decoder():
    """The interpreter of an environment that has the decoder; made when it is not there yet."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()[:16]
    folder = CACHE / f"sbe-decoder-{sys.version_info.major}.{sys.version_info.minor}-{digest}"
    if not folder.exists():
        print(f"\ninstalling the SBE decoder of the package index into {folder}")
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = pathlib.Path(tempfile.mkdtemp(prefix="sbe-decoder-", dir=CACHE))
        try:
            venv.create(unfinished, with_pip=True)
            _install(unfinished / "bin/python", LOCKS[0], "--only-binary", ":all:")
            _install(unfinished / "bin/python", LOCKS[1], "--no-build-isolation")
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder / "bin/python"
