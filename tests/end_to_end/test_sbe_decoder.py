"""An SBE decoder that others wrote reads our logs with our schema, and sees what `buttonwood dump` prints."""

import decimal
import json
import struct
import subprocess

import pytest

import sbe_decoder
from conftest import REPOSITORY
from test_golden import RELEASES, unpack

SCHEMA = REPOSITORY / "protocol/sbe/buttonwood.xml"
SEGMENT_HEADER_BYTES = 4096
RECORD_HEADER_BYTES = 32


def records_of(folder):
    """(sequence, message) of every record of a log; src/event_store/log/record.hpp has the layout."""
    for path in sorted(folder.glob("*.log")):
        content, at = path.read_bytes(), SEGMENT_HEADER_BYTES
        while at < len(content) and (length := struct.unpack_from("<I", content, at)[0]):
            sequence = struct.unpack_from("<Q", content, at + 16)[0]
            yield sequence, content[at + RECORD_HEADER_BYTES : at + length]
            at += length


def decoded_by_others(messages):
    stream = b"".join(struct.pack("<I", len(message)) + message for message in messages)
    done = subprocess.run(
        [sbe_decoder.python_with_decoder(), sbe_decoder.DECODE, SCHEMA],
        input=stream, capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def as_dumped(value, type_name):
    """What `dump` prints for a value that the decoder read."""
    if type_name == "Price" and value is None:
        return None
    if type_name in ("Price", "Money"):
        text = format(decimal.Decimal(value).scaleb(-4), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    # of an enumeration: the decoder has no name for a number that is no value
    return "unknown" if value is None else value


def as_dumped_record(seen):
    values = {name: as_dumped(value, seen["types"][name]) for name, value in seen["values"].items()}
    shown = {name: value for name, value in values.items() if not name.startswith("reserved")}
    return {"message": seen["message"], **shown}


def ascii_of(text):
    return text.encode("ascii", errors="ignore").decode().strip()


def message_part(dumped):
    """Without what the record says, and texts as the decoder gives them: ASCII, without spaces at the ends."""
    part = {name: value for name, value in dumped.items() if name not in ("log", "sequence", "timestamp_ns")}
    return {name: ascii_of(value) if isinstance(value, str) else value for name, value in part.items()}


def is_whole(dumped):
    """Some commands of the golden folders are arbitrary bytes, which are no message."""
    return dumped["message"] not in ("unknown", "unreadable")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("log", ["commands", "events"])
def test_another_decoder_sees_what_dump_prints(make_exchange, release, log):
    exchange, _ = unpack(make_exchange(), release)
    printed = exchange.tool("dump", "--log", log).stdout.splitlines()
    dumped = {record["sequence"]: record for record in map(json.loads, printed)}
    records = dict(records_of(exchange.data / log))
    assert records.keys() == dumped.keys() and len(records) > 1000
    whole = [sequence for sequence in records if is_whole(dumped[sequence])]
    assert len(whole) > 0.9 * len(records)
    seen = decoded_by_others([records[sequence] for sequence in whole])
    assert len(seen) == len(whole)
    for sequence, message in zip(whole, seen):
        assert as_dumped_record(message) == message_part(dumped[sequence]), sequence


def test_another_decoder_finds_the_attributes_behind_an_order():
    order = struct.pack("<4H", 112, 1, 1, 1) + struct.pack("<QqQ88x", 17, 1_002_500, 40)
    attributes = struct.pack("<4H", 32, 80, 1, 2) + struct.pack("<3QI4B", 900_001, 7, 12, 5, 1, 3, 1, 2)
    plain, attributed = decoded_by_others([order, order + attributes])
    assert "behind" not in plain and attributed["values"] == plain["values"]
    assert attributed["behind"]["values"] == {
        "client": 900_001,
        "investment_decision": 7,
        "execution_decision": 12,
        "member_session": 5,
        "capacity": "agency",
        "short_sale": "short_exempt",
        "investment_decision_maker": "person",
        "execution_decision_maker": "algorithm",
    }
