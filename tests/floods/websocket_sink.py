"""A WebSocket server of the library websockets: it answers pings, and tells each client a hundred times a second
something of the size of a ticker.

    websocket_sink.py PORT KIND
"""

import asyncio
import json
import sys

import websockets

TICKER = json.dumps({"type": "update", "channel": "l1", "padding": "x" * 350})


async def run(port, kind):
    clients = set()

    async def serve(socket, _path=None):
        clients.add(socket)
        try:
            async for _ in socket:
                pass
        except websockets.exceptions.ConnectionClosed:
            pass
        finally:
            clients.discard(socket)

    async with websockets.serve(serve, "127.0.0.1", port, ping_interval=None, compression=None):
        while True:
            await asyncio.sleep(0.01)
            if kind == "subscribers":
                websockets.broadcast(clients, TICKER)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), sys.argv[2]))
