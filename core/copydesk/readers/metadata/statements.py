"""The statements of a page about itself: JSON-LD, OpenGraph, meta, microdata and its URL.

All are collected with their origin, in the order found; nothing is chosen here.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.dates.labels import kind_of_label, kind_of_names
from copydesk.model.metadata import (
    H1,
    H1_CRUMB,
    H1_SITE,
    HEADINGS,
    LANG,
    LINKED_AUTHOR,
    NEAR_AUTHOR,
    PATH_DATE,
    TIME,
    TITLE,
    Metadata,
    verbatim,
)
from copydesk.readers.elements import (
    Attributes,
    attribute_names,
    element_text,
    is_in_breadcrumbs,
    is_in_comment,
)
from copydesk.readers.metadata import authors, jsonld, near_authors, schema_org
from copydesk.readers.metadata.jsonld import clean
from copydesk.readers.metadata.meta_names import FIELD_OF, PROPERTY, WRITTEN_BY
from copydesk.util import urls
from copydesk.util.text import bare

# A selector visits every element: most are for the head only, and the body is searched for
# microdata only if JSON-LD leaves a field empty.
_HEAD = """
    meta[content], link[rel~=canonical i], link[rel~=image_src i], title, script[type*=ld], base[href]
"""
_BODY = "h1, time, script[type*=ld], base[href]"
_REST = """
    time, abbr[class~=published], meta, link[rel~=canonical i], a[rel~=author], [itemprop]
