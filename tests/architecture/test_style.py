"""The style page, applied to the repository. What it finds is shown with file and line; CONTRIBUTING.md has the rules.

`style_ratchet.txt` names what was there before a rule was, as `COUNT RULE: FILE`. It may only become shorter.
"""

import collections
import functools
import pathlib
import re
import subprocess

import style_rules
from style_rules import Finding, Source

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATCHET = pathlib.Path(__file__).with_name("style_ratchet.txt")
FIRST_COMMIT = "tests: the style page is a test"  # subjects are judged after it


@functools.cache
def files() -> list[str]:
    """Every file of the work tree that is not ignored; in an unpacked archive, every file outside of build folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, text=True, capture_output=True, check=False, timeout=60)
    if listed.returncode == 0:
        return sorted(file for file in set(listed.stdout.splitlines()) if (ROOT / file).is_file())
    everything = (str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())
    return sorted(file for file in everything if not file.startswith(("build/", "data/", ".")))


@functools.cache
def sources(*suffixes: str) -> list[Source]:
    return [Source(file, (ROOT / file).read_text()) for file in files() if file.endswith(suffixes)]


def cpp() -> list[Source]:
    return sources(".cpp", ".hpp")


def scripts() -> list[Source]:
    found = sources(".py", ".sh", ".cmake", "CMakeLists.txt")
    return [*found, *(Source(name, (ROOT / name).read_text()) for name in ("run", "test", ".ci/run"))]


def docs() -> list[Source]:
    return sources(".md")


@functools.cache
def banned_phrases() -> dict[str, str]:
    return style_rules.banned_phrases(pathlib.Path(__file__).with_name("banned_phrases.txt").read_text())


def of_each(rule, among: list[Source]) -> list[Finding]:
    return [finding for source in among for finding in rule(source)]


def allowed() -> collections.Counter:
    counts: collections.Counter = collections.Counter()
    for line in RATCHET.read_text().splitlines() if RATCHET.exists() else []:
        if match := re.fullmatch(r"(\d+) ([\w ]+: \S+)", line):
            counts[match[2]] = int(match[1])
        else:
            assert not line or line.startswith("#"), f"{RATCHET.name}: {line}"
    return counts


def check(findings: list[Finding], *rules: str) -> None:
    """Fails for what is found beyond the ratchet, and for what the ratchet allows without need."""
    found = collections.Counter(f"{finding.rule}: {finding.file}" for finding in findings)
    limits = allowed()
    new = [str(finding) for finding in findings if found[key := f"{finding.rule}: {finding.file}"] > limits[key]]
    assert not new, "\n" + "\n".join(new)
    slack = [
        f"{RATCHET.name} allows {limit} for {key}, there are {found[key]}: lower it"
        for key, limit in limits.items()
        if key.split(":")[0] in rules and found[key] < limit
    ]
    assert not slack, "\n" + "\n".join(slack)


def everything() -> list[Finding]:
    """What the rules that the ratchet knows find."""
    found = of_each(style_rules.columns, cpp() + scripts()) + of_each(style_rules.function_size, cpp())
    found += of_each(style_rules.file_size, cpp() + scripts()) + of_each(style_rules.atomics, cpp())
    found += of_each(functools.partial(style_rules.banned, banned_phrases()), cpp() + scripts() + docs())
    found += of_each(style_rules.torn, cpp())
    return found + style_rules.unused(cpp())


def test_lines_fit_their_columns():
    check(of_each(style_rules.columns, cpp() + scripts()), "columns")


def test_functions_are_short_and_have_few_parameters():
    check(of_each(style_rules.function_size, cpp()), "function lines", "parameters")


def test_files_tell_one_story():
    check(of_each(style_rules.file_size, cpp() + scripts()), "file lines")


def test_atomics_stay_where_threads_meet():
    check(of_each(style_rules.atomics, cpp()), "atomics")


def test_no_banned_phrase():
    rule = functools.partial(style_rules.banned, banned_phrases())
    check(of_each(rule, cpp() + scripts() + docs()), "banned phrase")


def test_no_comment_tears_a_declaration():
    check(of_each(style_rules.torn, cpp()), "torn declaration")


def test_public_functions_are_used():
    check(style_rules.unused(cpp()), "unused")


def test_docs_are_wrapped():
    check(of_each(style_rules.docs_columns, docs()), "docs columns")


def test_links_in_docs_lead_somewhere():
    check(of_each(functools.partial(style_rules.links, ROOT), docs()), "link")


def test_the_component_table_is_what_cmake_declares():
    cmake, readme = ((ROOT / "src" / name).read_text() for name in ("CMakeLists.txt", "README.md"))
    check(style_rules.components(cmake, readme), "component table")


def test_the_thread_table_names_the_threads():
    check(style_rules.threads((ROOT / "docs/ARCHITECTURE.md").read_text(), cpp()), "thread table")


def test_the_table_of_stories_names_each_subject():
    stories = ROOT / "tests/conformance"
    told = set(re.findall(r"\[(\w+)\]\(\1\)", (stories / "README.md").read_text()))
    assert told == {path.name for path in stories.iterdir() if path.is_dir()}


def test_commits_say_what_they_do():
    found = style_rules.commits(ROOT, FIRST_COMMIT)
    if found is None:
        return  # an archive, or a clone without history
    check(found, "commits")


if __name__ == "__main__":
    for entry, number in sorted(collections.Counter(f"{f.rule}: {f.file}" for f in everything()).items()):
        print(number, entry)
