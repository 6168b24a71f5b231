"""What a run is given: files, folders, addresses, outlets and rejects, as leads and documents."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from copydesk import sources, times
from copydesk.addresses import without_user
from copydesk.errors import CopydeskError, SourceError, UnknownSource
from copydesk.fixtures import Fixture
from copydesk.leads import Document, Found, Gap, Input, Lead, Skip, Source, Wanted
from copydesk.registry import Registry
from copydesk.text import nearest

_SIDECARS = (".meta.json", ".expected.json")
_STEM = re.compile(r"^(.+?)\.(?:txt|html|html\.gz)$")
_HOST = re.compile(
    r"^(?:(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/|[\d.]+:\d+|localhost\b|www\.)", re.IGNORECASE
)
_RECORD = re.compile(r"^(.+)@(\d+)(\+\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How what is given is to be taken.

    kinds: the sources that may read it. kind: name of the one that reads all of it, None where a
    sniff decides. wanted: how much of lists. packed: whether pages of an archive may come as Packed.
    outputs: files of the run itself, which are no inputs of it where they lie in a folder.
    """

    registry: Registry
    kinds: tuple[Source, ...]
    wanted: Wanted = field(default_factory=Wanted)
    kind: str | None = None
    packed: bool = True
    outputs: frozenset[Path] = frozenset()


def check(arguments: Iterable[str], given: Given) -> None:
    """Raise UnknownSource for an argument that is no file, address or outlet, before anything is done."""
    for argument in arguments:
        if argument == "-" or _is_address(argument) or Path(argument).exists():
            continue
        outlet = given.registry.outlets.get(argument)
        if outlet is None:
            if "://" in argument:
                raise UnknownSource(without_user(argument), "is no http or https address")
            hint = nearest(argument, given.registry.outlets)
            if _HOST.match(argument):
                hint = "; an address begins with http:// or https://"
            raise UnknownSource(argument, f"no such file, address or outlet{hint}")
        if not outlet.feeds:
            raise UnknownSource(argument, "this outlet states no feeds")


def found(arguments: Iterable[str], given: Given) -> Iterator[Found]:
    """What the arguments hold, in their order, opened one after another."""
    for argument in arguments:
        if argument == "-":
            yield from _read("-", sys.stdin.buffer, given)
        elif _is_address(argument):
            yield Lead(without_user(argument), given.kind)
        elif (path := Path(argument)).is_dir():
            inside = None
            for inside in _files(path, given.outputs):
                yield from _file(inside, given)
            if inside is None:
                yield sources.nothing(argument)
        elif path.exists() or argument not in given.registry.outlets:
            yield from _file(path, given)
        else:
            for feed in given.registry.outlets[argument].feeds:
                yield Lead(feed)


def again(inputs: Iterable[str], given: Given) -> Iterator[Found]:
    """Inputs by the names that rejects give them: addresses, paths, and archives with an offset."""
    for name in inputs:
        record = _RECORD.fullmatch(name)
        if _is_address(name):
            yield Lead(name, given.kind)
        elif record is not None and not Path(name).exists():
            yield from _record(name, Path(record[1]), int(record[2]), record[3] or "", given)
        else:
            yield from _file(Path(name), given)


def _is_address(argument: str) -> bool:
    return argument.lower().startswith(("http://", "https://"))


def _files(folder: Path, outputs: frozenset[Path]) -> Iterator[Path]:
    """The regular files below a folder, in the order of their paths.

    Hidden ones, sidecars of fixtures and outputs of the run are passed over.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or name.endswith(_SIDECARS) or path.absolute() in outputs:
                continue
            if path.is_file():
                yield path


def _file(path: Path, given: Given) -> Iterator[Found]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Gap(str(path), SourceError(str(path), "is no regular file"))
            return
        with path.open("rb") as stream:
            yield from _read(str(path), stream, given, path)
    except OSError as error:
        fault = SourceError(str(path), (error.strerror or str(error)).lower())
        fault.__cause__ = error
        yield Gap(str(path), fault)


def _record(name: str, path: Path, offset: int, inner: str, given: Given) -> Iterator[Found]:
    """One record of an archive; inner: "+" and its place in what the gzip member unpacks to."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            # Read from there, the archive begins with the record.
            wanted = f"{path}@0{inner}"
            for one in _read(str(path), stream, replace(given, packed=False)):
                if isinstance(one, Document) and one.origin == wanted:
                    yield replace(one, origin=name)
                elif isinstance(one, Gap) and one.subject in (wanted, str(path)):
                    yield Gap(name, one.error, offset)
                elif isinstance(one, Skip) and one.subject == wanted:
                    yield replace(one, subject=name)
                else:
                    continue
                return
        yield Gap(name, SourceError(name, "no record stands there"))
    except OSError as error:
        yield Gap(name, SourceError(name, (error.strerror or str(error)).lower()))


def _read(name: str, stream: BinaryIO, given: Given, path: Path | None = None) -> Iterator[Found]:
    try:
        if given.kind is not None:
            kind: Source | None = next(k for k in given.kinds if k.name == given.kind)
        else:
            sample = sources.sample(name, None, stream)
            kind = sources.find(sample, given.kinds)
        if kind is None:
            raise SourceError(name, "no source reads it")
        known = Input(name, stream, wanted=given.wanted, packed=given.packed)
        if path is not None and kind.name == "page":
            known = _known(path, known)
    except CopydeskError as error:
        yield Gap(name, error)
        return
    yield from sources.read(kind, known)


def _known(path: Path, given: Input) -> Input:
    """A stored page with what its sidecar says of it."""
    stem = _STEM.fullmatch(path.name)
    if stem is None or not (fixture := Fixture(path, stem[1])).meta_path.is_file():
        return given
    meta = fixture.meta()
    return replace(
        given,
        url=meta.url,
        media_type=meta.media_type,
        encoding=meta.encoding,
        retrieved_at=times.parse_clock(meta.retrieved_at) if meta.retrieved_at else None,
    )
