"""Feeding of the record's fields by segments, role by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from copydesk.assembly.blocks import Blocks, Record
from copydesk.assembly.comments import Comments
from copydesk.assembly.resolve import agree
from copydesk.dates import timestamps
from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Draft, Segment
from copydesk.model.metadata import CRAWL_DATE, DATELINE, LINE, OUTLET, Resolved, Statement
from copydesk.model.roles import BODY, field_of
from copydesk.rules import bylines
from copydesk.rules.furniture.navigation import BREADCRUMB_LIST
from copydesk.util.text import bare
from copydesk.util.urls import absolute


class Fields:
    """Collects the values of a record from the segments of a draft.

    blocks: its body and pictures.
    statements: field -> what the segments state about it; the one of the segment in `fed` first.
    lists: the fields that several segments feed.
    fed: field -> the segment that feeds it, of the other fields.
    """

    def __init__(self, draft: Draft, timezone: str | None) -> None:
        self.draft = draft
        self.timezone = timezone
        self.document = draft.document
        self.blocks = Blocks(draft, timezone)
        self.comments = Comments(draft, timezone)
        self.statements: dict[str, list[Statement]] = {}
        self.lists: dict[str, list[Any]] = {
            name: []
            for name in ("authors", "breadcrumbs", "tags", "info_sources", "related", "corrections")
        }
        self.fed: dict[str, Segment] = {}
        self.crawl_date: Segment | None = None
        self.byline_end = -1
        self.ambiguous_corrections = 0
        self.paywall: str | None = None

    def feed(self) -> None:
        """Feed every segment to its field, and set the segment's `field`."""
        inserts, blocks = self.draft.inserts, self.blocks
        blocks.number_entries()
        feeders = {**self._feeders(), **blocks.feeders(), **self.comments.feeders()}
        at = 0
        end = len(self.draft.text) + 1
        following = inserts[0].at if inserts else end
        for segment in self.draft.segments:
            data, role = segment.data, segment.role
            while following <= segment.start:
                # A picture in a comment is an avatar or emoticon.
                if "item" not in data:
                    blocks.insert(inserts[at])
                at += 1
                following = inserts[at].at if at < len(inserts) else end
            if data.get("entry", "") != blocks.entry and (role in BODY or "entry" in data):
                blocks.enter(segment)
            if (feed := feeders.get(role)) is not None:
                if feed(segment) and segment.field is None:
                    segment.field = field_of(role)
            elif role == "paywall_notice":
                self.paywall = self.paywall or segment.text
        for insert in inserts[at:]:
            blocks.insert(insert)
        blocks.leave()

    def release(self, resolved: Mapping[str, Resolved]) -> None:
        """Take the field from the segments that say something else than was resolved."""
        for name, segment in self.fed.items():
            if not agree(name, self._value(name), resolved[name].value):
                segment.field = None
        winner = resolved["published"].winner
        if self.crawl_date is not None and winner is not None and winner.place == CRAWL_DATE:
            self.crawl_date.field = "published"

    def printed_bylines(self) -> list[str]:
        """The printed bylines; lines that together feed the byline count as one."""
        found: list[str] = []
        fed = False
        for segment in self.draft.segments:
            if segment.role == "byline" and not segment.data.get("label"):
                if segment.field == "byline" and fed:
                    found[0] = str(self._value("byline"))
                elif segment.field == "byline":
                    fed = True
                    found.insert(0, segment.text)
                else:
                    found.append(segment.text)
        return found

    # Methods for roles; each returns whether the segment fed a field.

    def _feeders(self) -> dict[str, Callable[[Segment], bool]]:
        return {
            "headline": self._headline,
            "standfirst": self._standfirst,
            "byline": self._byline,
            "author_role": self._author_role,
            "dateline": self._dateline,
            "timestamp": self._timestamp,
            "crawl_date": self._crawl_date,
            "related": self._related,
            "correction": self._correction,
            "editors_note": self._correction,
            "section_label": self._section_label,
            "breadcrumb": self._breadcrumb,
            "topic_tags": self._topic_tags,
            "agency_credit": self._agency_credit,
            "publisher": self._publisher,
            "comment_count": self._comment_count,
            "comment_chrome": self._comment_count,
        }

    def _state(self, name: str, value: Any, segment: Segment, raw: str, place: str = "") -> None:
        """Add what a segment states about a field."""
        rule = segment.rule
        place = place or (OUTLET if rule.is_outlet else LINE)
        stated = self.statements.setdefault(name, [])
        at = 0 if self.fed.get(name) is segment else len(stated)
        stated.insert(at, Statement(name, value, rule.source, str(rule), raw, place))

    def _value(self, name: str) -> Any:
        return self.statements[name][0].value

    def _first(self, name: str, value: Any, segment: Segment) -> bool:
        """Add a segment's statement on a field; whether the segment is the one that feeds it."""
        previous, is_outlet = self.fed.get(name), segment.rule.is_outlet
        # The outlet's rules take precedence over the shared ones.
        takes = value is not None and (previous is None or is_outlet > previous.rule.is_outlet)
        if takes:
            if previous is not None:
                previous.field = None
            self.fed[name] = segment
        self._state(name, value, segment, segment.text)
        return takes

    def _joint(self, name: str, segment: Segment, raw: str) -> None:
        """Add a segment's statement on a list; the first one is that of all segments."""
        if name not in self.statements:
            self._state(name, self.lists[name], segment, raw)

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
        # Signs around initials are not printed as a part of the byline: "(jb)".
        printed = who if segment.text.strip("()[]") == who else segment.text
        if not self._first("byline", printed, segment):
            return False
        self.byline_end = segment.end
        self.lists["authors"].clear()
        self.statements.pop("authors", None)
        for author in bylines.authors(who):
            self.lists["authors"].append(author | {"url": None, "raw": segment.text})
        if self.lists["authors"]:
            self._joint("authors", segment, segment.text)
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
        stated = self.statements["byline"]
        stated[0] = stated[0]._replace(value=f"{stated[0].value}, {segment.text}")
        self.byline_end = segment.end
        return True

    def _author_role(self, segment: Segment) -> bool:
        authors = self.lists["authors"]
        if not authors or authors[-1]["role"] is not None:
            return False
        authors[-1]["role"] = segment.text
        return True

    def _dateline(self, segment: Segment) -> bool:
        data = segment.data
        place, date = data.get("place") or segment.text, data.get("date") or None
        dateline = {"raw": segment.text, "place": place, "date": date}
        if not self._first("dateline", dateline, segment):
            return False
        if name := data.get("agency"):
            self._add_source(segment, name, "agency", "wires")
        zone, now, style = self.timezone, self.document.retrieved_at, self.draft.style
        if date and (day := timestamps.parse_printed(date, timezone=zone, now=now, style=style)):
            self._state("published", day, segment, date, DATELINE)
        return True

    def _timestamp(self, segment: Segment) -> bool:
        if "entry" in segment.data:
            return self.blocks.feed_time(segment)
        value = self._moment(segment)
        kind = segment.data.get("kind") or ("modified" if self._is_change(segment) else "")
        name = "modified" if kind == "modified" else "published"
        if not self._first(name, value, segment):
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
        if self.crawl_date is None:
            self.crawl_date, day = segment, segment.data["date"]
            self._state("published", day, segment, day, CRAWL_DATE)
        return False

    def _related(self, segment: Segment) -> bool:
        if not segment.data.get("text"):
            return False
        href = segment.hint.href if segment.hint else ""
        url = absolute(self.draft.base or self.document.url, href) if href else None
        self.lists["related"].append({"text": segment.data["text"], "url": url})
        return True

    def _correction(self, segment: Segment) -> bool:
        stamps = find_stamps(segment.text[:200], self.draft.style)
        day = stamps[0].day if stamps else None
        if stamps and stamps[0].other:
            self.ambiguous_corrections += 1
        self.lists["corrections"].append(
            {
                "kind": segment.role,
                "date": day.isoformat() if day else None,
                "text": segment.data.get("text") or segment.text,
                "position": len(self.blocks.body),
            }
        )
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
            self._joint("breadcrumbs", segment, segment.text)
        return bool(crumbs)

    def _topic_tags(self, segment: Segment) -> bool:
        text = segment.data.get("text", "")
        known = self.lists["tags"]
        new = [t for t in _tags(text) if t and t not in known] if text else []
        known.extend(new)
        if new:
            self._joint("tags", segment, text)
        return bool(new)

    def _agency_credit(self, segment: Segment) -> bool:
        name = segment.data.get("agency") or segment.text
        return self._add_source(segment, name, "agency", "wires")

    def _publisher(self, segment: Segment) -> bool:
        name = segment.data.get("text") or segment.text
        return self._add_source(segment, name, "publisher", "other")

    def _comment_count(self, segment: Segment) -> bool:
        count = segment.data.get("count")
        return count is not None and self._first("comment_count", int(count), segment)

    def _add_source(self, segment: Segment, name: str, role: str, category: str) -> bool:
        sources = self.lists["info_sources"]
        if any(bare(s["name"]) == bare(name) for s in sources):
            return False
        sources.append({"name": name, "role": role, "category": category})
        self._joint("info_sources", segment, segment.text)
        return True


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
