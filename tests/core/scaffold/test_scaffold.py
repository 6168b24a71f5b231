"""What is proposed for an outlet from its pages. All pages are of an invented outlet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from copydesk.adapters import loading
from copydesk.discovery.search import Discovery, Found
from copydesk.model.document import Document
from copydesk.scaffold import css, identity, source_text, suspects
from copydesk.scaffold.identity import Attribute
from copydesk.scaffold.propose import Difference, Proposal, attributes, propose
from copydesk.scaffold.sample import Sample
from copydesk.scaffold.source_text import Names

URL = "https://www.harbourecho.example/news/harbour-wall-to-be-raised"
KNOWN = {"id": "harbour-echo", "name": "Harbour Echo"}
COPY = (
    "The council voted on Tuesday to raise the harbour wall by a metre, after the storm of last winter.",
    "Work begins in May, and the port will pay for all of it, said the harbour master at the meeting.",
    "The wall was built of stone that came by sea, and it has not been raised in a hundred years.",
    "A member of the council asked for a wall of wood instead, but nobody else at the table wanted one.",
)


def page(*extra: tuple[int, str], head: str = "", copy: tuple[str, ...] = COPY) -> str:
    """A page of the outlet; extra: (number of the paragraph that it stands before, markup)."""
    blocks = [f"<p>{words}</p>" for words in copy]
    for at, markup in sorted(extra, reverse=True):
        blocks.insert(at, markup)
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Harbour wall to be raised</title>{head}</head><body>'
        "<article><h1>Harbour wall to be raised</h1>"
        f'<div class="story-text">{"".join(blocks)}</div></article></body></html>'
    )


def sample(html: str, url: str | None = URL) -> Sample:
    return Sample.of(Document(content=html.encode(), media_type="text/html", url=url))


def proposed(*pages: str) -> Proposal:
    samples = [sample(html, f"{URL}-{n}") for n, html in enumerate(pages)]
    return propose(samples, KNOWN)


def entries(found: Proposal) -> list[tuple[str, str, str]]:
    return [
        (one.kind or one.name, one.css or one.pattern, one.evidence) for one in found.differences
    ]


LETTER = (
    '<div class="echo-letter"><p>The week on the quay, every Friday.</p><form><input></form></div>'
)
PICTURE = '<div class="echo-shot"><img src="/w.jpg"><p>The wall in May of last year.</p></div>'
TEASERS = (
    '<div class="echo-next"><a href="/a">Ferry company adds a second crossing in spring</a>'
    '<a href="/b">Two swans moved from the lock to the mill pond</a><p>It sails at noon.</p></div>'
)


def test_a_page_that_the_generic_reading_knows_needs_no_difference() -> None:
    assert proposed(page()) == Proposal()


@pytest.mark.parametrize(
    ("markup", "kind", "selector", "evidence"),
    [
        (LETTER, "page_furniture", "div.echo-letter", "contains buttons or form fields"),
        (PICTURE, "caption", "div.echo-shot", "a picture and a few words"),
        (TEASERS, "page_furniture", "div.echo-next", "84 % of its words are removed anyway"),
        (
            '<div class="echo-filed-meta">Filed under harbour and sea by the night desk.</div>',
            "page_furniture", "div.echo-filed-meta", "class or id suggests meta",
        ),
        (
            "<small class=echo-note>Filed by the night desk on the quay at noon.</small>",
            "page_furniture", "small.echo-note", "small element in the text",
        ),
    ],
)  # fmt: skip
def test_what_is_no_copy_by_its_markup_is_stripped_by_its_name(
    markup: str, kind: str, selector: str, evidence: str
) -> None:
    found = proposed(page((2, markup)))
    assert entries(found) == [(kind, selector, evidence)]
    article, _ = sample(page((2, markup))).with_outlet(made(found))
    assert article.text.split("\n\n") == list(COPY)


def made(found: Proposal) -> type:
    from copydesk import Outlet

    return type("HarbourEcho", (Outlet,), {**KNOWN, **attributes(found.differences)})


def test_words_are_found_where_they_are_visible_and_not_in_a_hidden_copy_above() -> None:
    one = sample(page((1, f"<div hidden><p>{COPY[1]}</p></div>")))
    (said,) = (segment for segment in one.draft.segments if segment.text == COPY[1])
    assert one.markup is not None
    element = one.markup.element(said)
    assert element is not None
    assert element.parent is not None
    assert element.parent.attributes == {"class": "story-text"}


def test_a_caption_stays_with_its_picture() -> None:
    article, _ = sample(page((1, PICTURE))).with_outlet(made(proposed(page((1, PICTURE)))))
    assert "The wall in May of last year." in [image.caption for image in article.images]


def test_the_first_words_of_an_article_are_no_suspect() -> None:
    lead = '<div class="echo-lead"><p>The wall of the harbour is to grow by a metre this year.</p><button>Save</button></div>'
    assert proposed(page((0, lead))) == Proposal()


def test_how_the_outlet_writes_its_copy_is_no_suspect() -> None:
    blocks = "".join(f'<div class="echo-part"><p>{c}</p><button>Mark</button></div>' for c in COPY)
    html = page((0, blocks), copy=())
    assert suspects.find([sample(html)]) == [[]]


LEAD = (
    '<div class="echo-lead"><p>Harbour news</p>'
    "<p>The wall of the harbour is to grow by a metre this year.</p><button>Save</button></div>"
)
TICKED = (
    '<div class="echo-needs"><ul>'
    + "".join(f"<li><input type=checkbox> {n} sacks of lime</li>" for n in "2468")
    + "</ul></div>"
)
SECTION = (
    '<div class="echo-section"><h3>The stone</h3><img src="/s.jpg">'
    "<p>It came by sea from the islands in the spring of that year.</p>"
    "<p>The masons of the town cut it on the quay in four weeks.</p></div>"
)


@pytest.mark.parametrize("extra", [(0, LEAD), (2, TICKED), (2, SECTION)])
def test_copy_in_a_box_is_no_suspect(extra: tuple[int, str]) -> None:
    assert suspects.find([sample(page(extra, copy=(*COPY, *OTHERS)))]) == [[]]


def test_parts_that_are_numbered_are_of_one_kind() -> None:
    blocks = "".join(
        f'<div class="row row_{n}"><p>{c}</p><button>Mark</button></div>'
        for n, c in enumerate(COPY)
    )
    assert suspects.find([sample(page((0, blocks), copy=()))]) == [[]]


def test_a_box_of_teasers_is_a_suspect() -> None:
    box = (
        '<div class="echo-rail"><h3>From the quay</h3><img src="/a.jpg"><p>Two swans move house</p>'
        "<h3>From the town</h3><p>A bakery opens its doors</p></div>"
    )
    ((found,),) = suspects.find([sample(page((4, box)))])
    assert found.evidence == "a box with its own headings or pictures"


def test_a_selector_that_would_take_copy_along_is_not_proposed() -> None:
    box = '<div class="x1"><p>The week on the quay, every Friday.</p><form><input></form></div>'
    plain = f'<div class="x1"><p>{COPY[0]}</p></div>'
    found = proposed(page((1, box), (2, plain)))
    for one in found.differences:
        assert one.css not in ("div.x1", "div.story-text > div")
    article, _ = sample(page((1, box), (2, plain))).with_outlet(made(found))
    assert article.text.count(COPY[0]) == 2


WALL = (
    '<div class="echo-wall"><h3>Subscribe to read on</h3><p>Only one euro a month for the Echo.</p>'
    "<form><button>Subscribe</button></form></div>"
)


def test_a_wall_is_stripped_as_one_and_stays_known() -> None:
    html = page((2, WALL), copy=COPY[:2])
    assert sample(html).article.access.observed == "truncated"
    found = proposed(html)
    assert [e[:2] for e in entries(found)] == [("paywall_notice", "div.echo-wall")]
    article, _ = sample(html).with_outlet(made(found))
    assert article.access == sample(html).article.access
    assert article.text.split("\n\n") == list(COPY[:2])


def test_what_has_no_selector_of_its_own_is_left_open() -> None:
    box = "<div><p>The week on the quay, every Friday.</p><button>Go</button></div>"
    plain = f"<div><p>{COPY[0]}</p></div>"
    found = proposed(page((1, plain), (3, box)))
    assert found.differences == ()
    assert [one.text for one in found.undecided] == ["The week on the quay, every Friday."]


def test_any_paragraph_in_an_element_is_stripped_only_where_a_second_page_agrees() -> None:
    foreign = "The week on the quay is read by many people in town."
    html, other = (
        page((2, f'<section class="echo-mix"><div>{c[2]}</div><div>{c[3]}</div><p>{foreign}</p></section>'),
             head=LD.replace(" ".join(COPY), " ".join(c)), copy=c[:2])
        for c in (COPY, OTHERS)
    )  # fmt: skip
    assert [s.evidence for s in suspects.find([sample(html)])[0]] == [
        "missing from the page's articleBody"
    ]
    assert proposed(html).differences == ()
    assert [e[1] for e in entries(proposed(html, other))] == ["section.echo-mix > p"]


def test_a_child_of_a_named_element_is_told_as_such() -> None:
    box = f'<section class="echo-copy"><div><p>Tell us.</p><button>Go</button></div><p>{OTHERS[0]}</p><p>{OTHERS[1]}</p></section>'
    (found,) = proposed(page((3, box))).differences
    assert (found.css, found.comment) == (
        "section.echo-copy > div", "contains buttons or form fields; matches any div there",
    )  # fmt: skip
    assert f"# {found.comment}" in source_text.module(Names("x"), STATED, [found])


def test_a_hashed_name_is_proposed_with_a_warning() -> None:
    found = proposed(page((2, LETTER.replace("echo-letter", "a1x_Zq9"))))
    assert [(one.css, one.sure) for one in found.differences] == [("div.a1x_Zq9", False)]
    assert "the class name may change" in source_text.module(Names("x"), STATED, found.differences)


STATED_BODY = json.dumps({
    "@context": "https://schema.org", "@type": "NewsArticle",
    "headline": "Harbour wall to be raised", "articleBody": " ".join(COPY),
})  # fmt: skip
LD = f'<script type="application/ld+json">{STATED_BODY}</script>'


def test_what_the_stated_article_body_lacks_is_stripped() -> None:
    extra = (
        '<div class="echo-extra"><p>The week on the quay is read by many people in town.</p></div>'
    )
    assert proposed(page((2, extra))) == Proposal()
    found = proposed(page((2, extra), head=LD))
    assert entries(found) == [
        ("page_furniture", "div.echo-extra", "missing from the page's articleBody")
    ]


def test_what_the_stated_article_body_has_is_kept() -> None:
    card = (
        '<h3><a href="/a">Ferry company adds a crossing</a></h3>'
        f'<p class="echo-kept">{COPY[3]}</p><h3><a href="/b">Two swans moved to the pond</a></h3>'
    )
    html = page((3, card), head=LD, copy=COPY[:3])
    assert COPY[3] not in sample(html).article.text
    found = proposed(html)
    assert [e[0] for e in entries(found)] == ["paragraph"]
    assert COPY[3] in sample(html).with_outlet(made(found))[0].text


def test_a_stated_article_body_that_is_another_text_is_no_evidence() -> None:
    other = LD.replace(COPY[0], "Short.").replace(COPY[1], "").replace(COPY[2], "")
    extra = (
        '<div class="echo-extra"><p>The week on the quay is read by many people in town.</p></div>'
    )
    assert proposed(page((2, extra), head=other)) == Proposal()


OTHERS = (
    "Nobody had seen so many herring in the inner basin since the year of the long frost, he said.",
    "The boats went out at four in the morning and were back before the market opened its doors.",
    "At noon the ice machine of the fish hall failed, and the catch was sold at half the price.",
    "The harbour master expects as many again tomorrow, if the wind stays where it is tonight.",
)


def test_a_line_on_more_than_one_page_is_stripped_by_its_words() -> None:
    line = "<p>The Echo is read on the quay since the year of the frost.</p>"
    found = proposed(page((4, line)), page((4, line), copy=OTHERS))
    (one,) = found.differences
    assert (one.kind, one.evidence) == ("page_furniture", "appears on 2 of the pages")
    assert re.match(one.pattern, "The Echo is read on the quay since the year of the frost.")
    assert not re.match(one.pattern, "The Echo is read on the quay since then, and has been")


def test_a_block_on_more_than_one_page_is_stripped_by_its_name() -> None:
    line = '<p class="echo-claim">The Echo is read on the quay since the year of the frost.</p>'
    found = proposed(page((4, line)), page((4, line), copy=OTHERS))
    assert entries(found) == [("page_furniture", "p.echo-claim", "appears on 2 of the pages")]


KIOSK = "Read the Echo on paper, at every kiosk."


def test_texts_are_compared_line_by_line() -> None:
    texts = ["\n\n".join(("A headline of the day", *copy, KIOSK)) for copy in (COPY, OTHERS)]
    samples = [
        Sample.of(Document(content=text.encode(), media_type="text/plain", url=f"{URL}-{n}"))
        for n, text in enumerate(texts)
    ]
    (one,) = propose(samples, KNOWN).differences
    assert one.pattern == r"Read the Echo on paper, at every kiosk\.$"


def test_two_versions_of_one_story_are_no_evidence() -> None:
    assert proposed(page(), page(copy=(*COPY[:3], OTHERS[0]))) == Proposal()


@pytest.mark.parametrize("line", ["Here is why:", "VIP: 60,000 R: 50,000", "And so on"])
def test_a_turn_of_phrase_that_recurs_is_copy(line: str) -> None:
    markup = f"<p>{line}</p>"
    assert proposed(page((2, markup)), page((2, markup), copy=OTHERS)) == Proposal()


def test_numbers_in_a_line_that_recurs_may_vary() -> None:
    first, other = (
        "<p>Tide table (north): high water 14:20</p>",
        "<p>Tide table (north): high water 02:51</p>",
    )
    (one,) = proposed(page((2, first)), page((2, other), copy=OTHERS)).differences
    assert one.pattern == r"Tide table \(north\): high water \d+:\d+$"
    assert f're.compile(r"{one.pattern}")' in source_text.module(Names("x"), STATED, [one])


def test_a_date_that_the_generic_reading_does_not_find_gets_its_selector() -> None:
    # Three lines of one name can be the dates of other stories.
    dates = "".join(
        f'<div class="echo-date">Filed {day}.03.2024 09:30</div>' for day in (12, 13, 14)
    )
    html = page((4, dates))
    assert sample(html).article.published is None
    assert entries(proposed(html)) == [("published", "div.echo-date", "markup suggests date")]


# The generic reading finds shorter ones.
LONG_BYLINE = "Ann Lee, reporter for the harbour and for all of the lower river quarter"


def test_a_byline_is_looked_for_where_no_author_is_known() -> None:
    markup = f'<div><span class="autor-name">{LONG_BYLINE}</span></div>'
    html = page((4, markup))
    assert entries(proposed(html)) == [("byline", "span.autor-name", "markup suggests byline")]
    article, _ = sample(html).with_outlet(made(proposed(html)))
    assert [author.name for author in article.authors] == ["Ann Lee"]
    assert proposed(page((4, markup), head='<meta name="author" content="Bo Marsh">')) == Proposal()


@pytest.mark.parametrize(
    "markup",
    [
        '<div><time class="author-date">12 March, noon</time></div>',
        '<div><span class="author-name">12.03.2024</span></div>',
        '<div><span class="author-label">Filed:</span></div>',
        '<div><span class="author-share">tell a friend</span></div>',
        '<h4 class="author-title">Echo Archive</h4>',
        f'<div class="author-text">Ann Lee. {COPY[0]} {COPY[1]}</div>',
    ],
)
def test_what_is_called_a_byline_and_names_nobody_is_none(markup: str) -> None:
    assert [e for e in entries(proposed(page((4, markup)))) if e[0] == "byline"] == []


def test_a_selector_for_a_field_meets_the_element_that_showed_it_first() -> None:
    empty = '<div class="autor-name"><b></b></div>'
    markup = f'{empty}<div class="autor-name" id="who">{LONG_BYLINE}</div>'
    found = proposed(page((4, markup)))
    assert entries(found) == [("byline", "div#who", "markup suggests byline")]
    article, _ = sample(page((4, markup))).with_outlet(made(found))
    assert [author.name for author in article.authors] == ["Ann Lee"]


def test_a_proposal_never_changes_another_field() -> None:
    html = page((1, LETTER), (2, PICTURE), (3, TEASERS), head=LD)
    before = sample(html).article
    after, _ = sample(html).with_outlet(made(proposed(html)))
    for name in ("headline", "byline", "authors", "published", "standfirst", "section"):
        assert getattr(after, name) == getattr(before, name)


HEAD = (
    '<meta property="og:site_name" content="Harbour Echo">'
    f'<link rel="canonical" href="{URL}">'
    '<link rel="alternate" type="application/rss+xml" href="/comments/feed" title="Comments">'
    '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
)


def stated(*pages: str, urls: tuple[str | None, ...] = (URL,)) -> dict[str, object]:
    samples = [sample(html, url) for html, url in zip(pages, urls, strict=True)]
    return {one.name: one.value for one in identity.find(samples, "harbour-echo")}


def test_identity_comes_from_the_page() -> None:
    assert stated(page(head=HEAD)) == {
        "name": "Harbour Echo",
        "domains": ("harbourecho.example",),
        "country": "GB",
        "language": "en-GB",
        "feeds": ("https://www.harbourecho.example/rss.xml",),
    }


def test_a_searched_site_has_what_was_found_and_what_pages_link_to_elsewhere() -> None:
    site = "https://www.harbourecho.example"
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    head = HEAD + link.format("https://feeds.test/echo") + link.format(f"{URL}/feed/")
    found = (
        Found(kind="news_sitemap", url=f"{site}/news.xml", where="robots_txt"),
        Found(kind="atom", url=f"{site}/atom", where="link"),
        Found(kind="rss", url=f"{site}/rss", where="well_known"),
        Found(kind="sitemap", url=f"{site}/map.xml", where="well_known"),
    )
    named = identity.find([sample(page(head=head))], "harbour-echo", Discovery(found))
    lists = {one.name: (one.value, one.evidence) for one in named}
    assert lists["feeds"] == (
        (f"{site}/atom", f"{site}/rss", "https://feeds.test/echo"),
        "link rel=alternate, well-known place",
    )
    assert lists["sitemaps"] == (
        (f"{site}/news.xml", f"{site}/map.xml"),
        "robots.txt, well-known place",
    )


def test_a_page_that_belongs_to_another_host_has_no_site_to_search() -> None:
    assert identity.home(sample(page(head=HEAD))) == "https://www.harbourecho.example/"
    assert identity.home(sample(page(head=HEAD), "http://127.0.0.1:8000/wall")) is None


def test_without_a_name_on_the_page_the_id_is_taken() -> None:
    assert stated(page())["name"] == "Harbour Echo"


def test_the_address_is_the_canonical_one_where_none_is_given() -> None:
    assert identity.address(sample(page(head=HEAD), None)) == URL
    assert identity.address(sample(page(), None)) is None


@pytest.mark.parametrize(
    ("hosts", "domains"),
    [
        (("www.echo.example",), ("echo.example",)),
        (("m.echo.example", "echo.example"), ("echo.example",)),
        (("news.echo.example", "echo.example"), ("echo.example",)),
        (("echo.example", "echo.test"), ("echo.test", "echo.example")),
        (("echo.test", "hour.test", "abcd.test"), ("echo.test", "hour.test", "abcd.test")),
    ],
)
def test_domains_are_the_shortest_hosts_that_cover_all(
    hosts: tuple[str, ...], domains: tuple[str, ...]
) -> None:
    urls = tuple(f"https://{host}/news/wall" for host in hosts)
    found = stated(*[page()] * len(hosts), urls=urls)
    assert found["domains"] == domains


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://echo.co.uk/wall", "GB"),
        ("https://echo.uy/wall", "UY"),
        ("https://echo.tv/wall", "GB"),
        ("https://echo.example/wall", "GB"),
    ],
)
def test_the_country_is_the_domains_or_the_languages(url: str, country: str) -> None:
    assert stated(page(), urls=(url,))["country"] == country


def test_a_host_of_the_union_has_no_country_for_its_language() -> None:
    assert "country" not in stated(page(), urls=("https://echo.eu/wall",))


def test_a_zone_is_stated_where_a_time_lacks_one_and_the_country_has_one() -> None:
    bare = '<meta property="article:published_time" content="2024-03-12T09:30:00">'
    zoned = bare.replace("09:30:00", "09:30:00+00:00")
    assert stated(page(head=bare))["timezone"] == "Europe/London"
    assert "timezone" not in stated(page(head=zoned))
    assert "timezone" not in stated(page(head=bare), urls=("https://echo.us/wall",))


def test_names_of_elements_by_people_come_before_hashes_and_looks() -> None:
    tree = sample(
        page((1, '<div class="mt-4 x9Zq echo-letter" id="e1"><p>One two.</p></div>'))
    ).tree
    assert tree is not None
    node = tree.css_first("div.echo-letter")
    assert node is not None
    found = list(css.candidates(node))
    assert found[0] == ("div.echo-letter", True)
    assert ("div.mt-4", False) in found
    assert all(node.mem_id in {n.mem_id for n in tree.css(one)} for one, _ in found)


STATED = [Attribute("name", "Harbour Echo", ""), Attribute("domains", ("harbourecho.example",), "")]


@pytest.mark.parametrize(
    ("outlet", "class_name", "module", "package"),
    [
        ("harbour-echo", "HarbourEcho", "harbour_echo", "copydesk_harbour_echo"),
        ("20min", "Outlet20min", "outlet_20min", "copydesk_20min"),
        ("import", "Import", "outlet_import", "copydesk_import"),
        ("none", "OutletNone", "none", "copydesk_none"),
    ],
)
def test_names_are_what_python_allows(
    outlet: str, class_name: str, module: str, package: str
) -> None:
    names = Names(outlet)
    assert (names.class_name, names.module, names.package) == (class_name, module, package)


HOSTILE = 'Echo """\n\\ \u2028\u202e # {names} %s\x00 "\'" \\'


