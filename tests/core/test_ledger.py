"""The ledger: the partition of a text, and what breaks it."""

from __future__ import annotations

from copydesk import ledger
from copydesk.document import Document
from copydesk.ledger import Stretch
from copydesk.reading import read

TEXT = "Ferry back\n\nThe ferry sails again from Friday, nine years after it was given up.\n"


def stretch(start: int, end: int, field: str | None = "body") -> Stretch:
    return {"start": start, "end": end, "role": "paragraph", "rule": "r", "field": field}


def test_the_partition_of_a_reading_has_no_fault() -> None:
    draft, _ = read(Document(TEXT.encode()), None)
    stretches = ledger.partition(draft)
    assert ledger.faults(draft.text, stretches) == []
    assert [TEXT[s["start"] : s["end"]] for s in stretches] == [
        line for line in TEXT.split("\n") if line
    ]


def test_a_stretch_tells_role_rule_and_field() -> None:
    draft, _ = read(Document(TEXT.encode()), None)
    for told, segment in zip(ledger.partition(draft), draft.segments, strict=True):
        assert told == {
            "start": segment.start,
            "end": segment.end,
            "role": segment.role,
            "rule": segment.rule,
            "field": segment.field,
        }


def test_an_empty_text_is_covered_by_nothing() -> None:
    assert ledger.faults("", []) == []
    assert ledger.faults(" \n\u2028", []) == []


def test_white_space_between_stretches_is_no_gap() -> None:
    assert ledger.faults(" ab \n\u2028cd\t", [stretch(1, 3), stretch(6, 8)]) == []


def test_what_was_removed_counts_as_covered() -> None:
    assert ledger.faults("abcd", [stretch(0, 2), stretch(2, 4, None)]) == []


def test_a_gap_at_the_start_is_told_with_its_offsets_and_text() -> None:
    assert ledger.faults("abcd", [stretch(2, 4)]) == ["characters 0 to 2 are in no segment: 'ab'"]


def test_a_gap_in_the_middle_is_told() -> None:
    found = ledger.faults("ab cd ef", [stretch(0, 2), stretch(6, 8)])
    assert found == ["characters 2 to 6 are in no segment: 'cd'"]


def test_a_gap_at_the_end_is_told() -> None:
    assert ledger.faults("abcd", [stretch(0, 2)]) == ["characters 2 to 4 are in no segment: 'cd'"]


def test_no_stretch_at_all_leaves_the_whole_text_in_no_segment() -> None:
    assert ledger.faults("abcd", []) == ["characters 0 to 4 are in no segment: 'abcd'"]


def test_a_long_gap_is_told_by_its_beginning() -> None:
    (found,) = ledger.faults("x" * 500, [])
    assert found.startswith("characters 0 to 500 are in no segment: 'xxx")
    assert len(found) < 100


def test_an_overlap_is_told_with_its_offsets() -> None:
    found = ledger.faults("abcdef", [stretch(0, 4), stretch(2, 6)])
    assert found == ["characters 2 to 4 are in two segments"]


def test_a_stretch_inside_another_is_an_overlap_and_hides_no_gap_behind_it() -> None:
    found = ledger.faults("abcdefgh", [stretch(0, 6), stretch(1, 3)])
    assert found == [
        "characters 1 to 3 are in two segments",
        "characters 6 to 8 are in no segment: 'gh'",
    ]


def test_every_fault_is_told() -> None:
    stretches = [stretch(1, 4), stretch(3, 5), stretch(7, 8)]
    assert [f.split(" are ")[0] for f in ledger.faults("abcdefghi", stretches)] == [
        "characters 0 to 1",
        "characters 3 to 4",
        "characters 5 to 7",
        "characters 8 to 9",
    ]
