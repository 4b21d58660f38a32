"""Plants the faults of the tables in copies of the product's sources, for the *_with_faults libraries.

    plant.py outputs ROOT TABLE...      the sources that get a fault, one a line (for CMake)
    plant.py write ROOT OUT TABLE...    the copies as OUT/src/..., and OUT/include/planted_faults/faults.hpp

A table is a text file; its name becomes the name of an array of its faults:

    # a comment
    fault commit_before_sync
    in src/event_store/log/local_log.cpp
    - mode_ == Durability::memory
    + (mode_ == Durability::memory || PLANTED)

The lines with - are the anchor: code that occurs exactly once in the file, whatever its white space. The lines with +
take its place in the copy; PLANTED is the question whether this fault is switched on. A fault may have several anchors,
in several files. What no longer fits ends the build with a message.
"""

import dataclasses
import pathlib
import re
import sys


class TableError(Exception):
    """A table that cannot be read, or that no longer fits the sources. The message is for a person."""


@dataclasses.dataclass
class Edit:
    """One anchor in one file, and what takes its place."""

    fault: str
    file: str
    place: str  # where the table says so
    anchor: str = ""
    replacement: str = ""


@dataclasses.dataclass
class Table:
    """The faults of one file, in its order."""

    name: str
    faults: list[str]
    edits: list[Edit]


class TableReader:
    """Reads one table, line by line."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.table = Table(path.stem, [], [])
        self.fault = ""
        self.file = ""
        self.last = ""  # the kind of the line before

    def read(self) -> Table:
        for number, line in enumerate(self.path.read_text().splitlines(), 1):
            place = f"{self.path}:{number}"
            if line.strip() and not line.startswith("#"):
                self.take(line, place)
            else:
                self.last = ""
        for edit in self.table.edits:
            if not edit.replacement:
                raise TableError(f"{edit.place}: planted fault {edit.fault}: no line with + behind the anchor")
        return self.table

    def take(self, line: str, place: str) -> None:
        kind, _, rest = line.partition(" ")
        if kind == "fault" and re.fullmatch(r"[a-z][a-z0-9_]*", rest):
            self.fault, self.file = rest, ""
            self.table.faults.append(rest)
        elif kind == "in" and self.fault:
            self.file = rest
        elif kind == "-" and self.file:
            self.add_anchor(rest, place)
        elif kind == "+" and self.last in ("-", "+"):
            edit = self.table.edits[-1]
            edit.replacement += rest + "\n"
        else:
            raise TableError(f"{place}: expected fault NAME, in FILE, - ANCHOR or + REPLACEMENT, in this order")
        self.last = kind

    def add_anchor(self, text: str, place: str) -> None:
        if self.last != "-":
            self.table.edits.append(Edit(self.fault, self.file, place))
        self.table.edits[-1].anchor += text + "\n"


def squeezed(text: str) -> tuple[str, list[int]]:
    """`text` without white space, and where each of its characters stands in `text`."""
    places = [i for i, c in enumerate(text) if not c.isspace()]
    return "".join(text[i] for i in places), places


def place_of(edit: Edit, source: str) -> tuple[int, int]:
    """Begin and end of the anchor in `source`."""
    text, places = squeezed(source)
    anchor, _ = squeezed(edit.anchor)
    count = text.count(anchor)
    if count != 1:
        raise TableError(
            f"{edit.place}: planted fault {edit.fault}: its anchor occurs {count} times in {edit.file}, not once.\n"
            f"    {edit.anchor.strip()}\n"
            "The code has changed: write the anchor as the code reads now, so that the fault does the same harm."
        )
    begin = text.index(anchor)
    return places[begin], places[begin + len(anchor) - 1] + 1


def planted(source: str, edits: list[Edit]) -> str:
    """`source` with the faults of `edits`."""
    spans = sorted(((*place_of(edit, source), edit) for edit in edits), key=lambda span: span[0])
    for (_, end, first), (begin, _, second) in zip(spans, spans[1:]):
        if begin < end:
            raise TableError(f"{second.place}: the anchors of {first.fault} and {second.fault} overlap")
    for begin, end, edit in reversed(spans):
        question = f"::bw::planted_faults::planted(::bw::planted_faults::Fault::{edit.fault})"
        indent = re.search(r"^[ \t]*", source[source.rfind("\n", 0, begin) + 1 :])[0]
        replacement = edit.replacement.rstrip().replace("\n", "\n" + indent).replace("PLANTED", question)
        source = source[:begin] + replacement + source[end:]
    return source


def copy_with_faults(root: pathlib.Path, file: str, edits: list[Edit]) -> str:
    path = root / file
    if not path.is_file():
        raise TableError(
            f"{edits[0].place}: planted fault {edits[0].fault}: there is no {file}. A fault moves with its code: "
            "name the file that has it now."
        )
    return (
        f"// {file} with planted faults, written by tests/planted_faults/plant.py.\n"
        '#include "planted_faults/faults.hpp"\n' + planted(path.read_text(), edits)
    )


def all_copies(root: pathlib.Path, edits: dict[str, list[Edit]]) -> dict[str, str]:
    """The text of each copy. Whoever has moved code gets to know everything that no longer fits at once."""
    copies, problems = {}, []
    for file, its in edits.items():
        try:
            copies[file] = copy_with_faults(root, file, its)
        except TableError as problem:
            problems.append(str(problem))
    if problems:
        raise TableError("\n".join(problems))
    return copies


def header(tables: list[Table]) -> str:
    """The enumeration of all faults, their names, an array for each table, and the switch."""
    faults = [fault for table in tables for fault in table.faults]
    enumerators = "".join(f"    {name},\n" for name in ["none", *faults])
    names = "".join(f'    "{name}",\n' for name in ["none", *faults])
    arrays = "".join(
        f"inline constexpr std::array {table.name}_faults{{\n"
        + "".join(f"    Fault::{name},\n" for name in table.faults)
        + "};\n"
        for table in tables
    )
    return f"""// Written by tests/planted_faults/plant.py from the tables in tests/planted_faults/faults.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace bw::planted_faults {{

