"""The REST API answers as openapi.yaml says: schemathesis sends what the document allows and what it forbids.

Environment: BW_SEED; BW_CONTRACT_EXAMPLES, random requests for each operation in each phase (20).

Findings that stay are in tests/contract/accepted.json, a baseline of schemathesis with a `reason` for each. A new
finding fails, and so does an accepted one that no longer occurs. To try a finding by hand, use the curl command
that the failure prints; to add one, run schemathesis with --baseline-update.
"""

import json
import os
import subprocess
import sys

import pytest

from conftest import REPOSITORY

CONTRACT = REPOSITORY / "tests/contract"
SCHEMATHESIS = REPOSITORY / "build/tools/schemathesis/bin/schemathesis"
EXAMPLES = os.environ.get("BW_CONTRACT_EXAMPLES", "20")
TIMEOUT_S = 60 + 20 * int(EXAMPLES)
SYMBOLS = ("ACME", "BIRD", "CORN", "DUST", "EAST", "FERN", "GOLD", "HARE", "IRON", "JADE")
# The document as served, the role of the key, and the operations. The last run is about what the run before makes
# impossible early, by ending the day and changing all symbols.
STATELESS = ["--phases", "examples,coverage,fuzzing"]  # where no operation leads to another
RUNS = {
    "public": ("/openapi.yaml", None, ["--include-tag", "public", *STATELESS]),
    "trading": ("/openapi.json", "trader", ["--include-tag", "trading"]),
    "operations": ("/openapi.json", "operator", ["--include-tag", "operations"]),
    "final": ("/openapi.json", "operator", ["--include-path-regex", "/(approval|split|delist|symbol)$", *STATELESS]),
}
ACCEPTED = json.loads((CONTRACT / "accepted.json").read_text())["entries"]


def populate(exchange):
    """Accounts, resting orders, trades, all with ids 1 to 6, and proposals of operator 2. Returns the first trader."""
    for symbol in SYMBOLS:
        exchange.list_instrument(symbol)
    traders = [exchange.open_trader(f"trader-{n}", cash="1000000", shares={"ACME": "10000"}) for n in range(1, 7)]
    first, second = traders[:2]
    for n in range(1, 7):
        first.order("sell", 10, "110", clientOrderId=f"resting-{n}")
    for n in range(1, 7):
        first.order("sell", 5, "100")
        second.order("buy", 5, "100")
        exchange.operate("POST", f"/v1/operator/trades/{n}/bust", number=2, expect=202)
    for symbol in SYMBOLS[2:]:
        exchange.operate("PUT", f"/v1/operator/instruments/{symbol}/state", {"state": "halted"})
    return first


def key_of(role, exchange, trader):
    if role == "trader":
        return {"keyId": trader.key_id, "secret": trader.secret}
    return json.loads((exchange.data / "operator.key").read_text()) if role else None


def run_schemathesis(url, key, operations, seed, folder):
    """One run against the document at `url`: (exit status, output, baseline after it, answers by status)."""
    baseline, statuses = folder / "baseline.json", folder / "statuses.json"
    baseline.write_text((CONTRACT / "accepted.json").read_text())
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(CONTRACT / "hooks.py"),
        "PYTHONPATH": str(REPOSITORY / "tests/end_to_end"),
        "BW_CONTRACT_STATUSES": str(statuses),
    }
    if key:
        environment["BW_CONTRACT_KEY"] = json.dumps(key)
    done = subprocess.run(
        [
            SCHEMATHESIS, "--no-color", "--config-file", CONTRACT / "schemathesis.toml", "run", url,
            *operations, "--seed", str(seed), "--max-examples", EXAMPLES,
            "--baseline", baseline, "--baseline-prune",
        ],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    return done.returncode, done.stdout, json.loads(baseline.read_text())["entries"], json.loads(statuses.read_text())


def identity(entry):
    return tuple(entry[name] for name in ("operation", "check", "failure", "signature"))


@pytest.mark.parametrize("run", RUNS)
def test_answers_are_as_documented(make_exchange, randomness, tmp_path, run):
    assert SCHEMATHESIS.exists(), "schemathesis is missing; ./test installs it"
    exchange = make_exchange(durability="memory", rate_limit=500_000).start()
    document, role, operations = RUNS[run]
    key = key_of(role, exchange, populate(exchange))
    status, output, kept, answers = run_schemathesis(
        exchange.url + document, key, operations, randomness.getrandbits(32), tmp_path
    )
    assert status == 0, output
    assert exchange.process.poll() is None
    gone = {identity(entry) for entry in ACCEPTED} - {identity(entry) for entry in kept}
    assert not gone, f"no longer found; remove from accepted.json: {gone}"
    never = [operation for operation, counts in answers.items() if not any(status[0] == "2" for status in counts)]
    sys.stdout.write(f"{run}: {sum(sum(counts.values()) for counts in answers.values())} requests, no 2xx: {never}\n")
    assert len(never) <= len(answers) // 4, f"too few requests succeed to test the answers: {never}"


def test_every_accepted_finding_has_a_reason():
    assert [entry for entry in ACCEPTED if not entry.get("reason")] == []
