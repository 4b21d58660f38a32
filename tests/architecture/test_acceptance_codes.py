"""Each rule of docs/internals/trading-rules.md has a code, and each story of tests/conformance names those it shows.

`python3 tests/architecture/test_acceptance_codes.py` prints how many stories show each code, the fewest first.
"""

import collections
import dataclasses
import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = r"[A-Z]{3}-\d{2}"
STORIES = 500  # at least


@dataclasses.dataclass(frozen=True)
class Story:
    """`text` begins with a sentence of purpose and the codes that the story shows, each a comment of one line."""

    file: str
    text: str

    @property
    def lines(self) -> list[str]:
        return [*self.text.split("\n"), ""]

    @property
    def has_purpose(self) -> bool:
        return re.fullmatch(r"# .*[^.]\.", self.lines[0]) is not None

    @property
    def codes(self) -> list[str]:
        shows = re.fullmatch(f"# Shows: ({CODE}(?:, {CODE})*)", self.lines[1])
        return shows[1].split(", ") if shows else []


def codes_of(page: str) -> list[str]:
    """In the order of the page."""
    return re.findall(rf"\[({CODE})\]", page)


def repeated(codes: list[str]) -> list[str]:
    return [code for code, count in collections.Counter(codes).items() if count > 1]


def times_shown(codes: list[str], stories: list[Story]) -> dict[str, int]:
    """Code → number of stories that name it; codes that only stories know come last."""
    shown = dict.fromkeys(codes, 0)
    for story in stories:
        for code in set(story.codes):
            shown[code] = shown.get(code, 0) + 1
    return shown


@functools.cache
def codes() -> list[str]:
    return codes_of((ROOT / "docs/internals/trading-rules.md").read_text())


@functools.cache
def stories() -> list[Story]:
    folder = ROOT / "tests/conformance"
    return [Story(str(path.relative_to(folder)), path.read_text()) for path in sorted(folder.glob("*/*.txt"))]


def test_each_code_names_one_rule():
    assert codes()
    assert not repeated(codes())


def test_every_code_is_shown_by_a_story():
    shown = times_shown(codes(), stories())
    assert not [code for code in codes() if not shown[code]]


def test_every_story_begins_with_a_sentence_of_purpose():
    assert not [story.file for story in stories() if not story.has_purpose]


def test_every_story_names_the_codes_that_it_shows():
    assert not [story.file for story in stories() if not story.codes]


def test_stories_name_only_codes_of_the_page_and_each_once():
    unknown = [(story.file, code) for story in stories() for code in story.codes if code not in codes()]
    assert not unknown
    assert not [story.file for story in stories() if len(set(story.codes)) < len(story.codes)]


def test_there_are_enough_stories():
    assert len(stories()) >= STORIES


def test_the_checks_of_codes_can_fail():
    assert codes_of("1. [NEW-01] a rule; [AUC-02] another, not `NEW-03` [NEW-4].") == ["NEW-01", "AUC-02"]
    assert repeated(["NEW-02", "NEW-01", "AUC-01", "NEW-02"]) == ["NEW-02"]


def test_the_checks_of_stories_can_fail():
    story = Story("a.txt", "# It shows something.\n# Shows: NEW-01, NEW-02\nusual market\n")
    assert story.has_purpose and story.codes == ["NEW-01", "NEW-02"]
    assert times_shown(["NEW-01", "NEW-03"], [story]) == {"NEW-01": 1, "NEW-03": 0, "NEW-02": 1}
    for second in ("", "# Shows:", "# Shows: NEW-1", "# Shows: NEW-01 NEW-02", "# Shows: NEW-01.", "usual market"):
        assert not Story("b.txt", f"# It shows something.\n{second}\n").codes, second
    for first in ("", "usual market", "# No sentence", "#No space.", "# And so on..."):
        assert not Story("c.txt", first).has_purpose, first


if __name__ == "__main__":
    for code, count in sorted(times_shown(codes(), stories()).items(), key=lambda each: each[1]):
        print(f"{count:4} {code}")