"""
_KNOWN = {
    key: (name, "opengraph" if key.startswith(("og:", "article:")) else "meta", "meta." + key)
    for key, name in FIELD_OF.items()
}
_PLAIN = frozenset(
    {"headline", "description", "published", "modified", "section", "language", "site_name"}
)
_LONGEST_NAME = 200
_MAX_AUTHORS = 40
_NO_KEY = (0, 0)
# Other names of the date of publication: "w-published-date", "page.publication.time".
_PUBLISHED = re.compile(r"(?:publish|publication|posted).{0,6}(?:date|time)|date.?publi")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_TIMES = 12
_MAX_HEADINGS = 6
_LONGEST_LABEL = 40
_DIGIT = re.compile(r"\d")
# Reading a microdata property reads all its content, and properties may be nested.
_MAX_PROPERTIES = 200


def read(tree: LexborHTMLParser, url: str | None) -> Metadata:
    """Collect the statements of a page about itself; never raises because of the page's content.

    url: the URL of the page, which relative links are resolved against.
    """
    reader = _Reader(tree, url)
    reader.collect()
    return reader.found


class _Reader:
    """The reading of one page."""

    def __init__(self, tree: LexborHTMLParser, url: str | None) -> None:
        self.tree = tree
        self.url = url
        self.base = url
        self.found = Metadata()
        self.add = self.found.add
        self.types: set[str] = set()
        self.scripts: list[str] = []
        self.times = 0
        self.properties = 0
        self.author_index: dict[tuple[str, tuple[int, int]], int] = {}
        self.labels: dict[str, str] = {}
        self.alt = ""

    def collect(self) -> None:
        """Read the head, the JSON-LD, and the rest of the body if these leave a main field empty."""
        scripts = self.scripts
        headings: list[LexborNode] = []
        head, body = self.tree.head, self.tree.body
        in_head = head.css(_HEAD) if head is not None else []
        in_body = body.css(_BODY) if body is not None else []
        stated = next((n for n in (*in_head, *in_body) if n.tag == "base"), None)
        if stated is not None:
            # It also applies to links before it.
            self.base = urls.base(self.url, stated.attributes.get("href") or "")
        self.found.base = self.base
        for node in in_head:
            self._head(node, scripts)
        for node in in_body:
            tag = node.tag
            if tag == "h1":
                headings.append(node)
            elif tag == "time":
                self.found.times += 1
            elif tag == "script":
                _script(node, scripts)
        self._linked_data(scripts)
        if body is not None and self._lacks_main_field():
            last = 0
            for node in body.css(_REST):
                # An element that matches two selectors is listed twice in a row.
                if node.mem_id != last:
                    last = node.mem_id
                    self._element(node, node.attributes)
        headline = self._headings(headings)
        if body is not None and not self._knows_authors():
            self._near_authors(body, headline)
        self._page()
        self.found.types = frozenset(self.types)

    def _head(self, node: LexborNode, scripts: list[str]) -> None:
        tag = node.tag
        if tag == "meta":
            self._meta(node, node.attributes)
        elif tag == "link":
            self._link(node, node.attributes)
        elif tag == "title":
            self.add("headline", clean(node.text_lexbor()), "html", TITLE)
        elif tag == "script":
            _script(node, scripts)

    def _linked_data(self, scripts: list[str]) -> None:
        objects: list[dict[str, Any]] = []
        for script in scripts:
            decoded, warning = jsonld.decode(script)
            objects += decoded
            if warning:
                self.found.warnings.append(warning)
        self.types.update(t for o in objects for t in jsonld.types(o))
        pages = [c.value for c in self.found.statements["canonical_url"]]
        schema_org.read(self.found, objects, [self.url, *pages] if self.url else pages)

    def _lacks_main_field(self) -> bool:
        """Return whether JSON-LD or the head lack one of the main fields."""
        stated = self.found.statements
        for name in ("headline", "published", "authors"):
            if "json-ld" not in [s.source for s in stated[name]]:
                return True
        return "opengraph" not in [s.source for s in stated["headline"]]

    def _meta(self, node: LexborNode, attributes: Attributes) -> None:
        get = attributes.get
        content = get("content")
        if not content:
            return
        named = get("property") or get("name")
        if not named:
            if itemprop := get("itemprop"):
                self._property(node, itemprop, content)
            elif (get("http-equiv") or "").lower() == "content-language":
                self.add("language", clean(content), "meta", "meta.content-language", content)
            return
        key = named.lower()
        known = _KNOWN.get(key)
        if known is None and _PUBLISHED.search(key) and _YEAR.search(content):
            known = "published", "meta", "meta." + key
        if known is not None:
            name, source, rule = known
            text = clean(content)
            if name == "authors":
                self._author(authors.parse(text), source, rule, content)
                return
            if name == "tags" and not key.endswith(":tag"):
                text = content
            if name == "image":
                self._image(text, source, rule)
                return
            value = text if name in _PLAIN else self._value(name, key, text)
            self.add(name, value, source, rule, content)
        elif key.startswith(("twitter:label", "twitter:data")):
            self.labels[key[8:]] = clean(content)
        else:
            self._other_meta(node, key, content)

    def _other_meta(self, node: LexborNode, key: str, content: str) -> None:
        if key.endswith("ld+json"):
            # Some frameworks print the script of linked data as a meta element.
            self.scripts.append(content)
        elif itemprop := node.attributes.get("itemprop"):
            self._property(node, itemprop, content)

    def _author(
        self,
        people: list[authors.Person],
        source: str,
        rule: str,
        raw: str,
        story_key: tuple[int, int] = _NO_KEY,
    ) -> None:
        """Add authors; those of one rule and story are merged into one statement."""
        if not people:
            return
        stated = self.found.statements["authors"]
        at = self.author_index.setdefault((rule, story_key), len(stated))
        if at == len(stated):
            self.add("authors", people, source, rule, raw)
        elif len(stated[at].value) < _MAX_AUTHORS:
            known = stated[at]
            new = [person for person in people if person not in known.value]
            raw = verbatim(f"{known.raw}; {raw}") if new else known.raw
            stated[at] = known._replace(value=known.value + new, raw=raw)

    def _story_key(self, node: LexborNode) -> tuple[int, int]:
        # Finding the key visits the block around the element; a page has few authors.
        return authors.story_key(node) if len(self.author_index) < _MAX_AUTHORS else _NO_KEY

    def _value(self, name: str, key: str, text: str) -> Any:
        """Return the value of a meta element for its field; None if it has none."""
        if name == "tags":
            return [text] if key.endswith(":tag") else schema_org.split_keywords(text)
        if name == "canonical_url":
            return self._page_address(text)
        if name == "alt":
            self.alt = self.alt or text
            return None
        if name == "access":
            return schema_org.access_value("free" if text.casefold() == "free" else "paid")
        if key == "og:type":
            self.types.add("og:" + text[:40].casefold())
        return _kind(key, text)

    def _link(self, node: LexborNode, attributes: Attributes) -> None:
        href = attributes.get("href") or ""
        if "image_src" in (attributes.get("rel") or "").casefold().split():
            self._image(href, "html", "html.link.image_src")
        else:
            self.add("canonical_url", self._page_address(href), "html", "html.link.canonical", href)

    def _image(self, stated: str, source: str, rule: str) -> None:
        if address := self._absolute(urls.with_host(self.url, stated)):
            value = {"url": address, "caption": None, "credit": None, "alt": None}
            self.add("image", value, source, rule, stated)

    def _page_address(self, stated: str) -> str | None:
        """Resolve the page's URL as it states it, possibly without a scheme."""
        address = urls.with_host(self.url, stated.strip())
        return self._absolute(address)

    def _absolute(self, address: str) -> str | None:
        url = urls.absolute(self.base, address)
        return url and clean(url)

    def _element(self, node: LexborNode, attributes: Attributes) -> None:
        """Read an element of the body: microdata, time, author link, or meta outside the head."""
        tag, get = node.tag, attributes.get
        self.properties += tag not in ("meta", "time")
        if self.properties > _MAX_PROPERTIES:
            return
        if tag == "meta":
            self._meta(node, attributes)
        elif named := get("itemprop"):
            self._property(node, named, get("content") or get("datetime") or "")
        elif tag == "link":
            self._link(node, attributes)
        elif tag in ("time", "abbr"):
            self._time(node, attributes)
        elif name := element_text(node):
            person = {"name": name, "url": self._absolute(get("href") or ""), "kind": None}
            self._author([person], "html", "html.rel-author", name, self._story_key(node))

    def _time(self, node: LexborNode, attributes: Attributes) -> None:
        stamp = attributes.get("datetime") or attributes.get("title")
        if not stamp or self.times >= _MAX_TIMES:
            return
        self.times += 1
        kind = kind_of_names(attribute_names(attributes)) or kind_of_label(_label(node))
        name = "modified" if kind == "modified" and "pubdate" not in attributes else "published"
        self.add(name, stamp.strip(), "html", TIME)

    def _property(self, node: LexborNode, named: str, content: str) -> None:
        for key in named.lower().split():
            name = PROPERTY.get(key)
            if name is None or is_in_comment(node):
                continue
            if name == "authors":
                names = [n for n in authors.names(node, content) if len(n) <= _LONGEST_NAME]
                people = [person for n in names for person in authors.parse(n)]
                rule = "html.itemprop." + key
                self._author(people, "html", rule, "; ".join(names), self._story_key(node))
                continue
            raw = clean(content) or element_text(node)
            value: Any = raw
            if name == "tags":
                value = schema_org.split_keywords(content or raw)
            elif name == "access":
                value = schema_org.access_value(schema_org.parse_access(raw))
            self.add(name, value, "html", "html.itemprop." + key, raw)

    def _headings(self, nodes: list[LexborNode]) -> LexborNode | None:
        """Add possible headlines: the h1 outside breadcrumbs, else the first h2 headings.

        Returns the first such h1.
        """
        found = None
        for node in nodes[:_MAX_HEADINGS]:
            rule = H1_CRUMB if is_in_breadcrumbs(node) else H1
            if self._is_of_site(node):
                rule = H1_SITE
            elif found is None and rule == H1:
                found = node
            self._heading(node, rule)
        if found is None:
            for node in self.tree.css("h2")[:_MAX_HEADINGS]:
                self._heading(node, "html.h2")
        return found

    def _knows_authors(self) -> bool:
        """Return whether JSON-LD, or two other statements, name a person in full."""
        site = {bare(str(c.value)) for c in self.found.statements["site_name"]}
        named = [
            (c.source, key)
            for c in self.found.statements["authors"]
            for person in c.value
            if person["kind"] != "organization" and " " in (name := person["name"] or "")
            if (key := bare(name)) not in site
        ]
        counts = Counter(key for _, key in named)
        return any(source == "json-ld" or counts[key] > 1 for source, key in named)

    def _near_authors(self, body: LexborNode, headline: LexborNode | None) -> None:
        """Add the authors in the elements nearest to the headline."""
        stated = self.found.statements["headline"]
        titles = frozenset(bare(str(c.value)) for c in stated if c.rule not in HEADINGS)
        for found in near_authors.find(body, headline.mem_id if headline else 0, titles):
            address = self._absolute(found.node.attributes.get("href") or "")
            rule = LINKED_AUTHOR if found.linked else NEAR_AUTHOR
            person = {"name": found.text, "url": address, "kind": None}
            self._author([person], "html", rule, found.text)

    def _is_of_site(self, node: LexborNode) -> bool:
        """Return whether a heading is a link to the front page or to a section above the page."""
        link = node.css_first("a[href]") or node.parent
        if link is None or not (href := link.attributes.get("href")):
            return False
        address = self._absolute(href)
        if address is None or element_text(link) != element_text(node):
            return False
        return urls.is_front(address) or (self.url is not None and urls.is_above(address, self.url))

    def _heading(self, node: LexborNode, rule: str) -> None:
        self.add("headline", element_text(node), "html", rule)
        parts = [element_text(part) for part in node.iter()]
        if parts:
            parts.append(clean(node.text(deep=False)))
        if len([p for p in parts if p]) > 1:
            for part in parts:
                self.add("headline", part, "html", rule + ".part")

    def _page(self) -> None:
        """Read the root element's language, Twitter cards and the page's URL."""
        root = self.tree.root
        attributes = root.attributes if root is not None else {}
        language = attributes.get("lang") or attributes.get("xml:lang") or ""
        self.add("language", language.strip(), "html", LANG)
        for position, label in self.labels.items():
            name = self.labels.get("data" + position[5:], "")
            if label.casefold() in WRITTEN_BY and name:
                self._author(authors.parse(name), "meta", f"meta.twitter:data{position[5:]}", name)
        images = self.found.statements["image"]
        if self.alt and (image := next((c for c in images if c.is_meta), None)):
            image.value["alt"] = self.alt
        if self.url and (found := urls.path_date(self.url)):
            self.add("published", found[0].isoformat(), "url", PATH_DATE, found[1])


def _label(node: LexborNode) -> str:
    """Return the words before a date, in its element or just before it, up to another date."""
    previous = node.prev
    before = previous.text_lexbor()[-_LONGEST_LABEL:] if previous is not None else ""
    return _DIGIT.split(before)[-1] + _DIGIT.split(element_text(node)[:_LONGEST_LABEL])[0]


def _script(node: LexborNode, scripts: list[str]) -> None:
    if "ld+json" in (node.attributes.get("type") or "").lower():
        scripts.append(node.text_lexbor())


def _kind(key: str, text: str) -> str | None:
    if key == "article:opinion":
        return "opinion" if text.casefold() == "true" else None
    folded = text.casefold()
    if folded.startswith("video"):
        return "video"
    return "article" if folded in ("article", "news", "newsarticle", "blog", "post") else None
