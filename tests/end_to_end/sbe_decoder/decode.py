"""Decodes SBE messages with somebody else's decoder, which knows nothing but our schema.

  decode.py SCHEMA < messages > lines

In: each record behind its length in 4 bytes, little endian. Out: one JSON line for each: name, header, values and the
schema's types of the values; of an order with attributes also those of the message behind it.
"""

import json
import struct
import sys

import sbe

ORDER_ATTRIBUTES = 80
HEADER_BYTES = 8


def records_of(stream):
    while head := stream.read(4):
        yield stream.read(struct.unpack("<I", head)[0])


def decoded(schema, message):
    seen = schema.decode(message)
    fields = schema.messages[seen.header["templateId"]].fields
    types = {field.name: field.type.name for field in fields}
    return {"message": seen.message_name, "header": seen.header, "values": seen.value, "types": types}


def decoded_record(schema, record):
    first = decoded(schema, record)
    behind = record[HEADER_BYTES + first["header"]["blockLength"] :]
    if len(behind) >= HEADER_BYTES and schema.decode_header(behind)["templateId"] == ORDER_ATTRIBUTES:
        first["behind"] = decoded(schema, behind)
    return first


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = sbe.Schema.parse(file)
    for record in records_of(sys.stdin.buffer):
        print(json.dumps(decoded_record(schema, record)))


main()
