"""What a run counts of its articles, rejects and skips."""

from __future__ import annotations

from collections import Counter

import pytest

from copydesk import extract
from copydesk.model import tally

PAGE = """<!doctype html><html lang="en"><title>Ferry</title><article><h1>Night ferry returns</h1>
<p>The night ferry to the islands sails again from Friday, nine years after it was given up.</p>
<p>It carries forty cars and will run until the end of October.</p></article></html>"""


def test_an_article_counts_for_its_host_outlet_language_and_fields() -> None:
    article = extract(PAGE, url="https://www.quay.example/ferry")
    found = tally.summed(Counter(tally.of_article(article)))
    assert found["counted"] == 1
    assert found["languages"] == {"en": 1}
    assert found["outlets"] == {"none": 1}
    assert found["hosts"] == {"quay.example": {"articles": 1, "rejects": 0, "skips": 0}}
    filled = {name for name, share in found["fields"].items() if share == 1}
    assert {"headline", "text", "body", "language", "url"} <= filled
    assert {name: found["fields"][name] for name in ("published", "tags", "comments")} == {
        "published": 0.0, "tags": 0.0, "comments": 0.0,
    }  # fmt: skip


def test_an_article_without_a_url_or_language_counts_as_none() -> None:
    article = extract(PAGE).model_copy(update={"language": None})
    found = tally.summed(Counter(tally.of_article(article)))
    assert [*found["languages"], *found["hosts"]] == ["none", "none"]


def test_shares_are_of_all_articles() -> None:
    article = extract(PAGE)
    bare = article.model_copy(update={"headline": None})
    counts = Counter([*tally.of_article(article) * 2, *tally.of_article(bare)])
    assert tally.summed(counts)["fields"]["headline"] == 0.6667


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://quay.example:81/a", "quay.example"),
        ("inbox/ferry.html", "none"),
        ("crawl.warc.gz@120", "none"),
        ("https://[", "none"),
    ],
)
def test_a_reject_counts_for_the_host_of_its_url(url: str, host: str) -> None:
    assert tally.of_failure("reject", url) == (f"reject:{host}",)


def test_a_duplicate_counts_for_the_host_of_the_article() -> None:
    counted = tally.of_article(extract(PAGE, url="https://quay.example/ferry"))
    assert tally.of_failure("skip", "inbox/ferry.html", counted) == ("skip:quay.example",)


def test_of_many_hosts_a_report_names_the_largest_and_adds_up_the_others() -> None:
    tallies = {f"article:h{n}.example": n + 1 for n in range(tally.MAX_HOSTS + 7)}
    found = tally.summed(tallies)
    assert len(found["hosts"]) == tally.MAX_HOSTS
    assert next(iter(found["hosts"])) == f"h{tally.MAX_HOSTS + 6}.example"
    assert found["hosts_left_out"] == {"hosts": 7, "articles": 28, "rejects": 0, "skips": 0}


def test_nothing_counted_is_a_report_without_shares() -> None:
    found = tally.summed({})
    assert found["counted"] == 0
    assert found["fields"] == found["hosts"] == {}
