"""What a story is as JSON: its versions, the ties between them, and their alignment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

EvidenceKind = Literal["name", "number", "date", "quotation", "word", "passage"]
Credit = Literal["named", "in_text", "missing", "unnamed"]
TieKind = Literal["copy", "event"]


class Shape(BaseModel):
    """A part of a story: fixed keys, no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Evidence(Shape):
    """What two versions share.

    text: as the earlier version prints it. bits: rarity over the input, the logarithm to base 2 of
    how many times rarer it is than a word that every text has; of a passage its number of words.
    """

    kind: EvidenceKind
    text: str
    bits: float


class Tie(Shape):
    """Two versions that tell the same story, and why.

    first, second: places in `versions`. kind: copy for shared text, event for another text about
    the same event. strength: 0 to 1; of a copy the larger of the two shares, of an event the cosine
    of what the texts state. shared_words: words in shared passages. share_of_first and
    share_of_second: the share of the words of each that they are. evidence: strongest first.
    """

    first: int
    second: int
    kind: TieKind
    strength: float
    shared_words: int
    share_of_first: float
    share_of_second: float
    evidence: list[Evidence]


class Sentence(Shape):
    """A sentence of a version; block: place of its block in the body. passage: its shared passage."""

    block: int
    text: str
    passage: int | None


class Agency(Shape):
    """A news agency that a version names: as supplier (credit), in a sentence (text), or both."""

    name: str
    credit: bool
    text: bool


class Version(Shape):
    """One outlet's article.

    credit: "named" if it credits an agency, "in_text" if only a sentence names one; if it names none,
    "missing" if it shares copy with a version that does, "unnamed" if another version does, else null.
    """

    id: str
    revision: str
    outlet: str | None
    site: str | None
    url: str | None
    headline: str | None
    language: str | None
    published: str | None
    may_be_first: bool
    words: int
    agencies: list[Agency]
    credit: Credit | None
    sentences: list[Sentence]


class PassageSentence(Shape):
    """A sentence in a shared passage.

    version, sentence: places. change: against the passage's first sentence, which is "original".
    moved: it stands elsewhere among the sentences that its version shares with that version.
    """

    version: int
    sentence: int
    change: Literal["original", "verbatim", "edited"]
    moved: bool


class Passage(Shape):
    """A sentence that several versions have, the earliest version first."""

    sentences: list[PassageSentence]


class Quoted(Shape):
    """Quoted words in a version; words_added and words_missing: against the first of them."""

    version: int
    sentence: int
    text: str
    words_added: list[str]
    words_missing: list[str]


class Quotation(Shape):
    """The same quotation in several versions; same: word by word, but for case and punctuation."""

    same: bool
    quoted: list[Quoted]


class Number(Shape):
    """A number in a version. value: plain digits. text: the words around it."""

    version: int
    sentence: int
    value: str
    text: str


class Count(Shape):
    """Numbers of the same thing in several versions. unit: what is counted. agree: all are equal."""

    unit: str
    agree: bool
    numbers: list[Number]


class Alignment(Shape):
    """What stands in several versions, and how it differs; what stands in one has no passage."""

    passages: list[Passage]
    quotations: list[Quotation]
    counts: list[Count]


class Story(Shape):
    """One story. id: of its central version. versions: the earliest first, undated ones last."""

    id: str
    headline: str | None
    first_published: str | None
    last_published: str | None
    outlets: int
    agencies: list[str]
    versions: list[Version]
    ties: list[Tie]
    alignment: Alignment


class Stories(Shape):
    """What one command found, as the page shows it.

    articles: number of records read. left_out: number of stories that are not in `stories`.
    """

    articles: int
    stories: list[Story]
    left_out: int = 0
