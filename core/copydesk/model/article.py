"""The article record, schema version 2.

Terms follow schema.org NewsArticle, IPTC ninjs and ANS. None means not found; an empty list means
that there are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from copydesk.model.notices import NoticeCode
from copydesk.model.roles import ROLES

SCHEMA_VERSION = "2"


class Model(BaseModel):
    """Base of the record's parts: no unknown keys, immutable."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        # A record has all keys when it is written; only those of earlier versions may lack some.
        json_schema_serialization_defaults_required=True,
    )


class OutletInfo(Model):
    """The outlet of the document, as its adapter or the catalogue of outlets names it."""

    id: str
    name: str
    domain: str | None
    country: str | None = Field(description="ISO 3166-1 alpha-2")


class Author(Model):
    """A person or desk of the byline; raw is the byline as printed."""

    name: str
    role: str | None
    organisation: str | None
    url: str | None
    raw: str | None


class Dateline(Model):
    """Place and date before the first words; date is ISO 8601, raw as printed."""

    raw: str
    place: str | None
    date: str | None


class InfoSource(Model):
    """A supplier of the text; category is a distributor category of ANS."""

    name: str
    role: Literal["agency", "publisher"]
    category: Literal["staff", "wires", "freelance", "stock", "handout", "other"]


class Site(Model):
    """The site that published the document; domain is a host name without "www."."""

    name: str | None
    domain: str | None
    publisher: str | None = Field(description="the organisation behind the site, as it states it")


class Range(Model):
    """A part of a text with markup of its own; start and end are code points, end excluded."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    kind: Literal["link", "emphasis", "strong", "code"]
    href: str | None = Field(description="absolute URL of a link, null if it has none")


class CellRange(Range):
    """A range in a cell of a table; row and column count from 0, the offsets from the cell's."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)


def _check_ranges(ranges: list[Range], info: ValidationInfo) -> list[Range]:
    if ranges and (text := info.data.get("text")) is not None:
        check_nesting(ranges, len(text))
    return ranges


def _check_cells(ranges: list[CellRange], info: ValidationInfo) -> list[CellRange]:
    cells: dict[tuple[int, int], list[CellRange]] = {}
    for one in ranges:
        cells.setdefault((one.row, one.column), []).append(one)
    rows = info.data.get("rows", [])
    for (row, column), inside in cells.items():
        if row >= len(rows) or column >= len(rows[row]):
            raise ValueError(f"no cell at row {row}, column {column}")
        check_nesting(inside, len(rows[row][column]))
    return ranges


def check_nesting(ranges: Iterable[Range], size: int) -> None:
    """Raise ValueError unless ranges are inside a text, in order, and nested or apart."""
    around: list[int] = []
    last = (0, -size)
    for one in ranges:
        if not one.start < one.end <= size:
            raise ValueError(f"range {one.start}-{one.end} is not inside a text of {size}")
        if (one.start, -one.end) < last:
            raise ValueError(f"range {one.start}-{one.end} is out of order")
        while around and around[-1] <= one.start:
            around.pop()
        if around and one.end > around[-1]:
            raise ValueError(f"range {one.start}-{one.end} overlaps another")
        around.append(one.end)
        last = (one.start, -one.end)


Ranges = Annotated[list[Range], AfterValidator(_check_ranges)]


class Paragraph(Model):
    """A paragraph of running text."""

    type: Literal["paragraph"]
    text: str
    ranges: Ranges = Field(default_factory=list)


class Heading(Model):
    """A subheading; level as in HTML, 2 if the source has none."""

    type: Literal["heading"]
    text: str
    level: int = Field(ge=1, le=6)
    ranges: Ranges = Field(default_factory=list)


class ListItem(Model):
    """An item of a list, with its nested items."""

    text: str
    items: list[ListItem]
    ranges: Ranges = Field(default_factory=list)


