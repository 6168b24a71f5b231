"""From Draft to Article: segments feed their fields, what feeds none is listed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from copydesk import times
from copydesk.article import SCHEMA_VERSION, Article
from copydesk.document import Document
from copydesk.draft import Draft, Segment
from copydesk.roles import field_of
from copydesk.rules import bylines
from copydesk.rules.credits import strip_label
from copydesk.rules.suppliers import agency_in_credit
from copydesk.text import bare
from copydesk.urls import canonical, has_path, path_date

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the assembly knows beside the draft.

    outlet: the record's outlet, None for the generic reading. adapter: the record's adapter.
    language, timezone: of the outlet, None when not stated. stated: fields that the adapter's own
    methods gave, with their values.
    """

    adapter: Record
    outlet: Record | None = None
    language: str | None = None
    timezone: str | None = None
    stated: Mapping[str, str | None] = field(default_factory=dict)


def assemble(draft: Draft, reading: Reading) -> Article:
    """Make the article of a draft whose segments all have their roles; sets each one's field."""
    record = _Assembly(draft, reading).record()
    return Article.model_validate(record)


def digest(*parts: str) -> str:
    """The first 32 hex digits of the SHA-256 over parts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:32]


class _Assembly:
    def __init__(self, draft: Draft, reading: Reading) -> None:
        self.draft = draft
        self.reading = reading
        self.document: Document = draft.document
        self.provenance: dict[str, Record] = {}
        self.warnings = list(draft.warnings)
        self.values: Record = dict.fromkeys(
            ("headline", "standfirst", "byline", "dateline", "published", "modified", "section")
        )
        self.lists: dict[str, list[Any]] = {
            name: [] for name in ("authors", "breadcrumbs", "tags", "info_sources", "body", "images",
                                  "related", "corrections")
        }  # fmt: skip
        self.comment_items: dict[str, Record] = {}
        self.comment_count: int | None = None
        self.comment_status = ""
        self.open_image: Record | None = None
        self.paywall: str | None = None

    def record(self) -> Record:
        for segment in self.draft.segments:
            feed = _FEEDERS.get(segment.role)
            if feed is not None and feed(self, segment):
                segment.field = segment.field or field_of(segment.role)
            elif segment.role == "paywall_notice":
                self.paywall = self.paywall or segment.text
        self._stated()
        self._dates()
        return self._build()

    # What single segments feed; each returns whether the segment fed something.

    def _first(self, name: str, value: str, segment: Segment, raw: str | None = None) -> bool:
        if self.values[name] is not None or not value:
            return False
        self.values[name] = value
        self._from_rule(name, segment, raw or segment.text)
        return True

    def _from_rule(self, name: str, segment: Segment, raw: str | None) -> None:
        source = "outlet" if ":" in segment.rule else "rule"
        self.provenance.setdefault(name, {"source": source, "rule": segment.rule, "raw": raw})

    def headline(self, segment: Segment) -> bool:
        return self._first("headline", segment.text, segment)

    def standfirst(self, segment: Segment) -> bool:
        return self._first("standfirst", segment.text, segment)

    def byline(self, segment: Segment) -> bool:
        if segment.data.get("label"):
            return False
        who = segment.data.get("text") or bylines.opened(segment.text) or segment.text
        if not self._first("byline", segment.text, segment):
            return False
        for author in bylines.authors(who):
            self.lists["authors"].append(author | {"url": None, "raw": segment.text})
        if self.lists["authors"]:
            self._from_rule("authors", segment, segment.text)
        for name in bylines.agencies(who):
            self._add_source(segment, name, "agency", "wires")
        return True

    def author_role(self, segment: Segment) -> bool:
        authors = self.lists["authors"]
        if not authors or authors[-1]["role"] is not None:
            return False
        authors[-1]["role"] = segment.text
        return True

    def dateline(self, segment: Segment) -> bool:
        if self.values["dateline"] is not None:
            return False
        data = segment.data
        self.values["dateline"] = {
            "raw": segment.text, "place": data.get("place") or segment.text, "date": data.get("date"),
        }  # fmt: skip
        self._from_rule("dateline", segment, segment.text)
        if name := data.get("agency"):
            self._add_source(segment, name, "agency", "wires")
        return True

    def timestamp(self, segment: Segment) -> bool:
        stamps = times.find_stamps(segment.text)
        if not stamps:
            return False
        value = stamps[0].iso(self.reading.timezone, self.document.retrieved_at)
        name = "modified" if segment.data.get("kind") == "modified" else "published"
        if value is None or not self._first(name, value, segment):
            return False
        segment.field = name
        return True

    def crawl_date(self, segment: Segment) -> bool:
        self.crawl_segment = segment
        return self._first("published", segment.data["date"], segment, segment.data["date"])

    def paragraph(self, segment: Segment) -> bool:
        body = self.lists["body"]
        if segment.joins and body and body[-1]["type"] == "paragraph":
            body[-1]["text"] += " " + segment.text
        else:
            body.append({"type": "paragraph", "text": segment.text})
        self.open_image = None
        return True

    def heading(self, segment: Segment) -> bool:
        self.lists["body"].append({"type": "heading", "text": segment.text, "level": 2})
        self.open_image = None
        return True

    def list_item(self, segment: Segment) -> bool:
        body = self.lists["body"]
        ordered = any(c.isdigit() for c in segment.mark)
        item = {"text": segment.text, "items": []}
        if body and body[-1]["type"] == "list" and body[-1]["ordered"] == ordered:
            body[-1]["items"].append(item)
        else:
            body.append({"type": "list", "ordered": ordered, "items": [item]})
        self.open_image = None
        return True

    def quote(self, segment: Segment) -> bool:
        self.lists["body"].append({"type": "quote", "text": segment.text, "citation": None})
        self.open_image = None
        return True

    def divider(self, segment: Segment) -> bool:
        self.lists["body"].append({"type": "divider"})
        return True

    def _image(self) -> Record:
        image: Record = {
            "url": None, "caption": None, "alt": None, "credit": None, "agency": None,
            "position": len(self.lists["body"]),
        }  # fmt: skip
        self.lists["images"].append(image)
        self.open_image = image
        return image

    def alt(self, segment: Segment) -> bool:
        self._image()["alt"] = segment.text
        return True

    def caption(self, segment: Segment) -> bool:
        image = self.open_image
        if image is None or image["caption"] is not None or image["credit"] is not None:
            image = self._image()
        image["caption"] = segment.text
        return True

    def credit(self, segment: Segment) -> bool:
        image = self.open_image
        if image is None or image["credit"] is not None:
            image = self._image()
        image["credit"] = strip_label(segment.text)
        image["agency"] = agency_in_credit(image["credit"])
        return True

    def _comment(self, segment: Segment) -> Record:
        number = segment.data.get("item", "0")
        return self.comment_items.setdefault(
            number,
            {"id": None, "parent_id": None, "author": None, "published": None,
             "published_raw": None, "text": "", "score": None},
        )  # fmt: skip

    def comment_author(self, segment: Segment) -> bool:
        item = self._comment(segment)
        item["author"] = segment.data.get("name") or segment.text
        if segment.data.get("cut"):
            self.comment_status = "partial"
        return True

    def comment(self, segment: Segment) -> bool:
        item = self._comment(segment)
        item["text"] += ("\n\n" if item["text"] else "") + segment.text
        return True

    def comment_meta(self, segment: Segment) -> bool:
        item = self._comment(segment)
        raw = segment.data.get("when", segment.text)
        item["published_raw"] = raw
        if stamps := times.find_stamps(raw):
            item["published"] = stamps[0].iso(self.reading.timezone, self.document.retrieved_at)
        if score := segment.data.get("score"):
            item["score"] = int(score)
        return True

    def count_comments(self, segment: Segment) -> bool:
        if self.comment_count is not None or "count" not in segment.data:
            return False
        self.comment_count = int(segment.data["count"])
        return True

    def no_comments(self, segment: Segment) -> bool:
        self.comment_status = self.comment_status or "none_yet"
        return True

    def comments_closed(self, segment: Segment) -> bool:
        self.comment_status = self.comment_status or "disabled"
        return True

    def related(self, segment: Segment) -> bool:
        if not segment.data.get("text"):
            return False
        self.lists["related"].append({"text": segment.data["text"], "url": None})
        return True

    def correction(self, segment: Segment) -> bool:
        stamps = times.find_stamps(segment.text[:200])
        day = stamps[0].day if stamps else None
        self.lists["corrections"].append({
            "kind": segment.role, "date": day.isoformat() if day else None,
            "text": segment.data.get("text") or segment.text, "position": len(self.lists["body"]),
        })  # fmt: skip
        return True

    def section_label(self, segment: Segment) -> bool:
        return self._first("section", segment.text, segment)

    def breadcrumb(self, segment: Segment) -> bool:
        if segment.rule == "breadcrumb.list" and not segment.data.get("text"):
            return False
        crumbs = [segment.data["text"]] if segment.data.get("text") else _crumbs(segment.text)
        self.lists["breadcrumbs"].extend(crumbs)
        self._from_rule("breadcrumbs", segment, segment.text)
        return True

    def topic_tags(self, segment: Segment) -> bool:
        text = segment.data.get("text")
        if not text:
            return False
        known = self.lists["tags"]
        known.extend(t for t in _tags(text) if t not in known)
        self._from_rule("tags", segment, text)
        return True

    def agency_credit(self, segment: Segment) -> bool:
        name = segment.data.get("agency") or segment.text
        return self._add_source(segment, name, "agency", "wires")

    def publisher(self, segment: Segment) -> bool:
        name = segment.data.get("text") or segment.text
        return self._add_source(segment, name, "publisher", "other")

    def _add_source(self, segment: Segment, name: str, role: str, category: str) -> bool:
        sources = self.lists["info_sources"]
        if any(bare(s["name"]) == bare(name) for s in sources):
            return False
        sources.append({"name": name, "role": role, "category": category})
        self._from_rule("info_sources", segment, segment.text)
        return True

    # What the whole record needs.

    def _stated(self) -> None:
        for name, value in self.reading.stated.items():
            if value is not None:
                self.values[name] = value
                rule = f"{self.reading.adapter['id']}:{name}"
                self.provenance[name] = {"source": "outlet", "rule": rule, "raw": value}

    def _dates(self) -> None:
        url = self.document.url
        weak = self.provenance.get("published", {}).get("rule") == "crawl_date"
        if url and has_path(url) and (self.values["published"] is None or weak):
            if found := path_date(url):
                self.values["published"] = found[0].isoformat()
                self.provenance["published"] = {"source": "url", "rule": "url.path_date", "raw": found[1]}
                if weak:
                    self.crawl_segment.field = None
        dateline = self.values["dateline"]
        if dateline and dateline["date"]:
            dateline["date"] = self._dateline_date(dateline["date"])

    def _dateline_date(self, raw: str) -> str | None:
        stamps = times.find_stamps(raw)
        if stamps and stamps[0].day:
            return stamps[0].day.isoformat()
        found = times.find_day_without_year(raw)
        published = self.values["published"]
        if not found or not published:
            return None
        month = times.month_number(found["m"] or found["m2"]) or 0
        day = int(found["d"] or found["d2"])
        near = date.fromisoformat(published[:10])
        for year in (near.year, near.year - 1):
            made = times.make_date(year, month, day)
            if made and made <= near + timedelta(days=3):
                return made.isoformat()
        return None

    def _comments(self) -> Record:
        items = list(self.comment_items.values())
        count = self.comment_count
        if items:
            stated = count if count is not None else len(items)
            cut = self.comment_status == "partial" or stated > len(items)
            return {"status": "partial" if cut else "complete", "count": max(stated, len(items)),
                    "items": items}  # fmt: skip
        if self.comment_status == "none_yet" or count == 0:
            return {"status": "none_yet", "count": 0, "items": []}
        if self.comment_status == "disabled":
            return {"status": "disabled", "count": count, "items": []}
        chrome = any(s.role in ("comment_chrome", "comment_form") for s in self.draft.segments)
        status = "not_loaded" if count or chrome else "absent"
        return {"status": status, "count": count, "items": []}

    def _language(self, text: str) -> str | None:
        language = self.reading.language
        if language is None:
            return None
        script = _SCRIPTS.get(language.split("-")[0], "latin")
        seen = _script_of(text)
        if seen and seen != script:
            self.warnings.append(f"the outlet's language is {language}, but the text is in {seen} script")
            return None
        self.provenance["language"] = {"source": "outlet", "rule": None, "raw": language}
        return language

    def _removed(self) -> list[Record]:
        removed = []
        for s in self.draft.segments:
            if s.field is None:
                text = f"{s.mark} {s.text}" if s.mark and not s.text.startswith(s.mark) else s.text
                removed.append(
                    {"kind": s.role, "rule": s.rule, "text": text, "characters": s.end - s.start}
                )
        return removed

    def _build(self) -> Record:
        document, values, lists = self.document, self.values, self.lists
        body = lists["body"]
        text = "\n\n".join(filter(None, map(_block_text, body)))
        url = document.url if document.url and has_path(document.url) else None
        home = canonical(url) if url else None
        if home:
            self.provenance["canonical_url"] = {"source": "url", "rule": "url.canonical", "raw": url}
        revision = digest(
            values["headline"] or "", values["standfirst"] or "",
            json.dumps(body, ensure_ascii=False, sort_keys=True),
        )  # fmt: skip
        observed = "truncated" if self.paywall else "unknown"
        moment = document.retrieved_at
        return {
            "schema_version": SCHEMA_VERSION,
            "id": digest("url", home) if home else digest("content", revision),
            "revision": revision,
            "previous": None,
            "outlet": self.reading.outlet,
            "url": url, "canonical_url": home, "requested_url": url,
            "kind": "article",
            **values,
            "description": None,
            **lists,
            "language": self._language(text),
            "text": text,
            "comments": self._comments(),
            "access": {"declared": None, "observed": observed, "evidence": self.paywall},
            "removed": self._removed(),
            "provenance": {k: self.provenance[k] for k in sorted(self.provenance)},
            "document": {
                "origin": document.origin, "media_type": document.media_type,
                "encoding": self.draft.encoding,
                "retrieved_at": moment.isoformat() if moment else None,
                "sha256": document.sha256, "characters": len(self.draft.text),
            },
            "adapter": self.reading.adapter,
            "warnings": self.warnings,
        }  # fmt: skip


_FEEDERS = {
    "headline": _Assembly.headline, "standfirst": _Assembly.standfirst, "byline": _Assembly.byline,
    "author_role": _Assembly.author_role, "dateline": _Assembly.dateline,
    "timestamp": _Assembly.timestamp, "crawl_date": _Assembly.crawl_date,
    "paragraph": _Assembly.paragraph, "heading": _Assembly.heading,
    "list_item": _Assembly.list_item, "quote": _Assembly.quote, "divider": _Assembly.divider,
    "caption": _Assembly.caption, "alt": _Assembly.alt, "credit": _Assembly.credit,
    "comment": _Assembly.comment, "comment_author": _Assembly.comment_author,
    "comment_meta": _Assembly.comment_meta, "comment_count": _Assembly.count_comments,
    "comment_chrome": _Assembly.count_comments, "no_comments": _Assembly.no_comments,
    "comments_closed": _Assembly.comments_closed, "related": _Assembly.related,
    "correction": _Assembly.correction, "editors_note": _Assembly.correction,
    "section_label": _Assembly.section_label, "breadcrumb": _Assembly.breadcrumb,
    "topic_tags": _Assembly.topic_tags, "agency_credit": _Assembly.agency_credit,
    "publisher": _Assembly.publisher,
}  # fmt: skip

_SCRIPTS = {"ar": "arabic", "fa": "arabic", "ur": "arabic", "ru": "cyrillic", "uk": "cyrillic",
            "bg": "cyrillic", "sr": "cyrillic", "el": "greek", "he": "hebrew"}  # fmt: skip
_LETTERS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"), "arabic": re.compile("[\u0600-\u077f\ufb50-\ufeff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"), "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
}  # fmt: skip


def _script_of(text: str) -> str | None:
    """The script that most letters of a text's beginning are in, of those that tell languages."""
    sample = text[:600]
    counts = {name: len(letters.findall(sample)) for name, letters in _LETTERS.items()}
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] > 20 else None


def _crumbs(text: str) -> list[str]:
    for mark in (" / ", " » ", " › ", " > ", "»", "›", ">", "/", " | ", " - "):
        if mark in text:
            return [part.strip() for part in text.split(mark) if part.strip()]
    return [text]


def _tags(text: str) -> list[str]:
    for mark in (",", ";", "|", "•", "·", "#"):
        if mark in text:
            return [t for t in (part.strip(" #") for part in text.split(mark)) if t]
    return [text]


def _block_text(block: Record) -> str:
    if block["type"] == "list":
        return "\n".join(item["text"] for item in block["items"])
    return str(block.get("text") or "")
