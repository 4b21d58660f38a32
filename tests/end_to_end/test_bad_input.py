"""Whatever a client sends: the documented problem of RFC 9457 for an answer, and an exchange that trades on."""

import json
import re
import socket
import time

import pytest

from buttonwood_client import Client
from conftest import REPOSITORY, Feed, MarketFeed
from ledger import cash_of, shares_of, units

GOOD = {"symbol": "ACME", "side": "buy", "type": "limit", "quantity": "1", "price": "100"}


def documented_codes():
    """code -> (name, status) of x-error-codes in the contract."""
    text = (REPOSITORY / "protocol/rest/openapi.yaml").read_text()
    found = re.findall(r"\{code: (\d+), name: (\w+), status: (\d+)", text)
    assert len(found) > 50
    return {int(code): (name, int(status)) for code, name, status in found}


CODES = documented_codes()


def check_problem(status, headers, body, code, expected_status=None):
    """An answer must be the documented problem `code`."""
    name, documented_status = CODES[code]
    assert isinstance(body, dict), (status, body)
    assert body.get("code") == code, (status, body)
    assert headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:buttonwood:problem:{name}" and body["title"] == name and body["detail"]
    assert body["status"] == status == (expected_status or documented_status), body


def raw(exchange, *parts, patience_s=30.0):
    """Sends bytes as they are and reads to the end: status, headers, body, and how long it took."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=patience_s) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # answered before it had everything
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            pass
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return (
        int(lines[0].split(" ")[1]),
        headers,
        json.loads(body) if body else None,
        time.monotonic() - started,
    )


@pytest.fixture
def safe_market(market):
    """A market whose balances are afterwards what they were, and that still trades and replays."""
    exchange, trader_a, trader_b = market
    before = [(cash_of(trader), shares_of(trader)) for trader in (trader_a, trader_b)]
    yield exchange, trader_a, trader_b
    assert [(cash_of(trader), shares_of(trader)) for trader in (trader_a, trader_b)] == before
    assert exchange.get("/v1/status")["counts"]["openOrders"] == 0
    trader_a.order("sell", 1, "100")
    assert trader_b.order("buy", 1, "100")["status"] == "filled"
    exchange.stop()
    exchange.verify()


BAD_BODIES = [
    ("nothing", "", 1101),
    ("no JSON", "hello", 1101),
    ("cut off", '{"symbol": "ACME"', 1101),
    ("an array", "[1,2]", 1101),
    ("a string", '"ACME"', 1101),
    ("null", "null", 1101),
    ("NaN", json.dumps(GOOD).replace('"100"', "NaN"), 1101),
    ("Infinity", json.dumps(GOOD).replace('"100"', "Infinity"), 1101),
    ("bytes behind", json.dumps(GOOD) + "{}", 1101),
    ("not UTF-8", json.dumps(GOOD).encode().replace(b"ACME", b"AC\xff\xfe"), 1101),
    ("a NUL", json.dumps(GOOD).encode() + b"\0", 1101),
    ("deep nesting", '{"symbol":' + "[" * 5000 + "]" * 5000 + "}", 1101),
    ("an unknown member", GOOD | {"colour": "red"}, 1102),
    ("a missing member", {k: v for k, v in GOOD.items() if k != "side"}, 1103),
    ("a member twice", json.dumps(GOOD)[:-1] + ',"side":"sell"}', 1105),
    ("quantity as number", GOOD | {"quantity": 1}, 1104),
    ("price as number", GOOD | {"price": 100.5}, 1104),
    ("price as object", GOOD | {"price": {}}, 1104),
    ("symbol null", GOOD | {"symbol": None}, 1104),
    ("side as boolean", GOOD | {"side": True}, 1104),
    ("an unknown side", GOOD | {"side": "hold"}, 1106),
    ("an unknown type", GOOD | {"type": "iceberg"}, 1106),
    ("an unknown time in force", GOOD | {"timeInForce": "forever"}, 1106),
    ("NaN as text", GOOD | {"price": "NaN"}, 1106),
    ("an exponent", GOOD | {"price": "1e2"}, 1106),
    ("hexadecimal", GOOD | {"quantity": "0x10"}, 1106),
    ("spaces", GOOD | {"quantity": " 1"}, 1106),
    ("five decimals", GOOD | {"price": "100.00001"}, 1106),
    ("half a share", GOOD | {"quantity": "0.5"}, 1106),
    ("a negative quantity", GOOD | {"quantity": "-1"}, 1106),
    ("a quantity past 64 bits", GOOD | {"quantity": "18446744073709551616"}, 1106),
    ("a price past 64 bits", GOOD | {"price": "922337203685477.5808"}, 1106),
    ("an endless price", GOOD | {"price": "9" * 5000}, 1106),
    ("quantity zero", GOOD | {"quantity": "0"}, 2201),
    ("a huge quantity", GOOD | {"quantity": "18446744073709551615"}, 2201),
    ("price zero", GOOD | {"price": "0"}, 2203),
    ("a negative price", GOOD | {"price": "-100"}, 2203),
    ("no price", {k: v for k, v in GOOD.items() if k != "price"}, 2203),
    ("off the tick", GOOD | {"price": "100.005"}, 2204),
    ("outside the collar", GOOD | {"price": "120.01"}, 2205),
    ("a market order with a price", GOOD | {"type": "market"}, 2207),
    ("a bad client id", GOOD | {"clientOrderId": "with space"}, 2210),
    ("a long client id", GOOD | {"clientOrderId": "x" * 37}, 2210),
    ("an empty client id", GOOD | {"clientOrderId": ""}, 2210),
    ("an unknown symbol", GOOD | {"symbol": "NOBODY"}, 2001),
    ("a symbol of strange letters", GOOD | {"symbol": "'; DROP TABLE"}, 2001),
    ("a symbol that is too long", GOOD | {"symbol": "A" * 300}, 2001),
    ("more cash than there is", GOOD | {"quantity": "10001"}, 2401),
    ("more shares than there are", GOOD | {"side": "sell", "quantity": "10001"}, 2402),
]


def test_every_bad_order_gets_the_documented_problem(safe_market):
    exchange, trader_a, _ = safe_market
    events = int(exchange.get("/v1/status")["sequences"]["events"])
    for what, body, code in BAD_BODIES:
        status, headers, answer = trader_a.client.request("POST", "/v1/order", "", body)
        try:
            check_problem(status, headers, answer, code)
        except AssertionError as failure:
            raise AssertionError(f"{what}: {answer}") from failure
    refused_by_the_engine = sum(2200 <= code < 3000 for _, _, code in BAD_BODIES)
    assert int(exchange.get("/v1/status")["sequences"]["events"]) - events <= refused_by_the_engine


def test_values_that_overflow_are_refused(safe_market):
    exchange, trader_a, _ = safe_market
    exchange.list_instrument("GOLD", referencePrice="100000", collarPpm=0)
    # Money ends at 922337203685477.5807.
    for price, quantity, code in (
        ("100000", "9223372036", 2401),
        ("100000", "9223372037", 2306),
        ("199999.99", "1000000000000", 2306),
        ("20000000", "1", 2203),
        ("100000", "1000000000001", 2201),
    ):
        check_problem(
            *trader_a.client.request(
                "POST", "/v1/order", "", GOOD | {"symbol": "GOLD", "price": price, "quantity": quantity}
            ),
            code,
        )
    status, headers, answer = trader_a.client.request(
        "POST", "/v1/order", "", GOOD | {"symbol": "GOLD", "type": "market", "quantity": "1"} | {"price": "1"}
    )
    check_problem(status, headers, answer, 2207)
    status, headers, answer = trader_a.client.request(
        "POST", "/v1/order", "", {"symbol": "GOLD", "side": "buy", "type": "market", "quantity": "1"}
    )
    check_problem(status, headers, answer, 2206)


def test_a_wrong_signature_nonce_or_time_is_refused(safe_market):
    exchange, trader_a, _ = safe_market
    body = json.dumps(GOOD).encode()

    def send(
        code,
        *,
        method="POST",
        path="/v1/order",
        sent_body=body,
        drop=None,
        change=None,
        client=trader_a.client,
        **forced,
    ):
        headers = client.headers(method, path, "", sent_body, **forced) | (change or {})
        if drop:
            del headers[drop]
        connection = Client(exchange.url)
        status, answer_headers, content = connection._exchange(
            "POST", "/v1/order", body, headers | {"Content-Type": "application/json"}
        )
        connection.close()
        check_problem(status, answer_headers, json.loads(content), code)

    for header in ("BW-KEY", "BW-TIMESTAMP", "BW-NONCE", "BW-SIGNATURE"):
        send(3001, drop=header)
        send(3001, change={header: ""})
    send(3001, change={"BW-NONCE": "-1"})
    send(3001, change={"BW-NONCE": "18446744073709551616"})
    send(3001, change={"BW-TIMESTAMP": "now"})
    send(3002, change={"BW-KEY": "0123456789abcdef"})
    send(3002, change={"BW-SIGNATURE": "0" * 64})
    send(3002, change={"BW-SIGNATURE": "short"})
    send(3002, method="DELETE")  # signed for another method,
    send(3002, path="/v1/orders")  # another path,
    send(3002, sent_body=body.replace(b'"1"', b'"2"'))  # another body,
    send(3002, client=Client(exchange.url, trader_a.key_id, "00" * 32))  # with another secret
    now = int(time.time() * 1000)
    send(3003, timestamp_ms=now - 6000)
    send(3003, timestamp_ms=now + 6000)
    nonce = trader_a.client.nonce + 1_000_000
    trader_a.client.nonce = nonce - 1
    status, headers, _ = trader_a.client.request("GET", "/v1/account")
    assert status == 200 and trader_a.client.nonce >= nonce
    send(3004, nonce=trader_a.client.nonce)
    send(3004, nonce=trader_a.client.nonce - 1)


def test_a_recorded_request_cannot_be_played_again_even_after_a_restart(market):
    exchange, trader_a, _ = market
    body = json.dumps(GOOD).encode()
    headers = trader_a.client.headers("POST", "/v1/order", "", body) | {"Content-Type": "application/json"}

    def send():
        with Client(exchange.url) as connection:
            status, answer_headers, content = connection._exchange("POST", "/v1/order", body, headers)
            return status, answer_headers, json.loads(content)

    assert send()[0] == 201
    check_problem(*send(), 3004)
    exchange.kill()
    exchange.start()
    check_problem(*send(), 3004)
    exchange.kill()
    (exchange.data / "access.marks").unlink()
    exchange.start()
    check_problem(*send(), 3003)
    assert len(trader_a.request("GET", "/v1/orders")["orders"]) == 1


def test_roles_are_kept_apart(safe_market):
    exchange, trader_a, _ = safe_market
    with exchange.operator() as operator:
        for method, path, body in (
            ("POST", "/v1/order", GOOD),
            ("GET", "/v1/account", None),
            ("GET", "/v1/orders", None),
            ("DELETE", "/v1/order/1", None),
        ):
            check_problem(*operator.request(method, path, "", body), 3005)
    for method, path, body in (
        ("POST", "/v1/operator/accounts", {"reference": "somebody"}),
        ("GET", "/v1/operator/accounts", None),
        ("POST", f"/v1/operator/accounts/{trader_a.account}/keys", None),
        ("PUT", "/v1/operator/fees", {"makerPpm": 0, "takerPpm": 0}),
        ("POST", "/v1/operator/instruments/ACME/halt", None),
    ):
        check_problem(*trader_a.client.request(method, path, "", body), 3005)
    with Client(exchange.url) as nobody:
        for method, path in (
            ("POST", "/v1/order"),
            ("GET", "/v1/account"),
            ("GET", "/v1/execution"),
            ("POST", "/v1/operator/accounts"),
        ):
            check_problem(*nobody.request(method, path), 3001)


def without_ids(problem):
    return {
        name: value if name not in ("requestId", "orderId") else "some" for name, value in problem.items()
    }


def test_anothers_order_looks_like_none_and_a_closed_one_cannot_be_cancelled(market):
    exchange, trader_a, trader_b = market
    resting = trader_a.order("sell", 5, "100")
    for method in ("GET", "DELETE"):
        mine = trader_b.client.request(method, f"/v1/order/{resting['id']}")
        none = trader_b.client.request(method, "/v1/order/99999")
        check_problem(*mine, 2003)
        assert without_ids(mine[2]) == without_ids(
            none[2]
        ), "the answers differ: one could learn that the order exists"
        check_problem(*trader_b.client.request(method, "/v1/order/0"), 2003)
        for bad in ("abc", "-1", "1.5", "99999999999999999999999"):
            check_problem(*trader_b.client.request(method, f"/v1/order/{bad}"), 1107)
    assert trader_a.get_order(resting["id"])["status"] == "new"
    trader_b.order("buy", 5, "100")
    check_problem(*trader_a.client.request("DELETE", f"/v1/order/{resting['id']}"), 2103)  # filled
    gone = trader_a.order("sell", 5, "100")
    trader_a.cancel(gone["id"])
    check_problem(*trader_a.client.request("DELETE", f"/v1/order/{gone['id']}"), 2103)  # cancelled
    refused = trader_a.order("sell", 5, "100.001", expect=422)
    check_problem(*trader_a.client.request("DELETE", f"/v1/order/{refused['orderId']}"), 2103)
    assert shares_of(trader_a)["ACME"] == (9995, 0, 9995)


def test_money_and_shares_back_one_order_only(market):
    _, trader_a, _ = market
    first = trader_a.order("buy", 9000, "100")
    refused = trader_a.order("buy", 1001, "100", expect=422)
    assert refused["code"] == 2401
    second = trader_a.order("sell", 10000, "101")
    assert trader_a.order("sell", 1, "101", expect=422)["code"] == 2402
    assert cash_of(trader_a)["USD"] == (units("1000000"), units("900000"), units("100000"))
    trader_a.cancel(first["id"])
    trader_a.cancel(second["id"])
    assert cash_of(trader_a)["USD"][1] == 0 and shares_of(trader_a)["ACME"][1] == 0


def test_bad_queries_paths_and_methods(safe_market):
    exchange, trader_a, _ = safe_market
    with Client(exchange.url) as client:
        for path, query, code, status in (
            ("/marketdata/orderBook/L2", "", 1107, None),
            ("/marketdata/orderBook/L2", "symbol=NOBODY", 2001, 404),
            ("/marketdata/orderBook/L2", "symbol=ACME&depth=0", 1107, None),
            ("/marketdata/orderBook/L2", "symbol=ACME&depth=-5", 1107, None),
            ("/marketdata/orderBook/L2", "symbol=ACME&depth=99999999999999999999", 1107, None),
            ("/marketdata/orderBook/L2", "symbol=ACME&symbol=ACME", 1107, None),
            ("/marketdata/orderBook/L2", "symbol=%zz", 1107, None),
            ("/marketdata/trades", "symbol=ACME&colour=red", 1107, None),
            ("/marketdata/candles", "symbol=ACME", 1107, None),
            ("/marketdata/candles", "symbol=ACME&resolution=2m", 1107, None),
            ("/marketdata/candles", "symbol=ACME&resolution=1m&startTime=yesterday", 1107, None),
            ("/marketdata/candles", "symbol=ACME&resolution=1m&endTime=2026-13-01T00:00:00Z", 1107, None),
            ("/v1/nothing", "", 1111, None),
            ("/../../etc/passwd", "", 1111, None),
            ("/%2e%2e/keys.json", "", 1111, None),
        ):
            check_problem(*client.request("GET", path, query), code, status)
        for method, path in (
            ("DELETE", "/v1/instruments"),
            ("POST", "/marketdata/trades"),
            ("PUT", "/v1/order"),
            ("PATCH", "/v1/status"),
        ):
            status, headers, body = client.request(method, path)
            check_problem(status, headers, body, 1112)
            assert headers["allow"]
    for query in ("limit=0", "limit=1001", "cursor=x", "status=lost", "from=1"):
        check_problem(*trader_a.client.request("GET", "/v1/orders", query), 1107)
    check_problem(*trader_a.client.request("GET", "/v1/execution", "startTime=1e3"), 1107)
    check_problem(*trader_a.client.request("GET", "/v1/orders", "symbol=NOBODY"), 2001, 404)


def test_a_body_of_a_megabyte_is_refused_and_another_media_type_too(safe_market):
    exchange, trader_a, _ = safe_market
    large = b"x" * 1_000_000
    head = b"POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    *answer, _ = raw(exchange, head + b"Content-Length: 1000000\r\n\r\n", large)
    check_problem(*answer, 1108)
    *answer, _ = raw(
        exchange,
        head + b"Transfer-Encoding: chunked\r\n\r\n",
        *(b"2000\r\n" + large[:8192] + b"\r\n" for _ in range(120)),
    )
    check_problem(*answer, 1108)
    *answer, _ = raw(
        exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\nX-Large: " + large[:200_000] + b"\r\n\r\n"
    )
    check_problem(*answer, 1109)
    body = json.dumps(GOOD).encode()
    headers = trader_a.client.headers("POST", "/v1/order", "", body) | {"Content-Type": "text/plain"}
    status, answer_headers, content = trader_a.client._exchange("POST", "/v1/order", body, headers)
    check_problem(status, answer_headers, json.loads(content), 1110)


def test_what_is_not_http_is_refused_and_closed(safe_market):
    exchange, _, _ = safe_market
    for request in (
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64 + b"\r\n\r\n",
        b"GET /v1/time HTTP/1.1\r\n\r\n",
        b"GET /v1/time HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET ftp://a/v1/time HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /v1/time HTTP/1.1\r\nHost: a@b/c?d\r\n\r\n",
        b"GET /v1/time HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        b"POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0"
        b"\r\n\r\n",
        b"POST /v1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    ):
        *answer, _ = raw(exchange, request)
        assert answer[0] == 400, (request, answer)
        check_problem(*answer, 1100)


def test_slow_requests_are_cut_off_and_hold_nobody_up(safe_market):
    exchange, trader_a, _ = safe_market
    slow = [socket.create_connection(("127.0.0.1", exchange.port), timeout=30) for _ in range(20)]
    started = time.monotonic()
    for n, connection in enumerate(slow):
        connection.sendall(
            b"POST /v1/order HTTP/1.1\r\nHost: x\r\n" + (b"" if n % 2 else b"Content-Length: 100\r\n\r\n{")
        )
    before = time.monotonic()
    for _ in range(20):
        trader_a.cancel(trader_a.order("buy", 1, "99")["id"])
    assert time.monotonic() - before < 5, "others wait for slow clients"
    for n, connection in enumerate(slow):
        with connection:
            received = b""
            while chunk := connection.recv(4096):
                received += chunk
        took = time.monotonic() - started
        assert received.startswith(b"HTTP/1.1 408 ") and b'"code":1113' in received, received
        assert 4 < took < 20, took
    assert exchange.process.poll() is None


def test_a_client_over_its_rate_is_told_when_to_come_back_and_can_still_cancel(make_exchange):
    exchange = make_exchange(durability="memory", rate_limit=10).start()
    exchange.list_instrument()
    trader = exchange.open_trader("hasty", cash="1000000")
    order = trader.order("buy", 1, "99")
    answers = [trader.client.request("POST", "/v1/order", "", GOOD | {"price": "99"}) for _ in range(60)]
    refused = [answer for answer in answers if answer[0] == 429]
    assert 20 <= len(refused) <= 45, len(refused)  # a burst of 20, and 10 in each second that passed
    for status, headers, body in refused:
        check_problem(status, headers, body, 3101)
        assert int(headers["retry-after"]) >= 1
        assert re.fullmatch(r"limit=20, remaining=0, reset=\d+", headers["ratelimit"]), headers["ratelimit"]
        assert headers["ratelimit-policy"]
    accepted = [answer for answer in answers if answer[0] == 201]
    remaining = [
        int(re.search(r"remaining=(\d+)", headers["ratelimit"]).group(1)) for _, headers, _ in accepted
    ]
    assert remaining[0] > remaining[5]
    assert trader.cancel(order["id"])["status"] == "cancelled"
    assert len(trader.request("GET", "/v1/orders", {"status": "open"})["orders"]) == len(accepted)


def test_bad_operator_requests_change_nothing(safe_market):
    exchange, trader_a, _ = safe_market
    instrument = {
        "symbol": "NEW",
        "currency": "USD",
        "tickSize": "0.01",
        "lotSize": "1",
        "referencePrice": "10",
    }
    with exchange.operator() as operator:
        for method, path, body, code, status in (
            ("POST", "/instruments", instrument | {"symbol": "ACME"}, 2104, None),
            ("POST", "/instruments", instrument | {"symbol": "lower"}, 2211, None),
            ("POST", "/instruments", instrument | {"tickSize": "0"}, 2211, None),
            ("POST", "/instruments", instrument | {"tickSize": "0.03"}, 2211, None),
            ("POST", "/instruments", instrument | {"collarPpm": -1}, 1104, None),
            ("POST", "/instruments", instrument | {"collarPpm": 1000001}, 1106, None),
            ("PUT", "/instruments/NOBODY", {}, 2001, 404),
            ("PUT", "/instruments/ACME", {"symbol": "OTHER"}, 1102, None),
            ("POST", "/instruments/ACME/halt", {"reason": "lunch"}, 1106, None),
            ("POST", "/instruments/NOBODY/resume", None, 2001, 404),
            ("POST", "/accounts", {"reference": ""}, 2210, None),
            ("POST", "/accounts", {}, 1103, None),
            ("GET", "/accounts/999", None, 2002, None),
            ("GET", "/accounts/x", None, 1107, None),
            ("POST", "/accounts/999/keys", None, 2002, None),
            ("PUT", f"/accounts/{trader_a.account}/state", {"state": "asleep"}, 1106, None),
            ("PUT", f"/accounts/{trader_a.account}/limits", {"maxOrderValue": "-1"}, 2211, None),
            ("PUT", f"/accounts/{trader_a.account}/limits", {"maxOpenOrders": 1.5}, 1104, None),
            (
                "POST",
                f"/accounts/{trader_a.account}/deposits",
                {"currency": "USD", "amount": "0", "reference": "r1"},
                2201,
                None,
            ),
            (
                "POST",
                f"/accounts/{trader_a.account}/deposits",
                {"currency": "dollars", "amount": "1", "reference": "r2"},
                2004,
                None,
            ),
            (
                "POST",
                f"/accounts/{trader_a.account}/deposits",
                {"currency": "USD", "amount": "922337203685477", "reference": "r3"},
                2306,
                None,
            ),
            ("PUT", "/fees", {"makerPpm": 100001, "takerPpm": 0}, 2211, None),
            ("PUT", "/fees", {"makerPpm": 1}, 1103, None),
        ):
            answer = operator.request(method, "/v1/operator" + path, "", body)
            try:
                check_problem(*answer, code, status)
            except AssertionError as failure:
                raise AssertionError(f"{method} {path} {body}: {answer[2]}") from failure


def test_a_refusal_names_the_member_its_value_and_the_range(safe_market):
    exchange, trader_a, _ = safe_market
    instrument = {"symbol": "NEW", "currency": "USD", "tickSize": "0.01", "lotSize": "1", "referencePrice": "10"}
    account = f"/accounts/{trader_a.account}"
    cash = {"currency": "USD", "reference": "range-1"}
    more_cash = {"currency": "USD", "amount": "922337203685477", "reference": "range-4"}
    less_cash = {"currency": "USD", "amount": "-900000000", "reference": "range-5"}
    shares = {"symbol": "ACME", "reference": "range-2"}
    with exchange.operator() as operator:
        for method, path, body, field, words in (
            ("POST", "/instruments", instrument | {"symbol": "lower"}, "symbol", "A-Z"),
            ("POST", "/instruments", instrument | {"currency": "EU"}, "currency", "3 or 4 letters"),
            ("POST", "/instruments", instrument | {"tickSize": "0"}, "tickSize", "tickSize is 0, but must be from"),
            ("POST", "/instruments", instrument | {"referencePrice": "20000000"}, "referencePrice", "to 19999999.99"),
            ("POST", "/instruments", instrument | {"tickSize": "0.03"}, "referencePrice", "multiple of the tick size"),
            ("POST", "/instruments", instrument | {"lotSize": "0"}, "lotSize", "from 1 to"),
            ("POST", "/instruments", instrument | {"maxOrderQuantity": "0"}, "maxOrderQuantity", "at least 1"),
            ("POST", "/instruments/ACME/split", {"numerator": 0, "denominator": 1}, "numerator", "from 1 to 1000000"),
            ("PUT", "/instruments/ACME/priceBands", {"staticPpm": 1000001, "dynamicPpm": 0}, "staticPpm", "1000001"),
            ("PUT", "/instruments/ACME/limitBands", {"lower": "9", "upper": "8"}, "upper", "lower below upper"),
            ("PUT", "/instruments/ACME/symbol", {"symbol": "a b"}, "symbol", '"a b"'),
            ("POST", "/market/circuitBreaker", {"level": 4}, "level", "from 1 to 3"),
            ("POST", "/market/endDay", {"date": "1899-12-31"}, "date", "1900-01-01"),
            ("PUT", f"{account}/feeTier", {"tier": 16}, "tier", "from 0 to 15"),
            ("PUT", f"{account}/limits", {"maxDailyValue": "-1"}, "maxDailyValue", "at least 0"),
            ("POST", "/accounts", {"reference": "range-3", "firm": 65536}, "firm", "from 0 to 65535"),
            ("POST", f"{account}/deposits", cash | {"amount": "0"}, "amount", "must not be 0"),
            ("POST", f"{account}/deposits", more_cash, "amount", "deposits"),
            ("POST", f"{account}/deposits", less_cash, "amount", "withdrawn"),
            ("POST", f"{account}/deposits", shares | {"quantity": "0"}, "quantity", "must not be 0"),
            ("PUT", "/fees", {"makerPpm": 100001, "takerPpm": 0}, "makerPpm", "from -100000 to 100000"),
            ("PUT", "/fees", {"makerPpm": -2, "takerPpm": 1}, "takerPpm", "together"),
        ):
            status, _, answer = operator.request(method, "/v1/operator" + path, "", body)
            assert status == 422, (path, body, answer)
            assert answer["field"] == field and words in answer["detail"], (path, body, answer)
    for body, field in (
        (GOOD | {"quantity": "0"}, "quantity"),
        (GOOD | {"price": "100.005"}, "price"),
        (GOOD | {"type": "stop", "price": None}, "price"),
        (GOOD | {"timeInForce": "gtd"}, "expireDate"),
        (GOOD | {"displayQuantity": "5000"}, "displayQuantity"),
    ):
        _, _, answer = trader_a.client.request("POST", "/v1/order", "", body)
        assert answer["field"] == field, (body, answer)


def test_a_websocket_client_gets_errors_for_nonsense_and_is_closed_for_too_much(safe_market):
    exchange, trader_a, _ = safe_market
    with MarketFeed(exchange) as feed:
        for text, code in (
            ("hello", 6001),
            ("[]", 6001),
            ("{}", 6005),
            ('{"op":"dance"}', 6007),
            ('{"op":"subscribe"}', 6005),
            ('{"op":"ping","op":"ping"}', 6003),
            ('{"op":"ping","colour":1}', 6004),
            ('{"op":5}', 6007),
            ('{"op":"subscribe","channel":"news"}', 6008),
            ('{"op":"subscribe","channel":"l2","symbol":"NOBODY"}', 6009),
            ('{"op":"subscribe","channel":"l2","symbol":"ACME","depth":0}', 6006),
            ('{"op":"unsubscribe","channel":"l1","symbol":"ACME"}', 6011),
            ('{"op":"subscribe","channel":"orders"}', 6013),
            ('{"op":"ping","id":"' + "x" * 5000 + '"}', 6002),
        ):
            feed.send_text(text)
            answer = feed.receive()
            assert (answer["type"], answer["code"]) == ("error", code), (text, answer)
            assert answer["message"]
        feed.send(op="authenticate", keyId=trader_a.key_id, timestamp="1", nonce="1", signature="00")
        assert feed.receive()["code"] == 3005, "there are no keys where public data is served"
    with Feed(exchange) as feed:
        feed.send(op="subscribe", channel="l1", symbol="ACME")
        answer = feed.receive()
        assert answer["code"] == 6008 and "/ws/market" in answer["message"]
        feed.send(op="authenticate", keyId=trader_a.key_id, timestamp="1", nonce="1", signature="00")
        assert feed.receive()["code"] in (3002, 3003)
        feed.send(op="ping", id=7)
        assert (answer := feed.receive())["type"] == "pong" and answer["id"] == 7
    flooding = Feed(exchange)
    with pytest.raises(Exception) as closed:
        for _ in range(200):
            flooding.send_text("nonsense")
        for _ in range(200):
            flooding.receive()
    assert getattr(closed.value, "code", None) == 4001, closed.value
    flooding.loop.close()
