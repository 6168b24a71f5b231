"""Recognition of pages that are not articles, by their titles and content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from copydesk.model.metadata import Metadata
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.tree.boxes import PageTree, TextRun
from copydesk.util.text import ends_sentence

_SHORT_PAGE = 1_500
_MIN_STORY = 140
_MIN_CARDS = 10
_MIN_CARD = 20
_CARD_TAGS = frozenset(("h2", "h3", "h4", "h5"))
_TEASER = 400
_ARTICLES = frozenset(
    "newsarticle article blogposting reportagenewsarticle opinionnewsarticle analysisnewsarticle "
    "reviewnewsarticle liveblogposting backgroundnewsarticle askpublicnewsarticle review "
    "og:article scholarlyarticle techarticle report".split()
)
# Casefolded beginnings of titles and headings of such pages.
_TITLES = {
    "challenge_page": (
        r"just a moment|attention required|are you (?:a )?(?:robot|human)|access denied|checking your browser|"
        r"pardon our interruption|please (?:verify|wait)|verify(?:ing)? you are|security check|robot check|"
        r"request unsuccessful|one more step|you have been blocked|ddos|human verification|un instant|"
        r"einen moment|captcha|forbidden|403\b|bot verification|unusual traffic|enable javascript"
    ),
    "error_page": (
        r"(?:error\s?)?(?:404|410|500|502|503)\b|(?:page|article|file|story|url)? ?not found|"
        r"(?:the )?page (?:you|cannot|can't|could not|does(?:n't| not)|is not|no longer)|page introuvable|"
        r"seite nicht gefunden|(?:diese )?seite (?:existiert|wurde)|página no encontrada|pagina non trovata|"
        r"página não encontrada|oops|internal server error|service unavailable|bad gateway|error$|"
        r"temporarily unavailable|something went wrong|страница не найдена|الصفحة غير موجودة"
    ),
    "login_wall": (
        r"(?:log|sign)[ -]?in\b|login\b|anmelden\b|einloggen|iniciar sesi[oó]n|connexion\b|se connecter|"
        r"accedi\b|entrar\b|register\b|create (?:an|your) account|zaloguj|войти|تسجيل الدخول"
    ),
    "consent_page": (
        r"before you continue|consent\b|cookie|privacy (?:settings|preferences|choices)|"
        r"datenschutz-?einstellungen|zustimmung|we value your privacy|your privacy|gdpr|"
        r"privatsph[aä]re|einwilligung|configuraci[oó]n de privacidad"
    ),
    "search_result": (
        r"search(?: results?| for)?\b|suche(?:rgebnisse)?\b|resultados? (?:de|para)|r[ée]sultats? (?:de|pour)|"
        r"risultati|results for|wyniki wyszukiwania|результаты поиска|نتائج البحث"
    ),
}
_MIN_PARAGRAPH = 60
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of such pages, which say nothing about a story, and how these pages speak to their readers.
_OWN_WORDS = frozenset(_LONG_WORD.findall(" ".join(_TITLES.values()))) | frozenset(
    "looking exist exists requested server site website account results angeforderte".split()
)
_TO_READERS = re.compile(
    r"\b(?:[Yy]ou|[Yy]our|[Ww]e|[Oo]ur|[Pp]lease|[Ww]ir|[Uu]nsere?[mnrs]?|[Bb]itte|[Vv]ous|[Vv]otre|[Vv]os|[Nn]ous|[Nn]otre|"
    r"[Nn]uestr[oa]s?|[Uu]sted|[Tt]us?|[Vv]ocê|[Nn]oss[oa]s?|[Tt]u[oa])\b|(?<=[\w,] )(?:Sie|Ihnen|Ihre?[mnr]?)\b"
)
_QUOTED = re.compile('["“”„«»]')
_TITLE_PATTERNS = {kind: re.compile(words) for kind, words in _TITLES.items()}
_SEARCH_PATH = re.compile(r"/(?:search|suche|buscar|busca|recherche|ricerca|szukaj)(?:/|\.\w+)?$")
_SEARCH_KEYS = ("q", "query", "s", "search", "keyword")


class Refusal(NamedTuple):
    """The reason why a page is not an article: a code and a message."""

    kind: str
    message: str


def reason(
    page: PageTree, areas: Areas, facts: Metadata, tree: LexborHTMLParser, url: str | None
) -> Refusal | None:
    """Say what a page is that is not an article; None if it is one.

    A page whose metadata calls it an article counts as one, however little text it shows.
    """
    stated = not facts.types.isdisjoint(_ARTICLES)
    text = []
    size = 0
    for run, weight in _text(page, areas):
        text.append((run, weight))
        size += weight if ends_sentence(run.text) else 0
        if stated and size > _MIN_STORY:
            return None
    if areas.search.total < _SHORT_PAGE and (named := _reason_by_title(page, areas, facts, tree)):
        return named
    if stated:
        return None
    if _is_search(url) and size < _SHORT_PAGE:
        return Refusal("search_result", "search result: its URL is that of a search")
    if size < _MIN_STORY and _has_video(page, facts):
        return Refusal("video_page", "video page: a video and hardly any text")
    if found := _section_front(page, text, url):
        return found
    if sum(weight for _, weight in text) < _MIN_STORY and not _has_table(page, areas):
        message = "no article text: the page has too little prose"
        return Refusal("no_article_text", message)
    return None


def sentence_chars(page: PageTree, areas: Areas) -> int:
    """Return the number of characters in sentences of the article's head and body."""
    return sum(weight for run, weight in _text(page, areas) if ends_sentence(run.text))


