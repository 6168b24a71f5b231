"""The meaning of a block's class and id, judged word by word."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

# Pairs of words take precedence over single words; "" cancels the meaning of a word.
_PAIRS: dict[str, str] = {
    "article body": "body", "articlebody": "body", "story body": "body", "storybody": "body",
    "entry content": "body", "post content": "body", "article content": "body",
    "article text": "body", "story text": "body", "body text": "body", "body content": "body",
    "post body": "body", "story content": "body", "content body": "body", "article copy": "body",
    "body copy": "body", "post entry": "body", "text body": "body", "news body": "body",
    "news content": "body", "news text": "body", "main content": "main", "single content": "body",
    "detail content": "body", "detail body": "body", "articletext": "body", "storytext": "body",
    "articlecontent": "body", "bodytext": "body", "bodycopy": "body", "maincontent": "main",
    "read more": "related", "read also": "related", "also read": "related", "read next": "related",
    "see also": "related", "most read": "related", "most popular": "related",
    "more news": "related", "more stories": "related", "more from": "related", "more on": "related",
    "top stories": "related", "latest news": "related", "next article": "related",
    "prev next": "related", "up next": "related", "you may": "related", "might like": "related",
    "also like": "related", "in this": "", "link list": "related", "linklist": "related",
    "story list": "related", "article list": "related", "post list": "related",
    "news list": "related", "post navigation": "related", "nav links": "related",
    "author bio": "author_bio", "author box": "author_bio", "about author": "author_bio",
    "author info": "author_bio", "author description": "author_bio", "author card": "author_bio",
    "author profile": "author_bio", "authorbox": "author_bio", "bio box": "author_bio",
    "post author": "", "entry meta": "meta", "post meta": "meta", "article meta": "meta",
    "entry footer": "meta", "post footer": "meta", "article footer": "meta",
    "story footer": "meta", "entry utility": "meta", "post info": "meta", "article info": "meta",
    "pull quote": "pullquote", "pullquote": "pullquote", "block quote": "pullquote",
    "pub date": "date", "publish date": "date", "published date": "date", "post date": "date",
    "sub title": "standfirst", "sub headline": "standfirst", "sub heading": "",
    "article summary": "standfirst", "article intro": "standfirst", "article lead": "standfirst",
    "article lede": "standfirst", "article dek": "standfirst", "article teaser": "",
    "no comments": "comments", "comment list": "comments", "commentlist": "comments",
    "screen reader": "hidden", "visually hidden": "hidden", "sr only": "hidden",
    "screenreader": "hidden", "visuallyhidden": "hidden", "assistive text": "hidden",
    "print only": "hidden", "a11y hidden": "hidden", "skip link": "hidden",
    "hidden visually": "hidden", "hidden accessible": "hidden", "accessible hidden": "hidden",
    "accessibly hidden": "hidden", "element invisible": "hidden", "for sr": "hidden",
    "off screen": "hidden", "offscreen": "hidden", "aria dialog": "dialog", "aria hidden": "hidden",
    "sign up": "promo", "call to": "promo", "mailing list": "promo", "pay wall": "paywall",
    "reg wall": "paywall", "fact box": "box", "factbox": "box", "info box": "box",
    "infobox": "box", "tweet text": "", "twitter tweet": "embed", "instagram media": "embed",
    "fb post": "embed", "reddit card": "embed", "tiktok embed": "embed", "bluesky embed": "embed",
    "wp caption": "caption", "image caption": "caption", "photo caption": "caption",
    "image credit": "credit", "photo credit": "credit", "media credit": "credit",
    "picture credit": "credit", "hover card": "hovercard", "hovercard": "hovercard",
    "tool tip": "hovercard", "tooltip": "hovercard", "popover": "hovercard",
    "table contents": "toc", "toc container": "toc", "ad slot": "ad", "ad unit": "ad",
    "google ad": "ad", "share tools": "share", "has sidebar": "", "with sidebar": "",
    "no sidebar": "", "side by": "", "follow us": "social", "social media": "", "link out": "",
    "editors note": "note", "editor note": "note", "correction note": "note",
    "live blog": "", "live update": "", "key points": "summary", "keypoints": "summary",
    "more information": "", "related content": "related", "newsletter signup": "promo",
}  # fmt: skip
_WORDS: dict[str, str] = {
    "comments": "comments", "comment": "comments", "disqus": "comments", "discussion": "comments",
    "commentaires": "comments", "kommentare": "comments", "comentarios": "comments",
    "respond": "comments", "replies": "comments", "livefyre": "comments", "spotim": "comments",
    "related": "related", "recommended": "related", "recommendations": "related",
    "recommendation": "related", "recirc": "related", "recirculation": "related",
    "readmore": "related", "readnext": "related", "readalso": "related", "teaser": "teaser",
    "teasers": "related", "trending": "related", "popular": "related", "mostread": "related",
    "outbrain": "related", "taboola": "related", "zergnet": "related", "revcontent": "related",
    "promoted": "related", "morestories": "related", "relacionadas": "related",
    "relacionados": "related", "relacionado": "related", "relacionada": "related",
    "correlati": "related", "verwandte": "related", "similar": "related", "jetpack": "related",
    "suggested": "related", "suggestions": "related", "pagination": "related", "pager": "related",
    "prevnext": "related", "yarpp": "related", "crp": "related", "onward": "related",
    "newsletter": "promo", "newsletters": "promo", "subscribe": "promo", "subscription": "promo",
    "signup": "promo", "promo": "promo", "cta": "promo", "donate": "promo", "donation": "promo",
    "membership": "promo", "appeal": "promo", "optin": "promo", "mailchimp": "promo",
    "advertisement": "ad", "advert": "ad", "ads": "ad", "ad": "ad", "adsbygoogle": "ad",
    "sponsor": "ad", "sponsored": "ad", "werbung": "ad", "publicidad": "ad", "publicite": "ad",
    "banner": "ad", "dfp": "ad", "advertising": "ad", "anzeige": "ad", "adslot": "ad",
    "share": "share", "sharing": "share", "sharedaddy": "share", "addthis": "share",
    "sharethis": "share", "socials": "social", "social": "social", "addtoany": "share",
    "follow": "social", "shariff": "share", "sharebar": "share", "teilen": "share",
    "nav": "nav", "navbar": "nav", "navigation": "nav", "menu": "nav", "breadcrumb": "nav",
    "breadcrumbs": "nav", "menubar": "nav", "submenu": "nav", "toolbar": "nav",
    "sidebar": "sidebar", "masthead": "nav", "footer": "footer",
    "footnotes": "", "modal": "widget",
    "popup": "widget", "overlay": "widget", "cookie": "widget", "cookies": "widget",
    "gdpr": "widget", "consent": "widget", "lightbox": "widget", "player": "player",
    "jwplayer": "player", "playlist": "player", "poll": "widget", "quiz": "widget",
    "login": "widget", "signin": "widget", "search": "widget", "printfriendly": "share",
    "bio": "author_bio", "biography": "author_bio", "tags": "tags", "tag": "tags",
    "topics": "tags", "keywords": "tags", "taglist": "tags", "tagcloud": "tags",
    "byline": "byline", "bylines": "byline", "author": "byline", "authors": "byline",
    "autor": "byline", "auteur": "byline", "dateline": "date", "timestamp": "date",
    "date": "date", "datetime": "date", "pubdate": "date", "datum": "date", "fecha": "date",
    "published": "date", "standfirst": "standfirst", "subtitle": "standfirst",
    "subheadline": "standfirst", "subhead": "", "dek": "standfirst", "deck": "standfirst",
    "lede": "standfirst", "lead": "standfirst", "strapline": "standfirst",
    "chapo": "standfirst", "chapeau": "standfirst", "sapo": "standfirst", "excerpt": "standfirst",
    "summary": "standfirst", "vorspann": "standfirst", "bajada": "standfirst",
    "sommario": "standfirst", "intro": "standfirst", "subtitulo": "standfirst",
    "headline": "headline", "title": "headline", "kicker": "kicker", "eyebrow": "kicker",
    "caption": "caption", "figcaption": "caption", "legend": "caption", "credit": "credit",
    "credits": "credit", "copyright": "credit", "gallery": "gallery", "slideshow": "gallery",
    "carousel": "gallery", "slider": "gallery", "paywall": "paywall", "metered": "paywall",
    "regwall": "paywall", "correction": "note", "corrections": "note",
    "disclaimer": "disclaimer", "rating": "widget", "article": "main", "content": "main",
    "body": "main", "story": "main", "post": "main", "entry": "main", "text": "main",
    "main": "main", "hentry": "main", "page": "main", "toc": "toc", "feedback": "widget",
    "reactions": "widget", "print": "", "lightgallery": "",
}  # fmt: skip

BOILERPLATE = {
    "box": "page_furniture", "comments": "comment_chrome", "related": "related", "promo": "site_promo",
    "ad": "ad_marker", "share": "share_bar", "social": "social_follow", "nav": "page_furniture",
    "sidebar": "page_furniture", "footer": "page_furniture", "widget": "page_furniture",
    "player": "video_teaser", "author_bio": "author_bio", "tags": "topic_tags",
    "hidden": "page_furniture", "dialog": "page_furniture", "hovercard": "page_furniture", "toc": "page_furniture",
    "disclaimer": "disclaimer", "meta": "page_furniture", "caption": "caption",
    "credit": "credit", "gallery": "gallery_counter",
}  # fmt: skip
"""Verdicts on blocks outside the article, and the role of their text."""

FIGURES = frozenset("figure figcaption caption credit gallery".split())
"""Elements and verdicts of blocks with a picture's caption or credit."""

