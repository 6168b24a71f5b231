"""The comments of the record: their items, number and status."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from copydesk.assembly.blocks import Record
from copydesk.dates import printed_dates, timestamps
from copydesk.model.draft import Draft, Segment


class Comments:
    """Collects the comments, segment by segment.

    The methods for roles return whether the segment fed a field.

    ambiguous: the number of their dates that are ambiguous.
    timezone: IANA name for times without an offset.
    """

    def __init__(self, draft: Draft, timezone: str | None) -> None:
        self.draft = draft
        self.timezone = timezone
        self.ambiguous = 0
        self._items: dict[str, Record] = {}
        self._status = ""

    def feeders(self) -> dict[str, Callable[[Segment], bool]]:
        """Role -> the method that adds its segments."""
        return {
            "comment": self._comment,
            "comment_author": self._comment_author,
            "comment_meta": self._comment_meta,
            "no_comments": self._no_comments,
            "comments_closed": self._comments_closed,
        }

    def record(self, count: int | None, roles: Iterable[str]) -> Record:
        """The record's comments; count: as stated, roles: those of the draft's segments."""
        items = list(self._items.values())
        if items:
            stated = count if count is not None else len(items)
            cut = self._status == "partial" or stated > len(items)
            return {
                "status": "partial" if cut else "complete",
                "count": max(stated, len(items)),
                "items": items,
            }
        if self._status == "none_yet" or count == 0:
            return {"status": "none_yet", "count": 0, "items": []}
        if self._status == "disabled":
            return {"status": "disabled", "count": count, "items": []}
        loads = bool(count) or not {"comment_chrome", "comment_form"}.isdisjoint(roles)
        return {"status": "not_loaded" if loads else "absent", "count": count, "items": []}

    def _item(self, segment: Segment) -> Record:
        data = segment.data
        item = self._items.setdefault(
            data.get("item", "0"),
            {
                "id": data.get("id") or None,
                "parent_id": data.get("parent") or None,
                "author": None,
                "published": None,
                "published_raw": None,
                "text": "",
                "score": None,
            },
        )
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
            self._status = "partial"
        return True

    def _comment(self, segment: Segment) -> bool:
        item = self._item(segment)
        item["text"] += ("\n\n" if item["text"] else "") + segment.text
        return True

    def _comment_meta(self, segment: Segment) -> bool:
        self._item(segment)
        return True

    def _comment_time(self, stated: str, printed: str) -> str | None:
        now, style = self.draft.document.retrieved_at, self.draft.style
        for text in filter(None, (stated, printed)):
            found = timestamps.parse(text, timezone=self.timezone, now=now, style=style)
            if found:
                if printed_dates.is_ambiguous(text, style):
                    self.ambiguous += 1
                return found
        return None

    def _no_comments(self, segment: Segment) -> bool:
        self._status = self._status or "none_yet"
        return True

    def _comments_closed(self, segment: Segment) -> bool:
        self._status = self._status or "disabled"
        return True
