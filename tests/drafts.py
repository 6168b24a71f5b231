"""Texts and pages written for a test, read to the end, and the role of each of their lines."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.reading import read

TITLE = "Bridge closed until spring"
P1 = "The council said on Monday that the bridge over the river would be closed for repairs until spring."
P2 = "Lorries will have to take the ferry, which sails every hour and carries twelve of them at a time."
P3 = "The ferry's owner promised a second ship, and asked the council to pay for half of the crossing."
P4 = "Nobody at the meeting wanted to say how long the repairs would really take this time around."
STORY = (P1, P2, P3, P4)
URL = "https://news.example/local/bridge"


@dataclass(frozen=True, slots=True)
class Reading:
    """A document after reading: its draft and its article."""

    draft: Draft
    article: Article

    @property
    def roles(self) -> list[str]:
        """The role of each segment."""
        return [s.role for s in self.draft.segments]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Role and text of each segment."""
        return [(s.role, s.text) for s in self.draft.segments]

    def texts(self, role: str) -> list[str]:
        """The texts of the segments with a role."""
        return [s.text for s in self.draft.segments if s.role == role]


def text(*lines: str, url: str | None = None) -> Reading:
    """Read lines of plain text."""
    return Reading(*read(Document(content="\n".join(lines).encode(), url=url), None))


def page(body: str, head: str = "", url: str = URL) -> Reading:
    """Read a page with this markup in its body."""
    html = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return Reading(*read(Document(content=html.encode(), media_type="text/html", url=url), None))


def article(body: str, head: str = "", title: str = TITLE) -> Reading:
    """Read a page with an article that has this title and markup."""
    return page(f"<article><h1>{title}</h1>{body}</article>", head)


def paragraphs(*texts: str) -> str:
    """The markup of paragraphs."""
    return "".join(f"<p>{one}</p>" for one in texts)


def between(line: str) -> list[str]:
    """The roles of a line in the middle of a story of four paragraphs."""
    found = text(P1, P2, line, P3, P4).roles
    assert [*found[:2], *found[-2:]] == ["paragraph"] * 4
    return found[2:-2]


def after(*lines: str) -> list[str]:
    """The roles of lines after a story of three paragraphs."""
    found = text(P1, P2, P3, *lines).roles
    assert found[:3] == ["paragraph"] * 3
    return found[3:]
