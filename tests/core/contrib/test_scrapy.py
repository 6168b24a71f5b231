"""The pipeline and the mix-in for Scrapy; docs/programs.md crawls with both."""

from __future__ import annotations

import importlib
import logging
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from tests.outlet_server import page, title_of

pytest.importorskip("scrapy", reason="Scrapy is not installed")

from scrapy.exceptions import DropItem
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import Settings

from copydesk import Outlet, extract
from copydesk.contrib.scrapy import ArticleMixin, ArticlePipeline

URL = "https://quay.example/news/3"
PAGE = page(3, "https://quay.example")
NO_ARTICLE = "<!doctype html><title>404 Not Found</title><p>This page has moved.</p>"
AT = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


class Quay(Outlet):
    id = "quay"
    name = "The Quay"


def crawler(**settings: object) -> Any:
    """What the parts use of a crawler."""
    counts: Counter[str] = Counter()
    stats = SimpleNamespace(inc_value=lambda key: counts.update([key]), counts=counts)
    return SimpleNamespace(settings=Settings(settings), stats=stats)


def response(
    body: str = PAGE,
    kind: str = "text/html; charset=utf-8",
    encoding: str = "utf-8",
    **meta: object,
) -> Response:
    request = Request(URL, meta=meta)
    content = body.encode(encoding)
    return Response(URL, headers={"Content-Type": kind}, body=content, request=request)


def spider(own: Any) -> Any:
    class Spider(ArticleMixin):
        crawler = own
        logger = logging.LoggerAdapter(logging.getLogger("spider"), {})

    return Spider()


def test_a_response_gives_the_record_that_extract_gives_of_its_bytes() -> None:
    own = crawler()
    record = ArticlePipeline.from_crawler(own).process_item({"response": response()})
    known = extract(PAGE.encode(), url=URL, encoding="utf-8").model_dump(mode="json")
    known["requested_url"] = known["document"]["origin"] = URL
    assert record == known
    assert record["headline"] == title_of(3)
    assert own.stats.counts["copydesk/accepted"] == 1
    assert spider(own).article(response()) == record


def test_the_header_states_the_encoding_and_redirects_the_first_request() -> None:
    told = PAGE.replace("utf-8", "x").replace("Harbour", "Häfen")
    moved = response(
        told,
        "text/html; charset=iso-8859-2",
        "iso-8859-2",
        redirect_urls=["https://quay.example/3"],
    )
    record = spider(crawler()).article(moved)
    assert record["document"]["encoding"] == "iso-8859-2"
    assert (record["url"], record["requested_url"]) == (URL, "https://quay.example/3")


def test_an_item_may_be_of_any_kind_and_have_the_page_itself() -> None:
    @dataclass
    class Page:
        url: str
        html: str | bytes
        outlet: object = None
        retrieved_at: datetime | None = None

    pipeline = ArticlePipeline.from_crawler(crawler())
    record = pipeline.process_item(Page(URL, PAGE, Quay, AT))
    assert (record["headline"], record["url"], record["adapter"]["id"]) == (
        title_of(3),
        URL,
        "quay",
    )
    assert record["document"]["retrieved_at"] == "2026-03-05T08:00:00+00:00"
    assert pipeline.process_item(Page(URL, PAGE.encode()))["headline"] == title_of(3)


def test_no_time_is_stated_unless_a_setting_asks_for_it() -> None:
    without = ArticlePipeline.from_crawler(crawler()).process_item({"html": PAGE})
    timed = crawler(COPYDESK_RETRIEVED_AT=True)
    stamped = ArticlePipeline.from_crawler(timed).process_item({"html": PAGE})
    assert without["document"]["retrieved_at"] is None
    assert stamped["document"]["retrieved_at"].startswith(str(datetime.now(UTC).year))
    with pytest.raises(ValueError, match="UTC offset"):
        spider(timed).article(response(), retrieved_at=AT.replace(tzinfo=None))


def test_a_setting_names_the_outlet_of_all_items_and_an_unknown_one_is_a_reject() -> None:
    own = crawler(COPYDESK_OUTLET="mercopres")
    with pytest.raises(DropItem, match="unknown_outlet: mercopres: no such outlet; did you mean"):
        ArticlePipeline.from_crawler(own).process_item({"html": PAGE})
    assert own.stats.counts == {"copydesk/rejected/unknown_outlet": 1}


def test_what_gives_no_article_is_dropped_and_counted_by_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = crawler()
    with pytest.raises(DropItem, match="^not_an_article: .*error page"):
        ArticlePipeline.from_crawler(own).process_item({"response": response(NO_ARTICLE)})
    caplog.set_level("INFO")
    assert spider(own).article(response(NO_ARTICLE)) is None
    assert "no article, not_an_article: " in caplog.text
    assert spider(own).article(response("%PDF-1.7", "application/pdf")) is None
    assert own.stats.counts == {
        "copydesk/rejected/not_an_article": 2,
        "copydesk/rejected/media_type": 1,
    }


def test_warnings_of_records_are_counted() -> None:
    own = crawler()
    record = spider(own).article(response(PAGE.replace(' lang="en"', ""), "text/plain"))
    codes = [warning["code"] for warning in record["warnings"]]
    assert "media_type_overruled" in codes
    assert all(own.stats.counts[f"copydesk/warning/{code}"] for code in codes)


def test_an_item_that_is_no_page_is_passed_on_and_counted() -> None:
    own = crawler()
    item = {"price": 3}
    assert ArticlePipeline.from_crawler(own).process_item(item) is item
    assert own.stats.counts == {"copydesk/passed_on": 1}


def test_without_scrapy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scrapy.http", None)
    monkeypatch.delitem(sys.modules, "copydesk.contrib.scrapy")
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'copydesk\[scrapy\]'"):
        importlib.import_module("copydesk.contrib.scrapy")


def test_a_text_response_is_read_from_its_bytes() -> None:
    text = TextResponse(URL, body=PAGE.encode("utf-16"), encoding="utf-16")
    record = ArticlePipeline.from_crawler(crawler()).process_item({"response": text})
    assert (record["headline"], record["requested_url"]) == (title_of(3), URL)
