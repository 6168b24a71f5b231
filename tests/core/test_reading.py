"""Reading: from a document to an article, with an adapter or without."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from copydesk import Article, Outlet, Page, Rule, __version__, extract
from copydesk.adapters.registry import GENERIC, Registry
from copydesk.errors import (
    AdapterFailure,
    EmptyDocument,
    OutletDefinitionError,
    UnknownOutlet,
    UnsupportedMediaType,
)
from copydesk.model.document import Document, ListingInfo
from copydesk.reading import find_outlet, read, to_draft
from copydesk.rules import Line
from copydesk.util.media_types import guess_media_type

HEADLINE = "Volunteers rebuild the weir by hand"
PROSE = (
    "Sixty volunteers rebuilt the crest of the weir this week, stone by stone, because no machine "
    "could reach it."
)
MORE = "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall."
TEXT = f"{HEADLINE}\nBy Morag Tennant\n\n{PROSE}\n\n{MORE}\n"


class Weir(Outlet):
    id = "weir"
    name = "The Weir"
    domains = ("weir.example", "weir.example.net")
    country = "GB"
    language = "en"


def outlet_of(article: Article) -> str | None:
    return article.outlet.id if article.outlet else None


def test_a_stated_encoding_decodes_bytes() -> None:
    text = TEXT.replace("Sixty volunteers", "Sixty volunteers from Łódź")
    article = extract(text.encode("iso-8859-2"), encoding="iso-8859-2")
    assert "from Łódź" in article.text
    assert article.document.encoding == "iso-8859-2"
    with pytest.raises(TypeError, match="a str is decoded already"):
        extract(text, encoding="utf-8")


def test_relative_times_are_resolved_against_the_time_of_retrieval() -> None:
    text = TEXT.replace("By Morag Tennant", "By Morag Tennant\n2 hours ago")
    clock = datetime(2026, 5, 4, 12, tzinfo=UTC)
    article = extract(text, retrieved_at=clock)
    assert article.document.retrieved_at == clock.isoformat()
    assert article.published == "2026-05-04T10:00+00:00"
    assert extract(text).published is None
    with pytest.raises(ValueError, match="UTC offset"):
        extract(text, retrieved_at=clock.replace(tzinfo=None))


# Which adapter.


def test_without_outlet_and_url_the_reading_is_generic() -> None:
    article = extract(TEXT)
    assert article.outlet is None
    assert article.adapter.model_dump() == {"id": GENERIC, "version": __version__, "layout": None}
    assert article.headline == HEADLINE
    assert article.text == f"{PROSE}\n\n{MORE}"
    assert article.url is article.canonical_url is article.requested_url is None


def test_an_id_names_an_adapter_that_is_installed() -> None:
    assert outlet_of(extract(TEXT, outlet="mercopress")) == "mercopress"


def test_a_class_needs_no_registration() -> None:
    article = extract(TEXT, outlet=Weir)
    assert article.outlet is not None
    assert article.outlet.model_dump() == {
        "id": "weir",
        "name": "The Weir",
        "domain": "weir.example",
        "country": "GB",
    }
    assert article.adapter.model_dump() == {
        "id": "weir",
        "version": Weir.version(),
        "layout": None,
    }
    assert article.language == "en"


def test_an_outlet_without_domains_has_none_in_the_record() -> None:
    class Homeless(Outlet):
        id = "homeless"
        name = "Homeless"

    article = extract(TEXT, outlet=Homeless)
    assert article.outlet is not None
    assert (article.outlet.domain, article.outlet.country) == (None, None)
    assert article.language is None


def test_the_url_finds_the_outlet() -> None:
    article = extract(TEXT, url="https://en.mercopress.com/2025/12/02/weir?utm_source=x")
    assert outlet_of(article) == "mercopress"
    assert article.url == "https://en.mercopress.com/2025/12/02/weir?utm_source=x"
    assert article.canonical_url == "https://en.mercopress.com/2025/12/02/weir"


@pytest.mark.parametrize("url", ["https://en.mercopress.com", "https://mercopress.com/"])
def test_a_url_without_a_path_names_only_the_outlet(url: str) -> None:
    article = extract(TEXT, url=url)
    assert outlet_of(article) == "mercopress"
    assert (article.url, article.canonical_url, article.requested_url) == (None, None, None)


def test_the_url_of_an_unknown_host_is_read_generically() -> None:
    article = extract(TEXT, url="https://evilmercopress.com/a")
    assert article.outlet is None
    assert article.url == "https://evilmercopress.com/a"


def test_the_outlet_that_is_named_goes_before_the_urls() -> None:
    article = extract(TEXT, url="https://en.mercopress.com/a", outlet=Weir)
    assert outlet_of(article) == "weir"


@pytest.mark.parametrize("url", ["http://[bad", "https://[::1/2025/12/02/a", "not a url"])
@pytest.mark.parametrize("outlet", [None, Weir])
def test_an_address_that_is_none_does_no_harm(url: str, outlet: type[Outlet] | None) -> None:
    assert extract(TEXT, url=url, outlet=outlet).text == f"{PROSE}\n\n{MORE}"


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownOutlet, match="did you mean 'mercopress'"):
        extract(TEXT, outlet="mercopres")


@pytest.mark.parametrize("junk", [int, 5, object(), Weir(), ("weir",)])
def test_what_is_no_outlet_is_refused(junk: Any) -> None:
    with pytest.raises(OutletDefinitionError, match="is not an Outlet subclass"):
        extract(TEXT, outlet=junk)


def test_an_incomplete_outlet_is_refused() -> None:
    class Family(Outlet):
        name = "Family"

    with pytest.raises(OutletDefinitionError, match="id is missing"):
        extract(TEXT, outlet=Family)


def test_an_adapter_is_found_by_a_documents_address() -> None:
    registry = Registry()
    registry.register(Weir)
    assert find_outlet(Document(content=b"", url="https://www.weir.example/a"), registry) is Weir
    assert find_outlet(Document(content=b"", url="https://elsewhere.example/a"), registry) is None
    assert find_outlet(Document(content=b""), registry) is None


# Media types.


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Weir rebuilt", "text/plain"),
        (b"", "text/plain"),
        (b"a <p>tag</p> in a text", "text/plain"),
        (b"<3 for the weir", "text/plain"),
        (b"<!DOCTYPE html><title>a</title>", "text/html"),
        (b"\xef\xbb\xbf\r\n\t <html lang=en>", "text/html"),
        (b"<HEAD>", "text/html"),
        (b"<body class=a>", "text/html"),
        (b"<?xml version='1.0'?><html/>", "text/html"),
        (b"<!-- a comment --><html>", "text/html"),
    ],
)
def test_the_media_type_is_guessed_from_the_beginning(data: bytes, kind: str) -> None:
    assert guess_media_type(data) == kind


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (TEXT, "application/pdf"),
        (TEXT, "image/png"),
        (TEXT, "nonsense"),
    ],
)
def test_a_media_type_without_a_reader_is_refused(content: str, media_type: str) -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        extract(content, media_type=media_type, url="https://weir.example/a")
    assert caught.value.reason == "media_type"
    assert str(caught.value) == f"https://weir.example/a: no reader for {media_type!r}"


WEIR_PAGE = f"<h1>{HEADLINE}</h1><p>{PROSE}</p><p>{MORE}</p>"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (WEIR_PAGE, "text/html"),
        (f"<!doctype html>{WEIR_PAGE}", None),
        (f"<html><body>{WEIR_PAGE}".encode(), None),
        (WEIR_PAGE, "Text/HTML; charset=utf-8"),
        (WEIR_PAGE, "application/xhtml+xml"),
    ],
)
def test_a_page_is_read_however_it_is_given(content: str | bytes, media_type: str | None) -> None:
    article = extract(content, media_type=media_type)
    assert (article.headline, article.text) == (HEADLINE, f"{PROSE}\n\n{MORE}")


@pytest.mark.parametrize("media_type", ["text/plain", "Text/Plain", "text/plain; charset=utf-8"])
def test_plain_text_is_read_however_its_type_is_written(media_type: str) -> None:
    assert extract(TEXT, media_type=media_type).headline == HEADLINE


def test_a_text_that_looks_like_html_is_read_as_stated() -> None:
    assert "<html>" in extract(f"<html>\n{PROSE}", media_type="text/plain").model_dump_json()


def test_bytes_and_str_come_to_the_same() -> None:
    assert extract(TEXT) == extract(TEXT.encode())


def test_lone_surrogates_are_replaced_and_told() -> None:
    for half, told in (("\ud800", "1 lone surrogate "), ("\ud800\ud801", "2 lone surrogates ")):
        (warning,) = extract(f"{PROSE}{half}\n\n{MORE}").warnings
        assert (warning.code, warning.subject) == ("characters_replaced", None)
        assert warning.message == told + "replaced by U+FFFD"


def test_an_empty_document_is_refused_by_name() -> None:
    with pytest.raises(EmptyDocument, match=r"^https://weir\.example/a: "):
        extract(" \n", url="https://weir.example/a")


def test_a_draft_is_made_without_roles() -> None:
    draft, _ = to_draft(Document(content=TEXT.encode()))
    assert [s.role for s in draft.segments] == ["", "", "", ""]


# The clock.


def test_nothing_stamps_the_current_time() -> None:
    text = f"{HEADLINE}\nPublished 3 hours ago\n\n{PROSE}\n\n{MORE}\n"
    article = extract(text, url="https://en.mercopress.com/weir")
    assert article.document.retrieved_at is None
    assert article.published is None
    assert article.modified is None


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (extract(TEXT, outlet=Weir).to_line() for _ in range(2))
    assert first == second


# Fields that an adapter states by a method.


class Stating(Outlet):
    """Its headline stands in the second line."""

    id = "stating"
    name = "Stating"

    def headline(self, page: Page) -> str | None:
        return page.text.splitlines()[1]

    def standfirst(self, page: Page) -> str | None:
        return None

    def section(self, page: Page) -> str | None:
        return page.url and page.url.split("/")[3]

    def published(self, page: Page) -> str | None:
        assert page.document.media_type == "text/plain"
        return "2025-12-02T10:20:00+00:00"


@pytest.fixture
def stated() -> Article:
    return extract(TEXT, outlet=Stating, url="https://stating.example/rivers/weir")


def test_a_methods_value_is_the_fields(stated: Article) -> None:
    assert stated.headline == "By Morag Tennant"
    assert stated.section == "rivers"
    assert stated.published == "2025-12-02T10:20:00+00:00"


def test_a_methods_value_has_the_outlet_for_its_provenance(stated: Article) -> None:
    origin = stated.provenance["headline"]
    assert origin.model_dump() == {
        "source": "outlet",
        "rule": "stating:headline",
        "raw": "By Morag Tennant",
    }
    assert stated.provenance["published"].rule == "stating:published"


def test_a_feed_states_the_date_of_a_text_as_of_a_page() -> None:
    info = ListingInfo(source="feed", published="2025-12-02T10:20:00+00:00", categories=("weirs",))
    document = Document(content=TEXT.encode(), media_type="text/plain", listing=info)
    _, article = read(document, None)
    assert article.published == "2025-12-02T10:20:00+00:00"
    assert article.provenance["published"].rule == "feed.published"
    assert article.tags == ["weirs"]
    assert article.headline == HEADLINE


def test_a_meta_element_that_the_outlet_selects_goes_before_the_pages_other_metadata() -> None:
    class Selecting(Outlet):
        id = "selecting"
        name = "Selecting"
        published = "meta[name=printed]"

    lines = "".join(f"<p>{line}</p>" for line in TEXT.splitlines() if line)
    head = '<meta name="date" content="2024-01-02"><meta name="printed" content="2 March 2024">'
    page = f"<!doctype html><html><head>{head}</head><body><article>{lines}</article></body></html>"
    article = extract(page, media_type="text/html", outlet=Selecting)
    assert article.published == "2024-03-02"
    origin = article.provenance["published"]
    assert (origin.source, origin.rule, origin.raw) == (
        "outlet",
        "selecting:published",
        "2 March 2024",
    )


def test_a_method_that_returns_none_leaves_the_field_to_the_reading(stated: Article) -> None:
    assert stated.standfirst is None
    assert "standfirst" not in stated.provenance


def test_the_segment_that_a_method_replaces_goes_to_removed(stated: Article) -> None:
    assert [(r.kind, r.text) for r in stated.removed] == [("headline", HEADLINE)]


def test_a_method_that_says_what_was_read_removes_nothing() -> None:
    class Agreeing(Outlet):
        id = "agreeing"
        name = "Agreeing"

        def headline(self, page: Page) -> str | None:
            return HEADLINE

    article = extract(TEXT, outlet=Agreeing)
    assert article.headline == HEADLINE
    assert article.removed == []


def test_a_method_of_the_family_is_used() -> None:
    class Child(Stating):
        id = "child"

    assert extract(TEXT, outlet=Child).headline == "By Morag Tennant"


def test_a_method_sees_what_its_adapter_keeps_for_itself() -> None:
    class Keeping(Outlet):
        id = "keeping"
        name = "Keeping"
        _prefix = "Weir: "

        def headline(self, page: Page) -> str | None:
            return self._prefix + page.text.splitlines()[0]

    assert extract(TEXT, outlet=Keeping).headline == f"Weir: {HEADLINE}"


def test_a_method_that_raises_is_told_by_outlet_and_field() -> None:
    class Raising(Outlet):
        id = "raising"
        name = "Raising"

        def byline(self, page: Page) -> str | None:
            return page.text.splitlines()[99]

    with pytest.raises(AdapterFailure) as caught:
        extract(TEXT, outlet=Raising)
    assert caught.value.subject == "raising.byline"
    assert "IndexError" in str(caught.value)
    assert caught.value.reason == "adapter"
    assert isinstance(caught.value.__cause__, IndexError)


def test_a_copydesk_error_of_a_method_is_passed_on() -> None:
    class Refusing(Outlet):
        id = "refusing"
        name = "Refusing"

        def headline(self, page: Page) -> str | None:
            raise EmptyDocument("page", "nothing here")

    with pytest.raises(EmptyDocument, match="page: nothing here"):
        extract(TEXT, outlet=Refusing)


@pytest.mark.parametrize("junk", [5, b"bytes", ["a"], {"a": 1}, True, object()])
def test_a_method_that_returns_no_text_is_told_by_outlet_and_field(junk: Any) -> None:
    class Junk(Outlet):
        id = "junk"
        name = "Junk"

        def section(self, page: Page) -> Any:
            return junk

    with pytest.raises(AdapterFailure, match=r"^junk\.section: returned .*, not a string or None$"):
        extract(TEXT, outlet=Junk)


@pytest.mark.parametrize("junk", ["yesterday", "02.12.2025", "2025-13-40", "2025-12-02T10:20"])
@pytest.mark.parametrize("field", ["published", "modified"])
def test_a_method_that_returns_no_date_for_a_date_is_told(field: str, junk: str) -> None:
    said: dict[str, Any] = {"id": "junk", "name": "Junk", field: lambda self, page: junk}
    adapter: Any = type("Junk", (Outlet,), said)
    with pytest.raises(AdapterFailure, match=rf"^junk\.{field}: "):
        extract(TEXT, outlet=adapter)


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_a_method_that_returns_an_empty_text_found_nothing(empty: str) -> None:
    class Empty(Outlet):
        id = "empty"
        name = "Empty"

        def section(self, page: Page) -> str | None:
            return empty

    assert extract(TEXT, outlet=Empty).section is None


def test_an_adapter_that_cannot_be_made_is_its_own_failure() -> None:
    class Demanding(Outlet):
        id = "demanding"
        name = "Demanding"

        def __init__(self) -> None:
            raise LookupError("no key")

        def headline(self, page: Page) -> str | None:
            return None

    with pytest.raises(AdapterFailure, match=r"^demanding\.headline: raised LookupError"):
        extract(TEXT, outlet=Demanding)


# Rules of the adapter.


def test_a_rule_that_raises_is_told_by_outlet_and_document() -> None:
    def careless(line: Line) -> bool:
        return line.next.text == ""  # type: ignore[union-attr]

    class Careless(Outlet):
        id = "careless"
        name = "Careless"
        rules = (Rule.line(".*", "site_promo", when=careless),)

    with pytest.raises(AdapterFailure) as caught:
        extract(PROSE, outlet=Careless, url="https://weir.example/a")
    assert caught.value.subject == "careless"
    assert "https://weir.example/a" in str(caught.value)
    assert isinstance(caught.value.__cause__, AttributeError)


def test_a_copydesk_error_of_a_rule_is_passed_on() -> None:
    def refusing(line: Line) -> bool:
        raise EmptyDocument("page", "nothing here")

    class Refusing(Outlet):
        id = "refusing"
        name = "Refusing"
        rules = (Rule.line(".*", "site_promo", when=refusing),)

    with pytest.raises(EmptyDocument):
        extract(TEXT, outlet=Refusing)


def test_a_rule_of_the_adapter_is_named_with_its_id() -> None:
    class Bell(Outlet):
        id = "bell"
        name = "Bell"
        rules = (Rule.line("Ring", "site_promo", name="ring"),)

    article = extract(f"{TEXT}Ring the bell", outlet=Bell)
    assert [(r.kind, r.rule, r.text) for r in article.removed] == [
        ("site_promo", "bell:ring", "Ring the bell")
    ]


# The draft that comes with the article.


def test_reading_gives_the_draft_with_the_field_of_every_segment() -> None:
    draft, article = read(Document(content=TEXT.encode()), Weir)
    assert [s.field for s in draft.segments] == ["headline", "byline", "body", "body"]
    assert [a.name for a in article.authors] == ["Morag Tennant"]


def test_the_version_of_the_generic_reading_is_the_distributions() -> None:
    assert version("copydesk") == __version__


def test_a_seed_comes_to_its_expectation_by_its_url_alone(root: Path) -> None:
    stem = root / "seeds" / "004_353f1b7c1d85c7f3"
    meta = json.loads(stem.with_suffix(".meta.json").read_text("utf-8"))
    expected = json.loads(stem.with_suffix(".expected.json").read_text("utf-8"))
    article = extract(stem.with_suffix(".txt").read_bytes(), url=meta["url"])
    assert article.text == expected["text"]
    assert outlet_of(article) == meta["outlet"]


def test_the_reading_of_a_word_in_ruby_stays_in_its_line() -> None:
    ruby = "<ruby><rb>瀬戸</rb><rp>（</rp><rt>せと</rt><rp>）</rp></ruby>"
    page = f"<h1>{HEADLINE}</h1><p>{PROSE}</p><p>橋は{ruby}の海を渡り、島の人々を町へ運んだ。</p><p>{MORE}</p>"
    article = extract(page, media_type="text/html")
    assert [b.type for b in article.body] == ["paragraph"] * 3
    assert "橋は瀬戸（せと）の海を渡り" in article.text
