"""What the exchange says about itself: `stat` on running, closed and killed exchanges, and /metrics scraped by a real
Prometheus.
"""

import http.client
import json
import pathlib
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from conftest import Feed, REPOSITORY, run_program, wait_until


def stat(exchange, *options):
    return run_program("stat", "--data", exchange.data, "--shared-dir", exchange.shared, *options)


class Figures:
    """The answer of `stat --json`."""

    def __init__(self, exchange):
        looked = stat(exchange, "--json")
        assert looked.returncode == 0, looked.stderr
        self.all = json.loads(looked.stdout)
        self.state = self.all["state"]

    def find(self, name, **labels):
        found = [f for f in self.all["figures"] if f["name"] == name and f["labels"] == labels]
        assert len(found) == 1, (name, labels, found)
        return found[0]

    def value(self, name, **labels):
        return self.find(name, **labels)["value"]


def settled(exchange):
    """The figures when everything that was answered is counted everywhere: threads count a moment after they act."""
    sequences = exchange.get("/v1/status")["sequences"]

    def complete():
        figures = Figures(exchange)
        command = [
            figures.value("committed_sequence"),
            figures.value("applied_sequence"),
            figures.value("durable_sequence", log="commands"),
            figures.value("appended_sequence", log="commands"),
        ]
        event = [figures.value("appended_sequence", log="events"), figures.value("reader_sequence", reader="rest")]
        wanted = [int(sequences["commandsAppended"])] * 4, [int(sequences["events"])] * 2
        return figures if (command, event) == wanted else None

    return wait_until(complete, f"the figures come to {sequences}")


def trade(market):
    """An order that rests, one that trades with it, one that is refused and one that is cancelled."""
    _, trader_a, trader_b = market
    trader_a.order("sell", 10, "100.00")
    trader_b.order("buy", 4, "100.00")
    trader_b.order("buy", 4, "100.001", expect=422)
    trader_a.cancel(trader_a.order("sell", 1, "101.00")["id"])


FIRST = 2  # commands of a new data folder, from no gateway: its rules, and the day before


def test_stat_shows_what_was_done(market):
    exchange = market[0]
    trade(market)
    figures = settled(exchange)
    assert figures.state == "running"
    assert figures.all["process"] == exchange.process.pid
    assert figures.all["durability"] == "sync"
    sequence = figures.value("committed_sequence")
    assert figures.value("commands", gateway="rest") + FIRST == figures.value("applied") == sequence
    assert figures.value("commands", gateway="demo") == 0
    assert figures.value("trades") == 1
    assert figures.value("rejects", reason="price_off_tick") == 1
    assert figures.value("open_orders") == 1
    assert figures.value("instruments") == 1
    assert figures.value("accounts") == 2
    assert figures.value("http_requests", **{"class": "order", "status": "201"}) == 3
    assert figures.value("http_requests", **{"class": "order", "status": "422"}) == 1
    assert figures.value("http_requests", **{"class": "cancel", "status": "200"}) == 1
    assert figures.find("http_request_time", **{"class": "cancel"})["count"] == 1
    assert figures.value("appended_sequence", log="events") == len(exchange.events())
    assert figures.value("events") == figures.value("reader_sequence", reader="rest")
    assert figures.value("reader_lag", reader="rest") == 0


def test_each_stage_is_later_than_the_one_before(market):
    trade(market)
    figures = settled(market[0])
    commands = figures.value("applied")
    assert commands > 0
    stages = [
        figures.find("stage_durable"),
        figures.find("stage_applied"),
        figures.find("stage_published", reader="rest"),
    ]
    for stage in stages:
        assert stage["count"] == commands
        assert 0 < stage["p50"] <= stage["p99"] <= stage["max"]
    # Means, since quantiles of sums are no sums of quantiles.
    assert stages[0]["sum"] < stages[1]["sum"] < stages[2]["sum"]
    assert figures.find("stage_sequenced")["count"] == commands - FIRST
    assert figures.find("disk_write_time", log="commands")["count"] == figures.value("disk_writes", log="commands")


