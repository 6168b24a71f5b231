"""The body of the record: blocks of text, pictures and embeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from copydesk.assembly.inline import ranges
from copydesk.dates import timestamps
from copydesk.model.document import Document
from copydesk.model.draft import Details, Draft, Insert, Segment
from copydesk.rules.agencies import agency_in_credit
from copydesk.rules.photo_credits import CAPTION_BELOW, strip_label

Record = dict[str, Any]

# Levels of nested lists in the record; deeper items go to the last one.
_DEEPEST = 16


class Blocks:
    """Builds the body and the pictures of a record, segment by segment.

    The methods for roles return whether the segment fed a field.

    body, images: these fields of the record.
    current: the blocks being built: of the record, or of a live blog entry.
    timezone: IANA name for times without an offset.
    """

    def __init__(self, draft: Draft, timezone: str | None) -> None:
        self.draft = draft
        self.timezone = timezone
        self.document: Document = draft.document
        self.body: list[Record] = []
        self.images: list[Record] = []
        self.current = self.body
        # Blocks and list items with the ranges that segments add to them.
        self._ranges: list[tuple[Record, list[Record]]] = []
        self.open_image: Record | None = None
        # URL -> picture.
        self.pictures: dict[str, Record] = {}
        # Numbers of the current list or table, of its last item or row, and of the picture.
        self.whole = 0
        self.part = 0
        self.figure = 0
        # Number of a table -> its block.
        self.tables: dict[int, Record] = {}
        # The current live blog entry and its block.
        self.entry = ""
        self.update: Record | None = None
        # If entries are items of a list: the entry's own item, which is not a list item then.
        self.entry_part = 0

    def feeders(self) -> dict[str, Callable[[Segment], bool]]:
        """Role -> the method that adds its segments."""
        return {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "code": self._code,
            "table_cell": self._table_cell,
            "embed": self._embed,
            "list_item": self._list_item,
            "quote": self._quote,
            "divider": self._divider,
            "caption": self._caption,
            "alt": self._alt,
            "credit": self._credit,
        }

    def number_entries(self) -> None:
        """Restore the live blog entry of segments that rules changed or cut.

        A segment between two segments of one entry belongs to it.
        """
        segments = self.draft.segments
        tagged = [i for i, s in enumerate(segments) if "entry" in s.data]
        for index in tagged:
            if "entry_headline" in segments[index].data:
                segments[index].role = "heading"
        for first, last in pairwise(tagged):
            data = segments[first].data
            if last - first > 1 and data["entry"] == segments[last].data["entry"]:
                kept: Details = {"entry": data["entry"]}
                if "time" in data:
                    kept["time"] = data["time"]
                for segment in segments[first + 1 : last]:
                    segment.data = kept | segment.data

    def enter(self, segment: Segment) -> None:
        """Switch to the live blog entry of a segment, or back to the body."""
        self.leave()
        if entry := segment.data.get("entry", ""):
            self.entry = entry
            self.update = {
                "type": "live_update",
                "time": self._entry_time(segment),
                "headline": None,
                "body": [],
            }
            self.body.append(self.update)
            self.current = self.update["body"]
            self.entry_part = segment.hint.part if segment.hint else 0

    def leave(self) -> None:
        """End the current blocks, without a divider after the last one."""
        if self.draft.inserts and self.current and self.current[-1]["type"] == "divider":
            self.current.pop()
        self.entry = ""
        self.entry_part = 0
        self.update = None
        self.current = self.body
        self.open_image = None
        self.whole = self.part = self.figure = 0

    def add_ranges(self) -> None:
        """Give the blocks their ranges, which do not count for the article's revision."""
        for block, found in self._ranges:
            block.setdefault("ranges", []).extend(found)

    def feed_time(self, segment: Segment) -> bool:
        """Feed the printed time of a live blog entry to it, not to a date of the article."""
        if self.update is None or self.update["time"] is None:
            return False
        segment.field = "body"
        return True

    def _entry_time(self, segment: Segment) -> str | None:
        """The time of a live blog entry; None if the page does not state hour and offset."""
        stated = segment.data.get("time", "")
        now = self.document.retrieved_at
        if not stated:
            return None
        found = timestamps.parse(stated, timezone=self.timezone, now=now, style=self.draft.style)
        return found if found and "T" in found else None

    def insert(self, insert: Insert) -> None:
        """Add a picture, embed or divider."""
        body = self.current
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
        """Add a picture, or return to one shown before, which may get another caption."""
        beside = self.open_image if insert.part and insert.part == self.figure else None
        address = insert.url or ""
        image = self.pictures.get(address)
        if image is None:
            image = self.pictures[address] = self.new_image(len(self.body))
            image["url"] = insert.url
            image["alt"] = insert.alt
        # The caption of a group of pictures goes to the first one.
        self.open_image = beside or image
        self.figure = insert.part

    def _add_text(self, block: Record, segment: Segment, between: str = "") -> Record:
        """Add a segment's text and ranges to a block or list item; between: what separates it."""
        before = block["text"] + between if block["text"] else ""
        if found := ranges(self.draft, segment, len(before)):
            self._ranges.append((block, found))
        block["text"] = before + segment.text
        return block

    def _paragraph(self, segment: Segment) -> bool:
        body = self.current
        if segment.continues and body and body[-1]["type"] in ("paragraph", "quote"):
            self._add_text(body[-1], segment, "" if segment.text[0] in ",.;:)!?" else " ")
        elif segment.continues and body and body[-1]["type"] == "list":
            self._add_text(_last_item(body[-1]), segment, " ")
        else:
            body.append(self._add_text({"type": "paragraph", "text": ""}, segment))
        self.open_image = None
        return True

    def _heading(self, segment: Segment) -> bool:
        if self.update is not None and "entry_headline" in segment.data:
            start = self.update["headline"]
            self.update["headline"] = f"{start} {segment.text}" if start else segment.text
            return True
        level = segment.hint.level if segment.hint else 0
        heading = {"type": "heading", "text": "", "level": level or 2}
        self.current.append(self._add_text(heading, segment))
        self.open_image = None
        return True

    def _list_item(self, segment: Segment) -> bool:
        body = self.current
        self.open_image = None
        hint = segment.hint
        if hint is not None and self.entry_part and hint.part == self.entry_part:
            return self._paragraph(segment)
        if hint is None or not hint.level:
            ordered = any(c.isdigit() for c in segment.bullet)
            level, whole, part = 1, 0, 0
        else:
            ordered, whole, part = hint.ordered, hint.whole, hint.part
            # A record nested too deeply can be neither validated nor serialized.
            level = min(hint.level, _DEEPEST)
        listed = body[-1] if body and body[-1]["type"] == "list" and whole == self.whole else None
        if listed is None or (not whole and listed["ordered"] != ordered):
            listed = {"type": "list", "ordered": ordered, "items": []}
            body.append(listed)
        elif part and part == self.part:
            self._add_text(_last_item(listed), segment, " ")
            return True
        items = listed["items"]
        for _ in range(level - 1):
            if not items:
                break
            items = items[-1]["items"]
        items.append(self._add_text({"text": "", "items": []}, segment))
        self.whole, self.part = whole, part
        return True

    def _quote(self, segment: Segment) -> bool:
        body = self.current
        part = segment.hint.part if segment.hint else 0
        if part and part == self.part and body and body[-1]["type"] == "quote":
            self._add_text(body[-1], segment, "\n")
        else:
            body.append(self._add_text({"type": "quote", "text": "", "citation": None}, segment))
        self.part = part
        self.open_image = None
        return True

    def _table_cell(self, segment: Segment) -> bool:
        hint = segment.hint
        whole, part = (hint.whole, hint.part) if hint else (0, 0)
        if (widths := self.draft.tables.get(whole)) and hint is not None:
            table = self.tables.get(whole)
            if table is None:
                rows = [[""] * width for width in widths]
                table = self.tables[whole] = {"type": "table", "rows": rows}
                self.current.append(table)
            self._add_cell(table, part - 1, hint.column, segment)
            return True
        # A rule made it a cell: cells of one row follow one another.
        body = self.current
        if not (body and body[-1]["type"] == "table" and whole == self.whole):
            body.append({"type": "table", "rows": [[]]})
        elif part != self.part:
            body[-1]["rows"].append([])
        rows = body[-1]["rows"]
        rows[-1].append("")
        self._add_cell(body[-1], len(rows) - 1, len(rows[-1]) - 1, segment)
        self.whole, self.part = whole, part
        return True

    def _add_cell(self, table: Record, row: int, column: int, segment: Segment) -> None:
        cells = table["rows"][row]
        before = f"{cells[column]} " if cells[column] else ""
        if found := ranges(self.draft, segment, len(before)):
            place = {"row": row, "column": column}
            self._ranges.append((table, [one | place for one in found]))
        cells[column] = before + segment.text

    def _code(self, segment: Segment) -> bool:
        body = self.current
        if segment.hint is None and body and body[-1]["type"] == "code":
            # The lines of a text's code are segments of their own.
            body[-1]["text"] += "\n" + segment.text
        else:
            body.append({"type": "code", "text": segment.text})
        return True

    def _embed(self, segment: Segment) -> bool:
        body = self.current
        part = segment.hint.part if segment.hint else 0
        if part and part == self.part and body and body[-1]["type"] == "embed":
            start = body[-1]["text"]
            body[-1]["text"] = f"{start}\n{segment.text}" if start else segment.text
            # A post's link to itself follows its text.
            for name in ("url", "provider"):
                body[-1][name] = segment.data.get(name) or body[-1][name]
        else:
            body.append(
                {
                    "type": "embed",
                    "url": segment.data.get("url"),
                    "provider": segment.data.get("provider"),
                    "text": segment.text,
                }
            )
        self.part = part
        return True

    def _divider(self, segment: Segment) -> bool:
        self.current.append({"type": "divider"})
        return True

    def _image(self) -> Record:
        self.open_image = self.new_image(len(self.body))
        return self.open_image

    def new_image(self, position: int) -> Record:
        """Add a picture before the block of that index."""
        image: Record = dict.fromkeys("url caption alt credit agency position".split())
        image["position"] = position
        self.images.append(image)
        return image

    def add_lead(self, stated: Record) -> bool:
        """Add the metadata's lead picture if the page shows no picture with a URL.

        If the text has a single caption above it, that is the lead picture's.
        """
        images = self.images
        if not stated.get("url") or any(i["url"] for i in images):
            return False
        leading = [i for i in images if i["position"] == 0] if len(images) > 1 else images
        if len(leading) == 1:
            image = leading[0]
        else:
            image = self.new_image(position=0)
            images.insert(0, images.pop())
        for name in ("url", "caption", "alt", "credit"):
            image[name] = image[name] or stated.get(name)
        return True

    def _alt(self, segment: Segment) -> bool:
        self._image()["alt"] = segment.text
        return True

    def _caption(self, segment: Segment) -> bool:
        image = self.open_image
        credited = image is not None and image["credit"] is not None
        if (
            image is None
            or image["caption"] is not None
            or credited != (segment.rule == CAPTION_BELOW)
        ):
            image = self._image()
        text = segment.data.get("text") or segment.text
        counted = _COUNTED.match(text)
        image["caption"] = text[counted.end() :] if counted else text
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
    """The last item of a list at any depth."""
    item: Record = listed["items"][-1]
    while item["items"]:
        item = item["items"][-1]
    return item