def _text(page: PageTree, areas: Areas) -> Iterator[tuple[TextRun, int]]:
    """Yield the runs of prose in the article's head and body, and their weights."""
    search = areas.search
    for index in range(areas.head.start, areas.body.stop):
        run, weight = page.runs[index], search.prose[index]
        if weight and areas.of(index) in ("head", "body") and not search.boilerplate(run.box):
            yield run, weight


def _reason_by_title(
    page: PageTree, areas: Areas, facts: Metadata, tree: LexborHTMLParser
) -> Refusal | None:
    titles = [
        str(c.value) for c in facts.statements["headline"] if c.source in ("html", "opengraph")
    ]
    titles += [run.text for run in page.runs if run.box.tag == "h1"][:2]
    for kind, pattern in _TITLE_PATTERNS.items():
        for title in titles:
            folded = title.casefold().strip(" |-–:")
            found = pattern.match(folded)
            if found is None or (
                kind == "login_wall" and not tree.css_first("input[type=password]")
            ):
                continue
            if _has_story(page, areas, facts, folded[found.end() :]):
                return None
            return Refusal(kind, f"{kind.replace('_', ' ')}: its title is {title[:80]!r}")
    return None


def _has_story(page: PageTree, areas: Areas, facts: Metadata, subject: str) -> bool:
    """Whether a page has a story, although its title starts like that of a page without one.

    Two of these signs are needed: two paragraphs in a row, three in a row, a paragraph with a word of
    the title, a date or author.

    subject: the rest of the title.
    """
    paragraphs = [run for run, _ in _text(page, areas) if _is_paragraph(run)]
    if sum(len(run.text) for run in paragraphs) < _MIN_STORY:
        return False
    ids = {id(run) for run in paragraphs}
    rows = groupby(page.runs, lambda run: id(run) in ids)
    longest = max(len(list(row)) for is_story, row in rows if is_story)
    signed = any(
        c.source != "url" for name in ("published", "authors") for c in facts.statements[name]
    )
    site = " ".join(str(c.value) for c in facts.statements["site_name"])
    words = _stems(subject) - _stems(site)
    shared = any(not words.isdisjoint(_stems(run.text)) for run in paragraphs)
    return (longest > 1) + (longest > 2) + signed + shared > 1


def _is_paragraph(run: TextRun) -> bool:
    """Whether a run is a paragraph of a story: no link, and not addressed to the reader."""
    text = run.text
    if len(text) < _MIN_PARAGRAPH or not ends_sentence(text) or run.linked * 2 > len(text):
        return False
    return _TO_READERS.search(text) is None or _QUOTED.search(text) is not None


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _LONG_WORD.findall(text.casefold()) if word not in _OWN_WORDS}


def _is_search(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    if _SEARCH_PATH.search(parts.path):
        return True
    keys = parse_qs(parts.query)
    return parts.path in ("", "/") and any(k in keys for k in _SEARCH_KEYS)


def _has_video(page: PageTree, facts: Metadata) -> bool:
    if "videoobject" in facts.types or any(t.startswith("og:video") for t in facts.types):
        return True
    return any(i.kind == "embed" for i in page.media) and "og:video" in facts.types


def _has_table(page: PageTree, areas: Areas) -> bool:
    return (
        sum(
            run.box.tag in ("td", "th", "li")
            for run in page.runs[areas.root.first : areas.root.last]
        )
        > 8
    )


def _section_front(
    page: PageTree, text: list[tuple[TextRun, int]], url: str | None
) -> Refusal | None:
    """Recognise a section front: linked headlines, each with at most a teaser, and no story."""
    longest = max((weight for _, weight in text), default=0.0)
    if longest >= _TEASER:
        return None
    cards = sum(
        run.linked * 10 >= len(run.text) * 9
        and len(run.text) >= _MIN_CARD
        and not run.href.startswith("#")
        and not _CARD_TAGS.isdisjoint((run.box.tag, run.box.parent and run.box.parent.tag))
        for run in page.runs
    )
    total = sum(weight for _, weight in text)
    try:
        path = urlsplit(url or "").path.strip("/")
    except ValueError:
        path = ""
    home = (
        url is not None
        and path.count("-") < 2
        and path.count("/") < 2
        and not any(c.isdigit() for c in path)
    )
    if cards >= _MIN_CARDS and total < cards * (150 if home else 50):
        message = f"section front: {cards} linked headlines and no story"
        return Refusal("section_front", message)
    return None
