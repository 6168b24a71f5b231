"""schema.org and ninjs: only properties that their publishers list, of the right type, all fields told.

The lists are in the folder `published`, with their sources.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import Article, extract
from copydesk.sinks.exchange import ninjs, schema_org
from copydesk.sinks.exchange.lines import filled

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SCHEMA_ORG = json.loads((HERE / "published/schema_org.json").read_text("utf-8"))
NINJS = json.loads((HERE / "published/ninjs.json").read_text("utf-8"))
NEWS = ("OpinionNewsArticle", "AnalysisNewsArticle", "ReviewNewsArticle")
PICTURE = {"url": "https://a.example/w 1.jpg", "caption": "The weir", "credit": "A. Other"}


@pytest.fixture(scope="module")
def full() -> Article:
    """An article with something in every field."""
    base = extract("The weir was rebuilt by forty volunteers, stone by stone.").model_dump()
    about = dict.fromkeys(("role", "organisation", "url", "raw"))
    return Article.model_validate(
        {
            **base,
            "url": "https://a.example/weir",
            "canonical_url": "https://a.example/weir",
            "site": {"name": "The Site", "domain": "a.example", "publisher": "Echo Press"},
            "headline": "Weir rebuilt",
            "standfirst": "It holds.",
            "description": "About a weir",
            "byline": "By Ann Lee",
            "authors": [
                {**about, "name": "Ann Lee", "role": "Editor", "organisation": "Echo"},
                {**about, "name": "Bo", "url": "https://a.example/bo"},
            ],
            "dateline": {"raw": "YORK - ", "place": "York", "date": None},
            "published": "2026-03-02T09:30:00+02:00",
            "modified": "2026-03-03T09:30:00+02:00",
            "language": "en",
            "section": "Local",
            "breadcrumbs": ["Home", "Local"],
            "tags": ["weir"],
            "info_sources": [{"name": "Reuters", "role": "agency", "category": "wires"}],
            "lead_image": {**PICTURE, "source": "opengraph"},
            "images": [{**PICTURE, "url": u, "alt": "alt", "agency": None, "position": 0} for u in (PICTURE["url"], "https://a.example/2.jpg", None)],
            "comments": {
                "status": "complete",
                "count": 1,
                "items": [
                    {
                        "id": "2",
                        "parent_id": "1",
                        "author": "Cy",
                        "published": "2026-03-02",
                        "published_raw": None,
                        "text": "Good.",
                        "score": 0,
                    }
                ],
            },
            "related": [{"text": "Mill", "url": "https://a.example/mill"}],
            "corrections": [
                {"kind": "correction", "date": "2026-03-04", "text": "Not 4.", "position": 0}
            ],
            "access": {"declared": "paid", "observed": "full", "evidence": None},
        }
    )  # fmt: skip


def things(value: Any) -> list[dict[str, Any]]:
    """All objects in a value."""
    if isinstance(value, list):
        return [one for part in value for one in things(part)]
    if not isinstance(value, dict):
        return []
    return [value, *(one for part in value.values() for one in things(part))]


def test_schema_org_has_only_published_properties(full: Article) -> None:
    made = filled(schema_org.news_article(full))
    assert made["@context"] == "https://schema.org"
    types = SCHEMA_ORG["types"]
    for thing in things(made):
        kind = thing["@type"]
        allowed = types["NewsArticle" if kind in NEWS else kind]
        assert thing.keys() - {"@type", "@context"} <= set(allowed), kind


def test_schema_org_has_values_of_the_right_kind(full: Article) -> None:
    made = filled(schema_org.news_article(full))
    assert made["author"] == [
        {
            "@type": "Person",
            "name": "Ann Lee",
            "jobTitle": "Editor",
            "worksFor": {"@type": "Organization", "name": "Echo"},
        },
        {"@type": "Person", "name": "Bo", "url": "https://a.example/bo"},
    ]
    assert made["publisher"] == {"@type": "NewsMediaOrganization", "name": "Echo Press"}
    assert made["isPartOf"]["url"] == "https://a.example/"
    assert made["isAccessibleForFree"] is False
    assert made["comment"][0]["upvoteCount"] == 0
    assert [one["contentUrl"] for one in made["image"] if "contentUrl" in one] == [
        "https://a.example/w%201.jpg",
        "https://a.example/2.jpg",
    ]
    assert made["image"][0]["representativeOfPage"] is True
    assert made["mainEntityOfPage"]["breadcrumb"]["itemListElement"][1]["position"] == 2
    for name in ("datePublished", "dateModified"):
        datetime.fromisoformat(made[name])
    assert made["articleBody"] == full.text
    assert isinstance(made["wordCount"], int)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("opinion", "OpinionNewsArticle"), ("live_blog", "NewsArticle"), ("article", "NewsArticle")],
)
def test_the_kind_is_the_type(full: Article, kind: str, name: str) -> None:
    made = schema_org.news_article(full.model_copy(update={"kind": kind}))
    assert (made["@type"], made["genre"]) == (name, kind)


def fits(value: Any, wanted: Any, path: str) -> None:
    """Fail unless a value has only published properties, and these are of their types."""
    if isinstance(wanted, dict):
        assert isinstance(value, dict), path
        assert value.keys() <= wanted.keys(), path
        for name, part in value.items():
            fits(part, wanted[name], f"{path}.{name}")
    elif wanted == ["ninjs with name and rel"]:
        for one in value:
            assert "name" in one, path
            fits(one, {**NINJS["properties"], "name": "text", "rel": "text"}, path)
            assert one.keys() >= set(NINJS["required"])
    elif isinstance(wanted, list) and isinstance(wanted[0], dict):
        assert isinstance(value, list), path
        for one in value:
            fits(one, wanted[0], path)
    elif isinstance(wanted, list):
        assert value in wanted, path
    elif wanted == "integer":
        assert type(value) is int, path
    else:
        assert isinstance(value, str), path
        if wanted == "uri":
            assert re.fullmatch(r"(?:https?|urn):[!-~]+", value), path
        if wanted == "date-time":
            assert datetime.fromisoformat(value).utcoffset() is not None, path


def test_ninjs_has_only_published_properties_of_their_types(full: Article) -> None:
    made = filled(ninjs.news_object(full))
    assert made.keys() >= set(NINJS["required"])
    fits(made, NINJS["properties"], "ninjs")
    assert made["standard"]["version"] == NINJS["version"]
    assert made["representationType"] == "full"
    assert [one["rel"] for one in made["associations"]] == ["lead picture", "picture", "related"]
    assert [one["contentType"] for one in made["bodies"]] == ["text/html", "text/plain"]
    assert made["bodies"][1]["value"] == full.text


def test_an_article_of_which_little_is_known_is_valid_too() -> None:
    bare = extract("The weir was rebuilt by forty volunteers, stone by stone.")
    made = filled(ninjs.news_object(bare))
    fits(made, NINJS["properties"], "ninjs")
    assert made["uri"] == f"urn:copydesk:{bare.id}"
    for thing in things(filled(schema_org.news_article(bare))):
        assert thing["@type"] == "NewsArticle"


def test_a_day_without_a_time_is_no_time_of_ninjs(full: Article) -> None:
    one = full.model_copy(update={"published": "2026-03-02"})
    assert ninjs.news_object(one)["contentCreated"] is None
    assert schema_org.news_article(one)["datePublished"] == "2026-03-02"


def rows() -> dict[str, tuple[str, str]]:
    """The table of the documentation: what becomes of each field in both standards."""
    page = (ROOT / "docs/formats.md").read_text("utf-8")
    section = page.partition("\n## schema.org and ninjs\n")[2].partition("\n## ")[0]
    found = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            names, first, second = (cell.strip() for cell in line.strip("|").split("|"))
            for name in re.findall(r"`(\w+)`", names):
                found[name] = (first, second)
    return found


def test_the_table_says_of_every_field_what_becomes_of_it(full: Article) -> None:
    table = rows()
    assert set(table) == set(Article.model_fields)
    made = (filled(schema_org.news_article(full)), filled(ninjs.news_object(full)))
    for column, thing in enumerate(made):
        told = {name for row in table.values() for name in re.findall(r"`(\w+)", row[column])}
        assert told == {
            name for name in thing if name not in ("@context", "@type", "standard", "type")
        }


def test_the_command_writes_one_object_per_line_and_reads_none(
    copydesk: Run, full: Article, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(full.to_line() * 2)
    for name in ("a.jsonld", "a.ninjs.json"):
        assert copydesk("convert", "a.jsonl", name).returncode == 0
        lines = (tmp_path / name).read_bytes().splitlines()
        assert [json.loads(line).get("version") for line in lines] == [full.revision] * 2
    assert copydesk("convert", "a.jsonl", "b.txt", "--format", "ninjs").returncode == 0
    assert (tmp_path / "b.txt").read_bytes() == (tmp_path / "a.ninjs.json").read_bytes()
    done = copydesk("convert", "a.jsonld", "c.jsonl")
    told = "a.jsonld: cannot be read back: schema-org has no records"
    assert (done.returncode, done.fault) == (2, told)
    assert not (tmp_path / "c.jsonl").exists()
