"""The meaning of a block's class and id, judged word by word."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

# Meaning -> pairs of words, and words that stand for a pair. They take precedence over single
# words; "" cancels the meaning of a word.
_MEANINGS_OF_PAIRS = {
    "body": """
        article-body articlebody story-body storybody entry-content post-content article-content
        article-text story-text body-text body-content post-body story-content content-body
        article-copy body-copy post-entry text-body news-body news-content news-text
        single-content detail-content detail-body articletext storytext articlecontent bodytext
        bodycopy
    """,
    "main": "main-content maincontent",
    "related": """
        read-more read-also also-read read-next see-also most-read most-popular more-news
        more-stories more-from more-on top-stories latest-news next-article prev-next up-next
        you-may might-like also-like link-list linklist story-list article-list post-list
        news-list post-navigation nav-links related-content
    """,
    "": """
        in-this post-author sub-heading article-teaser tweet-text has-sidebar with-sidebar
        no-sidebar side-by social-media link-out live-blog live-update more-information
    """,
    "author_bio": """
        author-bio author-box about-author author-info author-description author-card
        author-profile authorbox bio-box
    """,
    "meta": """
        entry-meta post-meta article-meta entry-footer post-footer article-footer story-footer
        entry-utility post-info article-info
    """,
    "pullquote": "pull-quote pullquote block-quote",
    "date": "pub-date publish-date published-date post-date",
    "standfirst": """
        sub-title sub-headline article-summary article-intro article-lead article-lede article-dek
    """,
    "comments": "no-comments comment-list commentlist",
    "hidden": """
        screen-reader visually-hidden sr-only screenreader visuallyhidden assistive-text
        print-only a11y-hidden skip-link hidden-visually hidden-accessible accessible-hidden
        accessibly-hidden element-invisible for-sr off-screen offscreen aria-hidden
    """,
    "dialog": "aria-dialog",
    "promo": "sign-up call-to mailing-list newsletter-signup",
    "paywall": "pay-wall reg-wall",
    "box": "fact-box factbox info-box infobox",
    "embed": "twitter-tweet instagram-media fb-post reddit-card tiktok-embed bluesky-embed",
    "caption": "wp-caption image-caption photo-caption",
    "credit": "image-credit photo-credit media-credit picture-credit",
    "hovercard": "hover-card hovercard tool-tip tooltip popover",
    "toc": "table-contents toc-container",
    "ad": "ad-slot ad-unit google-ad",
    "share": "share-tools",
    "social": "follow-us",
    "note": "editors-note editor-note correction-note",
    "summary": "key-points keypoints",
}
_MEANINGS = {
    "comments": """
        comments comment disqus discussion commentaires kommentare comentarios respond replies
        livefyre spotim
    """,
    "related": """
        related recommended recommendations recommendation recirc recirculation readmore readnext
        readalso teasers trending popular mostread outbrain taboola zergnet revcontent promoted
        morestories relacionadas relacionados relacionado relacionada correlati verwandte similar
        jetpack suggested suggestions pagination pager prevnext yarpp crp onward
    """,
    "teaser": "teaser",
    "promo": """
        newsletter newsletters subscribe subscription signup promo cta donate donation membership
        appeal optin mailchimp
    """,
    "ad": """
        advertisement advert ads ad adsbygoogle sponsor sponsored werbung publicidad publicite
        banner dfp advertising anzeige adslot
    """,
    "share": """
        share sharing sharedaddy addthis sharethis addtoany shariff sharebar teilen printfriendly
    """,
    "social": "socials social follow",
    "nav": "nav navbar navigation menu breadcrumb breadcrumbs menubar submenu toolbar masthead",
    "sidebar": "sidebar",
    "footer": "footer",
    "": "footnotes subhead print lightgallery",
    "widget": """
        modal popup overlay cookie cookies gdpr consent lightbox poll quiz login signin search
        rating feedback reactions
    """,
    "player": "player jwplayer playlist",
    "author_bio": "bio biography",
    "tags": "tags tag topics keywords taglist tagcloud",
    "byline": "byline bylines author authors autor auteur",
    "date": "dateline timestamp date datetime pubdate datum fecha published",
    "standfirst": """
        standfirst subtitle subheadline dek deck lede lead strapline chapo chapeau sapo excerpt
        summary vorspann bajada sommario intro subtitulo
    """,
    "headline": "headline title",
    "kicker": "kicker eyebrow",
    "caption": "caption figcaption legend",
    "credit": "credit credits copyright",
    "gallery": "gallery slideshow carousel slider",
    "paywall": "paywall metered regwall",
    "note": "correction corrections",
    "disclaimer": "disclaimer",
    "main": "article content body story post entry text main hentry page",
    "toc": "toc",
}
_PAIRS = {
    pair.replace("-", " "): meaning
    for meaning, pairs in _MEANINGS_OF_PAIRS.items()
    for pair in pairs.split()
}
_WORDS = {word: meaning for meaning, words in _MEANINGS.items() for word in words.split()}

BOILERPLATE = dict.fromkeys(
    "box nav sidebar footer widget hidden dialog hovercard toc meta".split(), "page_furniture"
) | {
    "comments": "comment_chrome",
    "related": "related",
    "promo": "site_promo",
    "ad": "ad_marker",
    "share": "share_bar",
    "social": "social_follow",
    "player": "video_teaser",
    "author_bio": "author_bio",
    "tags": "topic_tags",
    "disclaimer": "disclaimer",
    "caption": "caption",
    "credit": "credit",
    "gallery": "gallery_counter",
}
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
