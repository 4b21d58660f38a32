"""The style rules on small bad inputs: each of them can fail, and leaves alone what is right."""

import pathlib

import cpp_scanner
import pytest
import style_rules
from style_rules import Source


def whats(findings) -> list[str]:
    return [f"{finding.line}: {finding.what}" for finding in findings]


def cpp(text: str, file: str = "src/engine/a.hpp") -> Source:
    return Source(file, text)


def test_columns_are_characters():
    line = "// " + "ä " * 48
    assert not style_rules.columns(cpp(line))
    assert whats(style_rules.columns(cpp("\n" + line + " ab"))) == ["2: 102 columns, at most 100"]


def test_columns_of_scripts_and_raw_strings():
    assert not style_rules.columns(Source("a.py", "a " * 60))
    assert style_rules.columns(Source("a.py", "a " * 60 + "b"))
    assert not style_rules.columns(cpp('auto a = R"(\n' + "a " * 100 + '\n)";'))
    assert style_rules.columns(cpp('auto a = R"(' + "a " * 100 + ')";'))


def function(head: str, lines: int) -> str:
    return head + " {\n" + "    call();\n" * (lines - 2) + "}\n"


@pytest.mark.parametrize(
    "head",
    [
        "int f()",
        "static void f(int a = 3)",
        "template <class T>\n    requires(sizeof(T) > 1)\nauto f(T a) -> int",
        "Name::Name(int a) : a_{a}, b_(2), c_{3}",
        "bool operator==(const A& a, const A& b)",
        "TEST(Name, says_what_it_does)",
        "[[nodiscard]] constexpr bool f() const noexcept",
        "void A::B<int>::f(std::function<void(int)> g) &&",
    ],
)
def test_function_lines(head):
    inside = "namespace a {\nclass B final : public C {\n public:\n" + function(head, 61) + "};\n}\n"
    for text in (function(head, 61), inside):
        assert len(style_rules.function_size(cpp(text))) == 1, text
    assert not style_rules.function_size(cpp(function(head, 60)))


def test_what_is_no_function():
    table = "constexpr std::array table{\n" + "    row(1),\n" * 70 + "};\n"
    members = "struct A {\n" + "    int a{f()};\n" * 70 + "};\n"
    strings = 'const char* a = "void f() {";\n// void f() {\n' * 70
    assert not style_rules.function_size(cpp(table + members + strings))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("void f(int a, std::map<int, int> b, int c, int d, int e);", 0),
        ("void f(int a, int b, int c, int d, int e, int f);", 1),
        ("struct A {\n    explicit A(int a, int b, int c, int d, int e, int f = g(1, 2)) : a_{a} {}\n};", 1),
        ("int f(std::function<int(int, int)> a, B b = {1, 2, 3, 4, 5, 6});", 0),
        ("auto a = f(1, 2, 3, 4, 5, 6);", 0),
    ],
)
def test_parameters(text, count):
    assert len(style_rules.function_size(cpp(text))) == count


def test_file_lines():
    assert not style_rules.file_size(cpp("a\n" * 600))
    assert style_rules.file_size(cpp("a\n" * 601))


def test_atomics():
    bad = "// std::atomic is named here\nstd::atomic<int> a;\na.load(std::memory_order_acquire);\n"
    assert [finding.line for finding in style_rules.atomics(cpp(bad))] == [2, 3]
    assert not style_rules.atomics(cpp(bad, "src/base/spsc_ring.hpp"))


def test_banned_phrases():
    phrases = style_rules.banned_phrases("# A list.\n\n# do it\n\\bTODO\\b\n# overrides\n\\bcounts more\\b\n")
    assert phrases == {r"\bTODO\b": "do it", r"\bcounts more\b": "overrides"}
    found = whats(style_rules.banned(phrases, cpp("// TODO: later\n// What the line says\n// counts\n/// more.\n")))
    assert found == ['1: "TODO"; write: do it', '3: "counts more"; write: overrides']
    assert not style_rules.banned(phrases, cpp("// the todo list; counts\n// and more\n"))


def test_torn_declarations():
    assert style_rules.torn(cpp("int f(int a,\n      int b  ///< what\n      );\n"))
    assert not style_rules.torn(cpp("int a;  ///< what\nenum class B {\n    c,  ///< what\n    d  ///< what\n};\n"))


def test_unused_functions():
    header = cpp("class A {\n public:\n    A();\n    int used();\n    int lost();\n\n private:\n    int own();\n};\n")
    source = cpp("A::A() {}\nint A::used() { return 1; }\nint A::lost() { return 2; }\n", "src/engine/a.cpp")
    user = cpp("// lost\nint b = A().used();\n", "apps/b.cpp")
    assert whats(style_rules.unused([header, source, user])) == ["5: nothing calls lost"]


def test_docs_columns():
    long = "word " * 25
    assert len(style_rules.docs_columns(Source("a.md", long))) == 1
    assert not style_rules.docs_columns(Source("a.md", f"| {long} |\n```\n{long}\n```\nhttps://{'a' * 200}\n"))


def test_links(tmp_path: pathlib.Path):
    (tmp_path / "b.md").write_text("# A [good](x) `Name`: it's\n")
    page = (
        "[a](b.md) [b](b.md#a-good-name-its)\n[c](c.md)\n[d](b.md#a-bad-name) [e](https://a.b)\n```\n[f](f.md)\n```\n"
    )
    found = whats(style_rules.links(tmp_path, Source("a.md", page)))
    assert found == ["2: c.md leads nowhere", "3: b.md#a-bad-name: no such heading"]


def test_component_table():
    cmake = "bw_component(base LIBRARIES fmt)\nbw_component(engine ROOMS a DEPENDS base\n             TEST_DEPENDS x)\n"
    readme = "| [base](base) | is | nothing of ours |\n| [engine](engine) | is | base |\n"
    assert not style_rules.components(cmake, readme)
    assert style_rules.components(cmake, readme.replace("| base |", "| base, model |"))
    assert style_rules.components(cmake, readme.split("\n")[0])
    assert style_rules.components("", readme)


def test_thread_table():
    page = "## Processes and threads\n\n| `core` | runs |\n\n## Next\n"
    code = [cpp('auto a = platform::start_thread(\n    "core", f);\n')]
    assert not style_rules.threads(page, code)
    assert style_rules.threads(page, [])
    assert style_rules.threads(page.replace("core", "disk"), code)


@pytest.mark.parametrize(
    ("line", "body", "merge", "good"),
    [
        ("engine: halts are announced", "", False, True),
        ("event_store, node: the store has rooms", "", False, True),
        ("gateway/rest: " + "a" * 59, "", False, False),
        ("Fix the engine", "", False, False),
        ("Merge branch 'a'", "", True, False),
        ("Merge branch 'a'", "It brings halts.", True, True),
        ("engine: halts, from its branch", "", True, True),
    ],
)
def test_commit_subjects(line, body, merge, good):
    assert (not style_rules.subject("abc", line, body, merge)) == good


def test_the_scanner_keeps_places():
    text = 'int a = 1\'000; // it\'s "here"\nchar b = \'"\'; auto c = R"x(")" )x"; /* } */ #x\n#define A { // {\n'
    code = cpp_scanner.without(text, "comment", "raw", "string", "char", "directive")
    assert len(code) == len(text) and code.count("\n") == text.count("\n")
    assert "{" not in code and "}" not in code and "here" not in code
