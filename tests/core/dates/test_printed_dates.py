"""Lines of dates and time elements near the headline: what was published, and what changed later."""

from __future__ import annotations

import pytest
from tests.growth import MOST, growth

from copydesk import extract
from copydesk.model.article import Article

STORY = (
    "<p>The rebuilding of the old weir above the mill will start in the second week, the river "
    "board decided on Monday night after a debate of three hours.</p><p>Two of the five sluices "
    "have not moved since the flood, and the board's engineer told members that a third would "
    "fail within two winters.</p><p>Anglers had asked for a fish ladder on the northern bank, and "
    "the board agreed to one.</p>"
)
TEXT = (
    "Weir to be rebuilt from April\n\n{}\n\nThe rebuilding of the old weir above the mill will start "
    "in the second week, the river board decided on Monday night after a debate of three hours."
    "\n\nTwo of the five sluices have not moved since the flood, and the board's engineer told "
    "members that a third would fail within two winters.\n"
)


def page(line: str, *, lang: str = "en", head: str = "", url: str | None = None) -> Article:
    html = (
        f'<html lang="{lang}"><head><title>Weir to be rebuilt from April</title>{head}</head><body>'
        f"<article><h1>Weir to be rebuilt from April</h1>{line}{STORY}</article></body></html>"
    )
    return extract(html, media_type="text/html", url=url)


LINES = [
    ("en", "March 4, 2024 8:15 AM ET", "2024-03-04T08:15:00-05:00", None),
    ("en", "Tollbridge, UK, 4 March 2024", "2024-03-04", None),
    ("en", "March 4, 2024 • 3 min read • 450 words", "2024-03-04", None),
    ("en", "Filed 4 March 2024, refreshed 8:15", "2024-03-04", None),
    ("en", "First published: 4 March 2024 | Last updated: 5 March 2024", "2024-03-04", "2024-03-05"),
    ("en", "Last updated: 5 March 2024 / First published: 4 March 2024", "2024-03-04", "2024-03-05"),
    ("fr", "Publié le 04 mars 2024 à 08h15, modifié le 05 mars 2024 à 09h00", "2024-03-04", "2024-03-05"),
    ("fr", "Par la rédaction, le 4 mars 2024 à 8 h 15", "2024-03-04", None),
    ("es", "4 mar. 2024 Actualizado a las 08:15 h.", "2024-03-04", "2024-03-04"),
    ("es", "04/03/2024 08:15 | Actualizado a 05/03/2024 09:20", "2024-03-04", "2024-03-05"),
    ("pt", "04/03/2024 às 08h15 - Atualizado em 05/03/2024", "2024-03-04", "2024-03-05"),
    ("it", "4 marzo 2024 (modifica il 5 marzo 2024 | 09:00)", "2024-03-04", "2024-03-05"),
    ("de", "Stand: 04.03.2024, 08:15 Uhr | Lesezeit 3 Min.", "2024-03-04", None),
    ("de", "Zuletzt aktualisiert: 4. März 2024", None, "2024-03-04"),
    ("de", "Datum:4. März 2024", "2024-03-04", None),
    ("de", "04 | 03 | 2024", "2024-03-04", None),
    ("nl", "Geplaatst op 4 maart 2024, laatst gewijzigd op 5 maart 2024", "2024-03-04", "2024-03-05"),
    ("pl", "Data publikacji: 04.03.2024, Ostatnia aktualizacja: 05.03.2024", "2024-03-04", "2024-03-05"),
    ("cs", "Publikováno 4. 3. 2024, upraveno 5. 3. 2024", "2024-03-04", "2024-03-05"),
    ("hu", "Közzétéve: 2024. március 4. 08:15 Frissítve: 2024. március 5.", "2024-03-04", "2024-03-05"),
    ("fi", "Julkaistu 4.3.2024 8:15 Päivitetty 5.3.2024 9:00", "2024-03-04", "2024-03-05"),
    ("sv", "Publicerad 4 mars 2024 Uppdaterad 5 mars 2024", "2024-03-04", "2024-03-05"),
    ("ru", "4 марта 2024, 08:15 | Обновлено 5 марта 2024", "2024-03-04", "2024-03-05"),
    ("uk", "Опубліковано 4 березня 2024, оновлено 5 березня 2024", "2024-03-04", "2024-03-05"),
    ("tr", "Yayınlanma: 04.03.2024 - 08:15 Güncelleme: 05.03.2024 - 09:00", "2024-03-04", "2024-03-05"),
    ("el", "Δημοσίευση: 4 Μαρτίου 2024, Ενημέρωση: 5 Μαρτίου 2024", "2024-03-04", "2024-03-05"),
    ("ar", "نشر في: 4 مارس 2024 - آخر تحديث: 5 مارس 2024", "2024-03-04", "2024-03-05"),
    ("fa", "تاریخ انتشار: ۱۴ اسفند ۱۴۰۲ - ۰۸:۱۵ | کد خبر: ۱۲۳۴", "2024-03-04", None),
    ("he", "פורסם: 4 במרץ 2024, 08:15 | עודכן: 5 במרץ 2024", "2024-03-04", "2024-03-05"),
    ("hi", "प्रकाशित: 04 मार्च 2024, 08:15 AM IST", "2024-03-04T08:15:00+05:30", None),
    ("bn", "প্রকাশ: ০৪ মার্চ ২০২৪, ০৮:১৫ | আপডেট: ০৫ মার্চ ২০২৪", "2024-03-04", "2024-03-05"),
    ("ne", "काठमाडौँ । २०८० फागुन २१", "2024-03-04", None),
    ("th", "วันจันทร์ที่ 4 มีนาคม พ.ศ. 2567 เวลา 08:15 น.", "2024-03-04", None),
    ("th", "เผยแพร่: 4 มี.ค. 2567 อัปเดต: 5 มี.ค. 2567", "2024-03-04", "2024-03-05"),
    ("vi", "Thứ hai, 4/3/2024, 08:15 (GMT+7)", "2024-03-04T08:15:00+07:00", None),
    ("vi", "Đăng ngày 4 tháng 3, 2024 - Cập nhật 5 tháng 3, 2024", "2024-03-04", "2024-03-05"),
    ("id", "Redaksi - Senin, 04 Mar 2024 08:15 WIB", "2024-03-04T08:15:00+07:00", None),
    ("es", "Madrid, 4 de marzo de 2024 - 08:15 CET", "2024-03-04T08:15:00+01:00", None),
    ("zh", "2024年03月04日08:15 来源：河畔日报", "2024-03-04", None),
    ("zh", "发布时间：2024-03-04 08:15 编辑：王芳", "2024-03-04", None),
    ("zh", "2024-03-04 08:15 更新", None, "2024-03-04"),
    ("ja", "2024/3/4(月) 8:15配信", "2024-03-04", None),
    ("ja", "2024年3月4日 8時15分公開 2024年3月5日 9時更新", "2024-03-04", "2024-03-05"),
    ("ja", "令和6年3月4日 社会部", "2024-03-04", None),
    ("ko", "입력 2024.03.04. 오전 8:15 | 수정 2024.03.05. 오전 9:20", "2024-03-04", "2024-03-05"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "line", "published", "modified"), LINES)
