"""What a run is given: files, folders, addresses, outlets and rejects, as leads and documents."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from copydesk import sources
from copydesk.adapters.registry import Registry
from copydesk.dates import printed_dates
from copydesk.errors import CopydeskError, SourceError, UnknownSource, Unreadable
from copydesk.fixtures.store import Fixture
from copydesk.sources import listings
from copydesk.sources.base import (
    Link,
    ListLimits,
    PendingList,
    Skip,
    Source,
    SourceFailure,
    SourceInput,
    SourceItem,
)
from copydesk.util import path_names
from copydesk.util.text import did_you_mean
from copydesk.util.urls import is_http, without_user

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
    sniff decides. wanted: how much of lists. packed: whether pages of an archive may
    come as PackedPage.
    outputs: files of the run itself, which are no inputs of it where they lie in a folder. follow:
    whether links in a folder are followed wherever they lead.
    """

    registry: Registry
    kinds: tuple[Source, ...]
    wanted: ListLimits = field(default_factory=ListLimits)
    kind: str | None = None
    packed: bool = True
    outputs: Container[Path] = frozenset()
    follow: bool = False


def check(arguments: Iterable[str], given: Given) -> None:
    """Raise UnknownSource for an argument that is no file, address or outlet, before anything is done."""
    for argument in arguments:
        if argument == "-" or is_http(argument) or os.path.lexists(argument):
            continue
        outlet = given.registry.outlets.get(argument)
        if outlet is None:
            if "://" in argument:
                raise UnknownSource(without_user(argument), "not an http or https URL")
            hint = did_you_mean(argument, given.registry.outlets)
            if _HOST.match(argument):
                hint = "; an address begins with http:// or https://"
            raise UnknownSource(without_user(argument), f"no such file, address or outlet{hint}")
        if not outlet.feeds:
            raise UnknownSource(argument, "this outlet states no feeds")


def found(arguments: Iterable[str], given: Given) -> Iterator[SourceItem | PendingList]:
    """What the arguments hold, in their order, opened one after another; lists are left to be read."""
    has_stdin = False
    for argument in arguments:
        if argument == "-" and has_stdin:
            yield Skip(argument, "duplicate_input", "was given before")
        elif argument == "-":
            has_stdin = True
            yield _standard_input(given)
        elif is_http(argument):
            yield Link(without_user(argument), given.kind)
        elif os.path.isdir(argument):  # noqa: PTH112 - never raises, as Path.is_dir may
            nothing = True
            for inside in _inside(Path(argument), given):
                nothing = False
                if isinstance(inside, Path):
                    yield from _file(inside, given)
                else:
                    yield inside
            if nothing:
                yield sources.no_entries(path_names.to_text(argument))
        elif os.path.lexists(argument) or argument not in given.registry.outlets:
            yield from _file(Path(argument), given)
        else:
            for feed in given.registry.outlets[argument].feeds:
                yield Link(feed, given.kind, as_list=given.kind is None)


def opened(arguments: Iterable[str], given: Given) -> Iterator[SourceItem]:
    """Likewise, but lists are read in this process, and what they hold stands for them."""
    for one in found(arguments, given):
        if isinstance(one, PendingList):
            yield from listings.read_list(one, given.registry.sources)
        else:
            yield one


def again(inputs: Iterable[str], given: Given) -> Iterator[SourceItem | PendingList]:
    """Inputs by the names that rejects give them: addresses, paths, and archives with an offset."""
    feeds = {without_user(feed) for outlet in given.registry for feed in outlet.feeds}
    for name in inputs:
        record = _RECORD.fullmatch(name)
        if is_http(name):
            yield Link(name, given.kind, as_list=given.kind is None and name in feeds)
        elif record is not None:
            yield from _record(name, record[1], int(record[2]), record[3] or "", given)
        else:
            yield from _file(Path(path_names.from_text(name)), given)


