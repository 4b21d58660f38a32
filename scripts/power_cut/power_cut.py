"""Cuts the power of a virtual machine that runs the real node, again and again, and looks at what is left.

    power_cut.py --kernel FILE --modules DIR --writer PROGRAM [--mode sync|memory]
                 [--cuts 20] [--fault NAME] [--disk honest|lying]

Each life of the machine: boot, mount the file system, recover the data folder, check every command in it and that
replay gives the stored events, then send commands until the power goes. The machine says on its console which commands
were answered; after the cut, the next life says which are there. Exit status 0: nothing was lost that must not be; 1:
something was (expected with a fault); 2: the rig itself could not go on.
"""

import argparse
import os
import pathlib
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from disk import Disk, Server

BOOT_PATIENCE_S = 240  # without hardware support, beside other work
DISK_MIB = 512
# Mode memory: a segment is on the disk before the next but one begins. 256 KiB each (power_cut_writer.cpp), a command
# takes 152 bytes.
MEMORY_LOSS_MAX = 2 * 256 * 1024 // 152
HERE = pathlib.Path(__file__).resolve().parent


class Finding(Exception):
    """Something that must not be."""


def needed_modules(folder, names=("virtio_pci", "virtio_blk")):
    """Files of the modules and of what they depend on, in the order of loading."""
    files = {path.stem.replace("-", "_"): path for path in folder.rglob("*.ko")}
    order = []

    def add(name):
        if name not in files or files[name] in order:
            return  # built in, or there already
        text = files[name].read_bytes()
        start = text.index(b"depends=") + len(b"depends=")
        for dependency in text[start : text.index(b"\0", start)].decode().split(","):
            add(dependency.replace("-", "_"))
        order.append(files[name])

    for name in names:
        add(name)
    return order


def libraries_of(program):
    """What the dynamic loader would load, and the loader."""
    lines = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.splitlines()
    words = [word for line in lines for word in line.split() if word.startswith("/")]
    return [pathlib.Path(word) for word in words]


def make_initramfs(work, options):
    """An archive with busybox, the writer and what it needs; `init` is the rest."""
    root = work / "root"
    (root / "bin").mkdir(parents=True)
    (root / "modules").mkdir()
    shutil.copy("/bin/busybox", root / "bin/busybox")
    shutil.copy(HERE / "init", root / "init")
    shutil.copy(options.writer, root / "writer")
    for library in libraries_of(options.writer):
        (root / library.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.relative_to("/"))
    modules = needed_modules(options.modules)
    for module in modules:
        shutil.copy(module, root / "modules" / module.name)
    (root / "modules/order").write_text("\n".join(module.name for module in modules))
    (root / "arguments").write_text(f"{options.mode} {options.fault}".strip())
    names = "\n".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
    archive = work / "initramfs"
    with open(archive, "wb") as out:
        subprocess.run(
            ["/bin/busybox", "cpio", "-o", "-H", "newc"],
            input=names.encode(),
            stdout=out,
            stderr=subprocess.DEVNULL,
            cwd=root,
            check=True,
        )
    return archive


def make_file_system(work):
    image = work / "disk"
    with open(image, "wb") as file:
        file.truncate(DISK_MIB << 20)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", image], check=True)
    return image


