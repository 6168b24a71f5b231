"""Assembly of the article from a draft: segments feed fields, the others are listed as removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from copydesk.assembly import language_detection
from copydesk.assembly.access import observe
from copydesk.assembly.blocks import Record
from copydesk.assembly.fields import Fields
from copydesk.assembly.resolve import OUTLET, Visible, resolve
from copydesk.dates import printed_dates, timestamps
from copydesk.model.draft import OUTSIDE, Draft, RuleId
from copydesk.model.metadata import Metadata, Resolved, Statement
from copydesk.model.notices import Notice, NoticeCode
from copydesk.util import languages
from copydesk.util.text import bare, fold, remove_invisible
from copydesk.util.urls import canonical, has_path, path_date

# pydantic and the models are imported when the first article is made: that takes long.
if TYPE_CHECKING:
    from copydesk.model.article import Article

WITHOUT_PROVENANCE = frozenset(("kind", "access", "comments"))
"""Fields from the metadata whose provenance the record does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyContext:
    """The outlet and adapter of a draft, for its assembly.

    adapter: the record's adapter.
    outlet: the record's outlet, None for the generic reader.
    language, timezone: of the outlet, None if not stated.
    stated: field -> value returned by the adapter's method.
    """

    adapter: Record
    outlet: Record | None = None
    language: str | None = None
    timezone: str | None = None
    stated: Mapping[str, str | None] = field(default_factory=dict)


def assemble(draft: Draft, context: AssemblyContext) -> Article:
    """Make the article of a draft whose segments all have roles, and set each segment's field."""
    from copydesk.model.article import Article

    record = _Assembly(draft, context).record()
    return Article.model_validate(record)


def digest(*parts: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of the joined parts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:32]


