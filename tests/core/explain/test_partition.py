"""The ledger: the partition of a text, and what breaks it."""

from __future__ import annotations

import pytest

from copydesk.explain import partition
from copydesk.explain.partition import Stretch
from copydesk.model.document import Document
from copydesk.reading import read

TEXT = "Ferry back\n\nThe ferry sails again from Friday, nine years after it was given up.\n"


def stretch(start: int, end: int, field: str | None = "body") -> Stretch:
    return {"start": start, "end": end, "role": "paragraph", "rule": "r", "field": field}


def test_the_partition_of_a_reading_has_no_fault() -> None:
    draft, _ = read(Document(content=TEXT.encode()), None)
    stretches = partition.partition(draft)
    assert partition.faults(draft.text, stretches) == []
    assert [TEXT[s["start"] : s["end"]] for s in stretches] == [
        line for line in TEXT.split("\n") if line
    ]


def test_a_stretch_tells_role_rule_and_field() -> None:
    draft, _ = read(Document(content=TEXT.encode()), None)
    for told, segment in zip(partition.partition(draft), draft.segments, strict=True):
        assert told == {
            "start": segment.start,
            "end": segment.end,
            "role": segment.role,
            "rule": str(segment.rule),
            "field": segment.field,
        }


def test_an_empty_text_is_covered_by_nothing() -> None:
    assert partition.faults("", []) == []
    assert partition.faults(" \n\u2028", []) == []


def test_white_space_between_stretches_is_no_gap() -> None:
    assert partition.faults(" ab \n\u2028cd\t", [stretch(1, 3), stretch(6, 8)]) == []


def test_what_was_removed_counts_as_covered() -> None:
    assert partition.faults("abcd", [stretch(0, 2), stretch(2, 4, None)]) == []


def test_a_gap_at_the_start_is_told_with_its_offsets_and_text() -> None:
    assert partition.faults("abcd", [stretch(2, 4)]) == [
        "characters 0 to 2 are in no segment: 'ab'"
    ]


def test_a_gap_in_the_middle_is_told() -> None:
    found = partition.faults("ab cd ef", [stretch(0, 2), stretch(6, 8)])
    assert found == ["characters 2 to 6 are in no segment: 'cd'"]


def test_a_gap_at_the_end_is_told() -> None:
    assert partition.faults("abcd", [stretch(0, 2)]) == [
        "characters 2 to 4 are in no segment: 'cd'"
    ]


def test_no_stretch_at_all_leaves_the_whole_text_in_no_segment() -> None:
    assert partition.faults("abcd", []) == ["characters 0 to 4 are in no segment: 'abcd'"]


def test_a_long_gap_is_told_by_its_beginning() -> None:
    (found,) = partition.faults("x" * 500, [])
    assert found.startswith("characters 0 to 500 are in no segment: 'xxx")
    assert len(found) < 100


def test_an_overlap_is_told_with_its_offsets() -> None:
    found = partition.faults("abcdef", [stretch(0, 4), stretch(2, 6)])
    assert found == ["characters 2 to 4 are in two segments"]


def test_a_stretch_inside_another_is_an_overlap_and_hides_no_gap_behind_it() -> None:
    found = partition.faults("abcdefgh", [stretch(0, 6), stretch(1, 3)])
    assert found == [
        "characters 1 to 3 are in two segments",
        "characters 6 to 8 are in no segment: 'gh'",
    ]


def test_every_fault_is_told() -> None:
    stretches = [stretch(1, 4), stretch(3, 5), stretch(7, 8)]
    assert [f.split(" are ")[0] for f in partition.faults("abcdefghi", stretches)] == [
        "characters 0 to 1",
        "characters 3 to 4",
        "characters 5 to 7",
        "characters 8 to 9",
    ]


def role(start: int, end: int, role: str, field: str | None) -> Stretch:
    return {"start": start, "end": end, "role": role, "rule": "r", "field": field}


@pytest.mark.parametrize(
    ("name", "field", "group", "sign"),
    [
        ("paragraph", "body", "body", "="),
        ("timestamp", "body", "body", "="),
        ("caption", "images", "field", "+"),
        ("paragraph", None, "removed", "-"),
        ("share_bar", None, "removed", "-"),
        ("page_furniture", None, "furniture", "-"),
    ],
)
def test_a_stretch_is_told_by_the_field_it_feeds(
    name: str, field: str | None, group: str, sign: str
) -> None:
    found = partition.group(role(0, 1, name, field))
    assert (found, partition.SIGNS[found]) == (group, sign)


def test_entries_count_what_is_no_white_space_by_role_and_field() -> None:
    text = "Ferry\nby Ann\n12 May\n13 May\nIt is  back.\nNow. Share"
    stretches = [
        role(0, 5, "headline", "headline"),
        role(6, 12, "byline", "byline"),
        role(13, 19, "timestamp", "published"),
        role(20, 26, "timestamp", None),
        role(27, 39, "paragraph", "body"),
        role(40, 44, "paragraph", "body"),
        role(45, 50, "page_furniture", None),
    ]
    told = [
        (e.group, e.role, e.field, e.stretches, e.characters)
        for e in partition.entries(text, stretches)
    ]
    assert told == [
        ("body", "paragraph", "body", 2, 13),
        ("field", "byline", "byline", 1, 5),
        ("field", "headline", "headline", 1, 5),
        ("field", "timestamp", "published", 1, 5),
        ("removed", "timestamp", None, 1, 5),
        ("furniture", "page_furniture", None, 1, 5),
    ]
    assert sum(count for *_, count in told) == partition.visible(text) == 38


def test_entries_of_a_reading_add_up_to_its_visible_characters() -> None:
    draft, _ = read(Document(content=TEXT.encode()), None)
    entries = partition.entries(draft.text, partition.partition(draft))
    assert sum(e.characters for e in entries) == len("".join(TEXT.split()))
    assert sum(e.stretches for e in entries) == len(draft.segments)


def test_an_empty_text_has_no_entries() -> None:
    assert partition.entries("", []) == []
    assert partition.visible(" \n\u2028") == 0
