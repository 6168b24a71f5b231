"""Tables in plain text become table blocks, whatever their cells look like."""

from __future__ import annotations

import pytest

from copydesk import extract
from copydesk.model.article import Article

ABOVE = """Harbour dues rise again

The council of Little Quay raised the dues of its harbour for the third time in four years.
The figures of the past years show how far the town now is above its neighbours.
"""
BELOW = "Boat owners said that they would appeal against the decision before the end of the month."


def read(table: str) -> Article:
    return extract(f"{ABOVE}{table}\n{BELOW}", media_type="text/plain")


def rows(table: str) -> list[list[str]]:
    blocks = [b.model_dump() for b in read(table).body]
    (found,) = [b for b in blocks if b["type"] == "table"]
    assert found["rows"] is not None
    return list(found["rows"])


def has_table(table: str) -> bool:
    return any(b.model_dump()["type"] == "table" for b in read(table).body)


def test_rows_between_bars_are_a_table_and_the_dashes_are_removed() -> None:
    table = "| Year | Dues |\n|---|---|\n| Before | 4 crowns |\n| After | 6 crowns |"
    assert rows(table) == [["Year", "Dues"], ["Before", "4 crowns"], ["After", "6 crowns"]]
    assert [(r.kind, r.text) for r in read(table).removed] == [("separator", "|---|---|")]


def test_rows_that_begin_with_a_date_or_a_time_are_no_dates_of_the_article() -> None:
    table = (
        "| Date | Change |\n|---|---|\n| 1/1/2013 | +13.1% |\n| 2/1/2013 | +12.8% |\n"
        "| 10:30 | Closed |\n| 3 March 2014 | |"
    )
    assert rows(table)[1:] == [
        ["1/1/2013", "+13.1%"],
        ["2/1/2013", "+12.8%"],
        ["10:30", "Closed"],
        ["3 March 2014", ""],
    ]
    assert read(table).published is None


def test_an_empty_cell_keeps_its_column() -> None:
    table = "| Port | Summer | Winter |\n|---|---|---|\n| Ness |  | 3 |\n|  | 5 |  |"
    assert rows(table)[1:] == [["Ness", "", "3"], ["", "5", ""]]


def test_rows_between_bars_need_no_line_of_dashes() -> None:
    assert rows("| Ness | 3 |\n| Holm | 5 |") == [["Ness", "3"], ["Holm", "5"]]


def test_rows_without_outer_bars_are_a_table_below_a_line_of_dashes() -> None:
    assert rows("Port | Dues\n:--- | ---:\nNess | 3\nHolm | 5") == [
        ["Port", "Dues"],
        ["Ness", "3"],
        ["Holm", "5"],
    ]


def test_a_drawn_frame_belongs_to_the_table() -> None:
    table = "+------+------+\n| Port | Dues |\n+------+------+\n| Ness | 3    |\n+------+------+"
    assert rows(table) == [["Port", "Dues"], ["Ness", "3"]]


@pytest.mark.parametrize("gap", ["\t", "\t\t", " \t\t "], ids=["one", "two", "with blanks"])
def test_rows_with_tabs_between_their_cells_are_a_table(gap: str) -> None:
    table = [["Pos", "Club", "Points"], ["1", "Ness Rovers", "31"], ["2", "Holm", "29"]]
    assert rows("\n".join(gap.join(row) for row in table)) == table


def test_two_tables_with_a_line_between_them_are_two() -> None:
    table = "| a | b |\n| c | d |\nThe winter\n| e | f |\n| g | h |"
    blocks = [b.model_dump() for b in read(table).body]
    assert [b["rows"] for b in blocks if b["type"] == "table"] == [
        [["a", "b"], ["c", "d"]],
        [["e", "f"], ["g", "h"]],
    ]


def test_cells_that_look_like_wordings_and_credits_stay_in_the_table() -> None:
    table = "| Related | Share |\n|---|---|\n| Photo: Jo Quay | Read more |\n| 12 | © 2020 |"
    assert rows(table)[1:] == [["Photo: Jo Quay", "Read more"], ["12", "© 2020"]]


@pytest.mark.parametrize(
    "lines",
    [
        "1.\tFirst the ropes\n2.\tThen the buoys\n3.\tLast the nets",
        "•\tThe ropes\n•\tThe buoys\n•\tThe nets",
        "From:\tNess\nTo:\tHolm\nDues:\t3 crowns",
        "Sport | Sailing\nNews | Harbour\nLife | Nets",
        "| A single line between bars |",
    ],
    ids=["numbers", "bullets", "labels", "sections", "one line"],
)
def test_lists_labels_and_lone_bars_are_no_table(lines: str) -> None:
    assert not has_table(lines)


def test_paragraphs_in_columns_are_no_table() -> None:
    story = (
        "The harbour master said on Monday that the dues had not covered the cost of the "
        "dredging for years."
    )
    assert not has_table(f"| 1 | {story} |\n| 2 | {story} |")
    assert not has_table(f"Mayor\t{story}\nMaster\t{story}\nOwner\t{story}")