SURE = frozenset(
    "comments related share ad nav sidebar footer author_bio hidden dialog hovercard".split()
)
"""Verdicts that are trusted even for a block with much text."""

# First words of pairs, and all words with a meaning.
_FIRSTS = frozenset(pair.split()[0] for pair in _PAIRS if " " in pair)
_KNOWN = frozenset(word for pair in _PAIRS for word in pair.split()) | _WORDS.keys()


@lru_cache(maxsize=8192)
def verdict(name: str) -> str:
    """Return the meaning of a block's class and id; empty if they have no known words.

    The first meaning other than "main" wins; pairs of words take precedence over single words.
    """
    words = _WORD.findall(name)
    if name != name.lower():
        words = [word.lower() for word in words]
    if _KNOWN.isdisjoint(words):
        return ""
    found = ""
    previous = ""
    skip = False
    meanings: list[str] = []
    for word in words:
        pair = _PAIRS.get(f"{previous} {word}") if previous in _FIRSTS else None
        if pair is not None:
            if meanings and not skip:
                meanings.pop()
            meanings.append(pair)
            skip = True
        else:
            meanings.append(_PAIRS.get(word) or _WORDS.get(word, ""))
            skip = False
        previous = word
    for meaning in meanings:
        if meaning and meaning != "main":
            return meaning
        found = found or meaning
    return found
