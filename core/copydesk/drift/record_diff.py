"""Changes: which articles of two sets of records differ, and in which fields."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from copydesk.errors import RecordError
from copydesk.model.article import Article
from copydesk.sinks import stored
from copydesk.util.text import did_you_mean

IGNORED = ("adapter.version", "document.retrieved_at")
"""Fields that differ between any two runs; compared only if named."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields to compare, by names such as "headline" and "document.origin".

    fields: only these; all if empty.
    ignored: not these, even if they are in `fields`.
    """

    fields: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def differences(self, old: Record, new: Record) -> dict[str, tuple[Any, Any]]:
        """Return the fields that differ, with both values, in record order; absent equals null.

        If only one of the two is an error, that is the difference.
        """
        if ("error" in old) != ("error" in new):
            return {"error": (old.get("error"), new.get("error"))}
        old, new = self._reduced(old), self._reduced(new)
        names = [*new, *(name for name in old if name not in new)]
        pairs = ((name, old.get(name), new.get(name)) for name in names)
        return {name: (left, right) for name, left, right in pairs if left != right}

    def _reduced(self, record: Record) -> Record:
        seen = record
        if self.fields:
            seen = {}
            for name in self.fields:
                top, _, part = name.partition(".")
                if not part:
                    seen[top] = record.get(top)
                elif isinstance(value := record.get(top), dict):
                    seen.setdefault(top, {})[part] = value.get(part)
        named = set(self.fields)
        for name in (*self.ignored, *(n for n in IGNORED if n not in named)):
            top, _, part = name.partition(".")
            if not part:
                seen = {k: v for k, v in seen.items() if k != top}
            elif isinstance(value := seen.get(top), dict):
                seen = {**seen, top: {k: v for k, v in value.items() if k != part}}
        return seen


def field_error(name: str) -> str | None:
    """Return the error message for an unknown field name; None for a known one."""
    top, _, part = name.partition(".")
    known = Article.model_fields
    if top not in known:
        return f"{name}: the record has no such field{did_you_mean(top, known)}"
    inner = getattr(known[top].annotation, "model_fields", {}) if part else {}
    if part and part not in inner:
        return f"{name}: {top} has no such part{did_you_mean(part, inner)}"
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """One article that differs: its id, its URL or else its key, and both values of each field."""

    id: str
    where: str
    differences: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One article of a file: the offset of its line in bytes, and its URL, else its key."""

    path: Path
    offset: int
    where: str


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The comparison of two files of records.

    same: the number of equal articles.
    fields: the number of articles that differ in each field, the most frequent first.
    removed, added: URLs of articles in one file only.
    superseded: the number of lines followed by a later line of the same article.
    pairs: the articles that differ.
    """

    old: Path
    new: Path
    scope: Scope
    same: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    superseded: int = 0
    pairs: list[tuple[RecordLine, RecordLine]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """The number of articles that differ."""
        return len(self.pairs)

    @property
    def equal(self) -> bool:
        """Whether there is no difference."""
        return not (self.pairs or self.removed or self.added)

    def changes(self) -> Iterator[Change]:
        """Yield the differences of each article, read from the files again."""
        with stored.seekable(self.old) as old, stored.seekable(self.new) as new:
            for left, right in self.pairs:
                record = _at(new, right)
                found = self.scope.differences(_at(old, left), record)
                yield Change(str(record["id"]), right.where, found)


def by_id(record: Record) -> str | None:
    """Return the article's id."""
    found = record.get("id")
    return found if isinstance(found, str) else None


def by_origin(record: Record) -> str | None:
    """Return the document's origin, for two readings of one set."""
    document = record.get("document")
    found = document.get("origin") if isinstance(document, dict) else None
    return found if isinstance(found, str) else by_id(record)


def compare_files(
    old: Path, new: Path, scope: Scope, key: Callable[[Record], str | None] = by_id
) -> Comparison:
    """Compare two files of articles, in any order, with only keys, URLs and offsets in memory.

    Of several lines with one key the last counts. Articles without a partner by key are matched by
    canonical URL, if exactly one article on each side has it. Raises RecordError for a line that is
    not a record, and the errors of `stored.seekable`.
    """
    found = Comparison(old=old, new=new, scope=scope)
    with stored.seekable(old) as left, stored.seekable(new) as right:
        before, superseded = _index(left, old, key)
        after, more = _index(right, new, key)
        found.superseded = superseded + more
        pairs = [(entry, after[k]) for k, entry in before.items() if k in after]
        removed = [entry for k, entry in before.items() if k not in after]
        added = [entry for k, entry in after.items() if k not in before]
        moved = _by_url(removed, added)
        for one, other in [*pairs, *moved]:
            names = scope.differences(_at(left, one), _at(right, other))
            found.fields.update(names.keys())
            if names:
                found.pairs.append((one, other))
            else:
                found.same += 1
    partners = {entry for pair in moved for entry in pair}
    found.removed = [entry.where for entry in removed if entry not in partners]
    found.added = [entry.where for entry in added if entry not in partners]
    return found


def _by_url(
    removed: list[RecordLine], added: list[RecordLine]
) -> list[tuple[RecordLine, RecordLine]]:
    """Pair articles whose URL occurs exactly once on each side."""
    counts = [Counter(entry.where for entry in side) for side in (removed, added)]
    alone = {entry.where: entry for entry in added if counts[1][entry.where] == 1}
    return [
        (entry, alone[entry.where])
        for entry in removed
        if counts[0][entry.where] == 1 and entry.where in alone
    ]


def _index(
    file: BinaryIO, path: Path, key: Callable[[Record], str | None]
) -> tuple[dict[str, RecordLine], int]:
    """Index the last line of each article, and count the lines before it of the same article."""
    index: dict[str, RecordLine] = {}
    superseded = offset = 0
    for number, line in enumerate(file, 1):
        if line.strip():
            record = _record(line, f"{path}:{number}")
            name = key(record)
            if name is None:
                raise RecordError(f"{path}:{number}", "is not an article: it has no id")
            superseded += name in index
            url = record.get("canonical_url") or record.get("url") or name
            index[name] = RecordLine(path, offset, str(url))
        offset += len(line)
    return index, superseded


def _at(file: BinaryIO, entry: RecordLine) -> Record:
    file.seek(entry.offset)
    return _record(file.readline(), entry.where)


def _record(line: bytes, subject: str) -> Record:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordError(subject, f"is not valid JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(subject, "is not an article: not a JSON object")
    return record