def test_connections_websockets_and_limits_are_counted(make_exchange):
    exchange = make_exchange(rate_limit=1).start()
    with exchange.operator() as operator:
        statuses = [operator.request("GET", "/v1/operator/accounts")[0] for _ in range(5)]
    limited = statuses.count(429)
    assert limited > 0
    with Feed(exchange) as feed:
        feed.send(op="ping")
        assert feed.receive()["type"] == "pong"
        figures = wait_until(
            lambda: (now := Figures(exchange)).value("websocket_frames") == 1 and now, "the pong is counted"
        )
        assert figures.value("websocket_connections") == 1
    assert figures.value("websocket_messages") == 1
    assert figures.value("rate_limited") == limited
    assert figures.value("http_requests", **{"class": "operations", "status": "429"}) == limited
    assert figures.value("connections_accepted") >= 2
    wait_until(lambda: Figures(exchange).value("websocket_connections") == 0, "the client's leaving is counted")


@pytest.mark.parametrize("durability", ["sync", "memory"])
def test_the_figures_of_a_killed_exchange_can_be_read(make_exchange, durability):
    exchange = make_exchange(durability=durability).start()
    exchange.list_instrument()
    exchange.open_trader("trader_a", cash="1000").order("buy", 1, "100")
    before = Figures(exchange) if durability == "memory" else settled(exchange)
    exchange.kill()
    after = Figures(exchange)
    assert after.state == "killed"
    assert after.all["process"] == before.all["process"]
    assert after.value("open_orders") == 1
    assert after.value("appended_sequence", log="commands") == before.value("appended_sequence", log="commands")
    assert "KILLED" in stat(exchange).stdout
    exchange.start()
    again = Figures(exchange)
    assert again.state == "running"
    assert again.value("commands", gateway="rest") == 0, "a new process counts from nothing"
    assert again.value("open_orders") == 1, "what is now is known from the start"
    assert again.value("appended_sequence", log="commands") == before.value("appended_sequence", log="commands")


def test_the_figures_of_a_closed_exchange_are_in_its_folder(market):
    exchange = market[0]
    trade(market)
    exchange.stop()
    figures = Figures(exchange)
    assert figures.state == "ended"
    assert figures.value("trades") == 1
    assert figures.all["endedNs"] > figures.all["startedNs"]
    assert "closed at" in stat(exchange).stdout


def test_stat_names_the_file_by_itself_too(exchange):
    (counters,) = exchange.shared.rglob("counters")
    looked = run_program("stat", "--file", counters, "--json")
    assert json.loads(looked.stdout)["state"] == "running"


def test_the_table_leaves_out_zeros_unless_asked(market):
    trade(market)
    settled(market[0])
    short, whole = stat(market[0]), stat(market[0], "--all")
    assert short.returncode == whole.returncode == 0
    assert re.search(r"^  trades +1$", short.stdout, re.M)
    assert 'rejects{reason="price_off_tick"}' in short.stdout and 'reason="bad_side"' not in short.stdout
    assert 'reason="bad_side"' in whole.stdout
    assert re.search(r"^  stage_applied +\d+( +[\d.]+ (ns|us|ms|s)){4}$", short.stdout, re.M), short.stdout


def test_watch_tells_what_is_added_per_second(make_exchange):
    exchange = make_exchange(demo=True, options=("--demo-rate", "200")).start()
    watched = stat(exchange, "--watch", "--interval", "0.5", "--times", "3")
    assert watched.returncode == 0, watched.stderr
    looks = watched.stdout.split("Buttonwood ")[1:]
    assert len(looks) == 3
    rate = re.search(r'^  commands{gateway="demo"} +\d+ +([\d.]+)$', looks[2], re.M)
    assert rate and float(rate.group(1)) > 0, looks[2]


def test_a_folder_without_figures_and_a_broken_file_are_refused(exchange, tmp_path):
    nowhere = run_program("stat", "--data", tmp_path)
    assert nowhere.returncode == 1 and "identity" in nowhere.stderr
    elsewhere = run_program("stat", "--data", exchange.data, "--shared-dir", tmp_path)
    assert elsewhere.returncode == 1 and "--shared-dir" in elsewhere.stderr
    (counters,) = exchange.shared.rglob("counters")
    content = bytearray(counters.read_bytes())
    content[5000] ^= 1
    for broken in (content, content[:3000], b"", b"text" * 5000):
        (tmp_path / "broken").write_bytes(broken)
        refused = run_program("stat", "--file", tmp_path / "broken")
        assert refused.returncode == 1 and str(tmp_path / "broken") in refused.stderr, refused
    assert Figures(exchange).state == "running"


