"""A disk for a virtual machine whose power can be cut: a block device over NBD with a write cache that forgets.

What was written is in the cache until the machine asks for a flush; then, and only then, it is on the medium. cut() is
the end of the power: of the cache, a random part reaches the medium, sector by sector, as a real disk may do it. A
sector is written wholly or not at all; disks of today have physical ones of 4096 bytes. With smaller ones the
superblock of ext4 itself can tear.
"""

import mmap
import os
import random
import socket
import struct
import threading

NBD_MAGIC, OPTION_MAGIC, REPLY_MAGIC = 0x4E42444D41474943, 0x49484156454F5054, 0x0003E889045565A9
REQUEST_MAGIC, SIMPLE_REPLY_MAGIC = 0x25609513, 0x67446698
OPT_ABORT, OPT_INFO, OPT_GO = 2, 6, 7
REP_ACK, REP_INFO, REP_ERR_UNSUPPORTED = 1, 3, 2**31 + 1
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
FLAG_FUA = 1
TRANSMISSION_FLAGS = 1 | 4 | 8  # has flags, sends flush, sends FUA


class Disk:
    """`lies`: says that a flush is done and does not do it, as broken disks do."""

    def __init__(self, path, seed, sector=4096, lies=False):
        self.size = os.path.getsize(path)
        self.file = open(path, "r+b")
        self.medium = mmap.mmap(self.file.fileno(), self.size)
        self.sector = sector
        self.cached = {}  # sector number -> its versions since the last flush, oldest first
        self.random, self.lies = random.Random(seed), lies
        self.flushes = self.writes = 0

    def read(self, offset, size):
        """Requires: offset and size are multiples of 512."""
        out = bytearray()
        while size > 0:
            number, skip = divmod(offset, self.sector)
            part = self._newest(number)[skip : skip + size]
            out += part
            offset, size = offset + len(part), size - len(part)
        return bytes(out)

    def write(self, offset, content, durable):
        self.writes += 1
        while content:
            number, skip = divmod(offset, self.sector)
            part = content[: self.sector - skip]
            whole = bytearray(self._newest(number))
            whole[skip : skip + len(part)] = part
            if durable and not self.lies:
                self.cached.pop(number, None)
                self._store(number, whole)
            else:
                self.cached.setdefault(number, []).append(bytes(whole))
            offset, content = offset + len(part), content[len(part) :]

    def flush(self):
        self.flushes += 1
        if self.lies:
            return
        for sector, versions in self.cached.items():
            self._store(sector, versions[-1])
        self.cached.clear()

    def cut(self):
        """The power is gone. How many sectors were in the cache, how many of them are lost or old."""
        share = self.random.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        cached, lost = len(self.cached), 0
        for sector, versions in self.cached.items():
            if self.random.random() < share:
                self._store(sector, self.random.choice(versions))
            else:
                lost += 1
        self.cached.clear()
        return cached, lost

    def close(self):
        self.medium.flush()
        self.medium.close()
        self.file.close()

    def _newest(self, number):
        if versions := self.cached.get(number):
            return versions[-1]
        return self.medium[number * self.sector : (number + 1) * self.sector]

    def _store(self, number, content):
        self.medium[number * self.sector : (number + 1) * self.sector] = content


class Server:
    """Serves the disk to one client at a socket of the file system, until the client is gone."""

    def __init__(self, disk, socket_path):
        self.disk, self.listener = disk, socket.socket(socket.AF_UNIX)
        self.listener.bind(socket_path)
        self.listener.listen(1)
        self.failure = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def join(self):
        """When the client is gone: nothing more will be written."""
        self.thread.join(30)
        self.listener.close()
        if self.thread.is_alive():
            raise RuntimeError("the virtual machine is gone but its disk is still in use")
        if self.failure:
            raise self.failure

    def _run(self):
        try:
            self.connection, _ = self.listener.accept()
            self._negotiate()
            while self._serve():
                pass
        except (ConnectionError, EOFError):
            pass  # the machine is gone
        except Exception as failure:  # for join() to raise
            self.failure = failure
        finally:
            if hasattr(self, "connection"):
                self.connection.close()

    def _receive(self, size):
        out = bytearray()
        while len(out) < size:
            part = self.connection.recv(size - len(out))
            if not part:
                raise EOFError
            out += part
        return bytes(out)

    def _negotiate(self):
        self.connection.sendall(struct.pack(">QQH", NBD_MAGIC, OPTION_MAGIC, 3))
        self._receive(4)
        while True:
            _, option, size = struct.unpack(">QII", self._receive(16))
            self._receive(size)
            if option == OPT_ABORT:
                raise EOFError
            if option not in (OPT_INFO, OPT_GO):
                self._answer_option(option, REP_ERR_UNSUPPORTED)
                continue
            export = struct.pack(">HQH", 0, self.disk.size, TRANSMISSION_FLAGS)
            self._answer_option(option, REP_INFO, export)
            self._answer_option(option, REP_ACK)
            if option == OPT_GO:
                return

    def _answer_option(self, option, kind, content=b""):
        self.connection.sendall(struct.pack(">QIII", REPLY_MAGIC, option, kind, len(content)) + content)

    def _serve(self):
        magic, flags, kind, handle, offset, size = struct.unpack(">IHHQQI", self._receive(28))
        if magic != REQUEST_MAGIC:
            raise RuntimeError("not an NBD request")
        answer = b""
        if kind == READ:
            answer = self.disk.read(offset, size)
        elif kind == WRITE:
            self.disk.write(offset, self._receive(size), bool(flags & FLAG_FUA))
        elif kind == FLUSH:
            self.disk.flush()
        else:
            return False
        self.connection.sendall(struct.pack(">IIQ", SIMPLE_REPLY_MAGIC, 0, handle) + answer)
        return True
