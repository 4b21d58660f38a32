"""The SBE schema as data, checked: what the other modules make text from."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

SBE = "{http://fixprotocol.io/2016/sbe}"
PRIMITIVE_SIZES = {"char": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "int32": 4, "int64": 8}
FIRST_ATTACHMENT_ID = 80
FIRST_EVENT_ID = 101
BLOCK_MAX = 112


class SchemaError(Exception):
    """The schema is not one that the generator, or the codec, can take."""


def snake_case(name: str) -> str:
    """NewOrder → new_order."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True)
class Value:
    name: str
    number: int
    description: str
    since: int


@dataclass(frozen=True)
class Type:
    """A named type, a primitive, or an enumeration (`values` is not empty)."""

    name: str
    primitive: str
    length: int
    description: str
    values: tuple[Value, ...] = ()

    @property
    def size(self) -> int:
        return PRIMITIVE_SIZES[self.primitive] * self.length

    @property
    def snake_name(self) -> str:
        return snake_case(self.name)


@dataclass(frozen=True)
class Field:
    name: str
    type: Type
    offset: int
    description: str
    since: int

    @property
    def is_filler(self) -> bool:
        return self.name.startswith("reserved")


@dataclass(frozen=True)
class Message:
    name: str
    id: int
    block_length: int
    description: str
    since: int
    fields: tuple[Field, ...]

    @property
    def snake_name(self) -> str:
        return snake_case(self.name)

    @property
    def version(self) -> int:
        """Of the schema, at which this message got its present form."""
        return max([self.since, *(field.since for field in self.fields)])


@dataclass(frozen=True)
class Schema:
    id: int
    version: int
    types: tuple[Type, ...]
    messages: tuple[Message, ...]

    @property
    def enums(self) -> list[Type]:
        return [one for one in self.types if one.values]

    @property
    def commands(self) -> list[Message]:
        return [one for one in self.messages if one.id < FIRST_ATTACHMENT_ID]

    @property
    def attachments(self) -> list[Message]:
        """What follows a command in its record."""
        return [one for one in self.messages if FIRST_ATTACHMENT_ID <= one.id < FIRST_EVENT_ID]

    @property
    def events(self) -> list[Message]:
        return [one for one in self.messages if one.id >= FIRST_EVENT_ID]

    def enum(self, name: str) -> Type:
        return next(one for one in self.enums if one.name == name)


def _text(element: ElementTree.Element, attribute: str = "description") -> str:
    return " ".join(element.get(attribute, "").split())


def _since(element: ElementTree.Element) -> int:
    return int(element.get("sinceVersion", "1"))


def _enum(element: ElementTree.Element) -> Type:
    values = tuple(
        Value(one.get("name"), int(one.text), _text(one), _since(one)) for one in element.findall("validValue")
    )
    numbers = [value.number for value in values]
    if numbers != sorted(set(numbers)):
        raise SchemaError(f"{element.get('name')}: the values are not in ascending order, or one is there twice")
    return Type(element.get("name"), element.get("encodingType"), 1, _text(element), values)


def _types(root: ElementTree.Element) -> tuple[Type, ...]:
    found = []
    for element in root.find("types"):
        if element.tag == "enum":
            found.append(_enum(element))
        elif element.tag == "type":
            length = int(element.get("length", "1"))
            found.append(Type(element.get("name"), element.get("primitiveType"), length, _text(element)))
    return tuple(found)


def _message(element: ElementTree.Element, types: dict[str, Type]) -> Message:
    since = _since(element)
    fields = tuple(
        Field(one.get("name"), types[one.get("type")], int(one.get("offset")), _text(one), max(since, _since(one)))
        for one in element.findall("field")
    )
    message = Message(
        element.get("name"), int(element.get("id")), int(element.get("blockLength")), _text(element), since, fields
    )
    _check_layout(message)
    return message


def _check_layout(message: Message) -> None:
    """No gap, no overlap, each field on its alignment: a C++ struct of the fields has these offsets."""
    end = 0
    for field in message.fields:
        where = f"{message.name}.{field.name}"
        if field.offset != end:
            raise SchemaError(f"{where}: the offset is {field.offset}, the field before ends at {end}")
        if field.offset % PRIMITIVE_SIZES[field.type.primitive] != 0:
            raise SchemaError(f"{where}: {field.type.primitive} is off its alignment at offset {field.offset}")
        end += field.type.size
    if end != message.block_length or end % 8 != 0 or end > BLOCK_MAX:
        raise SchemaError(
            f"{message.name}: the fields end at {end}; blockLength must say so, "
            f"be a multiple of 8 and at most {BLOCK_MAX}"
        )


def _check_ids(messages: tuple[Message, ...]) -> None:
    ids = [message.id for message in messages]
    if ids != sorted(set(ids)):
        raise SchemaError("the messages are not in the order of their ids, or an id is there twice")


def read(path: str) -> Schema:
    root = ElementTree.parse(path).getroot()
    types = _types(root)
    by_name = {name: Type(name, name, 1, "") for name in PRIMITIVE_SIZES} | {one.name: one for one in types}
    messages = tuple(_message(one, by_name) for one in root.findall(f"{SBE}message"))
    _check_ids(messages)
    return Schema(int(root.get("id")), int(root.get("version")), types, messages)
