"""An article as NewsArticle of schema.org, in JSON-LD."""

from __future__ import annotations

from typing import Any

from copydesk.model.article import Article, Author, Comment
from copydesk.model.renderings.inline import web_url

_Thing = dict[str, Any]

_TYPES = {
    "opinion": "OpinionNewsArticle",
    "analysis": "AnalysisNewsArticle",
    "review": "ReviewNewsArticle",
}


def news_article(article: Article) -> _Thing:
    """Return the properties of an article; those without a value are empty."""
    dateline, site = article.dateline, article.site
    free = article.access.declared
    return {
        "@context": "https://schema.org",
        "@type": _TYPES.get(article.kind, "NewsArticle"),
        "identifier": article.id,
        "version": article.revision,
        "url": article.canonical_url or article.url,
        "mainEntityOfPage": _page(article),
        "isPartOf": _typed("WebSite", name=site.name, url=_address(site.domain)),
        "publisher": _publisher(article),
        "sourceOrganization": [_typed("Organization", name=s.name) for s in article.info_sources],
        "genre": article.kind,
        "headline": article.headline,
        "abstract": article.standfirst,
        "description": article.description,
        "creditText": article.byline,
        "author": [_author(one) for one in article.authors],
        "dateline": dateline and dateline.raw,
        "locationCreated": _typed("Place", name=dateline and dateline.place),
        "datePublished": article.published,
        "dateModified": article.modified,
        "inLanguage": article.language,
        "articleSection": article.section,
        "keywords": article.tags,
        "isAccessibleForFree": None if free is None else free == "free",
        "articleBody": article.text,
        "wordCount": len(article.text.split()),
        "image": _images(article),
        "commentCount": article.comments.count,
        "comment": [_comment(one) for one in article.comments.items],
        "correction": [
            _typed("CorrectionComment", text=one.text, datePublished=one.date)
            for one in article.corrections
        ],
    }


def _typed(kind: str, **parts: Any) -> _Thing | None:
    """Return a thing with its type; None if nothing is said of it."""
    return {"@type": kind, **parts} if any(parts.values()) else None


def _address(domain: str | None) -> str | None:
    return f"https://{domain}/" if domain else None


def _publisher(article: Article) -> _Thing | None:
    outlet, site = article.outlet, article.site
    name = site.publisher or (outlet.name if outlet else site.name)
    return _typed("NewsMediaOrganization", name=name)


def _page(article: Article) -> _Thing | None:
    crumbs = [
        _typed("ListItem", position=number, name=name)
        for number, name in enumerate(article.breadcrumbs, 1)
    ]
    return _typed(
        "WebPage",
        url=article.url,
        breadcrumb=_typed("BreadcrumbList", itemListElement=crumbs),
        relatedLink=[one.url for one in article.related if one.url],
    )


def _author(author: Author) -> _Thing | None:
    works_for = _typed("Organization", name=author.organisation)
    return _typed(
        "Person", name=author.name, jobTitle=author.role, worksFor=works_for, url=author.url
    )


def _images(article: Article) -> list[_Thing | None]:
    """Return the pictures, the lead picture first."""
    lead = article.lead_image
    made = [
        _typed(
            "ImageObject",
            contentUrl=web_url(one.url),
            caption=one.caption,
            creditText=one.credit,
            description=one.alt,
        )
        for one in article.images
        if lead is None or one.url != lead.url
    ]
    if lead is None:
        return made
    alt = next((one.alt for one in article.images if one.url == lead.url), None)
    first = _typed(
        "ImageObject",
        contentUrl=web_url(lead.url),
        caption=lead.caption,
        creditText=lead.credit,
        description=alt,
        representativeOfPage=True,
    )
    return [first, *made]


def _comment(comment: Comment) -> _Thing | None:
    return _typed(
        "Comment",
        identifier=comment.id,
        parentItem=_typed("Comment", identifier=comment.parent_id),
        author=_typed("Person", name=comment.author),
        datePublished=comment.published,
        text=comment.text,
        upvoteCount=comment.score,
    )
