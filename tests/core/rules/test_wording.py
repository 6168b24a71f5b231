"""Every phrase of the tables of wordings, in a story made for it."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from copydesk import extract
from copydesk.rules import wording
from copydesk.rules.wording import tables
from copydesk.util.text import key

TITLE = "Harbour wall to be raised"
STORY = (
    "The council met on Tuesday to settle the price of the new harbour wall, and it voted late.",
    "Work on the wall begins in May, said the harbour master, who will pay for the stone himself.",
    "Nobody in the town remembers a winter with so many storms, the fishermen said on Wednesday.",
)
TABLES = ("line", "label", "opening", "product")
LISTS = ("appeal", "role", "byline_weak", "address", "reported", "read_on")
# Lists that `rules.wording.voice` reads, of whole words and forms of one word.
VOICE = ("reader", "outlet", "this_text", "price", "goods", "imperative", "rights")
# Words as common as these prove nothing by themselves: they count inside a form or at the top.
NEEDS_A_FORM = {"comment_field"}

PHRASES = [(name, phrase) for name in TABLES for phrase in tables.kinds(name)]
PHRASES += [(name, phrase) for name in LISTS for phrase in tables.phrases(name)]


def body(*lines: str) -> str:
    return extract("\n\n".join([TITLE, STORY[0], *lines, STORY[2]]), media_type="text/plain").text


def test_a_phrase_is_its_own_key() -> None:
    # More words follow an opening, so a sign at its end is kept.
    whole = [(name, p) for name, p in PHRASES if name != "opening" and key(p) != p]
    opening = [p for p in tables.kinds("opening") if key(f"{p} x") != f"{p} x"]
    assert (whole, opening) == ([], [])


def test_a_phrase_has_one_kind_in_its_table() -> None:
    kinds_of: dict[tuple[str, str], set[str]] = {}
    for language in tables.languages():
        for name in TABLES:
            for kind, phrases in language.get(name, {}).items():
                for phrase in phrases:
                    kinds_of.setdefault((name, phrase), set()).add(kind)
    assert [of for of, kinds in kinds_of.items() if len(kinds) > 1] == []


def test_a_phrase_stands_once_in_its_language() -> None:
    twice = []
    for language in tables.languages():
        listed = [
            (name, phrase)
            for name in TABLES
            for phrases in language.get(name, {}).values()
            for phrase in phrases
        ]
        listed += [(name, phrase) for name in LISTS for phrase in language.get(name, ())]
        twice += [of for of in listed if listed.count(of) > 1]
    assert twice == []


def test_no_phrase_is_covered_by_a_shorter_one() -> None:
    # A shorter opening or appeal decides the same lines, and so does one word of a product or role.
    covered = [
        (name, phrase, shorter)
        for name, starts in (("opening", True), ("appeal", True), ("product", False))
        for phrase, shorter in pairs(name)
        if covers(shorter, phrase, at_start=starts)
    ]
    covered += [
        ("role", phrase, shorter)
        for phrase, shorter in pairs("role")
        if re.search(rf"\b{re.escape(shorter)}\b", phrase)
    ]
    assert covered == []


def pairs(name: str) -> list[tuple[str, str]]:
    """Every phrase of a table or list with every other one of its kind."""
    kind_of = tables.kinds(name) if name in TABLES else dict.fromkeys(tables.phrases(name), name)
    same: dict[str, list[str]] = {}
    for phrase, kind in kind_of.items():
        same.setdefault(kind, []).append(phrase)
    return [(a, b) for listed in same.values() for a in listed for b in listed if b in a != b]


def covers(shorter: str, phrase: str, *, at_start: bool) -> bool:
    if at_start:
        # Phrases are grouped by the first word, but scripts without spaces have no words.
        end = phrase[len(shorter) : len(shorter) + 1]
        grouped = phrase.split(" ")[0] == shorter.split(" ")[0] and not end.isalpha()
        return phrase.startswith(shorter) and (grouped or shorter >= "\u2e80")
    if " " in shorter:
        return True
    words = re.findall(r"[\w'’-]+", phrase)
    return any(shorter in (word, word.rsplit("-", 1)[-1]) for word in words)


def test_every_table_of_a_file_is_read() -> None:
    for language in tables.languages():
        assert set(language) <= {*TABLES, *LISTS, *VOICE}
        assert not set(VOICE).intersection(language) or set(VOICE) <= set(language)
    names = [p.name for p in files("copydesk.rules.wording").iterdir() if p.name.endswith(".toml")]
    assert len(names) == len(tables.languages())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["line", "opening"])
def test_a_phrase_as_a_whole_line_is_left_out_of_the_story(name: str) -> None:
    end = " today." if name == "opening" else ""
    kept = [
        phrase
        for phrase, kind in tables.kinds(name).items()
        if kind not in NEEDS_A_FORM
        and (line := f"{phrase[0].upper()}{phrase[1:]}{end}") in body(STORY[1], line)
    ]
    assert kept == []


@pytest.mark.parametrize("kind", sorted({*tables.kinds("label").values()}))
def test_a_label_is_found_before_the_rest_of_its_line(kind: str) -> None:
    for phrase in wording.phrases(kind):
        found = wording.label(f"{phrase[0].upper()}{phrase[1:]}: Ann Bell")
        assert found is not None, phrase
        assert (found.kind, found.rest, found.marked) == (kind, "Ann Bell", True)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*TABLES, *LISTS])
def test_a_phrase_inside_a_sentence_stays_in_the_story(name: str) -> None:
    lost = []
    for phrase in dict.fromkeys(p for of, p in PHRASES if of == name):
        sentence = f"The old sign in the harbour read {phrase} for years, and the council kept it."
        if sentence not in body(sentence, STORY[1]):
            lost.append(phrase)
    assert lost == []
