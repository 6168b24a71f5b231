"""Access: what a page declares about its text, and whether the text is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.drafts import P1, P2, P3, P4, article, paragraphs, text

WHOLE = " ".join((P1, P2, P3, P4))


def access(stated: dict[str, Any], *texts: str) -> tuple[str | None, str, str | None]:
    script = json.dumps({"@type": "NewsArticle", **stated})
    head = f"<script type=application/ld+json>{script}</script>" if stated else ""
    found = article(paragraphs(*texts), head).article.access
    return found.declared, found.observed, found.evidence


def test_a_page_that_declares_nothing_is_unknown() -> None:
    assert access({}, P1, P2, P3) == (None, "unknown", None)


@pytest.mark.parametrize(("stated", "declared"), [(True, "free"), ("False", "paid")])
def test_what_the_metadata_declares_is_kept(stated: bool | str, declared: str) -> None:
    assert access({"isAccessibleForFree": stated}, P1, P2, P3)[0] == declared


def test_a_page_that_is_declared_free_is_whole() -> None:
    assert access({"isAccessibleForFree": True}, P1, P2)[:2] == ("free", "full")


def test_a_page_that_is_declared_paid_and_ends_in_an_ellipsis_is_cut() -> None:
    cut = "The company will decide in May whether the ship stays for the …"
    assert access({"isAccessibleForFree": False}, P1, P2, cut)[:2] == ("paid", "truncated")
    assert access({"isAccessibleForFree": False}, P1, P2, P3)[:2] == ("paid", "unknown")
    assert access({}, P1, P2, cut)[:2] == (None, "unknown")


@pytest.mark.parametrize(
    ("count", "observed"),
    [(900, "truncated"), (len(WHOLE.split()), "full"), (90, "unknown"), (20, "unknown")],
)
def test_the_stated_number_of_words_is_compared_with_the_text(count: int, observed: str) -> None:
    assert access({"wordCount": count}, P1, P2, P3, P4)[1] == observed


def test_the_text_of_the_metadata_is_compared_with_the_text_of_the_page() -> None:
    assert access({"articleBody": WHOLE}, P1, P2, P3, P4)[1] == "full"
    assert access({"articleBody": f"{WHOLE} {WHOLE} {WHOLE}"}, P1, P2, P3)[1] == "truncated"
    assert access({"articleBody": "Something else. " * 90}, P1, P2, P3)[1] == "unknown"


def test_a_paywall_notice_outweighs_what_is_declared() -> None:
    notice = "To continue reading, subscribe or log in"
    declared, observed, evidence = access({"isAccessibleForFree": True}, P1, P2, notice)
    assert (declared, observed, evidence) == ("free", "truncated", notice)


def test_the_evidence_of_plain_text_is_its_paywall_notice() -> None:
    notice = "To continue reading, subscribe or log in"
    assert text(P1, P2, notice).article.access.observed == "truncated"
    assert text(P1, P2, P3).article.access.evidence is None
