"""The names of meta elements and microdata properties, and the record fields that they fill."""

from __future__ import annotations

_FIELDS = {
    "headline": """
        og:title twitter:title title headline dc.title dcterms.title parsely-title sailthru.title
        citation_title article:title hdl
    """,
    "description": """
        og:description description twitter:description dc.description dcterms.description
        sailthru.description parsely-description
    """,
    "published": """
        article:published_time og:article:published_time og:published_time article:published
        article.published article.created published_time datepublished date_published date
        dc.date dc.date.issued dc.date.created dc.issued dcterms.date dcterms.created dcterms.issued
        dcterms.available pubdate pub_date publish-date publishdate publish_date published
        publication_date publication-date publicationdate parsely-pub-date sailthru.date
        cxenseparse:recs:publishtime cxenseparse:publishtime originalpublicationdate
        article_date_original article:publicationdate article-publication-date
        citation_publication_date citation_date citation_online_date datecreated dateissued
        creation_date shareaholic:article_published_time rnews:datepublished og:pubdate
        og:publish_date date.created date.release displaydate ptime
    """,
    "modified": """
        article:modified_time og:article:modified_time og:updated_time og:modified_time
        article:updated article:modified article.updated modified_time updated_time datemodified
        date_modified last-modified last_modified lastmod dc.date.modified dc.modified
        dcterms.modified revised moddate modificationdate shareaholic:article_modified_time
        utime cxenseparse:recs:modifiedtime
    """,
    "authors": """
        author authors byl byline parsely-author sailthru.author dc.creator dc.creator.name
        dcterms.creator article:author og:article:author article.author article:author_name
        article_author author_name cxenseparse:author citation_author og:author rnews:creator
        shareaholic:article_author_name rbauthors vr:author dc.author
    """,
    "section": """
        article:section og:section og:article:section article.section section parsely-section
        cxenseparse:section articlesection rnews:articlesection
    """,
    "tags": """
        article:tag og:article:tag og:tag keywords news_keywords parsely-tags sailthru.tags
        article.tags dc.subject dcterms.subject
    """,
    "language": "og:locale content-language language dc.language dcterms.language inlanguage",
    "canonical_url": "og:url twitter:url",
    "image": "og:image og:image:url og:image:secure_url twitter:image twitter:image:src thumbnail",
    "alt": "og:image:alt twitter:image:alt",
    "access": "article:content_tier",
    "site_name": """
        og:site_name application-name apple-mobile-web-app-title dc.publisher dcterms.publisher
        cre publisher
    """,
    "kind": "og:type article:opinion",
}

FIELD_OF: dict[str, str] = {
    name: field for field, names in _FIELDS.items() for name in names.split()
}
"""Lower-case name or property of a meta element -> record field."""

PROPERTY = dict(
    pair.split("=")
    for pair in """
    headline=headline datepublished=published datecreated=published datemodified=modified
    author=authors creator=authors articlesection=section keywords=tags inlanguage=language
    isaccessibleforfree=access
    """.split()
)
"""Lower-case microdata property -> record field."""

# Twitter card labels: "twitter:label1" describes the value in "twitter:data1".
WRITTEN_BY = frozenset(
    " ".join(
        """written by; verfasst von; geschrieben von; von; écrit par; escrito por; scritto da;
    geschreven door; skrevet av; skrevet af; skriven av; napisane przez; author; autor; autore;
    auteur; by; yazan; автор; написано автором; kirjoittanut; 作成者; 执筆者; 執筆者; 投稿者""".split()
    ).split("; ")
)
