"""Changes: which articles of two sets of records differ, and in what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from copydesk.article import Article
from copydesk.errors import RecordError
from copydesk.text import did_you_mean

IGNORED = ("adapter.version", "document.retrieved_at")
"""What is not compared unless it is asked for: it differs between any two runs."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What of two records is compared, by names such as "headline" and "document.origin".

    fields: nothing but these; all where empty. ignored: not these, though they be among the fields.
    """

    fields: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def differences(self, old: Record, new: Record) -> dict[str, tuple[Any, Any]]:
        """The fields that differ, with both values, in the order of the record; absent is null.

        Where only one of the two is an error, that is the difference.
        """
        if ("error" in old) != ("error" in new):
            return {"error": (old.get("error"), new.get("error"))}
        old, new = self._seen(old), self._seen(new)
        names = [*new, *(name for name in old if name not in new)]
        pairs = ((name, old.get(name), new.get(name)) for name in names)
        return {name: (left, right) for name, left, right in pairs if left != right}

    def _seen(self, record: Record) -> Record:
        seen = record
        if self.fields:
            seen = {}
            for name in self.fields:
                top, _, part = name.partition(".")
                if not part:
                    seen[top] = record.get(top)
                elif isinstance(value := record.get(top), dict):
                    seen.setdefault(top, {})[part] = value.get(part)
        asked = set(self.fields)
        for name in (*self.ignored, *(n for n in IGNORED if n not in asked)):
            top, _, part = name.partition(".")
            if not part:
                seen = {k: v for k, v in seen.items() if k != top}
            elif isinstance(value := seen.get(top), dict):
                seen = {**seen, top: {k: v for k, v in value.items() if k != part}}
        return seen


def unknown(name: str) -> str | None:
    """What is wrong with the name of a field of the record; None where it is one."""
    top, _, part = name.partition(".")
    stated = Article.model_fields
    if top not in stated:
        return f"{name}: the record has no such field{did_you_mean(top, stated)}"
    inner = getattr(stated[top].annotation, "model_fields", {}) if part else {}
    if part and part not in inner:
        return f"{name}: {top} has no such part{did_you_mean(part, inner)}"
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """One article that differs: its id, its address or else its key, and both values of the fields."""

    id: str
    where: str
    differences: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a file: where its line begins, in bytes, and its address, else its key."""

    path: Path
    offset: int
    where: str


@dataclass(slots=True)
class Comparison:
    """Two files of records, compared.

    same: articles without a difference. fields: how many articles differ in each, the most frequent
    first. gone, come: addresses of those that stand in one file only. earlier: lines of either file
    that a later line of the same article stands for. pairs: the articles that differ.
    """

    old: Path
    new: Path
    scope: Scope
    same: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    earlier: int = 0
    pairs: list[tuple[Entry, Entry]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many articles differ."""
        return len(self.pairs)

    @property
    def equal(self) -> bool:
        """Whether there is no difference at all."""
        return not (self.pairs or self.gone or self.come)

    def changes(self) -> Iterator[Change]:
        """What differs, article by article, read from the files once more."""
        with self.old.open("rb") as old, self.new.open("rb") as new:
            for left, right in self.pairs:
                record = _at(new, right)
                found = self.scope.differences(_at(old, left), record)
                yield Change(str(record["id"]), right.where, found)


def by_id(record: Record) -> str | None:
    """The article's identity."""
    found = record.get("id")
    return found if isinstance(found, str) else None


def by_origin(record: Record) -> str | None:
    """Where the document lies, for two readings of one set."""
    document = record.get("document")
    found = document.get("origin") if isinstance(document, dict) else None
    return found if isinstance(found, str) else by_id(record)


def compare(
    old: Path, new: Path, scope: Scope, key: Callable[[Record], str | None] = by_id
) -> Comparison:
    """Compare two files of JSON Lines; of either only keys, addresses and offsets are held.

    Of several lines of one key the last counts. What has no partner by its key is matched by its
    canonical address, where just one article on either side has it. Order plays no part. Raises
    RecordError for a line that is no record.
    """
    found = Comparison(old, new, scope)
    with old.open("rb") as left, new.open("rb") as right:
        before, earlier = _index(left, old, key)
        after, more = _index(right, new, key)
        found.earlier = earlier + more
        pairs = [(entry, after[k]) for k, entry in before.items() if k in after]
        gone = [entry for k, entry in before.items() if k not in after]
        come = [entry for k, entry in after.items() if k not in before]
        moved = _by_address(gone, come)
        for one, other in [*pairs, *moved]:
            names = scope.differences(_at(left, one), _at(right, other))
            found.fields.update(names.keys())
            if names:
                found.pairs.append((one, other))
            else:
                found.same += 1
    partners = {entry for pair in moved for entry in pair}
    found.gone = [entry.where for entry in gone if entry not in partners]
    found.come = [entry.where for entry in come if entry not in partners]
    return found


def _by_address(gone: list[Entry], come: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Those that have an address with just one other, on the other side."""
    counts = [Counter(entry.where for entry in side) for side in (gone, come)]
    alone = {entry.where: entry for entry in come if counts[1][entry.where] == 1}
    return [
        (entry, alone[entry.where])
        for entry in gone
        if counts[0][entry.where] == 1 and entry.where in alone
    ]


def _index(
    file: BinaryIO, path: Path, key: Callable[[Record], str | None]
) -> tuple[dict[str, Entry], int]:
    """Where the last line of each article stands, and how many lines stand before one of their own."""
    index: dict[str, Entry] = {}
    earlier = offset = 0
    for number, line in enumerate(file, 1):
        if line.strip():
            record = _record(line, f"{path}:{number}")
            name = key(record)
            if name is None:
                raise RecordError(f"{path}:{number}", "is no article: it has no id")
            earlier += name in index
            address = record.get("canonical_url") or record.get("url") or name
            index[name] = Entry(path, offset, str(address))
        offset += len(line)
    return index, earlier


def _at(file: BinaryIO, entry: Entry) -> Record:
    file.seek(entry.offset)
    return _record(file.readline(), entry.where)


def _record(line: bytes, subject: str) -> Record:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordError(subject, f"is no JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(subject, "is no article: it is no JSON object")
    return record
