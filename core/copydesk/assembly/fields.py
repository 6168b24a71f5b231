"""Feeding of the record's fields by segments, role by role."""

from __future__ import annotations

from copydesk.assembly.blocks import Blocks, Record
from copydesk.dates import printed_dates as times
from copydesk.dates import timestamps
from copydesk.model.draft import Draft, Segment
from copydesk.model.roles import BODY, field_of
from copydesk.rules import bylines
from copydesk.rules.passes.zones import BREADCRUMB_LIST
from copydesk.util.text import bare
from copydesk.util.urls import absolute

__all__ = ["Feeder", "Record"]


class Feeder(Blocks):
    """Collects the values of a record from the segments of a draft."""

    def __init__(self, draft: Draft, timezone: str | None) -> None:
        super().__init__(draft, timezone)
        self.provenance: dict[str, Record] = {}
        self.warnings = list(draft.warnings)
        self.values: Record = dict.fromkeys(
            (
                "headline",
                "standfirst",
                "description",
                "byline",
                "dateline",
                "published",
                "modified",
                "section",
            )
        )
        for name in ("authors", "breadcrumbs", "tags", "info_sources", "related", "corrections"):
            self.lists[name] = []
        self.fed: dict[str, Segment] = {}
        self.comment_items: dict[str, Record] = {}
        self.comment_count: int | None = None
        self.crawl_date: Segment | None = None
        self.byline_end = -1
        self.comment_status = ""
        # Field -> number of its ambiguous dates.
        self.ambiguous: dict[str, int] = {}
        self.paywall: str | None = None

    def feed(self) -> None:
        """Feed every segment to its field, and set the segment's `field`."""
        inserts = self.draft.inserts
        self.number_entries()
        at = 0
        end = len(self.draft.text) + 1
        following = inserts[0].at if inserts else end
        for segment in self.draft.segments:
            data, role = segment.data, segment.role
            while following <= segment.start:
                # A picture in a comment is an avatar or emoticon.
                if "item" not in data:
                    self.insert(inserts[at])
                at += 1
                following = inserts[at].at if at < len(inserts) else end
            if data.get("entry", "") != self.entry and (role in BODY or "entry" in data):
                self.enter(segment)
            feed = _FEEDERS.get(role)
            if feed is not None:
                if feed(self, segment) and segment.field is None:
                    segment.field = _FIELDS[role]
            elif role == "paywall_notice":
                self.paywall = self.paywall or segment.text
        for insert in inserts[at:]:
            self.insert(insert)
        self.leave()

    def replace(self, name: str, value: str) -> None:
        """Set a field from another source; the segment that fed it loses its field."""
        fed = self.fed.get(name)
        if fed is not None and self.values[name] != value:
            fed.field = None
        self.values[name] = value

    # Methods for roles; each returns whether the segment fed a field.

    def _first(self, name: str, value: str, segment: Segment, raw: str | None = None) -> bool:
        previous = self.fed.get(name)
        if previous is not None and segment.rule.is_outlet and not previous.rule.is_outlet:
            # The outlet's rules take precedence over the shared ones.
            previous.field = self.values[name] = None
            self.provenance.pop(name, None)
        if self.values[name] is not None or not value:
            return False
        self.values[name] = value
        self.fed[name] = segment
        self._from_rule(name, segment, raw or segment.text)
        return True

    def _from_rule(self, name: str, segment: Segment, raw: str | None) -> None:
        rule = segment.rule
        self.provenance.setdefault(name, {"source": rule.source, "rule": str(rule), "raw": raw})

    def _headline(self, segment: Segment) -> bool:
        return self._first("headline", segment.text, segment)

    def _standfirst(self, segment: Segment) -> bool:
        return self._first("standfirst", segment.text, segment)

    def _byline(self, segment: Segment) -> bool:
        if segment.data.get("label") or "entry" in segment.data:
            return False
        who = segment.data.get("text") or bylines.after_opener(segment.text) or segment.text
        if self._adds_authors(segment, who):
            return True
        if not self._first("byline", segment.text, segment):
            return False
        self.byline_end = segment.end
        self.lists["authors"].clear()
        self.provenance.pop("authors", None)
        for author in bylines.authors(who):
            self.lists["authors"].append(author | {"url": None, "raw": segment.text})
        if self.lists["authors"]:
            self._from_rule("authors", segment, segment.text)
        for name in bylines.agencies(who):
            self._add_source(segment, name, "agency", "wires")
        return True

    def _adds_authors(self, segment: Segment, who: str) -> bool:
        """Add the people of a line right below the byline; whether it names any."""
        end, fed = self.byline_end, self.fed.get("byline")
        if fed is None or fed.rule.is_outlet != segment.rule.is_outlet:
            # A byline of the outlet's rules is complete.
            return False
        if self.draft.text[end : segment.start].strip() or not bylines.are_names(who):
            return False
        # A line below a name may be its outlet or job: more people need an opener or a list.
        if bylines.after_opener(segment.text) is None and not _are_items(fed, segment):
            return False
        known = {bare(a["name"]) for a in self.lists["authors"]}
        new = [a for a in bylines.authors(who) if bare(str(a["name"])) not in known]
        if not known or not new or not _are_people(self.lists["authors"]):
            return False
        self.lists["authors"] += [a | {"url": None, "raw": segment.text} for a in new]
        self.values["byline"] = f"{self.values['byline']}, {segment.text}"
        self.byline_end = segment.end
        return True

    def _author_role(self, segment: Segment) -> bool:
        authors = self.lists["authors"]
        if not authors or authors[-1]["role"] is not None:
            return False
        authors[-1]["role"] = segment.text
        return True

    def _dateline(self, segment: Segment) -> bool:
        if self.values["dateline"] is not None:
            return False
        data = segment.data
        self.values["dateline"] = {
            "raw": segment.text, "place": data.get("place") or segment.text, "date": data.get("date") or None,
        }  # fmt: skip
        self._from_rule("dateline", segment, segment.text)
        if name := data.get("agency"):
            self._add_source(segment, name, "agency", "wires")
        return True

    def _timestamp(self, segment: Segment) -> bool:
        if "entry" in segment.data:
            return self.feed_time(segment)
        value = self._moment(segment)
        kind = segment.data.get("kind") or ("modified" if self._is_change(segment) else "")
        name = "modified" if kind == "modified" else "published"
        if value is None or not self._first(name, value, segment):
            return False
        segment.field = name
        return True

    def _is_change(self, segment: Segment) -> bool:
        """Whether a printed date is that of a change, by the name of its element."""
        changes, times = self.draft.changes, self.draft.times
        return any(text and text in segment.text for _, text in changes) and not any(
            text and text in segment.text for _, text in times
        )

    def _moment(self, segment: Segment) -> str | None:
        now = self.document.retrieved_at
        if stamp := segment.data.get("datetime"):
            return timestamps.parse(stamp, timezone=self.timezone, now=now, style=self.draft.style)
        return timestamps.parse_printed(
            segment.text, timezone=self.timezone, now=now, style=self.draft.style
        )

    def _crawl_date(self, segment: Segment) -> bool:
        # The weakest evidence: used only if page and URL have no date.
        self.crawl_date = segment
        return False

    def _item(self, segment: Segment) -> Record:
        data = segment.data
        item = self.comment_items.setdefault(
            data.get("item", "0"),
            {"id": data.get("id") or None, "parent_id": data.get("parent") or None,
             "author": None, "published": None, "published_raw": None, "text": "", "score": None},
        )  # fmt: skip
        if score := data.get("score"):
            item["score"] = int(score)
        if when := data.get("when"):
            item["published_raw"] = when
            item["published"] = self._comment_time(data.get("datetime", ""), when)
        return item

    def _comment_author(self, segment: Segment) -> bool:
        item = self._item(segment)
        item["author"] = segment.data.get("name") or segment.text
        if segment.data.get("cut"):
            self.comment_status = "partial"
        return True

    def _comment(self, segment: Segment) -> bool:
        item = self._item(segment)
        item["text"] += ("\n\n" if item["text"] else "") + segment.text
        return True

    def _comment_meta(self, segment: Segment) -> bool:
        self._item(segment)
        return True

    def _comment_time(self, stated: str, printed: str) -> str | None:
        now, style = self.document.retrieved_at, self.draft.style
        for text in filter(None, (stated, printed)):
            found = timestamps.parse(text, timezone=self.timezone, now=now, style=style)
            if found:
                if times.is_ambiguous(text, style):
                    self.ambiguous["comments"] = self.ambiguous.get("comments", 0) + 1
                return found
        return None

    def _count_comments(self, segment: Segment) -> bool:
        if self.comment_count is not None or "count" not in segment.data:
            return False
        self.comment_count = int(segment.data["count"])
        return True

    def _no_comments(self, segment: Segment) -> bool:
        self.comment_status = self.comment_status or "none_yet"
        return True

    def _comments_closed(self, segment: Segment) -> bool:
        self.comment_status = self.comment_status or "disabled"
        return True

    def _related(self, segment: Segment) -> bool:
        if not segment.data.get("text"):
            return False
        href = segment.hint.href if segment.hint else ""
        url = absolute(self.draft.base or self.document.url, href) if href else None
        self.lists["related"].append({"text": segment.data["text"], "url": url})
        return True

    def _correction(self, segment: Segment) -> bool:
        stamps = times.find_stamps(segment.text[:200], self.draft.style)
        day = stamps[0].day if stamps else None
        if stamps and stamps[0].other:
            self.ambiguous["corrections"] = self.ambiguous.get("corrections", 0) + 1
        self.lists["corrections"].append({
            "kind": segment.role, "date": day.isoformat() if day else None,
            "text": segment.data.get("text") or segment.text, "position": len(self.lists["body"]),
        })  # fmt: skip
        return True

    def _section_label(self, segment: Segment) -> bool:
        return self._first("section", segment.text, segment)

    def _breadcrumb(self, segment: Segment) -> bool:
        listed = segment.rule == BREADCRUMB_LIST
        if listed and not segment.data.get("text"):
            return False
        crumbs = (
            [segment.data["text"]] if listed else _crumbs(segment.data.get("text") or segment.text)
        )
        self.lists["breadcrumbs"].extend(crumbs)
        if crumbs:
            self._from_rule("breadcrumbs", segment, segment.text)
        return bool(crumbs)

    def _topic_tags(self, segment: Segment) -> bool:
        text = segment.data.get("text", "")
        known = self.lists["tags"]
        new = [t for t in _tags(text) if t and t not in known] if text else []
        known.extend(new)
        if new:
            self._from_rule("tags", segment, text)
        return bool(new)

    def _agency_credit(self, segment: Segment) -> bool:
        name = segment.data.get("agency") or segment.text
        return self._add_source(segment, name, "agency", "wires")

    def _publisher(self, segment: Segment) -> bool:
        name = segment.data.get("text") or segment.text
        return self._add_source(segment, name, "publisher", "other")

    def _add_source(self, segment: Segment, name: str, role: str, category: str) -> bool:
        sources = self.lists["info_sources"]
        if any(bare(s["name"]) == bare(name) for s in sources):
            return False
        sources.append({"name": name, "role": role, "category": category})
        self._from_rule("info_sources", segment, segment.text)
        return True


