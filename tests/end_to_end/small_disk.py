"""Small file systems that fill up, each in a mount namespace of its own.

A process of ours holds the namespace; its files are reached through /proc/PID/root. Nothing of the machine's own
mounts changes, no root is needed for tmpfs, and everything is gone with the process.
"""

import errno
import os
import pathlib
import shutil
import subprocess
import tempfile


class SmallDisk:
    """`kind`: tmpfs, or ext4 on a loop device, which only root may have."""

    def __init__(self, kind, mebibytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="buttonwood-disk-"))
        mount = f"mount -t tmpfs -o size={mebibytes}m none {self.folder}"
        if kind == "ext4":
            image = self.folder.with_suffix(".img")
            with open(image, "wb") as file:
                file.truncate(mebibytes * 2**20)
            subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(image)], check=True)
            mount = f"mount -o loop {image} {self.folder} && rm {image} && rmdir {self.folder}/lost+found"
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        self.holder = subprocess.Popen(
            ["unshare", *user, "--mount", "sh", "-c", f"{mount} && echo mounted && exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = self.holder.stdout.readline()
        assert said == "mounted\n", said + self.holder.stdout.read()
        self.root = pathlib.Path(f"/proc/{self.holder.pid}/root{self.folder}")
        self.ballast = self.root / "ballast"

    def free_bytes(self):
        state = os.statvfs(self.root)
        return state.f_bavail * state.f_frsize

    def fill(self, leave=0):
        """Takes all room but about `leave` bytes."""
        wanted = max(0, self.free_bytes() - leave)
        with open(self.ballast, "ab", buffering=0) as file:
            while wanted > 0:
                try:
                    wanted -= file.write(b"x" * min(wanted, 2**16))
                except OSError as error:
                    assert error.errno == errno.ENOSPC, error
                    return
            os.fsync(file.fileno())

    def make_room(self):
        self.ballast.unlink()

    def close(self):
        self.holder.stdin.close()
        self.holder.wait(10)
        self.holder.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".img").unlink(missing_ok=True)


def has_loop_devices():
    """Whether this user on this machine may mount a file."""
    try:
        SmallDisk("ext4", 8).close()
        return True
    except (AssertionError, OSError, subprocess.CalledProcessError):
        return False
