"""A signing client for the REST API; standard library only.

    client = Client("http://localhost:8080", key_id, secret)      # secret: 64 hex digits
    status, headers, body = client.request("POST", "/v1/order", body={"symbol": "ACME", ...})

One client is one connection and one thread: nonces must reach the exchange in rising order. Without a key the
requests go unsigned. `body` may be a dict (sent as JSON), str or bytes; the answer's body is parsed if it is JSON.
"""

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse


def signature(secret, method, path, query, body, key_id, timestamp_ms, nonce):
    """Lower-case hex HMAC-SHA256 of the canonical text; `secret` in hex, `query` raw and without '?'."""
    text = "\n".join(
        ["v1", method, path, query, hashlib.sha256(body).hexdigest(), key_id, str(timestamp_ms), str(nonce)]
    )
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()


IDLE_LIMIT_S = 30.0  # half of what the server allows


class Client:
    def __init__(self, base_url, key_id=None, secret=None, timeout=10.0):
        parts = urllib.parse.urlsplit(base_url)
        self.host, self.port, self.timeout = parts.hostname, parts.port or 80, timeout
        self.key_id, self.secret = key_id, secret
        self.nonce = 0
        self.connection = None
        self.last_used = 0.0

    @classmethod
    def from_key_file(cls, base_url, path, timeout=10.0):
        """With a key file such as DIR/operator.key: {"keyId": ..., "secret": ...}."""
        with open(path, encoding="utf-8") as file:
            key = json.load(file)
        return cls(base_url, key["keyId"], key["secret"], timeout)

    def headers(self, method, path, query="", body=b"", timestamp_ms=None, nonce=None):
        """The four signature headers; timestamp and nonce can be forced, for tests."""
        timestamp_ms = int(time.time() * 1000) if timestamp_ms is None else timestamp_ms
        if nonce is None:
            nonce = self.nonce = max(self.nonce + 1, time.time_ns())
        return {
            "BW-KEY": self.key_id,
            "BW-TIMESTAMP": str(timestamp_ms),
            "BW-NONCE": str(nonce),
            "BW-SIGNATURE": signature(self.secret, method, path, query, body, self.key_id, timestamp_ms, nonce),
        }

    def request(self, method, path, query="", body=None):
        """(status, headers by lower-case name, parsed body). `query`: raw text, or a dict to be encoded."""
        if isinstance(query, dict):
            query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        if isinstance(body, dict):
            body = json.dumps(body)
        payload = body.encode() if isinstance(body, str) else (body or b"")
        headers = {"Content-Type": "application/json"} if payload else {}
        if self.key_id:
            headers |= self.headers(method, path, query, payload)
        target = path + ("?" + query if query else "")
        status, answer_headers, content = self._exchange(method, target, payload, headers)
        if "json" in answer_headers.get("content-type", "") and content:
            return status, answer_headers, json.loads(content)
        return status, answer_headers, content

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def _exchange(self, method, target, payload, headers):
        """One exchange on the kept connection. Never repeats a request by itself: an order might be entered twice."""
        if time.monotonic() - self.last_used > IDLE_LIMIT_S:
            self.close()  # the server closes idle connections; do not let a request run into that
        self.last_used = time.monotonic()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            self.connection.request(method, target, body=payload or None, headers=headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
