"""The style page as rules: each takes files, docs or commits and returns what it finds. test_style.py applies them."""

import collections
import dataclasses
import functools
import pathlib
import re
import subprocess

import cpp_scanner

CODE_COLUMNS = 100  # of C++; scripts, CMake files and docs have 120
TEXT_COLUMNS = 120
FUNCTION_LINES = 60
PARAMETERS = 5
FILE_LINES = 600
SUBJECT_COLUMNS = 72


@dataclasses.dataclass(frozen=True)
class Finding:
    """One place that breaks one rule."""

    rule: str
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclasses.dataclass(frozen=True)
class Source:
    """A file of the repository."""

    file: str
    text: str

    @property
    def is_cpp(self) -> bool:
        return self.file.endswith((".cpp", ".hpp"))

    @property
    def is_generated(self) -> bool:
        """Written by a program, as long as its input is."""
        return "/generated/" in self.file

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def columns(source: Source) -> list[Finding]:
    """Characters, not bytes. Lines of a raw string over several lines are test data, which cannot be wrapped; a line
    that is one word (an address) cannot either."""
    if source.is_generated:
        return []
    limit = CODE_COLUMNS if source.is_cpp else TEXT_COLUMNS
    exempt = cpp_scanner.lines_in_raw_strings(source.text) if source.is_cpp else set()
    return [
        Finding("columns", source.file, number, f"{len(line)} columns, at most {limit}")
        for number, line in enumerate(source.lines, 1)
        if len(line) > limit and number not in exempt and not re.fullmatch(r'\W*(//|#)?\W*\S+', line)
    ]


def function_size(source: Source) -> list[Finding]:
    found: list[Finding] = []
    if source.is_generated:
        return found
    for function in cpp_scanner.functions(source.text):
        if function.lines > FUNCTION_LINES:
            what = f"{function.name} has {function.lines} lines, at most {FUNCTION_LINES}"
            found.append(Finding("function lines", source.file, function.line, what))
        if function.parameters > PARAMETERS:
            what = f"{function.name} has {function.parameters} parameters, at most {PARAMETERS}"
            found.append(Finding("parameters", source.file, function.line, what))
    return found


def file_size(source: Source) -> list[Finding]:
    lines = source.text.count("\n")
    if lines <= FILE_LINES or source.is_generated:
        return []
    return [Finding("file lines", source.file, lines, f"{lines} lines, at most {FILE_LINES}")]


# Where threads or processes meet. The page says base, platform and event_store; the others share memory by design.
ATOMICS = {
    "src/base/": "the ring",
    "src/platform/": "waking a thread",
    "src/event_store/": "commit words and positions of the logs",
    "src/observe/cells.hpp": "counters that another process reads while they are counted",
    "src/telemetry/log.": "how many lines the ring refused, of all threads",
    "src/sequencer/gateway_ring.hpp": "a ring in shared memory that one producer hands over to the next",
    "src/node/board.hpp": "a node's board, which other processes read",
    "tests/": "tests make races on purpose",
    "bench/": "benchmarks measure across threads",
}


def atomics(source: Source) -> list[Finding]:
    if "/tests/" in source.file or source.file.startswith(tuple(ATOMICS)):
        return []
    code = cpp_scanner.without(source.text, "comment", "raw", "string")
    return [
        Finding(
            "atomics",
            source.file,
            code.count("\n", 0, match.start()) + 1,
            f"{match[0]}: ATOMICS says where threads may meet",
        )
        for match in re.finditer(r"std::atomic\w*|std::memory_order\w*", code)
    ]


def banned_phrases(text: str) -> dict[str, str]:
    """A list as in banned_phrases.txt: regular expression → what to write instead."""
    found, better = {}, ""
    for line in text.splitlines():
        if line.startswith("# "):
            better = line[2:]
        elif line:
            found[line] = better
    return found


def folded(text: str) -> tuple[str, list[int]]:
    """`text` as one line without the marks of comments, and the line of the file in which each character stands."""
    out, numbers = [], []
    for number, line in enumerate(text.split("\n"), 1):
        plain = re.sub(r"^\s*(///?<?|#+|\*|--)?\s*", "", line) if number > 1 else line
        out.append(plain + " ")
        numbers += [number] * (len(plain) + 1)
    return "".join(out), numbers


