"""What the helpers on text promise."""

from __future__ import annotations

import pytest

from copydesk.util.text import bare, ends_sentence


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It is 5 o'clock: tea_time!", "IT IS 5 O’CLOCK – TEA TIME"),
        ("Strasse 12, [Bonn]", "Straße 12 – Bonn"),
        ("\tNight ferry\x1freturns ~", "“Night ferry returns”"),
    ],
)
def test_two_printings_of_a_line_are_equal_when_bare(text: str, other: str) -> None:
    assert text.isascii()
    assert not other.isascii()
    assert bare(text) == bare(other)


def test_a_text_without_letters_and_digits_is_empty_when_bare() -> None:
    assert bare(" -- ") == bare("— …") == ""


@pytest.mark.parametrize(
    "text", ["« Nous vous avons entendus. »", "„Das Echo gehörte uns.“", "»Ja.«", "「はい。」"]
)
def test_a_sentence_ends_before_the_closing_quotes_of_each_language(text: str) -> None:
    assert ends_sentence(text)
    assert not ends_sentence(text.translate({ord(c): None for c in ".。"}))
