"""What strangers send: many connections of one address, each as fast as it is answered. A process of its own, so that
it does not share a processor's time with the trader of the same test.

    with Flood(port, kind="gets", connections=20) as flood:
        …
    flood.answers      # {200: …, 429: …}

Kinds: "gets" (public requests), "signatures" (bodies of 64 KiB with a wrong signature), "idle" (nothing is sent).
"""

import collections
import json
import selectors
import socket
import subprocess
import sys
import time

GET = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b'{"symbol":"' + b"A" * 64_000 + b'"}'
SIGNED = (
    b"POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nBW-KEY: nobody\r\nBW-TIMESTAMP: 1\r\n"
    b"BW-NONCE: 1\r\nBW-SIGNATURE: " + b"0" * 64 + b"\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)
REQUESTS = {"gets": GET, "signatures": SIGNED, "idle": b""}


class Flood:
    """Runs until it is left. Afterwards `answers` has the number of answers by status, and of connections refused."""

    def __init__(self, port, kind, connections):
        self.arguments = [str(port), kind, str(connections)]
        self.answers = {}
        self.seconds = 0.0

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__, *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "connected\n"
        return self

    def __exit__(self, *_):
        text, _ = self.process.communicate("stop\n", timeout=30)
        result = json.loads(text)
        self.answers = {int(status): count for status, count in result["answers"].items()}
        self.seconds = result["seconds"]


class Connection:
    """One keep-alive connection: the next request goes out when the one before is answered."""

    def __init__(self, port, request):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setblocking(False)
        self.request = request
        self.outgoing = b""
        self.received = b""

    def ask(self):
        self.outgoing = self.request
        self.received = b""

    def write(self):
        if self.outgoing:
            try:
                self.outgoing = self.outgoing[self.socket.send(self.outgoing) :]
            except BlockingIOError:
                pass

    def read(self):
        """The status of an answer that is complete now; None: not yet; 0: the connection is closed."""
        try:
            got = self.socket.recv(65_536)
        except BlockingIOError:
            return None
        except OSError:
            return 0
        if not got:
            return 0
        self.received += got
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head[9:12]) if len(body) >= length else None


def run(port, kind, count):
    connections = [Connection(port, REQUESTS[kind]) for _ in range(count)]
    print("connected", flush=True)
    answers = collections.Counter()
    waiting = selectors.DefaultSelector()
    waiting.register(sys.stdin, selectors.EVENT_READ)
    for connection in connections:
        connection.ask()
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
    started = time.monotonic()
    while True:
        for connection in connections:
            connection.write()
        unsent = any(connection.outgoing for connection in connections)
        for key, _ in waiting.select(0.001 if unsent else 1):
            if key.data is None:
                json.dump({"answers": answers, "seconds": time.monotonic() - started}, sys.stdout)
                return
            status = key.data.read()
            if status is not None:
                answers[status] += 1
                if status == 0:
                    waiting.unregister(key.data.socket)
                    connections.remove(key.data)
                else:
                    key.data.ask()


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
