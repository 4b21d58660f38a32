"""TLS and the rules for addresses, on the program, with clients that others wrote: Python's ssl and http.client, and
the library websockets."""

import asyncio
import http.client
import json
import socket
import ssl
import subprocess
import time

import pytest
import websockets
from conftest import PROGRAM, wait_until


def make_certificate(folder, name):
    """A self-signed certificate for localhost and its key, as an operator makes them for a test."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    key.chmod(0o600)
    return certificate, key


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate))


def get_time(exchange, context):
    connection = http.client.HTTPSConnection("localhost", exchange.port, context=context, timeout=20)
    connection.request("GET", "/v1/time")
    answer = connection.getresponse()
    assert answer.status == 200
    return json.loads(answer.read()), connection


def serial_of(connection):
    return connection.sock.getpeercert()["serialNumber"]


@pytest.fixture
def secure(make_exchange, tmp_path):
    certificate, key = make_certificate(tmp_path, "server")
    options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
    return make_exchange(durability="memory", options=options).start(), certificate, key


def test_rest_and_websocket_speak_tls_1_3_and_nothing_else(secure):
    exchange, certificate, _ = secure
    assert f"https://localhost:{exchange.port}/" in exchange.output.read_text()
    _, connection = get_time(exchange, trusting(certificate))
    assert connection.sock.version() == "TLSv1.3"

    async def ping():
        url = f"wss://localhost:{exchange.port}/ws"
        async with websockets.connect(url, ssl=trusting(certificate)) as client:
            await client.send('{"op": "ping", "id": 7}')
            return json.loads(await client.recv())

    assert asyncio.run(ping())["id"] == 7
    old = trusting(certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        get_time(exchange, old)
    with socket.create_connection(("localhost", exchange.port), timeout=20) as plain:
        plain.sendall(b"GET /v1/time HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            assert b"HTTP/" not in plain.recv(4096)
        except ConnectionResetError:
            pass


def test_a_changed_certificate_is_used_without_a_restart(secure, tmp_path):
    exchange, certificate, key = secure
    _, before = get_time(exchange, trusting(certificate))
    first = serial_of(before)
    key.write_text("no key")
    wait_until(lambda: "nothing changed" in exchange.errors.read_text(), "the damaged key is refused")
    _, still = get_time(exchange, trusting(certificate))
    assert serial_of(still) == first
    new_certificate, new_key = make_certificate(tmp_path, "next")
    key.write_bytes(new_key.read_bytes())
    certificate.write_bytes(new_certificate.read_bytes())
    wait_until(lambda: "changed certificate, valid until" in exchange.errors.read_text(), "the new one is loaded")
    _, after = get_time(exchange, trusting(certificate))
    assert serial_of(after) != first
    before.request("GET", "/v1/time")  # the old connection goes on
    assert before.getresponse().status == 200


def refused(*options, tmp_path):
    run = subprocess.run(
        [PROGRAM, "up", "--no-demo", "--data", tmp_path / "data", "--http-port", "0", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode != 0 and not (tmp_path / "data").exists()
    return run.stderr


def test_an_address_that_others_reach_needs_tls_or_a_flag(make_exchange, tmp_path):
    said = refused("--address", "0.0.0.0", tmp_path=tmp_path)
    assert "--tls-certificate" in said and "--plain-http" in said
    assert "--tls-key" in refused("--tls-certificate", "x.pem", tmp_path=tmp_path)
    exchange = make_exchange(durability="memory", options=("--address", "0.0.0.0", "--plain-http")).start()
    assert exchange.get("/v1/time")


def test_address_rules_change_while_the_exchange_runs(make_exchange, tmp_path):
    rules = tmp_path / "addresses"
    rules.write_text("# nobody is denied yet\n")
    exchange = make_exchange(durability="memory", options=("--address-rules", str(rules))).start()
    url = ("127.0.0.1", exchange.port)
    kept = http.client.HTTPConnection(*url, timeout=20)
    status, deadline = 200, time.monotonic() + 20
    while status == 200 and time.monotonic() < deadline:
        kept.request("GET", "/v1/time")
        answer = kept.getresponse()
        answer.read()
        status = answer.status
    assert status == 429, "an ordinary address has a budget"

    rules.write_text("allow 127.0.0.0/8\n")
    wait_until(lambda: "1 address rules are in force" in exchange.errors.read_text(), "the rule counts")
    allowed = http.client.HTTPConnection(*url, timeout=20)
    for _ in range(3_000):
        allowed.request("GET", "/v1/time")
        answer = allowed.getresponse()
        assert answer.status == 200 and answer.read()

    rules.write_text("deny 127.0.0.1\nallow 127.0.0.0/8\n")
    wait_until(lambda: "2 address rules are in force" in exchange.errors.read_text(), "the rules count")
    deadline = time.monotonic() + 20
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError)):
        while time.monotonic() < deadline:
            allowed.request("GET", "/v1/time")
            allowed.getresponse().read()
            time.sleep(0.05)

    rules.write_text("permit everybody\n")
    wait_until(lambda: exchange.said('"permit" is not "allow" or "deny"'), "the error is told")
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        denied = http.client.HTTPConnection(*url, timeout=20)
        denied.request("GET", "/v1/time")
        denied.getresponse()