_FEEDERS = {
    "headline": Feeder._headline, "standfirst": Feeder._standfirst, "byline": Feeder._byline,
    "author_role": Feeder._author_role, "dateline": Feeder._dateline,
    "timestamp": Feeder._timestamp, "crawl_date": Feeder._crawl_date,
    "paragraph": Feeder._paragraph, "heading": Feeder._heading,
    "code": Feeder._code, "table_cell": Feeder._table_cell, "embed": Feeder._embed,
    "list_item": Feeder._list_item, "quote": Feeder._quote, "divider": Feeder._divider,
    "caption": Feeder._caption, "alt": Feeder._alt, "credit": Feeder._credit,
    "comment": Feeder._comment, "comment_author": Feeder._comment_author,
    "comment_meta": Feeder._comment_meta, "comment_count": Feeder._count_comments,
    "comment_chrome": Feeder._count_comments, "no_comments": Feeder._no_comments,
    "comments_closed": Feeder._comments_closed, "related": Feeder._related,
    "correction": Feeder._correction, "editors_note": Feeder._correction,
    "section_label": Feeder._section_label, "breadcrumb": Feeder._breadcrumb,
    "topic_tags": Feeder._topic_tags, "agency_credit": Feeder._agency_credit,
    "publisher": Feeder._publisher,
}  # fmt: skip
_FIELDS = {role: field_of(role) for role in _FEEDERS}


def _are_people(authors: list[Record]) -> bool:
    return all(bylines.is_name(a["name"]) for a in authors)


def _are_items(one: Segment, other: Segment) -> bool:
    """Whether two segments are items of one list on a page."""
    first, second = one.hint, other.hint
    if first is None or second is None or not first.part:
        return False
    return first.whole == second.whole and first.part != second.part


def _crumbs(text: str) -> list[str]:
    for mark in (" / ", " » ", " › ", " > ", "»", "›", ">", "/", " | ", " - "):
        if mark in text:
            return [part.strip() for part in text.split(mark) if part.strip()]
    return [text]


def _tags(text: str) -> list[str]:
    for mark in (",", ";", "|", "、", "，", "،", "؛", "；", "•", "·", "#"):
        if mark in text:
            return [t for t in (part.strip(" #") for part in text.split(mark)) if t]
    return [text]
