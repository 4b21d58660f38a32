"""A trader beside a crowd: orders and cancels at even moments, each timed from the moment at which it was due. Prints
its waits in milliseconds, sorted, as JSON.

    trader.py URL KEY-ID SECRET RATE SECONDS
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from buttonwood_client import Client  # noqa: E402

PATIENCE_S = 30
ORDER = {"symbol": "ACME", "side": "buy", "type": "limit", "quantity": "1", "price": "99"}


def run(url, key_id, secret, rate, seconds):
    waits, order = [], None
    with Client(url, key_id, secret, PATIENCE_S) as client:
        client.request("GET", "/v1/account")  # connected and signed in
        due = time.monotonic() + 0.05
        for _ in range(int(rate * seconds)):
            time.sleep(max(0.0, due - time.monotonic()))
            if order is None:
                status, _, answer = client.request("POST", "/v1/order", body=ORDER)
                order = answer["id"]
            else:
                status, _, answer = client.request("DELETE", f"/v1/order/{order}")
                order = None
            assert status in (200, 201), answer
            waits.append((time.monotonic() - due) * 1_000)
            due += 1 / rate
    json.dump(sorted(waits), sys.stdout)


if __name__ == "__main__":
    run(*sys.argv[1:4], float(sys.argv[4]), float(sys.argv[5]))
