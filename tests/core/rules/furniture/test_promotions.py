"""Promotions: newsletters, apps, channels, subscriptions, sponsored links."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, after, between, text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Subscribe to our newsletter and get the news in your inbox", "newsletter_promo"),
        ("Download our app for Android", "app_promo"),
        ("Never miss a story with our app", "app_promo"),
        ("Get the best of the valley in our newsletter", "newsletter_promo"),
        ("Síganos en nuestro canal de WhatsApp", "social_follow"),
        ("GET THE NEWS ON THE GO BY CLICKING HERE", "site_promo"),
        ("To continue reading, subscribe or log in", "paywall_notice"),
    ],
)
def test_a_promotion_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to the fund or lose the boat, the skipper told his men.",
        "Download speeds in the valley are the slowest in the county.",
        "Follow the river north for two miles and you reach the mill.",
        "Click here, says the sign beside the door of the old library.",
        "Get our boats back, the fishermen cried.",
        "Our app is not for sale, the founder said.",
        "Get the app off your phone first, the warden told the pupils.",
        "Support our boys, read the banner above the bar.",
    ],
)
def test_a_sentence_that_starts_like_a_promotion_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


BLURB = "News, service and stories: every day what happens in our valley."


def test_the_blurb_between_two_lines_of_a_promotion_belongs_to_it() -> None:
    lines = ("Valley newsletter: sign up now", BLURB, "By signing up you agree to our terms")
    assert after(*lines) == ["newsletter_promo"] * 3


def test_the_same_blurb_without_a_promotion_on_both_sides_stays() -> None:
    assert after(BLURB) == ["paragraph"]
    assert after("Valley newsletter: sign up now", BLURB)[1] == "paragraph"


def test_a_sponsored_link_needs_its_label() -> None:
    assert text(P1, "Sponsored", "New flats by the river", P2).roles[1:3] == ["sponsored"] * 2
    assert text(P1, "New flats by the river", P2).roles[1] == "heading"


def test_a_paywall_notice_is_the_evidence_of_a_cut_text() -> None:
    notice = "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés."
    found = text(P1, P2, notice)
    assert found.roles == ["paragraph", "paragraph", "paywall_notice"]
    access = found.article.access
    assert (access.observed, access.evidence) == ("truncated", notice)
    assert text(P1, P2, P3).article.access.observed == "unknown"
