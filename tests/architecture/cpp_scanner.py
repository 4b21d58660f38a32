"""A C++ file as the style rules see it: its code without comments and strings, its functions and what they declare.

No compiler stands behind it. It matches brackets, and reads what comes before each bracket. It takes the code of this
repository (clang-format has been over it) and needs a few seconds for all of it.
"""

import dataclasses
import re

_TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<number>\d(?:[\w.]|'(?=\w))*)
      | (?P<char>'(?:\\.|[^'\\\n])+')
      | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without(text: str, *kinds: str) -> str:
    """`text` with the tokens of these kinds as spaces, so that every place stays where it is. Of strings and characters
    the quotes stay."""

    def replaced(match: re.Match) -> str:
        kind = next(k for k in ("comment", "raw", "string", "number", "char", "directive") if match[k] is not None)
        if kind == "directive" and kind not in kinds:  # a comment may stand behind it
            return _TOKENS.sub(replaced, " " + match[0][1:]) if "comment" in kinds and "/" in match[0] else match[0]
        if kind not in kinds:
            return match[0]
        if kind in ("raw", "string", "char"):
            return match[0][0].replace("R", '"') + _blank(match[0][1:-1]) + match[0][-1]
        return _blank(match[0])

    return _TOKENS.sub(replaced, text)


def lines_in_raw_strings(text: str) -> set[int]:
    """The numbers of the lines that a raw string of more than one line covers: test data that cannot be wrapped."""
    found: set[int] = set()
    for match in _TOKENS.finditer(text):
        if match["raw"] is not None and "\n" in match[0]:
            first = text.count("\n", 0, match.start()) + 1
            found.update(range(first, first + match[0].count("\n") + 1))
    return found


@dataclasses.dataclass
class Function:
    """A function's declaration or definition."""

    name: str
    line: int
    parameters: int
    lines: int = 0  # of the body, with its brackets; 0 for a declaration
    public: bool = True
    overrides: bool = False
    in_class: str = ""


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b")
_NO_NAME = {
    "alignas", "asm", "catch", "decltype", "explicit", "for", "if", "new", "noexcept", "operator", "requires",
    "return", "sizeof", "static_assert", "switch", "throw", "typeid", "typename", "using", "while", "__attribute__",
}
_OPENING = {"(": ")", "[": "]", "{": "}"}


def _close(text: str, begin: int) -> int:
    """Behind the bracket that closes the one at `begin`."""
    opening, closing = text[begin], _OPENING[text[begin]]
    depth = 0
    for match in re.compile(f"[{re.escape(opening + closing)}]").finditer(text, begin):
        depth += 1 if match[0] == opening else -1
        if depth == 0:
            return match.end()
    return len(text)


def count_parameters(inside: str) -> int:
    """How many parameters stand between the round brackets."""
    if inside.strip() in ("", "void"):
        return 0
    depth, count = 0, 1
    for match in re.finditer(r"->|[()\[\]{}<>,]", inside):
        if match[0] in ("(", "[", "{", "<"):
            depth += 1
        elif match[0] in (")", "]", "}", ">"):
            depth -= 1
        elif match[0] == "," and depth == 0:
            count += 1
    return count


def _parameter_list(head: str) -> tuple[str, int, int] | None:
    """Name of the function that `head` declares, and where its parameter list begins and ends."""
    at = 0
    while True:
        begin = head.find("(", at)
        if begin < 0:
            return None
        end = _close(head, begin)
        before = head[:begin].rstrip()
        operator = re.search(r"\boperator\s*(\(\s*\)|\[\s*\]|[^\w\s(]+|[\w:<>*& ]+)$", before)
        if re.search(r"\boperator$", before) and head[begin:end].replace(" ", "") == "()":  # operator()(…)
            begin = head.find("(", end)
            return ("operator()", begin, _close(head, begin)) if begin >= 0 else None
        name = re.search(r"(~?\w+)\s*(<[^<>()]*>)?$", before)
        if operator or (name and name[1] not in _NO_NAME and not name[1][0].isdigit()):
            return ("operator" if operator else name[1], begin, end)
        at = end