def test_a_line_of_a_page_that_is_a_date_with_words_around_it(
    lang: str, line: str, published: str | None, modified: str | None
) -> None:
    article = page(f'<div class="info">{line}</div>', lang=lang)
    assert (article.published, article.modified) == (published, modified)
    assert article.text.startswith("The rebuilding"), "the line is no part of the story"
    assert article.text.count("\n\n") == 2


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        (line, published, modified)
        for lang, line, published, modified in LINES
        # In plain text nothing says in which language a line of numbers is.
        if lang not in ("ne", "th", "hi")
    ],
)
def test_a_line_of_a_text_that_is_a_date_with_words_around_it(
    line: str, published: str | None, modified: str | None
) -> None:
    article = extract(TEXT.format(line))
    assert (article.published, article.modified) == (published, modified)
    assert article.text.startswith("The rebuilding")


@pytest.mark.parametrize(
    "line",
    [
        "The weir opened on 4 March 2024.",
        "It failed 4 March 2024.",
        "Since the flood of 4 March 2024 nobody has crossed the river here, and nobody will",
        "Was it shut on 4 March 2024? The board says so.",
    ],
)
def test_a_sentence_with_a_date_in_it_stays_in_the_story(line: str) -> None:
    assert line in page(f"<p>{line}</p>").text
    article = extract(TEXT.format(line))
    assert line in (article.standfirst or article.text)


def test_a_heading_with_a_date_in_it_stays_in_the_story() -> None:
    article = page(f"{STORY}<h2>How it began: 4 March 2024</h2>")
    assert "How it began: 4 March 2024" in [b.text for b in article.body if b.type == "heading"]


STAMPS = {
    "class": '<time class="updated" datetime="{m}">6 March</time> '
    '<time class="published" datetime="{p}">4 March</time>',
    "itemprop": '<time itemprop="dateModified" datetime="{m}">6 March</time> '
    '<time itemprop="datePublished" datetime="{p}">4 March</time>',
    "data": '<time data-testid="updated-date" datetime="{m}">6 March</time> '
    '<time datetime="{p}">4 March</time>',
    "wrapper": '<span class="date-modified"><time datetime="{m}">6 March</time></span> '
    '<span><time datetime="{p}">4 March</time></span>',
    "block": '<div class="article-updated"><time datetime="{m}">6 March</time></div>'
    '<div><time datetime="{p}">4 March</time></div>',
    "label": 'Updated <time datetime="{m}">6 March</time>, published '
    '<time datetime="{p}">4 March</time>',
    "label inside": '<time datetime="{m}">Actualizado: 6 de marzo</time> '
    '<time datetime="{p}">4 de marzo</time>',
    "label above": '<div>Zuletzt aktualisiert</div><div><time datetime="{m}">6. März</time></div>'
    '<div>Veröffentlicht</div><div><time datetime="{p}">4. März</time></div>',
    "label behind": '<time datetime="{p}">3月4日</time>公開 <time datetime="{m}">3月6日</time>更新',
    "both names": '<time class="entry-date published updated" datetime="{p}">4 March</time> '
    '<time class="updated" datetime="{m}">6 March</time>',
    "aria-label": '<time aria-label="Last updated" datetime="{m}">6 March</time> '
    '<time datetime="{p}">4 March</time>',
}