def banned(phrases: dict[str, str], source: Source) -> list[Finding]:
    if source.file.startswith("tests/architecture/"):
        return []  # the rules themselves
    text, numbers = folded(source.text)

    def line_of(match: re.Match) -> int:
        return numbers[match.start()] if match.string is text else source.text.count("\n", 0, match.start()) + 1

    return [
        Finding("banned phrase", source.file, line_of(match), f'"{match[0]}"; write: {better}')
        for phrase, better in phrases.items()
        # What is banned with its comment mark is looked for in the text as it is.
        for match in (re.finditer(phrase, source.text if "//" in phrase else text))
    ]


def torn(source: Source) -> list[Finding]:
    """A `///<` behind a line that is not the end of its declaration: it tears it, and documents half of it."""
    found = []
    lines = source.lines
    for number, line in enumerate(lines, 1):
        code, mark, _ = line.partition("///<")
        is_last = number < len(lines) and lines[number].lstrip().startswith("}")  # of an enumeration
        if mark and code.strip() and code.rstrip()[-1] not in ";,{}" and not is_last:
            found.append(Finding("torn declaration", source.file, number, "put the comment above the declaration"))
    return found


# Called by the language or by a library, which no search for a name shows.
CALLED_BY_OTHERS = {"begin", "end", "size", "format", "parse", "hash", "main", "operator", "operator()"}


def unused(sources: list[Source]) -> list[Finding]:
    """Functions of public headers in src/ that nothing but their declaration and definition names."""
    words: collections.Counter = collections.Counter()
    heads: collections.Counter = collections.Counter()
    public: dict[str, Finding] = {}
    for source in sources:
        words.update(re.findall(r"\w+", cpp_scanner.without(source.text, "comment", "string", "raw")))
        for function in cpp_scanner.functions(source.text):
            heads[function.name] += 1
            if not source.file.startswith("src/") or "/tests/" in source.file or not source.file.endswith(".hpp"):
                continue
            special = function.name.startswith("~") or function.name == function.in_class
            if function.public and not special and not function.overrides and function.name not in CALLED_BY_OTHERS:
                public[function.name] = Finding(
                    "unused", source.file, function.line, f"nothing calls {function.name}"
                )
    return [finding for name, finding in public.items() if words[name] <= heads[name]]


# --- docs ---