class List(Model):
    """A list; numbers printed in the source stay in the items' text."""

    type: Literal["list"]
    ordered: bool
    items: list[ListItem]


class Quote(Model):
    """A quotation set apart from the text."""

    type: Literal["quote"]
    text: str
    citation: str | None
    ranges: Ranges = Field(default_factory=list)


class Table(Model):
    """A table, row by row."""

    type: Literal["table"]
    rows: list[list[str]]
    ranges: Annotated[list[CellRange], AfterValidator(_check_cells)] = Field(default_factory=list)


class Embed(Model):
    """Content of another site shown in the text."""

    type: Literal["embed"]
    url: str | None
    provider: str | None
    text: str | None


class Code(Model):
    """Preformatted text."""

    type: Literal["code"]
    text: str


class Divider(Model):
    """A dividing line between two parts of the text."""

    type: Literal["divider"]


Simple = Annotated[
    Paragraph | Heading | List | Quote | Table | Embed | Code | Divider, Field(discriminator="type")
]


class LiveUpdate(Model):
    """One entry of a live blog; time is ISO 8601."""

    type: Literal["live_update"]
    time: str | None
    headline: str | None
    body: list[Simple]


Block = Annotated[
    Paragraph | Heading | List | Quote | Table | Embed | Code | Divider | LiveUpdate,
    Field(discriminator="type"),
]


class Image(Model):
    """A picture; position is the index of the body block that it precedes."""

    url: str | None
    caption: str | None
    alt: str | None
    credit: str | None = Field(description="as printed, without a generic label")
    agency: str | None
    position: int = Field(ge=0)


class LeadImage(Model):
    """The picture that the outlet shows for the article; source as in the provenance."""

    url: str
    caption: str | None
    credit: str | None
    source: Literal["json-ld", "opengraph", "meta", "html"]


class Comment(Model):
    """A reader's comment; published is ISO 8601, published_raw as printed."""

    id: str | None
    parent_id: str | None
    author: str | None
    published: str | None
    published_raw: str | None
    text: str
    score: int | None


class Comments(Model):
    """The comment section: its status and count, and the comments in the input."""

    status: Literal["absent", "none_yet", "disabled", "not_loaded", "partial", "complete"]
    count: int | None
    items: list[Comment]


class Related(Model):
    """A link to another story, kept apart from the body."""

    text: str
    url: str | None


class Correction(Model):
    """A correction or editors' note; position as for images."""

    kind: Literal["correction", "editors_note"]
    date: str | None
    text: str
    position: int = Field(ge=0)


class Access(Model):
    """Whether the text is free (declared by the page) and whole (observed in the input)."""

    declared: Literal["free", "paid"] | None
    observed: Literal["full", "truncated", "blocked", "unknown"]
    evidence: str | None


class _Kind:
    """Any role; checked by pydantic-core without a Python call per segment."""

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> CoreSchema:
        return core_schema.literal_schema(sorted(ROLES))


class Removed(Model):
    """A segment that feeds no field; page_furniture may have a character count and no text."""

    kind: Annotated[str, _Kind]
    rule: str
    text: str | None
    characters: int = Field(ge=0)


class Provenance(Model):
    """The origin of a field's value: kind of source, the rule that read it, its raw text."""

    source: Literal[
        "outlet", "rule", "json-ld", "opengraph", "meta", "html", "state", "url", "feed", "fixture"
    ]
    rule: str | None
    raw: str | None


class DocumentInfo(Model):
    """The input document; characters is the number of code points of its visible text."""

    origin: str | None
    media_type: str
    encoding: str
    retrieved_at: str | None
    sha256: str
    characters: int = Field(ge=0)


class AdapterInfo(Model):
    """The adapter used; version is a hash of its source, null in an expectation."""

    id: str
    version: str | None
    layout: str | None