def _standard_input(given: Given) -> SourceFailure | PendingList:
    """Standard input, whose beginning may come slowly: a worker waits for it and looks what it is."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return SourceFailure("-", Unreadable("-", "standard input is closed or is no file"))
    return PendingList(
        given.kind, "-", wanted=given.wanted, packed=given.packed, descriptor=descriptor
    )


def _inside(root: Path, given: Given) -> Iterator[Path | Skip | SourceFailure]:
    """The regular files below a folder, and a Skip or SourceFailure for each other entry.

    Of each folder first its files by name, then its subfolders by name, then those that links lead to.
    Hidden files and folders, sidecars of fixtures and outputs of the run are passed over. A link to a
    file below root is read; any other is followed only where that was asked for, and each folder is
    entered once.
    """
    base = os.path.realpath(root)
    entered = set()
    folders = [root]
    while folders:
        folder = folders.pop()
        name = path_names.to_text(folder)
        try:
            info = folder.stat()
            if (info.st_dev, info.st_ino) in entered:
                yield Skip(name, "link", "a folder that was read already, as links lead to it too")
                continue
            entered.add((info.st_dev, info.st_ino))
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            yield listings.open_failure(name, error)
            continue
        below: list[Path] = []
        linked: list[Path] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    below.append(path)
                elif not entry.name.endswith(_SIDECARS):
                    yield from _taken(path, entry.is_symlink(), base, given, linked)
            except OSError as error:
                yield listings.open_failure(path_names.to_text(path), error)
        folders += [*reversed(linked), *reversed(below)]


def _taken(
    path: Path, is_link: bool, base: str, given: Given, linked: list[Path]
) -> Iterator[Path | Skip]:
    """What is no folder itself, where it is to be read, or why not; a folder behind a link is put to linked."""
    real = os.path.realpath(path) if is_link else ""
    if path in given.outputs:
        return
    mode = path.stat().st_mode
    subject = path_names.to_text(path)
    is_inside = not is_link or os.path.commonpath((base, real)) == base
    if not (is_inside or given.follow):
        yield Skip(subject, "link", "leads out of the folder; --follow-links follows it")
    elif stat.S_ISREG(mode):
        yield path
    elif not stat.S_ISDIR(mode):
        yield Skip(subject, "no_file", f"is {_what(mode)}")
    elif given.follow:
        linked.append(path)
    else:
        yield Skip(subject, "link", "leads to a folder; --follow-links follows it")


def _what(mode: int) -> str:
    """What something in a file system is that is no regular file."""
    kinds = (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a folder"),
    )
    return next((name for is_kind, name in kinds if is_kind(mode)), "a device")


def _file(path: Path, given: Given) -> Iterator[SourceItem | PendingList]:
    name = path_names.to_text(path)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            yield SourceFailure(name, SourceError(name, f"is {_what(mode)}, no regular file"))
            return
        with listings.Stream(os.fspath(path)) as stream:
            yield from _read(name, stream, given, path)
    except OSError as error:
        yield listings.open_failure(name, error)
    except ValueError:
        # A NUL, which no path may have.
        yield SourceFailure(name, SourceError(name, "is no path"))


def _record(
    name: str, archive: str, offset: int, inner: str, given: Given
) -> Iterator[SourceItem | PendingList]:
    """One record of an archive; inner: "+" and its place in what the gzip member unpacks to."""
    path = path_names.from_text(archive)
    try:
        with listings.Stream(path) as stream:
            stream.seek(offset)
            kind = _kind(archive, stream, given)
    except CopydeskError as error:
        yield SourceFailure(name, error, offset)
    except (OSError, ValueError) as error:
        yield listings.open_failure(name, error)
    else:
        yield PendingList(
            kind.name, name, wanted=given.wanted, path=path, offset=offset, record=inner
        )


def _read(
    name: str, stream: listings.Stream, given: Given, path: Path
) -> Iterator[SourceItem | PendingList]:
    try:
        kind = _kind(name, stream, given)
        if kind.name != "page":
            yield PendingList(
                kind.name, name, wanted=given.wanted, packed=given.packed, path=os.fspath(path)
            )
            return
        known = _known(path, SourceInput(name, stream, wanted=given.wanted))
    except CopydeskError as error:
        yield SourceFailure(name, error)
        return
    yield from sources.read(kind, known)


def _kind(name: str, stream: BinaryIO, given: Given) -> Source:
    """The source that reads an input. Raises SourceError where there is none."""
    if given.kind is not None:
        return next(k for k in given.kinds if k.name == given.kind)
    sample = sources.sniff(name, None, stream)
    kind = sources.find(sample, given.kinds)
    if kind is None:
        raise sources.unsupported(sample)
    return kind


def _known(path: Path, given: SourceInput) -> SourceInput:
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
        retrieved_at=printed_dates.parse_clock(meta.retrieved_at) if meta.retrieved_at else None,
    )
