"""The C++ of the schema: enumerations with their tables, structs, field tables, and switches over template ids."""

import textwrap

from .schema import Message, Schema, Type

WIDTH = 100
# Named types that src/model/types.hpp has under the same name; a field of any other is a plain integer.
STRONG_TYPES = {
    "Price", "Money", "Quantity", "FeeRate", "SequenceNumber", "RequestId", "OrderId", "MatchNumber", "AccountId",
    "InstrumentId", "Ppm", "ClientOrderId", "Symbol", "Currency",
}  # fmt: skip
# Named types that are printed in their own way; every other one is printed as its primitive.
PRINTED_KINDS = {"Price", "Quantity", "Money", "FeeRate"}


def header(what: str, guard: bool = True) -> str:
    note = f"// {what}\n// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.\n"
    return note + "// clang-format off\n" + ("#pragma once\n" if guard else "")


def comment(text: str, indent: str = "") -> str:
    if not text:
        return ""
    lead = indent + "/// "
    return "\n".join(textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=lead)) + "\n"


def literal(text: str, indent: str) -> str:
    """A string literal, in pieces where it is too long for one line."""
    pieces = textwrap.wrap(text, WIDTH - len(indent) - 6, drop_whitespace=False) or [""]
    return ("\n" + indent).join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


def kind_of(one: Type) -> str:
    if one.values or one.name in PRINTED_KINDS:
        return one.snake_name
    return "text" if one.primitive == "char" else one.primitive


def cpp_type(one: Type) -> str:
    return f"model::{one.name}" if one.values or one.name in STRONG_TYPES else f"std::{one.primitive}_t"


# --- enumerations


def _enum(one: Type) -> str:
    out = comment(one.description)
    out += f"enum class {one.name} : std::{one.primitive}_t {{\n"
    out += "".join(f"    {value.name} = {value.number},\n" for value in one.values) + "};\n\n"
    out += f"template <>\nstruct EnumTable<{one.name}> {{\n"
    out += f"    static constexpr auto rows = std::to_array<EnumRow<{one.name}>>({{\n"
    for value in one.values:
        row = f'        {{{one.name}::{value.name}, "{value.name}",'
        sentence = literal(value.description, " " * 9)
        fits = "\n" not in sentence and len(row) + len(sentence) + 3 <= WIDTH
        out += row + (" " if fits else "\n" + " " * 9) + sentence + "},\n"
    return out + "    });\n};\n\n"


def enums_hpp(schema: Schema) -> str:
    out = header("The enumerations of the schema, each with its table: value, name, sentence.")
    out += '\n#include <array>\n#include <cstdint>\n\n#include "model/enum_table.hpp"\n\nnamespace bw::model {\n\n'
    return out + "".join(_enum(one) for one in schema.enums) + "}  // namespace bw::model\n"


# --- messages


def _struct(message: Message) -> str:
    out = comment(message.description) + f"struct {message.name} {{\n"
    out += f"    static constexpr std::uint16_t template_id = {message.id};\n"
    out += f"    static constexpr std::uint16_t version = {message.version};\n"
    out += f'    static constexpr std::string_view name = "{message.name}";\n'
    for field in message.fields:
        out += comment(field.description, "    ") + f"    {cpp_type(field.type)} {field.name};\n"
    return out + "};\n\n"


def structs_hpp(what: str, messages: list[Message]) -> str:
    out = header(what) + "\n#include <cstdint>\n#include <string_view>\n\n"
    out += '#include "model/enums.hpp"\n#include "model/types.hpp"\n\nnamespace bw::codec {\n\n'
    return out + "".join(_struct(message) for message in messages) + "}  // namespace bw::codec\n"


def _tuple(name: str, messages: list[Message]) -> str:
    names = textwrap.wrap(", ".join(message.name for message in messages), WIDTH - 8)
    return f"using {name} =\n    std::tuple<" + "\n               ".join(names) + ">;\n"


def registry_hpp(schema: Schema) -> str:
    out = header("Every message of the schema as a list of types, and the switch over their template ids.")
    out += '\n#include <tuple>\n#include <type_traits>\n\n#include "codec/attachments.hpp"\n'
    out += '#include "codec/commands.hpp"\n#include "codec/events.hpp"\n\n'
    out += "namespace bw::codec {\n\n" + _tuple("AllCommands", schema.commands)
    out += _tuple("AllEvents", schema.events) + _tuple("AllAttachments", schema.attachments)
    out += "\n/// `run(std::type_identity<Message>{})` for the message of this template id, and what it returns;\n"
    out += "/// false for an id that the schema does not know.\n"
    out += "template <class Run>  // NOLINTNEXTLINE(readability-function-size): one line for each message\n"
    out += "constexpr bool with_message_type(std::uint16_t template_id, Run&& run) {\n"
    out += "    switch (template_id) {\n"
    for message in schema.messages:
        out += f"        case {message.id}: return run(std::type_identity<{message.name}>{{}});\n"
    return out + "        default: return false;\n    }\n}\n\n}  // namespace bw::codec\n"


def field_kind_hpp(schema: Schema) -> str:
    kinds = ["uint8", "uint16", "uint32", "uint64", "int64", "price", "quantity", "money", "fee_rate", "text"]
    kinds += [one.snake_name for one in schema.enums]
    out = header("What a field holds, which decides how it is printed.")
    out += "\n#include <cstdint>\n\nnamespace bw::codec {\n\nenum class FieldKind : std::uint8_t {\n"
    return out + "".join(f"    {kind},\n" for kind in kinds) + "};\n\n}  // namespace bw::codec\n"


def _packed(parts: list[str], indent: str) -> str:
    """The parts with commas between them, as many on a line as it holds."""
    lines = [indent]
    for part in (part + ", " for part in parts):
        if len(lines[-1]) + len(part.rstrip()) > WIDTH and lines[-1] != indent:
            lines.append(indent)
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _infos(name: str, messages: list[Message]) -> str:
    rows = (f"    info_of<{one.name}, {one.block_length}>({one.snake_name}_fields),\n" for one in messages)
    return f"\nconstexpr std::array {name}{{\n" + "".join(rows) + "};\n"


FIELD_MACRO = """#define BW_FIELD(message, member, kind) \\
    Field{#member, FieldKind::kind, offsetof(message, member), sizeof(message::member)}
"""


def field_tables_cpp(schema: Schema) -> str:
    out = header("The field tables of all messages, and the names of their enumerations' values.", guard=False)
    out += '#include "codec/registry.hpp"\n\n#include <array>\n#include <cstddef>\n\n'
    out += FIELD_MACRO + "\nnamespace bw::codec {\nnamespace {\n\n"
    for message in schema.messages:
        rows = [f"BW_FIELD({message.name}, {field.name}, {kind_of(field.type)})" for field in message.fields]
        out += f"constexpr std::array {message.snake_name}_fields{{\n" + _packed(rows, "    ") + "};\n"
    out += _infos("messages", schema.commands + schema.events) + _infos("attachments", schema.attachments)
    out += "\n}  // namespace\n\nstd::span<const MessageInfo> all_messages() { return messages; }\n"
    out += "std::span<const MessageInfo> all_attachments() { return attachments; }\n\n"
    out += "std::string_view enumerator_name(FieldKind kind, std::uint16_t value) {\n    switch (kind) {\n"
    for one in schema.enums:
        out += f"        case FieldKind::{one.snake_name}:\n"
        out += f"            return model::name_of(static_cast<model::{one.name}>(value));\n"
    return out + "        default: return {};\n    }\n}\n\n}  // namespace bw::codec\n"
