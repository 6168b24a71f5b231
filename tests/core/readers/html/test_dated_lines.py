"""Dates that no metadata states: short lines anywhere that are labelled or named as one."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, page, paragraphs

from copydesk import Article

STORY = f"<article><h1>Harbour wall to be raised</h1>{paragraphs(P1, P2, P3)}</article>"


def read(before: str = "", after: str = "", head: str = "") -> Article:
    return page(f"{before}{STORY}{after}", head).article


@pytest.mark.parametrize(
    "line",
    [
        "<aside><h4>Published</h4><div>May 3, 2024</div></aside>",
        "<aside><div>Published on May 3, 2024</div><div>Jobs</div></aside>",
        "<aside><div class=post-date>May 3, 2024</div></aside>",
        "<aside><p><span class=meta-date><a href=/topics>May 3, 2024</a></span> In Walls</p></aside>",
        "<aside><p>Updated on May 9, 2024, published on May 3, 2024</p></aside>",
    ],
)
def test_a_line_that_is_called_the_date_of_publication_is_read(line: str) -> None:
    found = read(after=line)
    assert found.published == "2024-05-03"
    assert found.provenance["published"].rule == "html.line"


@pytest.mark.parametrize(
    "line",
    [
        "<aside><div>May 3, 2024</div></aside>",
        "<aside><div class=post-date>The wall was built before May 3, 2024, says the office</div></aside>",
        "".join(f"<aside><div class=post-date>May {day}, 2024</div></aside>" for day in (3, 4, 5)),
    ],
)
def test_a_date_without_such_a_name_or_in_a_list_is_not(line: str) -> None:
    assert read(after=line).published is None


def test_a_line_that_is_called_a_change_is_only_one() -> None:
    found = read(after="<aside><div>Updated May 9, 2024</div></aside>")
    assert (found.published, found.modified) == (None, "2024-05-09")


def test_a_stated_date_precedes_a_line() -> None:
    head = "<meta property=article:published_time content=2024-05-02>"
    assert (
        read(after="<aside>Published on May 3, 2024</aside>", head=head).published == "2024-05-02"
    )


@pytest.mark.parametrize("name", ["w-published-date", "page.publication.time", "posted_date"])
def test_other_names_of_the_date_of_publication_are_known(name: str) -> None:
    assert read(head=f"<meta name={name} content=2024-05-02>").published == "2024-05-02"


def test_an_abbreviation_called_published_has_the_date_in_its_title() -> None:
    found = read(after="<abbr class=published title=2024-05-02T10:00:00+0200>Thursday</abbr>")
    assert found.published == "2024-05-02T10:00:00+02:00"


def test_dates_of_a_list_of_articles_give_way_to_the_stated_one() -> None:
    items = "".join(f"<meta itemprop=datePublished content=2024-05-0{n}>" for n in (4, 5, 6))
    assert read(after=items, head="<meta name=date content=2024-05-02>").published == "2024-05-02"


HEAD = "<article><h1>Harbour wall to be raised</h1>{}" + paragraphs(P1, P2, P3) + "</article>"


@pytest.mark.parametrize(
    "line",
    [
        "<footer class=meta>28.01.22 / 0 comments</footer>",
        "<div class=meta>⋅ January 28, 2022 ⋅ Email this post ⋅ Print</div>",
        "<div class=meta>Von: Mira Tolland | 28.01.22</div>",
    ],
)
def test_the_only_dated_line_beside_the_headline_is_that_of_the_publication(line: str) -> None:
    assert page(HEAD.format(line)).article.published == "2022-01-28"


def test_a_printed_line_beside_the_headline_precedes_a_plain_date_of_unclear_order() -> None:
    head = "<meta name=date content='11/01/2023 12:43:42'>"
    line = "<p>1. November 2023</p>"
    assert page(HEAD.format(line), head).article.published == "2023-11-01"


def test_linked_data_in_a_meta_element_is_read() -> None:
    data = '{"@type":"Article","datePublished":"2024-05-03"}'
    assert read(head=f"<meta name=script:ld+json content='{data}'>").published == "2024-05-03"
