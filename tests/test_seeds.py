"""The five seeds come to the articles that their reader asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from copydesk.adapters.registry import Registry
from copydesk.fixtures import store
from copydesk.model.article import Article
from copydesk.reading import read

SHA256 = {
    "000_568368e7c9438ff4": "47b5fbc8b1a90ee2caa8263aeabc31e2673e57fdda0a3e3727f8f1491b05f972",
    "001_be8bf3e308fe5877": "72e37f3253a95f2ecc0483d1ce5e4f1e81cae881b3bc913d2265694b4cba4bbc",
    "002_0879c133f828c0cf": "29df86d5a8989ab6630c195bc72fad5b12810f1a0c9d27bcc44e453a89a8dacd",
    "003_ef17385d024ca0ee": "2033350ea395b565377bf99dfeabd40fd66ffabdc66c113b84e3ed6381de3137",
    "004_353f1b7c1d85c7f3": "697bd81af9702ccd02cfec0947c0c17517700fd506e25ff6f6803305f5ccafdf",
}


@pytest.fixture(scope="module")
def seeds(root: Path, registry: Registry) -> dict[str, Article]:
    found, _ = store.find([root / "seeds"])
    articles = {}
    for fixture in found:
        meta = fixture.meta()
        adapter = registry.get(meta.outlet or "")
        articles[fixture.stem[:3]] = read(fixture.document(meta), adapter)[1]
    return articles


def source(root: Path, number: str) -> str:
    path = next((root / "seeds").glob(f"{number}_*.txt"))
    return path.read_text("utf-8")


def blocks(article: Article, kind: str) -> list[str]:
    return [b.text or "" for b in article.body if b.type == kind and hasattr(b, "text")]


@pytest.mark.parametrize("stem", SHA256)
def test_the_seed_is_kept_byte_for_byte(root: Path, stem: str) -> None:
    data = (root / "seeds" / f"{stem}.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256[stem]


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_every_body_text_stands_word_for_word_in_the_seed(
    root: Path, seeds: dict[str, Article], number: str
) -> None:
    words = " ".join(source(root, number).split())
    for line in seeds[number].text.split("\n"):
        assert " ".join(line.split()) in words


def test_000_tells_headings_credit_and_label_apart(seeds: dict[str, Article]) -> None:
    article = seeds["000"]
    assert blocks(article, "heading") == [
        "Maduro Sought Broad Amnesty And Sanctions Rollback",
        "U.S. Strikes And ‘Narco-Terrorist' Label Intensify Pressure",
        "Washington Weighs Next Steps, Keeps Exit Option Open",
    ]
    assert [i.credit for i in article.images] == ["IAB Studio from Shutterstock"]
    assert [(r.kind, r.text) for r in article.removed] == [("read_next", "Read Next:")]
    assert article.headline is None
    assert article.info_sources == []
    assert "Shutterstock" not in article.text


def test_001_is_clean_copy_and_stays_so(root: Path, seeds: dict[str, Article]) -> None:
    article = seeds["001"]
    assert len(blocks(article, "heading")) == 4
    assert article.removed == []
    assert article.text.split() == source(root, "001").split()
    assert article.published == "2025-12-02"
    assert article.provenance["published"].source == "url"
    assert article.provenance["published"].raw == "2025/12/02"


def test_002_cuts_the_run_in_standfirst_and_parses_the_tail(seeds: dict[str, Article]) -> None:
    article = seeds["002"]
    assert article.standfirst is not None
    assert article.standfirst.endswith("that Washington deemed unacceptable")
    assert blocks(article, "paragraph")[0].startswith("Amid an unprecedented military buildup")
    lists = [b for b in article.body if b.type == "list"]
    assert [len(b.items) for b in lists] == [4]
    assert lists[0].items[0].text.startswith("Full legal amnesty")
    assert [r.text for r in article.related] == [
        "Venezuela approves migrant repatriation flight from US despite Trump’s airspace closure claim"
    ]
    assert (article.comments.status, article.comments.count) == ("none_yet", 0)
    assert [r.kind for r in article.removed] == ["comment_chrome", "comment_rules", "login_prompt"]
    assert article.info_sources == []
    for trace in ("Read also", "Comments", "Facebook", "log in"):
        assert trace not in article.text


def test_003_takes_the_date_from_the_crawlers_prefix(seeds: dict[str, Article]) -> None:
    article = seeds["003"]
    assert article.published == "2025-12-02"
    assert article.provenance["published"].rule == "crawl_date"
    assert blocks(article, "heading") == [
        "Lifting sanctions on 100 officials",
        "Intensifying pressure",
    ]
    assert article.text.startswith("In a new development between Washington and Caracas")


def test_004_keeps_one_caption_and_names_the_agency(seeds: dict[str, Article]) -> None:
    article = seeds["004"]
    assert article.headline == (
        "Trump rejected Maduro requests on call, options narrow for Venezuela leader"
    )
    (image,) = article.images
    assert image.caption is not None
    assert image.caption.startswith("Venezuela's President Nicolas Maduro says")
    assert (image.alt, image.credit) == (None, "REUTERS")
    assert [r.kind for r in article.removed] == [
        "newsletter_promo", "duplicate_caption", "follow_topic", "topic_tags",
    ]  # fmt: skip
    assert article.dateline is not None
    assert article.dateline.place == "WASHINGTON"
    assert [s.model_dump() for s in article.info_sources] == [
        {"name": "Reuters", "role": "agency", "category": "wires"}
    ]
    assert article.text.endswith("according to the three sources.")
    assert "say the US is seeking regime change to take control of Venezuela's vast" in article.text
