"""The documents of the schema: the page of messages, and the lists of codes inside openapi.yaml."""

import re
import textwrap

from .schema import Message, Schema, Type, Value

OPENAPI_ROW = re.compile(r"^  - \{code: (?P<code>\d+), name: (?P<name>\w+),.*\}$", re.MULTILINE)
RANGE = re.compile(
    r"(?P<begin>^  # reject reasons (?P<first>\d+) to (?P<last>\d+), by protocol/sbe/generate\.py[^\n]*\n)"
    r"(?P<rows>.*?)(?P<end>^  # end of reject reasons\n)",
    re.MULTILINE | re.DOTALL,
)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _paragraph(text: str) -> str:
    return textwrap.fill(text, 120, break_on_hyphens=False)


def _type_cell(one: Type) -> str:
    if one.name == one.primitive:
        return one.name
    base = f"char[{one.length}]" if one.primitive == "char" else one.primitive
    if one.values:
        return f"[{one.name}](#{one.name.lower()}), {base}"
    return f"{one.name}, {base}"


def _message(message: Message) -> str:
    out = f"### {message.name}\n\n{_paragraph(message.description)}\n\n"
    out += f"Template {message.id}, block of {message.block_length} bytes, since version {message.since}.\n\n"
    out += "| offset | bytes | field | type | holds | since |\n|---:|---:|---|---|---|---:|\n"
    for field in message.fields:
        holds = "0" if field.is_filler else _cell(field.description)
        cells = (field.offset, field.type.size, f"`{field.name}`", _type_cell(field.type), holds, field.since)
        out += "| " + " | ".join(str(cell) for cell in cells) + " |\n"
    return out + "\n"


def _enum(one: Type) -> str:
    text = _paragraph(f"{one.description} ({one.primitive})")
    out = f"### {one.name}\n\n{text}\n\n| value | name | means |\n|---:|---|---|\n"
    rows = (f"| {value.number} | `{value.name}` | {_cell(value.description)} |\n" for value in one.values)
    return out + "".join(rows) + "\n"


def _contents(messages: list[Message]) -> str:
    rows = (f"| {one.id} | [{one.name}](#{one.name.lower()}) | {_cell(one.description)} |\n" for one in messages)
    return "| template | message | |\n|---:|---|---|\n" + "".join(rows) + "\n"


INTRODUCTION = """# Messages

Every command and every event of the exchange, byte by byte. [`buttonwood.xml`](buttonwood.xml) is the SBE schema that
this page is made from, by [`generate.py`](generate.py); do not edit it by hand.

A message is a header of 8 bytes and a block, little endian, without padding:

| offset | bytes | field | holds |
|---:|---:|---|---|
| 0 | 2 | `blockLength` | bytes of the block that follows |
| 2 | 2 | `templateId` | which message |
| 4 | 2 | `schemaId` | 1 |
| 6 | 2 | `version` | of the schema, at which this message got its present form |

A reader steps by `blockLength`: a longer block is of a newer version and is read as far as it is known. `reserved`
fields are 0. A record of the command log holds one command, and behind some orders a second message with what reports
need to know of them; a record of the event log holds one event.

"""


def messages_md(schema: Schema) -> str:
    out = INTRODUCTION + "## Types\n\n| type | encoding | holds |\n|---|---|---|\n"
    for one in schema.types:
        if not one.values:
            encoding = f"char[{one.length}]" if one.primitive == "char" else one.primitive
            out += f"| {one.name} | {encoding} | {_cell(one.description)} |\n"
    for title, messages in (
        ("Commands", schema.commands),
        ("Behind a command", schema.attachments),
        ("Events", schema.events),
    ):
        out += f"\n## {title}\n\n" + _contents(messages) + "".join(_message(one) for one in messages).rstrip() + "\n"
    out += "\n## Enumerations\n\n" + "".join(_enum(one) for one in schema.enums)
    return out.rstrip() + "\n"


def _code_row(value: Value, known: dict[int, tuple[str, str]]) -> str:
    """The row that is there keeps its status and its description; a new reason is a 422."""
    name, row = known.get(value.number, ("", ""))
    return row if name == value.name else f"  - {{code: {value.number}, name: {value.name}, status: 422}}"


def openapi_codes(schema: Schema, text: str) -> str:
    """`text` with the reject reasons of the schema between its markers."""
    reasons = [value for value in schema.enum("RejectReason").values if value.number != 0]

    def rows_of(match: re.Match) -> str:
        known = {int(row["code"]): (row["name"], row[0]) for row in OPENAPI_ROW.finditer(match["rows"])}
        first, last = int(match["first"]), int(match["last"])
        rows = [_code_row(value, known) for value in reasons if first <= value.number <= last]
        return match["begin"] + "".join(row + "\n" for row in rows) + match["end"]

    return RANGE.sub(rows_of, text)
