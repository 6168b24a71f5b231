"""The body of the record: blocks of text, with the pictures and embeds between them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from copydesk import moments
from copydesk.document import Document
from copydesk.draft import Draft, Insert, Segment
from copydesk.rules.picture_credits import strip_label
from copydesk.rules.suppliers import agency_in_credit

Record = dict[str, Any]

_ENTRY = ("entry", "time")


_DEEPEST = 16
"""Levels of nested lists that the record keeps; what stands deeper stands on the last one."""


class Blocks:
    """Builds the body and the pictures of a draft's record; each method takes one segment.

    lists: the record's lists by field, of these `body` and `images`. body: the blocks that are
    being added to, those of the record or those of the entry of a running story. timezone: IANA
    name for times printed without one. The methods for roles tell whether the segment fed anything.
    """

    def __init__(self, draft: Draft, timezone: str | None) -> None:
        self.draft = draft
        self.timezone = timezone
        self.document: Document = draft.document
        self.lists: dict[str, list[Any]] = {"body": [], "images": []}
        self.body: list[Record] = self.lists["body"]
        self.open_image: Record | None = None
        # The pictures with an address, by it.
        self.pictures: dict[str, Record] = {}
        # The list, table, quotation or embed that is being read, and its last item or row.
        self.whole = 0
        self.part = 0
        self.figure = 0
        # The rows of the tables that were begun, by their numbers.
        self.tables: dict[int, list[list[str]]] = {}
        # The entry of a running story that is being read, and its block.
        self.entry = ""
        self.update: Record | None = None
        # Where entries are items of a list: the item that the entry itself is, which is none then.
        self.entry_part = 0

    def number_entries(self) -> None:
        """Give back to segments the entry of a running story that rules wrote over or cut off.

        What stands between two segments of one entry stands in it.
        """
        segments = self.draft.segments
        tagged = [i for i, s in enumerate(segments) if "entry" in s.data]
        for index in tagged:
            if "entry_headline" in segments[index].data:
                segments[index].role = "heading"
        for first, last in pairwise(tagged):
            data = segments[first].data
            if last - first > 1 and data["entry"] == segments[last].data["entry"]:
                kept = {k: data[k] for k in _ENTRY if k in data}
                for segment in segments[first + 1 : last]:
                    segment.data = kept | segment.data

    def enter(self, segment: Segment) -> None:
        """Turn to the entry of a running story that a segment stands in, or back to the body."""
        self.leave()
        if entry := segment.data.get("entry", ""):
            self.entry = entry
            self.update = {
                "type": "live_update", "time": self._entry_time(segment), "headline": None,
                "body": [],
            }  # fmt: skip
            self.lists["body"].append(self.update)
            self.body = self.update["body"]
            self.entry_part = segment.hint.part if segment.hint else 0

    def leave(self) -> None:
        """End the blocks that are being added to: no divider is left behind the last one."""
        if self.draft.inserts and self.body and self.body[-1]["type"] == "divider":
            self.body.pop()
        self.entry = ""
        self.entry_part = 0
        self.update = None
        self.body = self.lists["body"]
        self.open_image = None
        self.whole = self.part = self.figure = 0

    def feed_time(self, segment: Segment) -> bool:
        """The printed time of an entry feeds the entry, and no date of the article."""
        if self.update is None or self.update["time"] is None:
            return False
        segment.field = "body"
        return True

    def _entry_time(self, segment: Segment) -> str | None:
        """When an entry was written; None where the page does not tell the hour or its offset."""
        stated = segment.data.get("time", "")
        now = self.document.retrieved_at
        if not stated:
            return None
        found = moments.read(stated, timezone=self.timezone, now=now, style=self.draft.style)
        return found if found and "T" in found else None

    def insert(self, insert: Insert) -> None:
        """Put what has no words in its place."""
        body = self.body
        if insert.kind == "divider":
            if body and body[-1]["type"] != "divider":
                body.append({"type": "divider"})
        elif insert.kind == "embed":
            body.append(
                {"type": "embed", "url": insert.url, "provider": insert.provider, "text": None}
            )
        else:
            self._picture(insert)

    def _picture(self, insert: Insert) -> None:
        """A picture, or one that stood higher up: what its second caption says is of it too."""
        beside = self.open_image if insert.part and insert.part == self.figure else None
        address = insert.url or ""
        image = self.pictures.get(address)
        if image is None:
            image = self.pictures[address] = self.new_image(len(self.lists["body"]))
            image["url"] = insert.url
            image["alt"] = insert.alt
        # The caption of a block of pictures is given to its first one.
        self.open_image = beside or image
        self.figure = insert.part

    def _paragraph(self, segment: Segment) -> bool:
        body = self.body
        if segment.continues and body and body[-1]["type"] in ("paragraph", "quote"):
            body[-1]["text"] += ("" if segment.text[0] in ",.;:)!?" else " ") + segment.text
        elif segment.continues and body and body[-1]["type"] == "list":
            _last_item(body[-1])["text"] += " " + segment.text
        else:
            body.append({"type": "paragraph", "text": segment.text})
        self.open_image = None
        return True

    def _heading(self, segment: Segment) -> bool:
        if self.update is not None and "entry_headline" in segment.data:
            said = self.update["headline"]
            self.update["headline"] = f"{said} {segment.text}" if said else segment.text
            return True
        level = segment.hint.level if segment.hint else 0
        self.body.append({"type": "heading", "text": segment.text, "level": level or 2})
        self.open_image = None
        return True

    def _list_item(self, segment: Segment) -> bool:
        body = self.body
        self.open_image = None
        hint = segment.hint
        if hint is not None and self.entry_part and hint.part == self.entry_part:
            return self._paragraph(segment)
        if hint is None or not hint.level:
            ordered = any(c.isdigit() for c in segment.bullet)
            level, whole, part = 1, 0, 0
        else:
            ordered, whole, part = hint.ordered, hint.whole, hint.part
            # A record nested without end could be neither validated nor written.
            level = min(hint.level, _DEEPEST)
        listed = body[-1] if body and body[-1]["type"] == "list" and whole == self.whole else None
        if listed is None or (not whole and listed["ordered"] != ordered):
            listed = {"type": "list", "ordered": ordered, "items": []}
            body.append(listed)
        elif part and part == self.part:
            _last_item(listed)["text"] += " " + segment.text
            return True
        items = listed["items"]
        for _ in range(level - 1):
            if not items:
                break
            items = items[-1]["items"]
        items.append({"text": segment.text, "items": []})
        self.whole, self.part = whole, part
        return True

    def _quote(self, segment: Segment) -> bool:
        body = self.body
        part = segment.hint.part if segment.hint else 0
        if part and part == self.part and body and body[-1]["type"] == "quote":
            body[-1]["text"] += "\n" + segment.text
        else:
            body.append({"type": "quote", "text": segment.text, "citation": None})
        self.part = part
        self.open_image = None
        return True

    def _table_cell(self, segment: Segment) -> bool:
        hint = segment.hint
        whole, part = (hint.whole, hint.part) if hint else (0, 0)
        if (widths := self.draft.tables.get(whole)) and hint is not None:
            rows = self.tables.get(whole)
            if rows is None:
                rows = self.tables[whole] = [[""] * width for width in widths]
                self.body.append({"type": "table", "rows": rows})
            cell = rows[part - 1][hint.column]
            rows[part - 1][hint.column] = f"{cell} {segment.text}" if cell else segment.text
            return True
        # A rule called it a cell: cells of one row follow one another.
        body = self.body
        if not (body and body[-1]["type"] == "table" and whole == self.whole):
            body.append({"type": "table", "rows": [[]]})
        elif part != self.part:
            body[-1]["rows"].append([])
        body[-1]["rows"][-1].append(segment.text)
        self.whole, self.part = whole, part
        return True

    def _code(self, segment: Segment) -> bool:
        self.body.append({"type": "code", "text": segment.text})
        return True

    def _embed(self, segment: Segment) -> bool:
        body = self.body
        part = segment.hint.part if segment.hint else 0
        if part and part == self.part and body and body[-1]["type"] == "embed":
            said = body[-1]["text"]
            body[-1]["text"] = f"{said}\n{segment.text}" if said else segment.text
            # A post's link to itself stands behind its words.
            for name in ("url", "provider"):
                body[-1][name] = segment.data.get(name) or body[-1][name]
        else:
            body.append({"type": "embed", "url": segment.data.get("url"),
                         "provider": segment.data.get("provider"), "text": segment.text})  # fmt: skip
        self.part = part
        return True

    def _divider(self, segment: Segment) -> bool:
        self.body.append({"type": "divider"})
        return True

    def _image(self) -> Record:
        self.open_image = self.new_image(len(self.lists["body"]))
        return self.open_image

    def new_image(self, position: int) -> Record:
        """Add a picture that stands before the block of that index."""
        image: Record = {
            "url": None, "caption": None, "alt": None, "credit": None, "agency": None,
            "position": position,
        }  # fmt: skip
        self.lists["images"].append(image)
        return image

    def _alt(self, segment: Segment) -> bool:
        self._image()["alt"] = segment.text
        return True

    def _caption(self, segment: Segment) -> bool:
        image = self.open_image
        if image is None or image["caption"] is not None or image["credit"] is not None:
            image = self._image()
        counted = _COUNTED.match(segment.text)
        image["caption"] = segment.text[counted.end() :] if counted else segment.text
        return True

    def _credit(self, segment: Segment) -> bool:
        image = self.open_image
        if image is None or image["credit"] is not None:
            image = self._image()
        image["credit"] = strip_label(segment.text)
        image["agency"] = agency_in_credit(image["credit"])
        return True


# A gallery's counter before a caption: "1 of 12 | The weir", "(3/5) The weir".
_COUNTED = re.compile(
    r"(?:\d{1,3}\s?(?:of|de|von|van|sur|di|/)\s?\d{1,3}\s?\||[(\[]\d{1,3}\s?/\s?\d{1,3}[)\]])\s?(?=\S)",
    re.IGNORECASE,
)


def _last_item(listed: Record) -> Record:
    """The item of a list that stands last, however deep."""
    item: Record = listed["items"][-1]
    while item["items"]:
        item = item["items"][-1]
    return item