@pytest.mark.parametrize("form", STAMPS)
def test_the_time_of_a_change_is_never_that_of_the_publication(form: str) -> None:
    published, modified = "2024-03-04T08:00:00+01:00", "2024-03-06T10:00:00+01:00"
    line = STAMPS[form].format(p=published, m=modified)
    article = page(f'<div class="meta">{line}</div>')
    assert (article.published, article.modified) == (published, modified)


@pytest.mark.parametrize(
    "line",
    [
        'Updated <time datetime="2024-03-06T10:00:00+01:00">6 March 2024</time>',
        '<time class="updated" datetime="2024-03-06T10:00:00+01:00">6 March 2024</time>',
        '<span itemprop="dateModified" content="2024-03-06T10:00:00+01:00">6 March 2024</span>',
        'به‌روزرسانی: <time datetime="2024-03-06T10:00:00+01:00">6 March 2024</time>',
    ],
)
def test_a_page_that_states_a_change_alone_has_no_date_of_publication(line: str) -> None:
    article = page(f'<div class="meta">{line}</div>')
    assert (article.published, article.modified) == (None, "2024-03-06T10:00:00+01:00")


def test_an_element_of_the_change_may_print_both_dates() -> None:
    line = (
        '<time itemprop="dateModified" datetime="2017-11-27T19:20:45.000+01:00">'
        "26/11/2017 01:57 | Actualizado a 27/11/2017 19:20</time>"
    )
    article = page(line, lang="es")
    assert (article.published, article.modified) == ("2017-11-26", "2017-11-27T19:20:45+01:00")


def test_the_printed_date_goes_before_the_address() -> None:
    url = "https://weekly.example/2018/05/18/weir-912343.html"
    line = '<p class="byline">By Ines Marlow On 5/10/18 At 6:00 AM EDT</p>'
    assert page(line, url=url).published == "2018-05-10T06:00:00-04:00"
    assert page("", url=url).published == "2018-05-18"
    assert extract(TEXT.format("Published 10 May 2018"), url=url).published == "2018-05-10"


@pytest.mark.parametrize(
    "stated", ["2087-01-31", "2067-03-04T08:00:00Z", "Mon, 31 Jan 2050 08:00:00 GMT"]
)
def test_a_date_far_ahead_is_no_news_without_a_clock_either(stated: str) -> None:
    head = f'<meta name="date" content="{stated}">'
    assert page('<p class="date">12 November 2019</p>', head=head).published == "2019-11-12"
    assert page("", head=head).published is None


def test_a_date_ahead_of_the_others_of_a_page_gives_way_to_them() -> None:
    head = '<meta name="date" content="2031-01-31">'
    changed = '<meta property="article:modified_time" content="2031-02-01T08:00:00Z">'
    assert page('<p class="date">12 November 2019</p>', head=head).published == "2019-11-12"
    assert page('<time datetime="2019-11-12">12 Nov</time>', head=head).published == "2019-11-12"
    assert page("", head=head + changed).published == "2031-01-31"


def test_a_printed_date_far_ahead_is_no_date_of_publication() -> None:
    assert page('<p class="date">4 March 2067</p>').published is None
    assert page('<p class="date">04/03/67</p>').published is None


def test_years_of_other_calendars_in_metadata_are_converted_or_left() -> None:
    def stated(value: str, lang: str) -> str | None:
        head = f'<meta property="article:published_time" content="{value}">'
        return page("", lang=lang, head=head).published

    assert stated("2559-03-15T08:28:00+07:00", "th") == "2016-03-15T08:28:00+07:00"
    assert stated("1403-12-14T10:15:00+03:30", "fa") == "2025-03-04T10:15:00+03:30"
    assert stated("1403-02-31", "fa") == "2024-05-20"
    assert stated("2080-11-21", "ne") == "2024-03-04"
    assert stated("2559-03-15T08:28:00+07:00", "en") is None
    assert stated("1403-12-14", "en") is None


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["<time>", '<time datetime="2024-03-04">4 <b>March '])
def test_time_elements_without_an_end_cost_no_more_than_their_number(unit: str) -> None:
    def work(size: int) -> object:
        html = (
            f"<html><body><article><h1>Weir</h1><p>{unit * size}</p>{STORY}</article></body></html>"
        )
        return lambda: extract(html, media_type="text/html")

    assert growth(work, 500) < MOST  # type: ignore[arg-type]
