"""Assembly of the article from a draft: segments feed fields, the others are listed as removed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from copydesk.assembly import language_detection, lead_image
from copydesk.assembly.access import observe
from copydesk.assembly.blocks import Record
from copydesk.assembly.fields import Fields
from copydesk.assembly.resolve import Visible, resolve
from copydesk.dates import printed_dates, timestamps
from copydesk.model.draft import OUTSIDE, Draft
from copydesk.model.metadata import (
    CANONICAL,
    OUTLET,
    PATH_DATE,
    SELECTOR,
    Metadata,
    Resolved,
    Statement,
)
from copydesk.model.notices import Notice, NoticeCode
from copydesk.model.renderings.text import block_text
from copydesk.rules.place.teasers import is_teaser
from copydesk.util import languages
from copydesk.util.simhash import simhash
from copydesk.util.text import bare, fold
from copydesk.util.urls import canonical, has_path, path_date

# pydantic and the models are imported when the first article is made: that takes long.
if TYPE_CHECKING:
    from copydesk.model.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyContext:
    """The outlet and adapter of a draft, for its assembly.

    adapter: the record's adapter.
    outlet: the record's outlet, None if it is not known.
    has_adapter: whether the outlet's adapter reads the draft; the catalogue only names an outlet.
    language, timezone: of the adapter, None if not stated.
    """

    adapter: Record
    outlet: Record | None = None
    has_adapter: bool = False
    language: str | None = None
    timezone: str | None = None


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
        self.warnings = list(draft.warnings)

    def record(self) -> Record:
        self.fields.feed()
        self.metadata = self.draft.metadata or self._surroundings()
        self.resolved = self._resolve()
        self.fields.release(self.resolved)
        self._complete_dateline()
        self._name_site()
        self._warn_of_ambiguous_dates()
        self._complete_from_metadata()
        record = self._build()
        for name, found in self.resolved.items():
            self.draft.resolved[name] = Resolved(record[name], found.winner, found.statements)
        return record

    def _surroundings(self) -> Metadata:
        """What is stated about a plain text outside it; a page's metadata includes that."""
        metadata, document = Metadata(), self.document
        if document.listing is not None:
            metadata.add_listing(document.listing)
        if document.url and (found := path_date(document.url)):
            day = found[0].isoformat()
            self._state(Statement("published", day, "url", PATH_DATE, found[1], PATH_DATE))
        return metadata

    def _state(self, one: Statement) -> None:
        self.fields.statements.setdefault(one.field, []).append(one)

    def _resolve(self) -> dict[str, Resolved]:
        draft, fields, url = self.draft, self.fields, self.document.url
        timezone, style, now = self.context.timezone, draft.style, self.document.retrieved_at
        for one in draft.stated:
            if one.place == SELECTOR and one.field in ("published", "modified"):
                day = timestamps.parse(one.value, timezone=timezone, now=now, style=style)
                one = one._replace(value=day)
            self._state(one)
        if url and has_path(url) and (home := canonical(url)):
            self._state(Statement("canonical_url", home, "url", CANONICAL, url, CANONICAL))
        visible = Visible(statements=fields.statements)
        if draft.metadata is not None:
            visible.headings = [s.text for s in draft.segments if s.role == "headline"]
            visible.bylines = fields.printed_bylines()
            visible.times = draft.times
            visible.changes = draft.changes
        return resolve(
            self.metadata,
            visible,
            timezone=timezone,
            style=style,
            url=url,
            now=now,
        )

    def _complete_from_metadata(self) -> None:
        """Choose the lead picture, and name the other choices like the fields of the record."""
        stated = self.resolved.pop("image").statements
        lead, winner = lead_image.choose(stated, self.blocks.images)
        self.resolved["lead_image"] = Resolved(lead, winner, stated)
        if winner is not None and self.blocks.add_lead(winner.value):
            self.resolved["images"] = self.resolved["lead_image"]
        self.resolved["comments"] = self.resolved.pop("comment_count")
        said = self.metadata.statements
        bodies = [*said["article_body"], *said["live_updates"]]
        story = self.draft.story
        self.resolved["body"] = Resolved(None, story, [story, *bodies] if story else bodies)

    def _complete_dateline(self) -> None:
        dateline = self.resolved["dateline"].value
        if dateline and dateline["date"]:
            dateline["date"] = self._dateline_date(dateline["date"])

    def _name_site(self) -> None:
        """Name the site as the outlet's adapter does, and its host if no address is known."""
        if (outlet := self.context.outlet) is not None and self.context.has_adapter:
            found = self.resolved["site"]
            domain = outlet["domain"] or found.value["domain"]
            value = {**found.value, "name": outlet["name"], "domain": domain}
            winner = Statement("site", outlet["name"], OUTLET, "", outlet["name"], OUTLET)
            self.resolved["site"] = Resolved(value, winner, [winner, *found.statements])

    def _warn_of_ambiguous_dates(self) -> None:
        """Warn of dates with two readings, which are read with the day first."""
        for name in ("published", "modified"):
            winner = self.resolved[name].winner
            raw = winner.raw if winner else ""
            if not raw or timestamps.parse_unambiguous(raw):
                continue
            if printed_dates.is_ambiguous(raw, self.draft.style):
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

    def _warn_of_no_body(self) -> None:
        message = "no text of the document was taken for the body"
        if is_teaser(self.draft.segments):
            message = "the document is a teaser: a link to the whole text follows its summary"
        self.warnings.append(Notice(NoticeCode.NO_BODY, "body", message))

    def _dateline_date(self, raw: str) -> str | None:
        stamps = printed_dates.find_stamps(raw, self.draft.style)
        if stamps and stamps[0].day:
            return stamps[0].day.isoformat()
        found = printed_dates.find_day_without_year(raw)
        published = self.resolved["published"].value
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
        """The stated language, else the outlet's; without an outlet that of the text."""
        found = self.resolved["language"]
        if found.winner is None and (other := self._other_language(text)):
            self._take("language", other.value, other)
        value: str | None = self.resolved["language"].value
        return value

    def _take(self, name: str, value: Any, winner: Statement | None) -> None:
        self.resolved[name] = Resolved(value, winner, self.resolved[name].statements)

    def _other_language(self, text: str) -> Statement | None:
        language = self.context.language
        if language is None and self.context.has_adapter:
            # An adapter's records must not depend on the installed extras.
            return None
        if language is None:
            guessed, problem = language_detection.guess(text)
            if problem:
                self.warnings.append(problem)
            rule = "language.text"
            return Statement("language", guessed, "rule", rule, "", rule) if guessed else None
        script = languages.script_of(language)
        found = languages.detect_script(text)
        if found and found != script:
            message = f"the outlet's language is {language}, but the text is in {found} script"
            self.warnings.append(Notice(NoticeCode.SCRIPT_MISMATCH, language, message))
            return None
        return Statement("language", language, OUTLET, "", language, OUTLET)

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
        texts = [block_text(b) for b in self.blocks.body]
        bodies = self.metadata.statements["article_body"]
        if not bodies:
            return texts
        shown = sum(map(len, texts))
        if shown > _HARDLY_ANY or len(bodies[0].value) < shown + _MUCH_MORE:
            return texts
        stated = bodies[0]
        lines = [line for part in str(stated.value).splitlines() if (line := fold(part))]
        self.blocks.body = [{"type": "paragraph", "text": line} for line in lines]
        self._take("body", lines, stated)
        message = "the page shows hardly any text; the body was read from the page's data"
        self.warnings.append(Notice(NoticeCode.TEXT_NOT_SHOWN, stated.rule, message))
        for segment in self.draft.segments:
            if segment.field == "body":
                segment.field = None
        return lines

    def _stated_entries(self) -> None:
        """Add the live blog entries of the metadata if the page shows none of them."""
        updates = self.metadata.statements["live_updates"]
        body = self.blocks.body
        if not updates or any(block["type"] == "live_update" for block in body):
            return
        shown = bare(" ".join(map(block_text, body)))
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
            self._take("body", entries, updates[0])
            message = f"the page shows no live updates; {len(entries)} are from its JSON-LD"
            self.warnings.append(Notice(NoticeCode.LIVE_UPDATES_NOT_SHOWN, "body", message))

    def _has_stated_body(self) -> bool:
        """Whether the body is from the JSON-LD, which then says nothing about its length."""
        origin = self.resolved["body"].winner
        return origin is not None and origin.source == "json-ld"

    def _document(self) -> Record:
        document = self.document
        moment = document.retrieved_at
        return {
            "origin": document.origin,
            "media_type": document.media_type,
            "encoding": self.draft.encoding,
            "retrieved_at": moment.isoformat() if moment else None,
            "sha256": document.sha256,
            "characters": len(self.draft.text),
        }

    def _build(self) -> Record:
        from pydantic_core import to_json

        from copydesk.model.article import SCHEMA_VERSION

        document = self.document
        text = "\n\n".join(filter(None, self._texts()))
        if not text:
            self._warn_of_no_body()
        body = self.blocks.body
        url = document.url if document.url and has_path(document.url) else None
        language = self._language(text)
        if "live_update" in [b["type"] for b in body]:
            self._take("kind", "live_blog", None)
        values = {name: found.value for name, found in self.resolved.items()}
        home = values["canonical_url"]
        revision = digest(
            values["headline"] or "", values["standfirst"] or "", to_json(body).decode()
        )
        self.blocks.add_ranges()
        declared = (values["access"] or {}).get("declared")
        stated = self._has_stated_body()
        return {
            **values,
            "schema_version": SCHEMA_VERSION,
            "id": digest("url", home) if home else digest("content", revision),
            "revision": revision,
            "fingerprint": simhash(text),
            "previous": None,
            "outlet": self.context.outlet,
            "url": url,
            "requested_url": document.requested_url or url,
            "kind": values["kind"] or "article",
            "related": self.fields.lists["related"],
            "corrections": self.fields.lists["corrections"],
            "body": body,
            "images": self.blocks.images,
            "language": language,
            "text": text,
            "comments": self.fields.comments.record(
                values["comments"], (s.role for s in self.draft.segments)
            ),
            "access": observe(self.draft, declared, self.fields.paywall, text, stated),
            "removed": self._removed(),
            "provenance": {
                name: _provenance(winner)
                for name, found in sorted(self.resolved.items())
                if (winner := found.winner) and name not in _WITHOUT_PROVENANCE
            },
            "document": self._document(),
            "adapter": self.context.adapter,
            "warnings": [asdict(notice) for notice in self.warnings],
        }


# The provenance of these is no part of the record.
_WITHOUT_PROVENANCE = frozenset(("kind", "access", "comments"))
_HARDLY_ANY = 200
_MUCH_MORE = 300
# Characters of an entry to look for in the text.
_OPENING = 60


def _provenance(winner: Statement) -> Record:
    return {"source": winner.source, "rule": winner.rule or None, "raw": winner.raw or None}
