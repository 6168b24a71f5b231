"""From Draft to Article: segments feed their fields, what feeds none is listed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from copydesk import times
from copydesk.article import SCHEMA_VERSION, Article
from copydesk.draft import Draft
from copydesk.feeding import Feeder, Record
from copydesk.text import fold
from copydesk.urls import canonical, has_path, path_date


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


class _Assembly(Feeder):
    """The record of a draft: what its segments feed, and what the whole needs."""

    def __init__(self, draft: Draft, reading: Reading) -> None:
        super().__init__(draft, reading.timezone)
        self.reading = reading

    def record(self) -> Record:
        self.feed()
        self._stated()
        self._dates()
        return self._build()

    def _stated(self) -> None:
        for name, value in self.reading.stated.items():
            if value is not None:
                self.replace(name, value)
                rule = f"{self.reading.adapter['id']}:{name}"
                self.provenance[name] = {"source": "outlet", "rule": rule, "raw": value}

    def _dates(self) -> None:
        url = self.document.url
        found = path_date(url) if url and self.values["published"] is None else None
        if found:
            self.values["published"] = found[0].isoformat()
            origin = {"source": "url", "rule": "url.path_date", "raw": found[1]}
            self.provenance["published"] = origin
        crawl = self.crawl_date
        if crawl is not None and self.values["published"] is None:
            self.values["published"] = crawl.data["date"]
            self._from_rule("published", crawl, crawl.data["date"])
            crawl.field = "published"
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
            self.warnings.append(
                f"the outlet's language is {language}, but the text is in {seen} script"
            )
            return None
        self.provenance["language"] = {"source": "outlet", "rule": None, "raw": language}
        return language

    def _removed(self) -> list[Record]:
        return [
            {
                "kind": s.role,
                "rule": s.rule,
                "text": fold(self.draft.text[s.start : s.end]),
                "characters": s.end - s.start,
            }
            for s in self.draft.segments
            if s.field is None
        ]

    def _build(self) -> Record:
        document, values, lists = self.document, self.values, self.lists
        body = lists["body"]
        text = "\n\n".join(filter(None, map(_block_text, body)))
        url = document.url if document.url and has_path(document.url) else None
        home = canonical(url) if url else None
        if home:
            self.provenance["canonical_url"] = {
                "source": "url",
                "rule": "url.canonical",
                "raw": url,
            }
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


def _block_text(block: Record) -> str:
    if block["type"] == "list":
        return "\n".join(item["text"] for item in block["items"])
    return str(block.get("text") or "")
