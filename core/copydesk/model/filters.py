"""Filters of a run: which pages it reads, and which finished articles it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, get_args

from copydesk.model.outcomes import Skipped
from copydesk.util.languages import normalise
from copydesk.util.text import compile_pattern, count_words, did_you_mean, plural

if TYPE_CHECKING:
    from copydesk.model.article import Article

_MAX_PATTERN = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a run leaves out; by default nothing. Raises ValueError for an invalid value.

    Attributes:
        languages: BCP 47 tags of articles to keep: "en" keeps "en-GB", too.
        min_words: least number of words of an article's text.
        require: fields of the record that must have a value.
        exclude_kinds: kinds of articles to leave out.
        url_match: regular expression that is searched in the URL of a page before it is read.
    """

    languages: tuple[str, ...] = ()
    min_words: int = 0
    require: tuple[str, ...] = ()
    exclude_kinds: tuple[str, ...] = ()
    url_match: str | None = None

    def __post_init__(self) -> None:
        tags = tuple(normalise(one) or _refuse_language(one) for one in self.languages)
        object.__setattr__(self, "languages", tags)
        if self.min_words < 0:
            raise ValueError(f"min_words must not be negative: {self.min_words}")
        if self.require or self.exclude_kinds:
            _check_names(self.require, self.exclude_kinds)
        if self.url_match is not None:
            _check_pattern(self.url_match)

    def __bool__(self) -> bool:
        return self != NO_FILTERS

    def to_dict(self) -> dict[str, Any]:
        """Return the filters that are set, as JSON values."""
        defaults = asdict(NO_FILTERS)
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Filters:
        """Return the filters that `to_dict` returned, maybe as JSON. Raises ValueError."""
        given = dict(values)
        for name, value in given.items():
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                given[name] = tuple(value)
            if not isinstance(given[name], _TYPES.get(name, ())):
                raise ValueError(f"invalid filter: {name[:80]!r}")
        return cls(**given)

    def check_url(self, url: str | None, subject: str) -> Skipped | None:
        """Return the skip for a page with another URL; a page without one does not match."""
        if self.url_match is None or (url and re.search(self.url_match, url)):
            return None
        message = f"its URL does not match {self.url_match!r}" if url else "has no URL to match"
        return Skipped(input=subject, reason="other_url", message=message)

    def check_article(self, article: Article, subject: str) -> Skipped | None:
        """Return the skip for an article that is left out."""
        if article.kind in self.exclude_kinds:
            return Skipped(input=subject, reason="excluded_kind", message=f"is a {article.kind}")
        missing = [name for name in self.require if not is_filled(getattr(article, name))]
        if missing:
            message = f"has no {' and no '.join(missing)}"
            return Skipped(input=subject, reason="missing_field", message=message)
        if self.languages and not _is_one_of(article.language, self.languages):
            message = f"is in {article.language}" if article.language else "states no language"
            return Skipped(input=subject, reason="other_language", message=message)
        if self.min_words and (words := count_words(article.text)) < self.min_words:
            message = f"has {plural(words, 'word')}"
            return Skipped(input=subject, reason="few_words", message=message)
        return None


NO_FILTERS = Filters()
"""Filters that leave out nothing."""

_TYPES: dict[str, type] = {
    "languages": tuple,
    "min_words": int,
    "require": tuple,
    "exclude_kinds": tuple,
    "url_match": str,
}


def is_filled(value: object) -> bool:
    """Whether a field of the record has a value.

    Comments have one if there are some, any other object if one of its parts is known.
    """
    items = getattr(value, "items", None)
    if isinstance(items, list):
        return bool(items)
    parts = getattr(value, "__pydantic_fields__", ())
    if parts:
        return any(getattr(value, name) is not None for name in parts)
    return value is not None and value not in ("", [], {})


def _is_one_of(language: str | None, tags: Iterable[str]) -> bool:
    return language is not None and any(
        language == tag or language.startswith(f"{tag}-") for tag in tags
    )


def _refuse_language(stated: str) -> str:
    raise ValueError(f"{stated!r} is not a language tag such as en or pt-BR")


def _check_names(fields: Iterable[str], kinds: Iterable[str]) -> None:
    """Raise ValueError for a name that no field, or no kind of article, has."""
    from copydesk.model.article import Article

    known_kinds = get_args(Article.model_fields["kind"].annotation)
    for what, names, known in (
        ("field of the record", fields, [*Article.model_fields]),
        ("kind of article", kinds, [*known_kinds]),
    ):
        for name in names:
            if name not in known:
                raise ValueError(f"{name!r} is no {what}{did_you_mean(name, known)}")


def _check_pattern(pattern: str) -> None:
    """Raise ValueError for an invalid regular expression."""
    if len(pattern) > _MAX_PATTERN:
        raise ValueError(f"a pattern of more than {_MAX_PATTERN:,} characters")
    try:
        compile_pattern(pattern)
    except ValueError as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