class ArticleWarning(Model):
    """A warning for people; programs use only code and subject, never the message."""

    code: NoticeCode
    subject: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class Article(Model):
    """One normalized article."""

    schema_version: Literal["2"]
    id: str = Field(description="identity: hash of the canonical or given URL, else of the content")
    revision: str = Field(description="hash of headline, standfirst and body without ranges")
    previous: str | None = Field(description="revision of the earlier version, if known")
    fingerprint: str | None = Field(
        default=None, description="SimHash of the text, 16 hexadecimal digits; null without text"
    )
    outlet: OutletInfo | None
    site: Site = Field(
        default_factory=lambda: Site(name=None, domain=None, publisher=None),
        description="known for every document with a URL, with or without an outlet",
    )
    url: str | None
    canonical_url: str | None
    requested_url: str | None
    kind: Literal[
        "article", "opinion", "analysis", "interview", "review", "live_blog", "gallery", "video"
    ]
    headline: str | None
    standfirst: str | None = Field(description="the visible summary, never the meta text")
    description: str | None = Field(description="the page's meta text, never the visible summary")
    byline: str | None = Field(description="as printed")
    authors: list[Author]
    dateline: Dateline | None
    published: str | None = Field(description="ISO 8601 date, or datetime with offset")
    modified: str | None = Field(description="ISO 8601 date, or datetime with offset")
    language: str | None = Field(description="BCP 47")
    section: str | None
    breadcrumbs: list[str]
    tags: list[str]
    info_sources: list[InfoSource]
    body: list[Block]
    text: str = Field(description="the body's text, blocks joined by a blank line")
    lead_image: LeadImage | None = Field(description="the picture that the outlet shows for it")
    images: list[Image]
    comments: Comments
    related: list[Related]
    corrections: list[Correction]
    access: Access
    removed: list[Removed]
    provenance: dict[str, Provenance]
    document: DocumentInfo
    adapter: AdapterInfo
    warnings: list[ArticleWarning]

    @property
    def published_at(self) -> datetime | None:
        """When the article was published; None if only the day is known, or nothing."""
        return _moment(self.published)

    @property
    def published_on(self) -> date | None:
        """The day on which the article was published, in the outlet's own time."""
        return _day(self.published)

    @property
    def modified_at(self) -> datetime | None:
        """When the article was last changed; None if only the day is known, or nothing."""
        return _moment(self.modified)

    @property
    def modified_on(self) -> date | None:
        """The day on which the article was last changed, in the outlet's own time."""
        return _day(self.modified)

    def to_line(self) -> bytes:
        """Serialize to one line of JSON: keys in schema order, UTF-8, with a line feed."""
        return self.__pydantic_serializer__.to_json(self) + b"\n"

    def to_text(
        self, *, headline: bool = False, standfirst: bool = False, captions: bool = False
    ) -> str:
        """Return the text, as `text` has it, with a blank line between blocks.

        headline, standfirst: begin with them. captions: with each picture's where it stands.
        """
        from copydesk.model.renderings import text

        return text.to_text(self, headline=headline, standfirst=standfirst, captions=captions)

    def to_markdown(
        self, *, headline: bool = True, standfirst: bool = True, images: bool = False
    ) -> str:
        """Return CommonMark with tables; whatever the text has is escaped, so that it is shown.

        headline, standfirst: begin with them. images: show each picture where it stands.
        """
        from copydesk.model.renderings import markdown

        return markdown.to_markdown(self, headline=headline, standfirst=standfirst, images=images)

    def to_html(
        self, *, headline: bool = True, standfirst: bool = True, images: bool = False
    ) -> str:
        """Return one `article` element without scripts, styles and attributes of the page.

        headline, standfirst: begin with them. images: show each picture where it stands, which
        lets a browser load it from its site.
        """
        from copydesk.model.renderings import html

        return html.to_html(self, headline=headline, standfirst=standfirst, images=images)


def _moment(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp and "T" in stamp else None


def _day(stamp: str | None) -> date | None:
    return date.fromisoformat(stamp[:10]) if stamp else None
