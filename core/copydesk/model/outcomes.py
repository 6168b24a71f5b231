"""What became of an input: an article, a skip, or a reject, which is written as a JSON line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from copydesk.errors import CopydeskError, RecordError
from copydesk.model.notices import NoticeCode

# Sources use this module, and an outlet's module must not import pydantic, which takes long.
if TYPE_CHECKING:
    from pydantic import ConfigDict, TypeAdapter

    from copydesk.model.article import Article, ArticleWarning

STAGES = ("source", "fetch", "read")
"""Stages at which an input can fail."""

START = b'{"input":"'
"""Start of each reject's line."""

DOUBTS = (NoticeCode.NO_BODY, NoticeCode.TEXT_LEFT_OUT)
"""Warnings of articles that a run counts and names: little or no text was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An input that gave an article.

    Attributes:
        input: name of the input.
        line: the record as JSON with a line feed.
        id, revision, published: of the article.
        adapter: id of the adapter that read it.
        counted: names under which it counts, see `tally.of_article`.
        reason: the code of the first warning in DOUBTS, empty if there is none.
    """

    kind: ClassVar[str] = "article"

    input: str
    line: bytes
    id: str
    revision: str
    published: str | None = None
    adapter: str | None = None
    counted: tuple[str, ...] = ()
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An input that is left out on purpose, such as an archive record that is not a page.

    Attributes:
        input: name of the input.
        reason: a code in snake_case.
        message: the reason in words.
        adapter: id of the adapter that read it; None if it was not read by one.
    """

    kind: ClassVar[str] = "skip"

    input: str
    reason: str
    message: str
    adapter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An input, or a part of one, that failed.

    Attributes:
        input: a path, a URL, or an archive with an offset.
        stage: one of STAGES.
        reason: stable code of the error.
        detail: a finer code; None for most errors.
        message: what happened, for people.
        adapter: id of the adapter that read the input; None before one was chosen.
        attempts: number of requests.
        offset: position in the file, in bytes.
        url: the URL that an archive record states.
        unfinished: True if an I/O error ended the reading, so that a later run may read the rest.
            The run continues and ends as stopped early. Not part of the line.
    """

    kind: ClassVar[str] = "reject"
    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    input: str
    stage: str
    reason: str
    detail: str | None = None
    message: str
    adapter: str | None = None
    attempts: int = 1
    offset: int | None = None
    url: str | None = None
    unfinished: bool = False

    @classmethod
    def from_error(
        cls,
        error: CopydeskError,
        *,
        subject: str | None = None,
        stage: str = "source",
        adapter: str | None = None,
        offset: int | None = None,
        url: str | None = None,
        unfinished: bool = False,
    ) -> Rejected:
        """Return the reject for an error of an input, by default of the error's subject."""
        return cls(
            input=error.subject if subject is None else subject,
            stage=stage,
            reason=str(error.reason),
            detail=str(error.detail) if error.detail else None,
            message=str(error.message),
            adapter=adapter,
            attempts=getattr(error, "attempts", 1),
            offset=offset,
            url=url,
            unfinished=unfinished,
        )

    def to_line(self) -> bytes:
        """Return the reject as one line of JSON with a line feed."""
        return _rejected().dump_json(self, exclude={"unfinished"}) + b"\n"


Outcome = Accepted | Skipped | Rejected
"""What became of an input."""


def read_rejects(path: Path) -> Iterator[Rejected]:
    """Yield the rejects of a file. Raises RecordError for any other line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield parse_reject(f"{path}:{number}", line)


def first_doubt(article: Article) -> ArticleWarning | None:
    """Return the first of the warnings in DOUBTS that an article has."""
    return next((w for code in DOUBTS for w in article.warnings if w.code == code), None)


def parse_reject(subject: str, line: bytes) -> Rejected:
    """Parse the line of a reject. Raises RecordError for any other line."""
    from pydantic import ValidationError

    try:
        return _rejected().validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise RecordError(subject, f"is not a reject: {first['msg']}") from error


@cache
def _rejected() -> TypeAdapter[Rejected]:
    from pydantic import TypeAdapter

    return TypeAdapter(Rejected)
