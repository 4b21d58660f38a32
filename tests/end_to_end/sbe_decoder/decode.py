"""Decodes SBE messages with somebody else's decoder, which knows nothing but our schema.

  decode.py SCHEMA < messages > lines

In: each message behind its length in 4 bytes, little endian. Out: one JSON line for each: name, header, values and the
schema's types of the values.
"""

import json
import struct
import sys

import sbe


def messages_of(stream):
    while head := stream.read(4):
        yield stream.read(struct.unpack("<I", head)[0])


def decoded(schema, message):
    seen = schema.decode(message)
    fields = schema.messages[seen.header["templateId"]].fields
    types = {field.name: field.type.name for field in fields}
    return {"message": seen.message_name, "header": seen.header, "values": seen.value, "types": types}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = sbe.Schema.parse(file)
    for message in messages_of(sys.stdin.buffer):
        print(json.dumps(decoded(schema, message)))


main()