class Machine:
    """One life: a virtual machine, and what it says on its console."""

    def __init__(self, options, archive, disk, work):
        socket_path = work / "nbd"
        socket_path.unlink(missing_ok=True)
        self.server = Server(disk, str(socket_path))
        self.lines = queue.Queue()
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", options.accelerator, "-cpu", "max", "-smp", "2", "-m", "1024"]
            + ["-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot"]
            + ["-kernel", options.kernel, "-initrd", archive]
            + ["-append", "console=ttyS0 quiet panic=-1 no_timer_check rdinit=/init"]
            + ["-blockdev", f"driver=nbd,node-name=disk,server.type=unix,server.path={socket_path}"]
            + ["-device", "virtio-blk-pci,drive=disk,write-cache=on,num-queues=1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = []
        self.console = threading.Thread(target=self._listen, daemon=True)
        self.console.start()

    def _listen(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").strip()
            self.said.append(text)
            if text.startswith("RIG ") and line.endswith(b"\n"):
                self.lines.put(text.split(maxsplit=2)[1:])
        self.lines.put(["dead", ""])

    def wait_for(self, what, patience_s=BOOT_PATIENCE_S):
        """The rest of the first line that says `what`."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                kind, *rest = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise RuntimeError(f'the machine did not say "{what}":\n' + "\n".join(self.said[-20:])) from None
            if kind == what:
                return rest[0] if rest else ""
            if kind == "failed":
                raise Finding("\n".join([rest[0], *self.said[-12:]]))
            if kind == "dead":
                raise RuntimeError("the machine ended by itself:\n" + "\n".join(self.said[-20:]))

    def cut(self):
        """The power goes. The number of the newest command of which an answer was seen, or 0."""
        self.process.kill()
        self.process.wait()
        self.console.join(30)
        self.server.join()
        acknowledged = 0
        while not self.lines.empty():
            kind, *rest = self.lines.get()
            if kind == "acked":
                acknowledged = int(rest[0])
            if kind == "failed":
                raise Finding(rest[0])
        return acknowledged


def row(*cells):
    widths = (4, 9, 9, 9, 6, 11, 15, 13)
    return "".join(f"{'-' if cell is None else cell:>{width}}" for cell, width in zip(cells, widths))


class Rig:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.random = random.Random(options.seed)
        self.archive = make_initramfs(work, options)
        self.image = make_file_system(work)
        self.acknowledged = 0  # the newest command of which an answer was seen, in any life
        self.lost = self.losses = 0

    def run(self):
        heads = ("cut", "when", "found", "answered", "lost", "torn bytes", "sectors cached", "of them gone")
        print(row(*heads), flush=True)
        for number in range(1, self.options.cuts + 1):
            self.life(number)
        self.life(0)
        print(
            f"{self.options.cuts} cuts in mode {self.options.mode}, {self.options.disk} disk, "
            f"fault {self.options.fault or 'none'}: {self.acknowledged} commands answered, "
            f"{self.lost} of them lost in {self.losses} cuts (BW_SEED={self.options.seed})"
        )

    def life(self, number):
        """Boots, looks at what is there, goes on, and is cut; the last one (0) only looks."""
        options = self.options
        disk = Disk(self.image, self.random.getrandbits(64), options.sector, options.disk == "lying")
        machine = Machine(self.options, self.archive, disk, self.work)
        try:
            early = number > 1 and number % 5 == 0
            if early:
                machine.wait_for("mounted")
                time.sleep(self.random.uniform(0, 1.5))
                found, torn, acknowledged = None, None, machine.cut()
            else:
                found, torn = self.look(machine)
                acknowledged = self.go_on(machine) if number else machine.cut()
            cached, gone = disk.cut()
        finally:
            machine.process.kill()
            machine.process.wait()
            disk.close()
        newly_lost = self.judge(found)
        when = "recovery" if early else "sending" if number else None
        if acknowledged:
            self.acknowledged = acknowledged
        print(
            row(number or "end", when, found, acknowledged or None, newly_lost, torn, cached, gone),
            flush=True,
        )

    def look(self, machine):
        words = machine.wait_for("recovered").split()
        found = int(words[0])
        if int(machine.wait_for("verified")) != found:
            raise Finding("recovery and readers count differently")
        return found, int(words[2])

    def go_on(self, machine):
        machine.wait_for("acked")
        # Now and then long enough for the kernel to write by itself what nobody synced.
        time.sleep(self.random.uniform(*self.random.choice(((0, 3), (0, 3), (4, 9)))))
        return machine.cut()

    def judge(self, found):
        if found is None:
            return 0
        lost = max(0, self.acknowledged - found)
        if lost:
            self.lost, self.losses = self.lost + lost, self.losses + 1
            self.acknowledged = found
        if lost > (0 if self.options.mode == "sync" else MEMORY_LOSS_MAX):
            raise Finding(f"{lost} answered commands are gone: the log ends at {found}")
        return lost


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--modules", required=True, type=pathlib.Path)
    parser.add_argument("--writer", required=True)
    parser.add_argument("--mode", choices=("sync", "memory"), default="sync")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--fault", default="")
    parser.add_argument("--disk", choices=("honest", "lying"), default="honest")
    parser.add_argument("--sector", type=int, choices=(512, 4096), default=4096, help="what the disk writes as one")
    parser.add_argument("--accelerator", default="tcg", help="of QEMU; kvm is faster where it is there")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("BW_SEED") or time.time_ns() % 2**32))
    return parser.parse_args()


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # the machine ends with this program
    print(f"BW_SEED={options.seed}", flush=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="buttonwood-power-"))
    try:
        Rig(options, work).run()
    except Finding as finding:
        print(f"FOUND: {finding}")
        return 1
    except RuntimeError as failure:
        print(f"power_cut: {failure}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
