"""An exchange as processes of their own under `buttonwood supervise`: start, kill one of them, look at all of them."""

import json
import os
import re
import signal
import subprocess

from conftest import PROGRAM, START_PATIENCE_S, STOP_PATIENCE_S, Exchange, run_program, wait_until


class SplitExchange(Exchange):
    """An Exchange whose process is the supervisor. `port` is the gateway's, `market_port` that of public market
    data.
    """

    def __init__(self, *arguments, options=(), **more):
        defaults = ("--market-data-port", "0", "--restart-limit", "0")
        super().__init__(*arguments, options=(*defaults, *options), **more)

    def launch(self):
        self.starts += 1
        self.port = None
        self.output, self.errors = self.root / f"out-{self.starts}", self.root / f"err-{self.starts}"
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen(
                [PROGRAM, "supervise", *self.arguments], stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )

    def start(self):
        super().start()
        text = self.output.read_text()
        self.market_port = int(re.search(r"public market data at http://localhost:(\d+)/", text).group(1))
        return self

    @property
    def market_url(self):
        return f"http://127.0.0.1:{self.market_port}"

    def stat(self):
        """The answer of `stat --json`, or nothing while a file of it is being made."""
        looked = run_program("stat", "--json", "--data", self.data, "--shared-dir", self.shared)
        return json.loads(looked.stdout) if looked.returncode == 0 else None

    def processes(self):
        """{name: line of the process}."""
        figures = wait_until(self.stat, "there are figures")
        return {line["name"]: line for line in figures["processes"]}

    def process_of(self, name):
        return wait_until(
            lambda: (line := self.processes().get(name)) and line["state"] == "running" and line["process"],
            f"{name} runs",
            START_PATIENCE_S,
        )

    def figure(self, name, **labels):
        figures = wait_until(self.stat, "there are figures")["figures"]
        return next(f["value"] for f in figures if f["name"] == name and f["labels"] == labels)

    def times_open_again(self, name):
        return len(re.findall(rf"supervise: {name} is open again", self.output.read_text()))

    def kill_process(self, name):
        """kill -9; the process id that is gone."""
        process = self.process_of(name)
        os.kill(process, signal.SIGKILL)
        return process

    def kill_and_wait(self, name):
        """kill -9, and until the supervisor says that the next one is open."""
        before = self.times_open_again(name)
        self.kill_process(name)
        wait_until(
            lambda: self.times_open_again(name) > before, f"{name} is open again", START_PATIENCE_S
        )

    def is_over(self):
        """No process is left, however the exchange came to its end."""
        figures = self.stat()
        return figures is None or all(line["state"] != "running" for line in figures["processes"])

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait(STOP_PATIENCE_S)
            self.process = None
            wait_until(self.is_over, "the processes end with their supervisor", STOP_PATIENCE_S)
        super().close()