class _Assembly:
    """Builds the record of a draft from its segments, metadata and URL."""

    def __init__(self, draft: Draft, context: AssemblyContext) -> None:
        self.draft = draft
        self.context = context
        self.document = draft.document
        self.fields = Fields(draft, context.timezone)
        self.blocks = self.fields.blocks
        self.values = self.fields.values
        self.winners = self.fields.winners
        self.warnings = self.fields.warnings

    def record(self) -> Record:
        self.fields.feed()
        metadata = self.draft.metadata
        self.resolved = self._resolve(metadata) if metadata else {}
        self.stated = metadata.statements if metadata else {}
        self._stated()
        self._dates()
        record = self._build()
        self._explain(record)
        return record

    def _resolve(self, metadata: Metadata) -> dict[str, Resolved]:
        draft, fields = self.draft, self.fields
        resolved = resolve(
            metadata,
            Visible(
                headings=[s.text for s in draft.segments if s.role == "headline"],
                bylines=fields.printed_bylines(),
                times=draft.times,
                changes=draft.changes,
                lines=fields.winners,
            ),
            timezone=self.context.timezone,
            style=draft.style,
            url=self.document.url,
            now=self.document.retrieved_at,
        )
        fields.apply(resolved)
        return resolved

    def _explain(self, record: Record) -> None:
        """Set the draft's choices, by the names of the record's fields."""
        for name in record:
            stated_as = _STATED_AS.get(name, name)
            found = self.resolved.get(stated_as, _UNRESOLVED)
            if name in WITHOUT_PROVENANCE:
                winner, others = found.winner, found.rejected
            else:
                winner = self.winners.get(name)
                others = (*found.rejected, *self.stated.get(stated_as, ()))
            rejected = tuple(s for s in {id(s): s for s in others}.values() if s is not winner)
            if winner or rejected:
                self.draft.resolved[name] = Resolved(record[name], winner, rejected)

    def _stated(self) -> None:
        for name, value in self.context.stated.items():
            if value is not None:
                self.fields.replace(name, remove_invisible(value))
                rule = str(RuleId(self.context.adapter["id"], name))
                self.winners[name] = Statement(name, value, OUTLET, rule, value, OUTLET)

    def _dates(self) -> None:
        url = self.document.url
        found = path_date(url) if url and self.values["published"] is None else None
        if found:
            day = self.values["published"] = found[0].isoformat()
            self._origin("published", day, "url", "url.path_date", found[1])
        crawl = self.fields.crawl_date
        if crawl is not None and self.values["published"] is None:
            self.values["published"] = crawl.data["date"]
            self.fields.state("published", crawl.data["date"], crawl, crawl.data["date"])
            crawl.field = "published"
        dateline = self.values["dateline"]
        if dateline and dateline["date"]:
            dateline["date"] = self._dateline_date(dateline["date"])
        self._warn_of_ambiguous_dates()

    def _origin(self, name: str, value: str, source: str, rule: str, raw: str) -> None:
        self.winners[name] = Statement(name, value, source, rule, raw, rule)

    def _warn_of_ambiguous_dates(self) -> None:
        """Warn of dates with two readings, which are read with the day first."""
        for name in ("published", "modified"):
            winner = self.winners.get(name)
            raw = winner.raw if winner else ""
            if self.values[name] and raw and printed_dates.is_ambiguous(raw, self.draft.style):
                message = f"{name}: {fold(raw)[:60]!r} is ambiguous and is read day first"
                self.warnings.append(Notice(NoticeCode.DATE_AMBIGUOUS, name, message))
        for name, count in (
            ("comments", self.fields.comments.ambiguous),
            ("corrections", self.fields.ambiguous_corrections),
        ):
            if not count:
                continue
            dates = "1 date is" if count == 1 else f"{count} dates are"
            message = f"{name}: {dates} ambiguous and read day first"
            self.warnings.append(Notice(NoticeCode.DATE_AMBIGUOUS, name, message))

    def _dateline_date(self, raw: str) -> str | None:
        stamps = printed_dates.find_stamps(raw, self.draft.style)
        if stamps and stamps[0].day:
            return stamps[0].day.isoformat()
        found = printed_dates.find_day_without_year(raw)
        published = self.values["published"]
        if not found or not published:
            return None
        month = printed_dates.month_number(found["m"] or found["m2"]) or 0
        day = int(found["d"] or found["d2"])
        near = date.fromisoformat(published[:10])
        for year in (near.year, near.year - 1):
            made = printed_dates.make_date(year, month, day)
            if made and made <= near + timedelta(days=3):
                return made.isoformat()
        return None

    def _language(self, text: str) -> str | None:
        stated = self.resolved.get("language", _UNRESOLVED)
        if stated.winner is not None:
            self.winners["language"] = stated.winner
            return str(stated.value)
        language = self.context.language
        if language is None and self.context.outlet is not None:
            # An adapter's records must not depend on the installed extras.
            return None
        if language is None:
            guessed, problem = language_detection.guess(text)
            if problem:
                self.warnings.append(problem)
            if guessed is not None:
                self._origin("language", guessed, "rule", "language.text", "")
            return guessed
        script = languages.script_of(language)
        found = languages.detect_script(text)
        if found and found != script:
            message = f"the outlet's language is {language}, but the text is in {found} script"
            self.warnings.append(Notice(NoticeCode.SCRIPT_MISMATCH, language, message))
            return None
        self._origin("language", language, OUTLET, "", language)
        return language

    def _removed(self) -> list[Record]:
        """The segments without a field, in order; those outside a page's article are one entry."""
        removed: list[Record] = []
        outside: Record | None = None
        whole = self.draft.text
        for s in self.draft.segments:
            if s.field is not None:
                continue
            start, end = s.start, s.end
            if s.rule == OUTSIDE:
                if outside is None:
                    outside = {"kind": s.role, "rule": str(s.rule), "text": None, "characters": 0}
                    removed.append(outside)
                outside["characters"] += end - start
                continue
            text = fold(whole[start:end])
            removed.append(
                {"kind": s.role, "rule": str(s.rule), "text": text, "characters": end - start}
            )
        return removed

    def _texts(self) -> list[str]:
        """The text of each block, from the metadata if the page shows hardly any text."""
        self._stated_entries()
        texts = [_block_text(b) for b in self.blocks.body]
        bodies = self.stated.get("article_body")
        if not bodies:
            return texts
        shown = sum(map(len, texts))
        if shown > _HARDLY_ANY or len(bodies[0].value) < shown + _MUCH_MORE:
            return texts
        stated = bodies[0]
        lines = [line for part in str(stated.value).splitlines() if (line := fold(part))]
        self.blocks.body = [{"type": "paragraph", "text": line} for line in lines]
        self.winners["body"] = stated
        for segment in self.draft.segments:
            if segment.field == "body":
                segment.field = None
        return lines

    def _stated_entries(self) -> None:
        """Add the live blog entries of the metadata if the page shows none of them."""
        updates = self.stated.get("live_updates")
        body = self.blocks.body
        if not updates or any(block["type"] == "live_update" for block in body):
            return
        shown = bare(" ".join(map(_block_text, body)))
        entries = [one for one in updates[0].value if one["text"]]
        if any(bare(one["text"])[:_OPENING] in shown for one in entries):
            return
        for one in entries:
            now = self.document.retrieved_at
            time = timestamps.parse(one["time"] or "", timezone=self.context.timezone, now=now)
            lines = [line for part in one["text"].splitlines() if (line := fold(part))]
            body.append(
                {
                    "type": "live_update",
                    "time": time if time and "T" in time else None,
                    "headline": one["headline"],
                    "body": [{"type": "paragraph", "text": line} for line in lines],
                }
            )
        if entries:
            self.winners["body"] = updates[0]
            message = f"the page shows no live updates; {len(entries)} are from its JSON-LD"
            self.warnings.append(Notice(NoticeCode.LIVE_UPDATES_NOT_SHOWN, "body", message))

    def _build(self) -> Record:
        from pydantic_core import to_json

        from copydesk.model.article import SCHEMA_VERSION

        document, values = self.document, self.values
        text = "\n\n".join(filter(None, self._texts()))
        if not text:
            message = "no text of the document was taken for the body"
            self.warnings.append(Notice(NoticeCode.NO_BODY, "body", message))
        body = self.blocks.body
        url = document.url if document.url and has_path(document.url) else None
        stated = {name: found.value for name, found in self.resolved.items()}
        home = None
        if (own := self.resolved.get("canonical_url")) and own.winner:
            home = canonical(own.value)
            self.winners["canonical_url"] = own.winner
        elif url and (home := canonical(url)):
            self._origin("canonical_url", home, "url", "url.canonical", url)
        revision = digest(
            values["headline"] or "", values["standfirst"] or "", to_json(body).decode()
        )
        is_live = "live_update" in [b["type"] for b in body]
        declared = (stated.get("access") or {}).get("declared")
        moment = document.retrieved_at
        return {
            "schema_version": SCHEMA_VERSION,
            "id": digest("url", home) if home else digest("content", revision),
            "revision": revision,
            "previous": None,
            "outlet": self.context.outlet,
            "url": url,
            "canonical_url": home,
            "requested_url": document.requested_url or url,
            "kind": "live_blog" if is_live else stated.get("kind") or "article",
            **values,
            **self.fields.lists,
            "body": body,
            "images": self.blocks.images,
            "language": self._language(text),
            "text": text,
            "comments": self.fields.comments.record(s.role for s in self.draft.segments),
            "access": observe(
                self.draft, declared, self.fields.paywall, text, "body" in self.winners
            ),
            "removed": self._removed(),
            "provenance": {name: _provenance(self.winners[name]) for name in sorted(self.winners)},
            "document": {
                "origin": document.origin,
                "media_type": document.media_type,
                "encoding": self.draft.encoding,
                "retrieved_at": moment.isoformat() if moment else None,
                "sha256": document.sha256,
                "characters": len(self.draft.text),
            },
            "adapter": self.context.adapter,
            "warnings": [asdict(notice) for notice in self.warnings],
        }


# Names of statements in the metadata that differ from the name of the record's field.
_STATED_AS = {"images": "image", "comments": "comment_count", "body": "article_body"}
_UNRESOLVED = Resolved()
_HARDLY_ANY = 200
_MUCH_MORE = 300
# Characters of an entry to look for in the text.
_OPENING = 60


def _provenance(winner: Statement) -> Record:
    return {"source": winner.source, "rule": winner.rule or None, "raw": winner.raw or None}


def _block_text(block: Record) -> str:
    kind = block["type"]
    if kind == "paragraph":
        return str(block["text"])
    if kind == "list":
        return "\n".join(_item_lines(block["items"]))
    if kind == "table":
        return "\n".join("\t".join(row) for row in block["rows"])
    if kind == "live_update":
        inner = [_block_text(b) for b in block["body"]]
        return "\n\n".join(filter(None, [block["headline"], *inner]))
    return str(block.get("text") or "")


def _item_lines(items: list[Record]) -> Iterator[str]:
    for item in items:
        yield item["text"]
        yield from _item_lines(item["items"])
