#!/usr/bin/env python3
"""Makes everything that follows from the SBE schema: C++ enumerations, structs, field tables and registry, the page
messages.md, and the lists of reject reasons in openapi.yaml.

  protocol/sbe/generate.py            writes the files that differ, and names them
  protocol/sbe/generate.py --check    writes nothing; ends with 1 and names the stale files

The files are checked in: a build needs no Python. After a change of buttonwood.xml run it and commit both.
"""

import argparse
import pathlib
import sys

from generator import cpp, documents, schema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "protocol/sbe/buttonwood.xml"
OPENAPI = ROOT / "protocol/rest/openapi.yaml"


def outputs(read: schema.Schema) -> dict[pathlib.Path, str]:
    codec = ROOT / "src/codec/generated"
    return {
        ROOT / "src/model/generated/enums.hpp": cpp.enums_hpp(read),
        codec / "commands.hpp": cpp.structs_hpp("Commands: what gateways, operators and timers ask.", read.commands),
        codec / "events.hpp": cpp.structs_hpp("Events: what happened, in the order it happened.", read.events),
        codec / "attachments.hpp": cpp.structs_hpp("What follows a command in its record.", read.attachments),
        codec / "registry.hpp": cpp.registry_hpp(read),
        codec / "field_kind.hpp": cpp.field_kind_hpp(read),
        codec / "field_tables.cpp": cpp.field_tables_cpp(read),
        ROOT / "protocol/sbe/messages.md": documents.messages_md(read),
        OPENAPI: documents.openapi_codes(read, OPENAPI.read_text()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say which files are stale")
    check = parser.parse_args().check
    try:
        made = outputs(schema.read(SCHEMA))
    except (schema.SchemaError, KeyError) as error:
        print(f"{SCHEMA.relative_to(ROOT)}: {error}", file=sys.stderr)
        return 2
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path])
    if check and stale:
        print("Run protocol/sbe/generate.py and commit what it writes.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