def _function(head: str, line: int) -> Function | None:
    """The function that `head` (what stands before a body or a semicolon) declares, if it is one."""
    plain = re.sub(r"\boperator\s*[^\w\s(]+", lambda m: "operator" + "x" * (len(m[0]) - 8), head)
    found = _parameter_list(plain)
    if found is None:
        return None
    name, begin, end = found
    before = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", plain[:begin]))
    if "=" in before or re.search(r"\b(using|typedef|friend|return|goto|new|throw|co_return|delete)\b", before):
        return None
    if (
        not re.search(r"\w[\w:<>,*&\s\]]*\s[*&]*\S|^\s*[\w:]*~?\w+\s*$|\boperator", before.strip())
        and "::" not in before
    ):
        return None
    return Function(name, line, count_parameters(plain[begin + 1 : end - 1]), overrides="override" in plain[end:])


class _Scanner:
    """Walks through the scopes of a file. Bodies are skipped: their inside is one function's business."""

    def __init__(self, text: str) -> None:
        self.code = without(text, "comment", "raw", "string", "char", "directive")
        self.found: list[Function] = []
        self.starts = [0] + [m.end() for m in re.finditer("\n", self.code)]

    def line_of(self, place: int) -> int:
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= place else (low, middle)
        return low + 1

    def scan(self, begin: int, end: int, in_class: str, public: bool) -> None:
        head_begin = at = begin
        boundary = re.compile(r"[{};(]|\b(?:public|private|protected)\s*:(?!:)")
        while (match := boundary.search(self.code, at, end)) is not None:
            at = match.end()
            if match[0] == "(":
                at = _close(self.code, match.start())
                continue
            head = self.code[head_begin : match.start()]
            if match[0] == "{":
                at, is_statement = self.bracket(match.start(), head, head_begin, in_class, public)
                if not is_statement:
                    continue
            elif match[0] == ";":
                self.declaration(head, head_begin, 0, in_class, public)
            elif match[0][0] == "p":
                public = match[0].startswith("public")
            head_begin = at

    def bracket(self, place: int, head: str, head_begin: int, in_class: str, public: bool) -> tuple[int, bool]:
        """What stands in the curly bracket at `place`. Returns where to go on, and whether the head is used up."""
        behind = _close(self.code, place)
        plain = re.sub(r"\btemplate\s*<.*?>\s*(?=[a-z])", "", head, flags=re.DOTALL)
        scope = _SCOPE.search(plain)
        if scope and "(" not in plain.replace("alignas(", "").split("{")[0] or re.match(r'\s*extern\s*"', plain):
            kind = scope[1] if scope else "namespace"
            if kind != "enum":
                name = re.search(r"(\w+)\s*(?:final\s*)?(?::(?!:).*)?$", plain.strip(), re.DOTALL)
                inner = (name[1] if name else "?") if kind != "namespace" else ""
                self.scan(place + 1, behind - 1, inner, public and kind != "class")
            return behind, True
        if self.is_body(head):
            lines = self.code.count("\n", place, behind) + 1
            self.declaration(head, head_begin, lines, in_class, public)
            return behind, True
        return behind, False

    @staticmethod
    def is_body(head: str) -> bool:
        """Whether the bracket behind `head` is a body: not the braces of a member in a constructor's list, not those of
        a variable, and not those of a lambda that initialises one."""
        if "(" not in head:
            return False
        last = head.rstrip()
        if re.search(r"(^|[^:]):(?!:)", re.sub(r"\?.*", "", last[last.find(")") :])) and re.search(r"[\w>]$", last):
            return False  # the first brackets of `: a_{…}`
        found = _parameter_list(re.sub(r"\boperator\s*[^\w\s(]+", "operator_", head))
        return found is not None and "=" not in re.sub(r"<[^<>]*>|operator\s*\S+", "", head[: found[1]])

    def declaration(self, head: str, head_begin: int, lines: int, in_class: str, public: bool) -> None:
        skipped = len(head) - len(head.lstrip())
        function = _function(head, self.line_of(head_begin + skipped))
        if function is None:
            return
        function.lines, function.in_class, function.public = lines, in_class, public
        self.found.append(function)


def functions(text: str) -> list[Function]:
    """Every function that the file declares or defines at the level of a file, a namespace or a class."""
    scanner = _Scanner(text)
    scanner.scan(0, len(scanner.code), "", True)
    return scanner.found