def test_no_text_of_a_page_breaks_the_module(tmp_path: Path) -> None:
    differences = [
        Difference(
            name="strip",
            kind="caption",
            evidence="a picture",
            example=HOSTILE,
            css='div[data-testid="a"]',
        ),
        Difference(
            name="strip",
            kind="site_promo",
            evidence="it recurs",
            example=HOSTILE,
            pattern=re.escape(HOSTILE),
        ),
        Difference(
            name="strip", kind="site_promo", evidence="it recurs", example=HOSTILE, css="div.x"
        ),
        Difference(name="byline", kind="", evidence="an element", example=HOSTILE, css="p.by"),
    ]
    given = [Attribute("name", HOSTILE, ""), Attribute("domains", ("echo.example",), "")]
    source = source_text.module(Names("echo"), given, differences)
    path = tmp_path / "echo.py"
    path.write_text(source, "utf-8")
    outlet = loading.load([str(path)]).registry.get("echo")
    assert outlet.name == HOSTILE
    assert outlet.strip["caption"] == 'div[data-testid="a"]'
    entries = outlet.strip["site_promo"]
    assert isinstance(entries, tuple)
    assert len(entries) == 2
    assert "\u202e" not in source


def test_a_module_fits_a_page_wide() -> None:
    long = Difference(
        name="strip",
        kind="caption",
        evidence="a picture and a few words",
        example="word " * 60,
        css="div.echo-shot",
    )
    source = source_text.module(Names("harbour-echo"), STATED, [long])
    assert max(map(len, source.splitlines())) <= 100
    assert source.count("\n") <= 15


def test_a_distribution_has_all_that_its_tests_need() -> None:
    files = source_text.distribution(Names("harbour-echo"), HOSTILE)
    assert sorted(files) == ["pyproject.toml", "tests/test_contract.py", "tox.ini"]
    import tomllib

    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["entry-points"]["copydesk"] == {
        "harbour-echo": "copydesk_harbour_echo"
    }
    compile(files["tests/test_contract.py"], "test_contract.py", "exec")
