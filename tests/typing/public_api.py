"""The public API as typed code uses it. Nothing here runs: mypy checks it with the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import assert_type

from copydesk import (
    Article,
    CopydeskError,
    Document,
    DocumentError,
    Layout,
    Outlet,
    Page,
    Rule,
    extract,
    hookimpl,
    ingest,
)
from copydesk.adapters import outlet_from_toml, outlets_in
from copydesk.adapters.hookspecs import Register, RegisterCatalogue, RegisterSource
from copydesk.model.article import Author, Image, Removed
from copydesk.model.outcomes import Rejected
from copydesk.sources import Source, SourceInput
from copydesk.testing import contract


class QuayCourier(Outlet):
    id = "quay-courier"
    name = "The Quay Courier"
    domains = ("quay.example",)
    language = "en"
    timezone = "Europe/London"
    feeds = ("https://quay.example/rss",)
    body = "article"
    strip = {"related": ".more", "site_promo": (re.compile("Courier Plus"), ".promo")}
    rules = (Rule.line("Tide table: ", "page_furniture"), Rule.line(re.compile("Bell"), "caption"))
    layouts = (Layout("2025", matches="main"), Layout("2019", matches=".old", until="2024-12-31"))

    def headline(self, page: Page) -> str | None:
        assert_type(page.all("h1"), list[str])
        assert_type(page.attribute("time", "datetime"), str | None)
        return page.first("h1")


def extracting(page: bytes) -> None:
    assert_type(extract("text"), Article)
    article = extract(page, url="https://quay.example/1", media_type="text/html", outlet="quay")
    assert_type(extract(page, outlet=QuayCourier), Article)
    assert_type(article.headline, str | None)
    assert_type(article.published, str | None)
    assert_type(article.authors, list[Author])
    assert_type(article.images, list[Image])
    assert_type(article.removed, list[Removed])
    assert_type(article.text, str)
    assert_type(article.to_line(), bytes)
    for block in article.body:
        if block.type == "paragraph":
            assert_type(block.text, str)
    assert_type(Article.model_validate_json(article.to_line()), Article)


def ingesting(path: Path) -> None:
    rejects: list[Rejected] = []
    articles = ingest([path, "https://quay.example/rss"], rejects=rejects, state=path, limit=5)
    assert_type(next(articles), Article)
    articles.close()
    ingest("crawl.warc.gz", outlet=QuayCourier, since=date(2026, 3, 2), rejects=print)


def failing(page: bytes) -> str:
    try:
        extract(page)
    except DocumentError as error:
        assert_type(error.reason, str)
        return error.subject
    except CopydeskError as error:
        return error.message
    return ""


def adapters(path: Path) -> None:
    assert_type(outlet_from_toml(path), type[Outlet])
    assert_type(outlets_in("copydesk_outlets"), Iterator[type[Outlet]])
    assert_type(QuayCourier.version(), str)


def letters(given: SourceInput) -> Iterator[Document]:
    yield Document(content=given.stream.read(), media_type="text/plain", origin=given.origin)


@hookimpl
def register_outlets(register: Register) -> None:
    register(QuayCourier)


@hookimpl
def register_sources(register: RegisterSource) -> None:
    register(Source("letters", lambda sniff: sniff.start.startswith(b"%LETTER"), letters))


@hookimpl
def register_catalogues(register: RegisterCatalogue) -> None:
    register("papers")
    register(Path("papers/ie.toml"))


TestQuayCourier = contract(QuayCourier, Path("fixtures"), deadline=5)
assert_type(TestQuayCourier, type)