# --- /metrics ---


def metrics_port(exchange):
    found = re.search(r"metrics at http://127\.0\.0\.1:(\d+)/metrics", exchange.output.read_text())
    assert found, exchange.output.read_text()
    return int(found.group(1))


def ask(port, path="/metrics", method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), content


def test_metrics_are_off_and_not_on_the_public_port(exchange):
    assert "metrics at" not in exchange.output.read_text()
    assert ask(exchange.port)[2].find("exchange_trades_total") == -1


@pytest.fixture
def measured(make_exchange):
    """A running exchange with /metrics and one trade: exchange, port."""
    exchange = make_exchange(options=("--metrics-port", "0")).start()
    exchange.list_instrument()
    traders = [exchange.open_trader(name, cash="1000000", shares={"ACME": "10000"}) for name in ("a", "b")]
    trade((exchange, *traders))
    settled(exchange)
    return exchange, metrics_port(exchange)


def tool(name):
    """Of Debian's package prometheus; scripts/setup.sh unpacks it."""
    unpacked = REPOSITORY / "build/tools/usr/bin" / name
    found = str(unpacked) if unpacked.exists() else shutil.which(name)
    assert found, f"{name} is missing; ./test end-to-end gets it"
    return found


def test_metrics_are_well_formed(measured):
    _, port = measured
    status, content_type, page = ask(port)
    assert status == 200 and content_type.startswith("text/plain; version=0.0.4")
    checked = subprocess.run(
        [tool("promtool"), "check", "metrics"], input=page, capture_output=True, text=True, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert ask(port, "/")[0] == 404
    assert ask(port, method="POST")[0] == 405
    assert ask(port, method="HEAD")[::2] == (200, "")


def test_rude_visitors_do_not_stop_the_metrics(measured):
    _, port = measured
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    for junk in (b"\0" * 100, b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 20_000):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as rude:
            rude.sendall(junk)
    assert ask(port)[0] == 200
    for connection in silent:
        connection.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """A real one that scrapes an exchange every second."""

    def __init__(self, folder, target_port):
        self.port = free_port()
        configuration = folder / "prometheus.yml"
        configuration.write_text(
            "global: {scrape_interval: 1s}\n"
            f"scrape_configs: [{{job_name: exchange, static_configs: [{{targets: ['127.0.0.1:{target_port}']}}]}}]\n"
        )
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [
                tool("prometheus"),
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'series'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=self.log,
            stderr=self.log,
        )

    def query(self, text):
        """The results of a query; none while the server is not there yet."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": text})
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as refused:
            assert refused.code == 503, (text, refused.read())  # still opening
            return []
        except OSError:
            assert self.process.poll() is None, "Prometheus ended"
            return []
        assert body["status"] == "success"
        return body["data"]["result"]

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def test_a_prometheus_scrapes_it_and_answers(measured, tmp_path):
    exchange, port = measured
    prometheus = Prometheus(tmp_path, port)
    try:
        up = wait_until(
            lambda: [r for r in prometheus.query("up") if r["value"][1] == "1"], "the first scrape", 60
        )
        assert len(up) == 1
        assert [r["value"][1] for r in prometheus.query("exchange_trades_total")] == ["1"]
        (rejected,) = prometheus.query("exchange_rejects_total > 0")
        assert rejected["metric"]["reason"] == "price_off_tick"
        (p99,) = prometheus.query(
            "histogram_quantile(0.99, sum by (le) (exchange_stage_applied_seconds_bucket))"
        )
        assert 0 < float(p99["value"][1]) < 60
        (info,) = prometheus.query("exchange_info")
        assert info["metric"]["durability"] == "sync"
        for query in watched_queries():
            prometheus.query(query)  # one that it does not understand fails
    finally:
        prometheus.close()


def watched_queries():
    """Every expression of the section "What to watch" of operating.md."""
    page = (pathlib.Path(REPOSITORY) / "docs/operating.md").read_text()
    section = page.split("## What to watch")[1].split("\n## ")[0]
    queries = [q.replace("\\|", "|") for q in re.findall(r"^\| `(.+?)` \|", section, re.M)]
    assert len(queries) > 5
    return queries