def docs_columns(source: Source) -> list[Finding]:
    """Tables and code cannot be wrapped."""
    found, in_code = [], False
    for number, line in enumerate(source.lines, 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        wrappable = not in_code and not line.lstrip().startswith("|") and " " in line.strip()
        if wrappable and len(line) > TEXT_COLUMNS:
            found.append(Finding("docs columns", source.file, number, f"{len(line)} columns, at most {TEXT_COLUMNS}"))
    return found


def without_code(text: str) -> str:
    """A page without its fenced code; lines keep their numbers."""
    return re.sub(r"^\s*```.*?^\s*```", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", without_code(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = 0
        while (name := anchor if count == 0 else f"{anchor}-{count}") in found:
            count += 1
        found.add(name)
    return found


def links(root: pathlib.Path, source: Source) -> list[Finding]:
    """Links to files of the repository and to headings in them."""
    found = []
    plain = re.sub(r"`[^`\n]*`", lambda m: m[0] if "](" in m[0] else " " * len(m[0]), without_code(source.text))
    for match in re.finditer(r"\]\(([^)\s]+)\)", plain):
        target, _, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (root / source.file).parent / target if target else root / source.file
        line = plain.count("\n", 0, match.start()) + 1
        if not path.exists():
            found.append(Finding("link", source.file, line, f"{match[1]} leads nowhere"))
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text()):
            found.append(Finding("link", source.file, line, f"{match[1]}: no such heading"))
    return found


def components_of_cmake(text: str) -> dict[str, set[str]]:
    """What src/CMakeLists.txt declares: component → what it may include."""
    found = {}
    for match in re.finditer(r"^bw_component\((.*?)\)", text, re.DOTALL | re.MULTILINE):
        words = re.sub(r"#[^\n]*", "", match[1]).split()
        depends, reading = set(), False
        for word in words[1:]:
            if re.fullmatch(r"[A-Z_]+", word):
                reading = word == "DEPENDS"
            elif reading:
                depends.add(word)
        found[words[0]] = depends
    return found


def components_of_readme(text: str) -> dict[str, set[str]]:
    """What the tables of src/README.md say: rows `| [component](component) | is | may include |`."""
    found = {}
    for match in re.finditer(r"^\| \[([\w/]+)\]\([\w/]+\) \|.*\| ([^|]*) \|$", text, re.MULTILINE):
        found[match[1]] = set() if match[2] == "nothing of ours" else {word.strip() for word in match[2].split(",")}
    return found


def components(cmake: str, readme: str) -> list[Finding]:
    declared, told = components_of_cmake(cmake), components_of_readme(readme)
    found = []
    for name in sorted(declared.keys() | told.keys()):
        if name not in told:
            found.append(f"{name} is a component, and the table lacks it")
        elif name not in declared:
            found.append(f"{name} is no component")
        elif declared[name] != told[name]:
            found.append(f"{name} may include {', '.join(sorted(declared[name]))}, not {', '.join(sorted(told[name]))}")
    return [Finding("component table", "src/README.md", 0, what) for what in found]


def thread_names(sources: list[Source]) -> set[str]:
    """The names under which the product starts threads."""
    found: set[str] = set()
    for source in sources:
        if source.file.startswith(("src/", "apps/")) and "/tests/" not in source.file:
            code = cpp_scanner.without(source.text, "comment")
            found.update(re.findall(r'(?:\bstart_thread\(|\bBackgroundTask\{)\s*"([^"]+)"', code))
    return found


def threads(architecture: str, sources: list[Source]) -> list[Finding]:
    """The section of ARCHITECTURE.md about threads names all of them, and its table no other."""
    section = re.search(r"^## Processes and threads$(.*?)^## ", architecture, re.DOTALL | re.MULTILINE)
    text = section[1] if section else ""
    table = set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE))
    started = thread_names(sources)
    # Where a name does not stand beside the call, it stands in the sources as a string.
    strings = {
        name for name in table for source in sources if f'"{name}"' in source.text and "/tests/" not in source.file
    }
    found = [f"no thread is called {name}" for name in sorted(table - started - strings)]
    found += [f"the section lacks the thread {name}" for name in sorted(started) if f"`{name}`" not in text]
    return [Finding("thread table", "docs/ARCHITECTURE.md", 0, what) for what in found]


# --- commits ---


def subject(commit: str, line: str, body: str, merge: bool) -> list[Finding]:
    """`component: what it does now`. A merge may keep git's subject if its body says what it brings."""
    if merge and re.match(r"Merge ", line):
        return [] if body.strip() else [Finding("commits", commit, 0, f'"{line}" does not say what it brings')]
    found = []
    if len(line) > SUBJECT_COLUMNS:
        found.append(Finding("commits", commit, 0, f'"{line}" has {len(line)} columns, at most {SUBJECT_COLUMNS}'))
    if not re.match(r"[a-z0-9_./*{}-]+(, [a-z0-9_./*{}-]+)*: \S", line):
        found.append(Finding("commits", commit, 0, f'"{line}" is not `component: what it does now`'))
    return found


def commits(root: pathlib.Path, start: str) -> list[Finding] | None:
    """The commits after the one with the subject `start`, which is a name that survives a rebase; None without a
    history that has it."""
    git = functools.partial(subprocess.run, text=True, capture_output=True, check=False, timeout=60)
    first = git(["git", "-C", str(root), "log", "--fixed-strings", f"--grep={start}", "--format=%H %s"]).stdout
    named = [line.split(" ")[0] for line in first.splitlines() if line.partition(" ")[2] == start]
    if not named:
        return None
    log = git(["git", "-C", str(root), "log", "--format=%h%x00%p%x00%s%x00%b%x01", f"{named[-1]}..HEAD"]).stdout
    found = []
    for entry in log.split("\x01"):
        if entry.strip():
            commit, parents, line, body = entry.strip("\n").split("\x00")
            found += subject(commit, line, body, len(parents.split()) > 1)
    return found