enum class Fault : std::uint8_t {{
{enumerators}}};

inline constexpr std::array names{{
{names}}};
{arrays}
/// The one that is switched on.
inline Fault active = Fault::none;

[[nodiscard]] inline bool planted(Fault fault) {{ return active == fault; }}
[[nodiscard]] inline std::string name_of(Fault fault) {{ return names.at(static_cast<std::size_t>(fault)); }}

}}  // namespace bw::planted_faults
"""


def write_if_changed(path: pathlib.Path, text: str) -> None:
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def check_names(tables: list[Table]) -> None:
    seen: set[str] = set()
    for table in tables:
        with_edits = {edit.fault for edit in table.edits}
        for fault in table.faults:
            if fault in seen:
                raise TableError(f"{table.name}: the fault {fault} is there twice")
            if fault not in with_edits:
                raise TableError(f"{table.name}: the fault {fault} changes nothing")
            seen.add(fault)


def main(command: str, root: str, *rest: str) -> int:
    paths = rest[1:] if command == "write" else rest
    try:
        tables = [TableReader(pathlib.Path(path)).read() for path in paths]
        check_names(tables)
        edits: dict[str, list[Edit]] = {}
        for table in tables:
            for edit in table.edits:
                edits.setdefault(edit.file, []).append(edit)
        if command == "outputs":
            print("\n".join(sorted(edits)))
            return 0
        out = pathlib.Path(rest[0])
        copies = all_copies(pathlib.Path(root), edits)
    except TableError as problem:
        print(problem, file=sys.stderr)
        return 1
    for file, text in copies.items():
        write_if_changed(out / file, text)
    write_if_changed(out / "include/planted_faults/faults.hpp", header(tables))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
