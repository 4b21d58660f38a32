"""What is made from the SBE schema is as the schema says: code, page of messages, lists of codes."""

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "protocol/sbe/buttonwood.xml"
OPENAPI = ROOT / "protocol/rest/openapi.yaml"
sys.path.insert(0, str(ROOT / "protocol/sbe"))

from generator import documents, schema  # noqa: E402


def test_nothing_made_from_the_schema_is_stale():
    """If this fails: run protocol/sbe/generate.py and commit what it writes."""
    result = subprocess.run(
        [sys.executable, ROOT / "protocol/sbe/generate.py", "--check"], text=True, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def words_of(text: str) -> list[list[str]]:
    """Every `enum: [a, b, c]` of a YAML file."""
    lists = re.findall(r"enum:\s*\[([^\]]*)\]", text)
    return [[word.strip(" '\n") for word in words.split(",") if word.strip() != "null"] for words in lists]


# Lists that leave out values on purpose.
SHORTER = {
    ("buy", "sell"): "one side of an order, not a selection",
    ("primary", "market", "midpoint"): "an order that is not pegged has no peg",
    (
        "none", "regulatory", "news_pending", "volatility", "operational", "limit_up_limit_down", "market_wide",
    ): "that an auction is extended is found by the exchange alone",
    ("regulatory", "news_pending", "volatility", "operational"): "what an operator may give as the reason of a halt",
    (
        "trading", "halted", "closed", "pre_open", "opening_auction", "volatility_auction", "closing_auction",
        "post_close",
    ): "a delisting is a command of its own",
}  # fmt: skip


def test_the_lists_of_words_in_the_api_documents_are_those_of_the_schema():
    enums = {one.name: {value.name for value in one.values} for one in schema.read(SCHEMA).enums}
    checked = set()
    for name in ("rest/openapi.yaml", "websocket/asyncapi.yaml"):
        for words in words_of((ROOT / "protocol" / name).read_text()):
            like = [one for one, names in enums.items() if set(words) <= names and 2 * len(words) > len(names)]
            whole = [one for one in like if set(words) == enums[one]]
            assert not like or whole or tuple(words) in SHORTER, f"{name}: {words} lacks values of {like}"
            checked.update(whole)
    assert checked >= {"OrderType", "TimeInForce", "CancelReason", "HaltReason", "InstrumentState", "TradeKind"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('type="Price" offset="8"', 'type="Price" offset="9"'), "NewOrder.price: the offset is 9"),
        (
            ('name="NewOrder" id="1" blockLength="112"', 'name="NewOrder" id="1" blockLength="120"'),
            "NewOrder: the fields",
        ),
        (('name="CancelOrder" id="2"', 'name="CancelOrder" id="1"'), "an id is there twice"),
        ((">2302</validValue>", ">2301</validValue>"), "RejectReason: the values are not in ascending order"),
    ],
    ids=["offset", "block length", "template id", "value"],
)
def test_a_schema_that_no_struct_can_follow_is_refused(tmp_path, change, complaint):
    text = SCHEMA.read_text()
    assert change[0] in text
    changed = tmp_path / "schema.xml"
    changed.write_text(text.replace(*change, 1))
    with pytest.raises(schema.SchemaError, match=complaint):
        schema.read(changed)


def test_a_new_reject_reason_gets_its_row_in_openapi_and_the_others_keep_theirs(tmp_path):
    last = '<validValue name="value_overflow"'
    new = '<validValue name="too_fast" description="Slow down.">2307</validValue>'
    changed = tmp_path / "schema.xml"
    changed.write_text(re.sub(rf"( *){last}.*", rf"\g<0>\n\1{new}", SCHEMA.read_text()))
    before = OPENAPI.read_text()
    after = documents.openapi_codes(schema.read(changed), before)
    added = "  - {code: 2307, name: too_fast, status: 422}\n"
    assert added in after and after.replace(added, "") == before
