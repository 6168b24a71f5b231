"""Whether 03/04/2024 is in March or in April is told by the page, and said where nothing tells."""

from __future__ import annotations

from copydesk import Outlet, extract
from copydesk.model.article import Article

STORY = (
    "<p>The rebuilding of the old weir above the mill will start in the second week, the river "
    "board decided on Monday night after a debate of three hours.</p><p>Two of the five sluices "
    "have not moved since the flood, and the board's engineer told members that a third would "
    "fail within two winters.</p>"
)


def page(
    line: str = '<p class="date">03/04/2024</p>', *, lang: str = "en", head: str = "",
    tail: str = "", url: str | None = None, outlet: type[Outlet] | None = None,
) -> Article:  # fmt: skip
    html = (
        f'<html lang="{lang}"><head><title>Weir to be rebuilt</title>{head}</head><body><article>'
        f"<h1>Weir to be rebuilt</h1>{line}{STORY}{tail}</article></body></html>"
    )
    return extract(html, media_type="text/html", url=url, outlet=outlet)


def test_the_language_tag_of_the_page_tells() -> None:
    assert page(lang="en-US").published == "2024-03-04"
    assert page(lang="en-GB").published == "2024-04-03"
    assert page(lang="es").published == "2024-04-03"
    assert page(lang="en-US").warnings == []
    assert page(lang="es").warnings == []


def test_the_locale_of_its_metadata_tells() -> None:
    american = '<meta property="og:locale" content="en_US">'
    british = '<meta property="og:locale" content="en_GB">'
    assert page(head=american).published == "2024-03-04"
    assert page(lang="en-US", head=british).published == "2024-04-03"


def test_another_date_of_the_page_that_is_read_one_way_tells() -> None:
    assert (
        page(tail="<p>The board met on 03/28/2024 in the town hall.</p>").published == "2024-03-04"
    )
    assert (
        page(lang="en-US", tail="<p>The board met on 28/03/2024 in the hall.</p>").published
        == "2024-04-03"
    )


def test_metadata_that_states_one_of_the_two_days_tells() -> None:
    stated = '<meta property="article:modified_time" content="2024-03-04T20:00:00Z">'
    assert page(head=stated).published == "2024-03-04"
    head = '<meta property="article:published_time" content="Tue, 07/11/2023 - 17:57">'
    head += '<meta property="article:modified_time" content="Fri, 07/14/2023 - 10:30">'
    assert page("", head=head).published == "2023-07-11"


def test_the_country_of_the_address_or_outlet_tells() -> None:
    class Weekly(Outlet):
        id = "weekly"
        name = "Weekly"
        domains = ("weekly.example",)
        language = "en"
        country = "US"

    assert page(url="https://www.council.gov/news/weir").published == "2024-03-04"
    assert page(lang="en-US", url="https://ledger.co.uk/news/weir").published == "2024-04-03"
    assert page(outlet=Weekly).published == "2024-03-04"


def test_an_american_zone_and_dates_in_words_tell() -> None:
    assert page(tail="<p>Call by 8 p.m. ET on any day of the week.</p>").published == "2024-03-04"
    assert page(tail="<p>It last moved on March 28, 2007, they said.</p>").published == "2024-03-04"
    assert page(tail="<p>It last moved on 28 March 2007, they said.</p>").published == "2024-04-03"


def test_a_date_that_nothing_decides_is_in_the_warnings() -> None:
    article = page()
    assert article.published == "2024-04-03"
    (warning,) = article.warnings
    assert (warning.code, warning.subject) == ("date_ambiguous", "published")
    assert "'03/04/2024'" in warning.message


def test_plain_text_is_read_by_the_same_evidence() -> None:
    text = (
        "Weir to be rebuilt\n\n{}\n\nThe rebuilding of the old weir above the mill will start in "
        "the second week, the river board decided on Monday night after a debate.\n\nIt met on {} "
        "in the hall, and two of the five sluices have not moved since the flood of that year.\n"
    )
    assert extract(text.format("03/04/2024", "03/28/2024")).published == "2024-03-04"
    assert extract(text.format("03/04/2024", "28/03/2024")).published == "2024-04-03"
    doubtful = extract(text.format("03/04/2024", "Monday"))
    assert [w.subject for w in doubtful.warnings] == ["published"]
