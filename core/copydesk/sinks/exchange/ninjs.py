"""An article as ninjs, the JSON of the IPTC for news, version 3.3."""

from __future__ import annotations

from typing import Any

from copydesk.model.article import Article, Author
from copydesk.model.renderings.inline import web_url

_Object = dict[str, Any]

_STANDARD = {
    "name": "ninjs",
    "version": "3.3",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.3.json#",
}
_WHOLE = {"full": "full", "truncated": "partial", "blocked": "partial"}


def news_object(article: Article) -> _Object:
    """Return the properties of an article; those without a value are empty."""
    address = web_url(article.canonical_url or article.url)
    place = article.dateline and article.dateline.place
    outlet, site = article.outlet, article.site
    publisher = site.publisher or (outlet.name if outlet else site.name)
    return {
        "uri": address or f"urn:copydesk:{article.id}",
        "standard": _STANDARD,
        "type": "text",
        "representationType": _WHOLE.get(article.access.observed),
        "version": article.revision,
        "altIds": [{"role": "copydesk", "value": article.id}],
        "contentCreated": _moment(article.published),
        "versionCreated": _moment(article.modified),
        "language": article.language,
        "genres": [{"name": article.kind}],
        "headlines": _roles(main=article.headline),
        "descriptions": _roles(standfirst=article.standfirst, description=article.description)
        + [{"role": one.kind, "value": one.text} for one in article.corrections],
        "by": article.byline,
        "people": [_person(one) for one in article.authors],
        "organisations": [{"name": publisher, "rel": "publisher"}] if publisher else [],
        "infoSources": [{"name": s.name, "role": s.role} for s in article.info_sources],
        "located": place,
        "subjects": _subjects(article),
        "bodies": _bodies(article),
        "associations": [*_pictures(article), *_related(article)],
    }


def _moment(value: str | None) -> str | None:
    """Return a time; None for a day alone, which ninjs cannot have."""
    return value if value and "T" in value else None


def _roles(**values: str | None) -> list[_Object]:
    return [{"role": role, "value": value} for role, value in values.items() if value]


def _person(author: Author) -> _Object:
    page = [{"type": "web", "value": author.url}] if author.url else []
    return {"name": author.name, "rel": author.role or "author", "contactInfo": page}


def _subjects(article: Article) -> list[_Object]:
    found = [("section", article.section)]
    found += [("breadcrumb", one) for one in article.breadcrumbs]
    found += [("tag", one) for one in article.tags]
    return [{"name": name, "rel": rel} for rel, name in found if name]


def _bodies(article: Article) -> list[_Object]:
    if not article.text:
        return []
    counts = {"charCount": len(article.text), "wordCount": len(article.text.split())}
    html = article.to_html(headline=False, standfirst=False)
    return [
        {"role": "main", "contentType": "text/html", **counts, "value": html},
        {"role": "main", "contentType": "text/plain", **counts, "value": article.text},
    ]


def _pictures(article: Article) -> list[_Object]:
    pictures = [(one.url, one.caption, one.credit, one.alt) for one in article.images]
    lead = article.lead_image
    if lead and lead.url not in [one[0] for one in pictures]:
        pictures.insert(0, (lead.url, lead.caption, lead.credit, None))
    made = []
    for url, caption, credit, alt in pictures:
        if address := web_url(url):
            is_lead = lead is not None and url == lead.url
            made.append(
                {
                    "name": caption or alt or "picture",
                    "rel": "lead picture" if is_lead else "picture",
                    "uri": address,
                    "type": "picture",
                    "by": credit,
                    "descriptions": _roles(caption=caption, alt=alt),
                    "renditions": [{"name": "original", "href": address}],
                }
            )
    return made


def _related(article: Article) -> list[_Object]:
    return [
        {"name": one.text or address, "rel": "related", "uri": address, "type": "text"}
        for one in article.related
        if (address := web_url(one.url))
    ]
