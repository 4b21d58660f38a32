"""Hooks of schemathesis: signs requests to routes with `security`, and counts the answers.

Environment: BW_CONTRACT_KEY, the key to sign with, in the form of operator.key (none: nothing is signed);
BW_CONTRACT_STATUSES, the file for the counts, {operation: {status: answers}}; PYTHONPATH with tests/end_to_end.
"""

import atexit
import collections
import json
import os
import time
import urllib.parse

import requests
import schemathesis
from buttonwood_client import signature
from schemathesis.core.parameters import ParameterLocation


class Signer(requests.auth.AuthBase):
    """Signs the prepared request: path, query and body as they go over the wire."""

    def __init__(self, key):
        self.key_id, self.secret = key["keyId"], key["secret"]

    def __call__(self, request):
        target = urllib.parse.urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        timestamp, nonce = int(time.time() * 1000), time.time_ns()
        proof = signature(
            self.secret, request.method, target.path, target.query, body, self.key_id, timestamp, nonce
        )
        request.headers["BW-KEY"] = self.key_id
        request.headers["BW-TIMESTAMP"] = str(timestamp)
        request.headers["BW-NONCE"] = str(nonce)
        request.headers["BW-SIGNATURE"] = proof
        return request


if "BW_CONTRACT_KEY" in os.environ:
    signer = Signer(json.loads(os.environ["BW_CONTRACT_KEY"]))

    @schemathesis.auth(refresh_interval=None)
    class Signatures:
        """A case about missing or malformed headers stays as it is: they are the four of the signature."""

        def get(self, case, _context):
            header = case.meta and case.meta.components.get(ParameterLocation.HEADER)
            return None if header and header.mode.is_negative else signer

        def set(self, case, data, _context):
            case._auth = data


statuses = collections.defaultdict(collections.Counter)


@schemathesis.hook
def after_call(_context, case, response):
    statuses[case.operation.label][response.status_code] += 1


@atexit.register
def write_statuses():
    with open(os.environ["BW_CONTRACT_STATUSES"], "w", encoding="utf-8") as file:
        json.dump(statuses, file)
