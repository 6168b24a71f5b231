from __future__ import annotations

import struct
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.util.simhash import _words, distance, simhash

STORY = (
    "The weir at Long Mill was shut on Monday after the river had risen by two metres in one night. "
    "Nobody was hurt, the keeper said, but the lower fields stand under water and will for weeks. "
    "Farmers asked the county for help with hay and with pumps, which it promised to send by Friday."
)


def _stated(words: list[str]) -> str:
    """The fingerprint as docs/record.md states it, bit by bit."""
    if len(words) == 1:
        words = words * 2
    hashes = []
    for first, second in pairwise(crc32(word.encode()) * 2654435761 for word in words):
        hashes.append(first ^ ((second >> 24) | (second << 40) & (1 << 64) - 1))
    bits = [sum(one >> bit & 1 for one in hashes) * 2 > len(hashes) for bit in range(64)]
    return struct.pack(">Q", sum(bit << place for place, bit in enumerate(bits))).hex()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The river rose by metres.", ["river", "rose", "metres"]),
        ("River", ["river"]),
        ("Über die Brücke “gefahren”", ["über", "brücke", "gefahren"]),
        ("Straße – “Gäste”", ["strasse", "gäste"]),
        ("Москва: снег идёт с утра", ["москва", "снег", "идёт", "утра"]),
        ("東京で雨、 storm 3", ["東", "京", "で", "雨", "storm"]),
        ("snake_case name", ["snake", "case", "name"]),
    ],
)
def test_fingerprint_is_made_as_documented(text: str, words: list[str]) -> None:
    assert [word.decode() for word in _words(text)] == words
    assert simhash(text) == _stated(words)


@given(st.lists(st.text("abcdefgäéß", min_size=4, max_size=9), min_size=1, max_size=40))
def test_fingerprint_of_any_words_is_made_as_documented(words: list[str]) -> None:
    folded = [word.casefold() for word in words]
    assert simhash(" ".join(words)) == _stated(folded)


@pytest.mark.parametrize("text", ["", " \n", "a bc 12", "!?"])
def test_text_without_words_has_no_fingerprint(text: str) -> None:
    assert simhash(text) is None


@given(st.text())
def test_any_text_is_hashed(text: str) -> None:
    found = simhash(text)
    assert found is None or len(found) == 16


def test_edited_copy_is_nearer_than_another_story() -> None:
    story = simhash(STORY)
    edited = simhash(STORY.replace("two metres", "almost three metres"))
    other = simhash(
        "Ministers met in the capital to speak about next year's budget, which is late."
    )
    assert story is not None
    assert edited is not None
    assert other is not None
    assert distance(story, edited) < 16 < distance(story, other)
    assert distance(story, story) == 0


def test_signs_and_case_do_not_count() -> None:
    assert simhash("The “River” rose, fast!") == simhash("the river ROSE fast")
