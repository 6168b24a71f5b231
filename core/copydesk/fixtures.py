"""Fixtures: an input, its metadata, and the article expected from it, side by side."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk import matchers, times
from copydesk.article import Article
from copydesk.document import MAX_BYTES, Document
from copydesk.errors import CopydeskError, FixtureError, os_message
from copydesk.registry import Registry

_TYPES = {".txt": "text/plain", ".html": "text/html", ".html.gz": "text/html"}
_META, _EXPECTED = ".meta.json", ".expected.json"

UNREVIEWED = "unreviewed"
"""The first key of a proposed expectation; its value is a text that says how to accept it."""


class Meta(BaseModel):
    """The sidecar NAME.meta.json.

    url, outlet: None if unknown.
    media_type: None for the type of the file extension.
    retrieved_at: ISO 8601, the frozen clock; None for no clock.
    made: how the fixture was made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    outlet: str | None = None
    media_type: str | None = None
    encoding: str | None = None
    retrieved_at: str | None = None
    made: str

    def owner(self, registry: Registry) -> str | None:
        """Return the id of the fixture's outlet: the named one, else the one of the URL."""
        if self.outlet is not None or self.url is None:
            return self.outlet
        found = registry.find(self.url)
        return found.id if found is not None else None


@dataclass(frozen=True, slots=True)
class Fixture:
    """One fixture: the path of its input, and its stem, which is its name."""

    source: Path
    stem: str

    @property
    def meta_path(self) -> Path:
        """Path of its meta.json."""
        return self.source.with_name(self.stem + _META)

    @property
    def expected_path(self) -> Path:
        """Path of its expected.json, which may not exist."""
        return self.source.with_name(self.stem + _EXPECTED)

    def meta(self) -> Meta:
        """Read the sidecar. Raises FixtureError if it is invalid."""
        raw = _load(self.meta_path)
        try:
            meta = Meta.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(p) for p in first["loc"]) or "file"
            raise FixtureError(str(self.meta_path), f"{where}: {first['msg']}") from error
        if meta.retrieved_at is not None and times.parse_clock(meta.retrieved_at) is None:
            message = f"retrieved_at: {meta.retrieved_at!r} is not an ISO 8601 time"
            raise FixtureError(str(self.meta_path), message)
        return meta

    def document(self, meta: Meta) -> Document:
        """Return the input as a document; its origin is the stem."""
        content = read_bytes(self.source)
        if self.source.suffix == ".gz":
            content = _unzip(self.source, content)
        clock = times.parse_clock(meta.retrieved_at) if meta.retrieved_at else None
        media_type = meta.media_type or _TYPES[_ending(self.source)]
        return Document(content, media_type, meta.url, meta.encoding, clock, self.stem)

    def expected(self) -> dict[str, Any] | None:
        """Return the expectation: an article, or {"error": {...}}; None if there is none.

        It may contain matchers. The mark of a proposed expectation is left out.
        """
        raw = self._written()
        return raw and {name: value for name, value in raw.items() if name != UNREVIEWED}

    def unreviewed(self) -> str | None:
        """Return the mark of a proposed expectation; None if there is no mark or no expectation."""
        raw = self._written() or {}
        if UNREVIEWED not in raw:
            return None
        mark = raw[UNREVIEWED]
        if not isinstance(mark, str) or next(iter(raw)) != UNREVIEWED:
            raise FixtureError(
                str(self.expected_path), f"{UNREVIEWED}: must be the first key, with a text value"
            )
        return mark

    def _written(self) -> dict[str, Any] | None:
        if not self.expected_path.exists():
            return None
        raw = _load(self.expected_path)
        if not isinstance(raw, dict):
            raise FixtureError(str(self.expected_path), "is not a JSON object")
        return raw

    def differences(self, actual: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Like the function `differences`; without an expectation every field differs.

        Raises FixtureError for an invalid matcher.
        """
        try:
            return differences(self.expected() or {}, actual)
        except matchers.BrokenMatcher as error:
            field = error.place[0] if error.place else None
            raise FixtureError(str(self.expected_path), str(error), field) from error


def find(paths: Iterable[Path]) -> tuple[list[Fixture], list[Path]]:
    """Find the fixtures among files and below folders, by path, and inputs without a meta.json.

    Raises FileNotFoundError for a missing path.
    """
    fixtures: dict[Path, Fixture] = {}
    bare: list[Path] = []
    known: set[Path] = set()
    for path in paths:
        for source in _inputs(path):
            fixture = Fixture(source, stem_of(source))
            if source.resolve() in known:
                continue
            known.add(source.resolve())
            if fixture.meta_path.exists():
                fixtures[source] = fixture
            elif source not in bare:
                bare.append(source)
    return [fixtures[p] for p in sorted(fixtures)], sorted(bare)


def _inputs(path: Path) -> list[Path]:
    if path.is_dir():
        found: list[Path] = []
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            found += [Path(folder, n) for n in sorted(names) if _ending(Path(n)) and n[0] != "."]
        return found
    if not path.exists():
        raise FileNotFoundError(path)
    for sidecar in (_META, _EXPECTED):
        if path.name.endswith(sidecar):
            stem = path.name[: -len(sidecar)]
            return [p for e in _TYPES if (p := path.with_name(stem + e)).exists()]
    return [path] if _ending(path) else []


def stem_of(path: Path) -> str:
    """Return the name of an input without its extension."""
    return path.name[: -len(_ending(path))] if _ending(path) else path.name


def _ending(path: Path) -> str:
    return next((e for e in _TYPES if path.name.endswith(e)), "")


def _load(path: Path) -> Any:
    try:
        return json.loads(read_bytes(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FixtureError(str(path), f"is not valid JSON: {error}") from error


def read_bytes(path: Path) -> bytes:
    """Read a regular file up to the size limit; raises FixtureError for anything else."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise FixtureError(str(path), "is not a regular file")
        if info.st_size > MAX_BYTES:
            raise FixtureError(str(path), f"{info.st_size:,} bytes, above {MAX_BYTES:,}")
        return path.read_bytes()
    except OSError as error:
        raise FixtureError(str(path), os_message(error)) from error


def _unzip(path: Path, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FixtureError(str(path), f"is not a valid gzip file: {error}") from error
    if len(data) > MAX_BYTES:
        raise FixtureError(str(path), f"decompresses to more than {MAX_BYTES:,} bytes")
    return data


def outcome(article: Article | None, error: CopydeskError | None) -> dict[str, Any]:
    """Return the result of a reading in the form of an expectation, without the adapter's version."""
    if error is not None or article is None:
        error = error or CopydeskError("fixture", "gave nothing")
        return {"error": {"reason": error.reason, "message": error.message}}
    record = article.model_dump(mode="json")
    record["adapter"]["version"] = None
    return record


def canonical(expectation: dict[str, Any]) -> bytes:
    """Serialise an expectation: schema order, indented by two, UTF-8, a final line feed."""
    return json.dumps(expectation, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def differences(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the fields that differ, with both values; the adapter's version is not compared.

    expected may contain matchers; parts of a field that match are equal in both values. Raises
    BrokenMatcher.
    """
    if ("error" in expected) != ("error" in actual):
        return {"error": (expected.get("error", MISSING), actual.get("error", MISSING))}
    names = [*actual, *(n for n in expected if n not in actual)]
    found = {}
    for name in names:
        left, right = expected.get(name, MISSING), actual.get(name, MISSING)
        if name == "adapter" and isinstance(left, dict):
            left = {**left, "version": None}
        try:
            if not matchers.matches(left, right):
                found[name] = (matchers.replace_matching(left, right), right)
        except matchers.BrokenMatcher as error:
            raise error.below(name) from error
    return found


class _Missing:
    def __repr__(self) -> str:
        return "(missing)"


MISSING = _Missing()
"""The value of an absent field among differences."""
