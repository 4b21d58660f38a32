"""How long a trader waits while a crowd of strangers is at the door, in one process and in several.

Crowd, trader and exchange share the processors of one machine. So each crowd is sent to the exchange and to a server
that others wrote (nginx; the Python library websockets) in turns, with the trader at the exchange both times: what the
crowd costs beyond its share of the processors is the ratio of the two. A benchmark, not a test: it prints a table, and
fails only where an order is lost or the exchange dies.

    measure.py [--pairs 5] [--seconds 4] [--rate 100] [--shape up|supervise] [--kind KIND]...
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))

from conftest import Exchange, wait_until  # noqa: E402
from split import SplitExchange  # noqa: E402

CROWDS = {
    "gets": 100,
    "signatures": 30,
    "pings": 50,
    "idle": 1_000,
    "slow writers": 200,
    "unread answers": 50,
    "subscribers": 1_000,
}
WEBSOCKETS = ("pings", "subscribers")
PUBLIC = ("gets", "pings", "unread answers", "subscribers")
NGINX = """
daemon off; master_process off; worker_processes 1; error_log stderr crit; pid {folder}/pid;
events {{ worker_connections 4096; }}
http {{
    access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/body; client_header_timeout 5;
    proxy_temp_path {folder}/a; fastcgi_temp_path {folder}/b; uwsgi_temp_path {folder}/c; scgi_temp_path {folder}/d;
    server {{
        listen 127.0.0.1:{port};
        location = /v1/time {{ return 200 "{{}}"; }}
        location = /v1/order {{ return 401 "{{}}"; }}
        location = /v1/instruments {{ root {folder}; default_type application/json; }}
    }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def ended(process):
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def sink(kind):
    """The port of a server that is not ours, and takes this crowd."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        if kind in WEBSOCKETS:
            command = [sys.executable, HERE / "websocket_sink.py", str(port), kind]
        else:
            root = pathlib.Path(folder)
            (root / "v1").mkdir()
            (root / "v1/instruments").write_text("x" * 40_000)
            (root / "conf").write_text(NGINX.format(folder=folder, port=port))
            os.chmod(folder, 0o755)
            command = ["nginx", "-c", root / "conf", "-e", root / "errors"]
        with ended(subprocess.Popen(command, stderr=subprocess.DEVNULL)):
            wait_until(lambda: listens(port), "the sink listens")
            yield port


class Crowd:
    def __init__(self, port, kind):
        self.arguments = [sys.executable, HERE / "crowd.py", str(port), kind, str(CROWDS[kind])]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "connected\n"
        return self

    def __exit__(self, *_):
        self.met = json.loads(self.process.communicate("stop\n", timeout=60)[0])


def waits_of(exchange, trader, rate, seconds):
    command = [sys.executable, HERE / "trader.py", exchange.url, trader.key_id, trader.secret, str(rate), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120 + seconds, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def quantile(waits, share):
    return waits[min(len(waits) - 1, int(len(waits) * share))]


def measure(exchange, trader, kind, arguments):
    """Medians over the pairs, in milliseconds: p50 and p99 beside the crowd at the sink, and beside it here."""
    ours = getattr(exchange, "market_port", exchange.port) if kind in PUBLIC else exchange.port
    columns = {"sink": [], "exchange": []}
    with sink(kind) as other:
        for _ in range(arguments.pairs):
            for where, port in (("sink", other), ("exchange", ours)):
                with Crowd(port, kind):
                    waits = waits_of(exchange, trader, arguments.rate, arguments.seconds)
                columns[where].append((quantile(waits, 0.5), quantile(waits, 0.99)))
    ratios = [mine[1] / theirs[1] for theirs, mine in zip(columns["sink"], columns["exchange"])]
    middle = {where: [statistics.median(run[i] for run in runs) for i in (0, 1)] for where, runs in columns.items()}
    return middle["sink"], middle["exchange"], statistics.median(ratios)


def open_market(shape):
    kind = {"up": Exchange, "supervise": SplitExchange}[shape]
    exchange = kind(durability="memory", rate_limit=500_000).start()
    exchange.list_instrument()
    return exchange, exchange.open_trader("patient", cash="1000000000")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5, help="runs with the crowd here and there")
    parser.add_argument("--seconds", type=float, default=4, help="of each run")
    parser.add_argument("--rate", type=float, default=100, help="orders and cancels of the trader in a second")
    parser.add_argument("--shape", choices=("up", "supervise"), action="append")
    parser.add_argument("--kind", choices=CROWDS, action="append")
    arguments = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors; {arguments.pairs} pairs of")
    print(f"{arguments.seconds} s, {arguments.rate} orders and cancels a second; medians, in ms\n", flush=True)
    print("| shape | crowd | p50, p99 beside it at the sink | p50, p99 beside it here | p99, here to there |")
    print("|---|---|---|---|---|", flush=True)
    for shape in arguments.shape or ("up", "supervise"):
        exchange, trader = open_market(shape)
        try:
            for kind in arguments.kind or CROWDS:
                there, here, ratio = measure(exchange, trader, kind, arguments)
                columns = [f"{p50:.2f}, {p99:.2f}" for p50, p99 in (there, here)]
                print(f"| {shape} | {CROWDS[kind]} {kind} | {' | '.join(columns)} | {ratio:.2f} |", flush=True)
            exchange.stop()
        finally:
            exchange.close()


if __name__ == "__main__":
    main()
