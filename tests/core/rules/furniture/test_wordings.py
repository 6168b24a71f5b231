"""Fixed wordings: lines that are left out because of their words alone."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, after, article, between, paragraphs


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Advertisement", "ad_marker"),
        ("- Advertisement -", "ad_marker"),
        ("ANZEIGE", "ad_marker"),
        ("Remote video URL", "video_teaser"),
        ("Scroll down to see the plan of the bridge", "scroll_cue"),
        ("This story was originally published by the Valley Herald.", "syndication_notice"),
        ("The views expressed in this article are those of the author.", "disclaimer"),
    ],
)
def test_a_fixed_wording_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement of the post is due in May.",
        "Video of the fall was shown to the jury.",
        "This story was originally told by his aunt.",
        "The views from the tower are those of the lake.",
    ],
)
def test_a_sentence_with_the_words_of_a_fixed_wording_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_fixed_wordings_without_spaces_between_them_are_cut() -> None:
    assert after("AdvertisementBack to top") == ["ad_marker", "page_furniture"]
    assert after("McDonald opens a mill on Friday.") == ["paragraph"]


def test_a_line_without_letters_is_a_separator_at_the_edge() -> None:
    assert after("* * *") == ["separator"]


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for the choir by Friday, the vicar said, because the hall holds forty.",
        "We use cookies to feed the ducks, the keeper admitted.",
        "Join us on the quay on Friday, the mayor told the crowd, and bring a lamp.",
        "“Join us on the quay on Friday and bring a lamp.”",
        "To continue reading at night, the monks lit candles.",
        "For the latest stage of the works, the council borrowed two million.",
        "Powered by the tide, the mill ground flour until the war.",
        "Distributed by hand, the leaflets reached every farm in the valley.",
        "Wir verwenden Cookies als Köder, sagte der Jäger am Dienstag.",
        "Für die Nutzung des Stegs zahlt der Verein 300 Euro im Jahr.",
        "Folgen Sie uns auf den Turm, rief der Küster den Kindern zu.",
        "Usamos cookies para los patos, admitió el guarda.",
        "Para seguir leyendo de noche, los monjes encendían velas.",
        "Nous utilisons des cookies pour les canards, a reconnu le gardien.",
        "Pour lire la suite, les moines allumaient des bougies.",
        "Seguici sul molo venerdì, ha detto il sindaco alla folla.",
        "Para continuar lendo à noite, os monges acendiam velas.",
        "Om verder te lezen staken de monniken kaarsen aan.",
    ],
)
def test_a_sentence_that_opens_like_a_notice_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]
    assert line in article(paragraphs(P1, P2, line, P3)).article.text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("We use cookies to improve your experience on our website.", "privacy_notice"),
        ("To continue reading, please subscribe or log in.", "paywall_notice"),
        ("Join us on Facebook for pictures of the valley every day.", "social_follow"),
        ("By clicking the button you agree to the terms of use.", "privacy_notice"),
        ("Get in touch with the newsroom at tips@valley.example today.", "contact_line"),
        ("Wir verwenden Cookies, um unsere Seiten zu verbessern.", "privacy_notice"),
        ("Um zu kommentieren, melden Sie sich mit Namen an.", "comment_rules"),
        ("Usamos cookies para mejorar tu visita a nuestra página.", "privacy_notice"),
        ("Para seguir leyendo este artículo, suscríbete al diario.", "paywall_notice"),
        ("Nous utilisons des cookies pour améliorer votre visite.", "privacy_notice"),
        ("Suivez-nous sur Instagram pour voir nos photos de la vallée.", "social_follow"),
        ("Per continuare a leggere questo articolo, abbonati al giornale.", "paywall_notice"),
        ("Para continuar lendo este texto, assine o nosso jornal.", "paywall_notice"),
        ("Om verder te lezen heb je een abonnement nodig.", "paywall_notice"),
    ],
)
def test_a_notice_that_addresses_the_reader_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


def test_a_link_is_evidence_of_a_notice() -> None:
    line = "Donate to the lifeboat of the valley today."
    linked = article(f"{paragraphs(P1, P2)}<p><a href=/give>{line}</a></p>{paragraphs(P3)}")
    assert ("donation_promo", line) in linked.lines
    assert ("paragraph", line) in article(paragraphs(P1, P2, line, P3)).lines
