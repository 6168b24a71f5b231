"""Characters that nobody sees are in no value and no word; those that shape a word stay."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Article, extract
from copydesk.errors import EmptyDocument
from copydesk.model.document import Document, ListingInfo
from copydesk.reading import read
from copydesk.util.text import remove_invisible, unspaced

SENTENCE = (
    "The re\u00adbuild\u00ading of the weir\u200b above Toll\u2060bridge will start in the second "
    "week of April,\ufeff the board decided on Monday night."
)
SEEN = (
    "The rebuilding of the weir above Tollbridge will start in the second week of April, the board "
    "decided on Monday night."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Was\u00adser\u00adwerk", "Wasserwerk"),
        ("\ufeffWeir\u200b to be\u2060", "Weir to be"),
        ("one \u200b two", "one two"),
        ("Au\u200cflage", "Auflage"),
        ("Ines Marlow\u200d", "Ines Marlow"),
        ("\u0008Weir\u0007", "Weir"),
        ("\u200eInes\u200e \u202aMarlow\u202c", "Ines Marlow"),
        ("\u200f\u05e9\u05dc\u05d5\u05dd\u200f", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u202b\u05e9\u05dc\u05d5\u05dd\u202c", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u2067\u05e9\u05dc\u05d5\u05dd\u2069", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0634\u0631\u0643\u0629\u200f \u0627\u0644\u0646\u0641\u0637", "\u0634\u0631\u0643\u0629 \u0627\u0644\u0646\u0641\u0637"),
        ("\u0639\u0644\u06cc\u200c", "\u0639\u0644\u06cc"),
        ("\u200b\u200d\u00ad", ""),
    ],
)  # fmt: skip
def test_what_nobody_sees_goes(text: str, expected: str) -> None:
    assert remove_invisible(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d",
        "1445 \u0647\u200d \u0639\u0627\u0645",
        "\U0001f469\u200d\U0001f4bb",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\u05e9\u05dc\u05d5\u05dd (\u200eABC-1\u200e) \u05e2\u05d5\u05dc\u05dd",
        "line\nbreak",
    ],
    ids=["persian", "hindi", "malayalam", "arabic", "emoji", "heart", "flag", "hebrew", "lines"],
)
def test_what_shapes_a_word_or_carries_direction_stays(text: str) -> None:
    assert remove_invisible(text) == text


@given(st.text())
def test_a_readable_text_stays_as_it_is(text: str) -> None:
    once = remove_invisible(text)
    assert remove_invisible(once) == once


def page(*, shy: bool) -> Article:
    dirt = (lambda text: text) if shy else remove_invisible
    said = {
        "@type": "NewsArticle", "headline": "Was\u00adser\u00adwerk wird um\u00adge\u00adbaut",
        "author": {"@type": "Person", "name": "In\u00ades Marlow\u200b"},
        "keywords": ["\ufeffWas\u00adser\u00adwerk"], "articleSection": "Re\u00adgion",
    }  # fmt: skip
    html = (
        f"<!doctype html><script type='application/ld+json'>{json.dumps(said)}</script>"
        "<meta name='description' content='Be\u00adschreibung'>"
        "<article><h1>Was\u00adser\u00adwerk wird um\u00adge\u00adbaut</h1>"
        "<p class='byline'>Von In\u00ades Marlow</p>"
        "<figure><img src='/a.jpg' alt='Das Wehr\u200b'><figcaption>Das W\u00adehr im M\u00e4rz</figcaption></figure>"
        f"<p>{SENTENCE}</p><h2>Zwi\u00adschen\u00adtitel</h2><ul><li>ers\u00adtens das</li></ul>"
        f"<table><tr><td>Ja\u00adnu\u00adar</td><td>4</td></tr></table><pre>a\u200b\n  b</pre><p>{SENTENCE}</p>"
        f"<blockquote>Ein Zi\u00adtat</blockquote><p>{SENTENCE}</p></article>"
    )
    url = "https://www.ledger.example/region/wasserwerk"
    return extract(dirt(html), media_type="text/html", url=url)


def test_a_page_with_unseen_characters_gives_the_values_of_one_without() -> None:
    left_out = {"id", "revision", "document", "provenance"}
    dirty, clean = page(shy=True).model_dump(), page(shy=False).model_dump()
    assert {k: v for k, v in dirty.items() if k not in left_out} == {
        k: v for k, v in clean.items() if k not in left_out
    }
    assert dirty["headline"] == "Wasserwerk wird umgebaut"
    assert [a["name"] for a in dirty["authors"]] == ["Ines Marlow"]
    assert SEEN in dirty["text"]


def test_plain_text_is_read_without_them_and_the_partition_counts_them() -> None:
    text = f"We\u00adir to be rebuilt\n\n\u200b- \ufeffitem\n\n{SENTENCE}\n\n\u200b\n\n{SENTENCE} It is so."
    draft, article = read(Document(content=text.encode()), None)
    assert article.headline == "Weir to be rebuilt"
    assert SEEN in article.text
    assert not any(c in article.text for c in "\u00ad\u200b\u2060\ufeff")
    shown = [s for s in draft.segments if s.field is not None]
    assert all(remove_invisible(text[s.start : s.end]).endswith(s.text) for s in shown)
    (unseen,) = [r for r in article.removed if r.rule == "text.unseen"]
    assert (unseen.kind, unseen.text, unseen.characters) == ("page_furniture", "\u200b", 1)
    edges = [0, *(o for s in draft.segments for o in (s.start, s.end)), len(text)]
    assert not any(text[a:b].strip() for a, b in list(pairwise(edges))[::2])


def test_a_text_of_unseen_characters_alone_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        extract("\u200b\n\ufeff\n")


def test_a_line_that_is_cut_keeps_its_offsets() -> None:
    line = "LON\u00adDON (Reuters) - " + SENTENCE
    draft, article = read(Document(content=f"{line}\n\n{SENTENCE}".encode()), None)
    assert article.dateline is not None
    assert article.dateline.place == "LONDON"
    whole = "".join(draft.text[s.start : s.end] for s in draft.segments)
    assert unspaced(whole) == unspaced(draft.text)
    for segment in draft.segments:
        assert segment.text.rstrip(" -") in remove_invisible(
            draft.text[segment.start : segment.end]
        )


def test_what_a_feed_says_of_a_page_is_read_without_them() -> None:
    info = ListingInfo(
        source="feed",
        title="We\u00adir to go",
        published=None,
        authors=("Ines\u200b Marlow\ufeff",),
        categories=("We\u00adir",),
    )
    html = f"<article><p>{SENTENCE}</p><p>{SENTENCE} So.</p></article>"
    document = Document(content=html.encode(), media_type="text/html", listing=info)
    article = read(document, None)[1]
    assert article.headline == "Weir to go"
    assert [a.name for a in article.authors] == ["Ines Marlow"]
    assert article.tags == ["Weir"]
