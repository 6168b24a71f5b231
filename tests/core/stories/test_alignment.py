"""What versions share and where they differ: sentences, quotations, numbers, agencies."""

from __future__ import annotations

import pytest

from copydesk.stories.agencies import named_in
from copydesk.stories.alignment import counts, passages, quotations
from copydesk.stories.features import features
from copydesk.stories.texts import Text, split


def text(*sentences: str) -> Text:
    return Text(
        id=sentences[0] if sentences else "",
        revision="r",
        outlet=None,
        site=None,
        url=None,
        headline=None,
        language=None,
        published=None,
        credited=[],
        sentences=list(enumerate(sentences)),
    )


WALL = "The council voted on Tuesday to raise the harbour wall by a metre."
PORT = "The port will pay for the work, which begins in the middle of May."
FISH = "Fishermen had asked for the wall after three floods in two winters."


def test_sentences_are_verbatim_edited_or_moved() -> None:
    other = text(FISH, WALL, "The port is to pay for the work, which begins in May, it said.")
    found = passages.aligned([text(WALL, PORT, FISH), other])
    changes = {
        one.sentences[0].sentence: [(s.sentence, s.change, s.moved) for s in one.sentences[1:]]
        for one in found
    }
    assert changes == {
        0: [(1, "verbatim", False)],
        1: [(2, "edited", False)],
        2: [(0, "verbatim", True)],
    }


def test_case_and_punctuation_make_no_edit() -> None:
    (found,) = passages.aligned([text(WALL), text(WALL.upper().replace(".", "!"))])
    assert found.sentences[1].change == "verbatim"


def test_sentences_of_other_content_are_no_passage() -> None:
    assert passages.aligned([text(WALL), text(PORT), text("Yes."), text("Yes.")]) == []


def test_words_added_and_missing_in_a_quotation_are_told() -> None:
    (found,) = quotations.compared(
        [
            text("“We should have done it last year,” she said."),
            text("She said: «We should really have done that last year.»"),
            text("„Something else was said here today“"),
        ]
    )
    assert not found.same
    assert [one.version for one in found.quoted] == [0, 1]
    assert found.quoted[1].words_added == ["really", "that"]
    assert found.quoted[1].words_missing == ["it"]


def test_a_part_of_a_quotation_is_the_same_quotation() -> None:
    (found,) = quotations.compared(
        [
            text("He spoke of “a great day for the harbour and its people”."),
            text("“a great day”, he said."),
        ]
    )
    assert [one.version for one in found.quoted] == [0, 1]
    assert not found.same


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("At least 83 people died in the floods.", "More than 75 people died in the floods.", False),
        ("The ferry carries 1,200 cars a day.", "The ferry carries 1200 cars a day, it says.", True),
        ("The wall costs $50 million, the port said.", "The wall costs $60 million, the port said.", False),
        ("Mindestens 83 Menschen starben bei dem Hochwasser.", "Bei dem Hochwasser starben 75 Menschen.", False),
        ("قتل ٨٣ شخصا في الفيضانات التي ضربت المدينة", "قتل 75 شخصا في الفيضانات التي ضربت المدينة", False),
    ],
)  # fmt: skip
def test_numbers_of_the_same_thing_are_compared(one: str, other: str, agree: bool) -> None:
    (found,) = counts.compared([text(one), text(other)])
    assert found.agree is agree
    assert [number.version for number in found.numbers] == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("At least 83 people died in the floods.", "The bridge is 83 metres long, and old."),
        ("He was born on 3 May 1950 in the harbour.", "On 4 May 1950 he left the harbour."),
    ],
)
def test_numbers_of_other_things_and_dates_are_not_compared(one: str, other: str) -> None:
    assert counts.compared([text(one), text(other)]) == []


def test_agencies_in_sentences_are_named_once_by_their_canonical_name() -> None:
    found = named_in(
        [
            "The minister told Reuters and the Associated Press that he would go.",
            "AP reported it first; وقالت رويترز ذلك. The map was wrong, and a PA left.",
        ]
    )
    assert found == ["Reuters", "AP"]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("U.S. forces left. Mr. Lee stayed on Nov. 3. He said so!", 3),
        ("他说了。“我们去。”她也去了。", 3),
        ("قال ذلك. ثم ذهب؟ نعم.", 3),
        ("One sentence without an end", 1),
        ("", 0),
    ],
)
def test_lines_are_cut_into_sentences(line: str, count: int) -> None:
    found = list(split(line))
    assert len(found) == count
    assert "".join("".join(found).split()) == "".join(line.split())


def test_names_are_words_with_a_capital_inside_a_sentence() -> None:
    found = features(
        "", "Harbour work began. Mayor Ana Ruiz said so in Harwick. Nobody spoke to Ruiz."
    )
    names = {key for key in found.counts if key[0] in "np"}
    assert names == {"nana", "nruiz", "nharwick", "pana ruiz", "nmayor", "pmayor ana"}


def test_in_german_nouns_are_no_names_alone() -> None:
    sentence = (
        "Am Abend sprach die Stadträtin Eva Kern mit den Fischern über den Bau der Mauer am Hafen, "
        "die Kosten der Arbeit und den Streit um das Geld der Bürger, den die Zeitung genannt hatte."
    )
    found = features("", sentence)
    assert "tmauer" in found.counts
    assert "peva kern" in found.counts
    assert not any(key[0] == "n" for key in found.counts)
