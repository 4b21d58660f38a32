"""A crowd of strangers: many connections of one address that do one thing as fast as they are let.

    crowd.py PORT KIND CONNECTIONS        prints "connected", works until standard input ends, then prints what it met

It speaks to whatever listens at PORT, so that the same crowd can be sent to an exchange and to a server that others
wrote.
"""

import collections
import json
import selectors
import socket
import sys
import time

GET = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
BIG = b"GET /v1/instruments HTTP/1.1\r\nHost: x\r\n\r\n" * 20
BODY = b'{"symbol":"' + b"A" * 64_000 + b'"}'
SIGNED = (
    b"POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nBW-KEY: nobody\r\nBW-TIMESTAMP: 1\r\n"
    b"BW-NONCE: 1\r\nBW-SIGNATURE: " + b"0" * 64 + b"\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)
UPGRADE = (
    b"GET /ws/market HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def frame(opcode, payload):
    """Of a client, with a zero mask; at most 125 bytes."""
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + bytes(4) + payload


PINGS = frame(9, b"x") * 20
SUBSCRIBE = frame(1, b'{"op":"subscribe","channel":"l1","symbol":"ACME"}')
AGAIN_S = 0.2  # until a connection that was closed comes back


class Stranger:
    """One connection: what it sends at first, what after each answer, and whether it reads."""

    first, then, reads = b"", b"", True

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setblocking(False)
        self.outgoing, self.received = self.first, b""

    def turn(self):
        """Whether it is still connected."""
        try:
            if self.outgoing:
                self.outgoing = self.outgoing[self.socket.send(self.outgoing) :]
            if not self.reads:
                return True
            while got := self.socket.recv(65_536):
                self.received += got
                if len(got) < 65_536:
                    break
            return bool(got) and self.take()
        except BlockingIOError:
            return True
        except OSError:
            return False

    def take(self):
        """Reads what was received; asks again behind a complete answer."""
        self.received = b""
        return True


class Asks(Stranger):
    """Asks again when it is answered."""

    def take(self):
        head, found, body = self.received.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            MET[head[9:12].decode()] += 1
            self.outgoing, self.received = self.first, b""
        return True


class Gets(Asks):
    first = GET


class Signatures(Asks):
    first = SIGNED


class Pings(Stranger):
    first, pongs = UPGRADE, 0

    def take(self):
        MET["bytes"] += len(self.received)
        self.outgoing, self.received = PINGS, b""
        return True


class Subscribers(Stranger):
    first, subscribed = UPGRADE, False

    def take(self):
        MET["bytes"] += len(self.received)
        self.received = b""
        if not self.subscribed:
            self.outgoing, self.subscribed = SUBSCRIBE, True
        return True


class Unread(Stranger):
    """Asks for much and reads nothing."""

    first, reads = BIG, False


class SlowWriters(Stranger):
    """One byte of a header in each turn."""

    header = b"GET /v1/time HTTP/1.1\r\nX: " + b"x" * 4_000
    sent = 0

    def drip(self):
        self.outgoing = self.header[self.sent : self.sent + 1]
        self.sent += 1


KINDS = {
    "gets": Gets,
    "signatures": Signatures,
    "pings": Pings,
    "idle": Stranger,
    "slow writers": SlowWriters,
    "unread answers": Unread,
    "subscribers": Subscribers,
}
MET = collections.Counter()


def run(port, kind, count):
    make = KINDS[kind]
    ready = selectors.DefaultSelector()
    ready.register(sys.stdin, selectors.EVENT_READ)
    away = []  # when each that was closed comes back

    def connect():
        try:
            stranger = make(port)
        except OSError:
            away.append(time.monotonic() + AGAIN_S)
            return
        ready.register(stranger.socket, selectors.EVENT_READ, stranger)
        if stranger.outgoing and not stranger.turn():
            leave(stranger)

    def leave(stranger):
        MET["closed"] += 1
        ready.unregister(stranger.socket)
        stranger.socket.close()
        away.append(time.monotonic() + AGAIN_S)

    for _ in range(count):
        connect()
    print("connected", flush=True)
    next_drip = time.monotonic()
    while True:
        for key, _ in ready.select(0.02):
            if key.data is None:
                json.dump(MET, sys.stdout)
                return
            if not key.data.turn() or (key.data.outgoing and not key.data.turn()):
                leave(key.data)
        now = time.monotonic()
        if make is SlowWriters and now >= next_drip:
            next_drip = now + 0.02
            for key in list(ready.get_map().values()):
                if key.data is not None:
                    key.data.drip()
                    if not key.data.turn():
                        leave(key.data)
        while away and away[0] <= now:
            away.pop(0)
            connect()


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
