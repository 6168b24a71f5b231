"""The inputs of a run: files, folders, URLs, outlets and rejects, as links and documents."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from copydesk import sources
from copydesk.adapters.catalogue import CatalogueEntry
from copydesk.adapters.outlet import ID
from copydesk.adapters.registry import Registry
from copydesk.dates import printed_dates
from copydesk.errors import CopydeskError, SourceError, UnknownSource, Unreadable, os_message
from copydesk.fixtures.store import Fixture
from copydesk.model.amount import FilesRead
from copydesk.sources import listings, remote
from copydesk.sources.base import (
    Link,
    ListLimits,
    PendingList,
    Rejected,
    Skipped,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.tables.addresses import Addresses
from copydesk.sources.tables.pages import TABLES
from copydesk.sources.url_list import LISTS
from copydesk.sources.warc.reader import ARCHIVES
from copydesk.util import path_names
from copydesk.util.filesystem import is_folder
from copydesk.util.urls import home_page, is_http, without_user

_SNIFFED = 8 * 1024
# How many URLs of an entry of the catalogue are named on stderr.
_NAMED = 3
_SIDECARS = (".meta.json", ".expected.json")
_STEM = re.compile(r"^(.+?)\.(?:txt|html|html\.gz)$")
_HOST = re.compile(
    r"^(?:(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/|[\d.]+:\d+|localhost\b|www\.)", re.IGNORECASE
)
_ROW = re.compile(r"^(.+)(:\d+)$", re.DOTALL)
_RECORD = re.compile(r"^(.+)@(\d+)(\+\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """How to read the inputs of a run.

    Attributes:
        registry: the outlets.
        kinds: the sources that may read an input.
        wanted: limits for lists.
        kind: name of the source that reads all inputs; None to detect it for each.
        packed: whether pages of an archive may be passed on as PackedPage.
        ignored: files of the run itself, ignored in folders.
        addresses: the URLs of files.
        files: notes the files that are opened.
        follow: whether to follow links in a folder that lead out of it.
    """

    registry: Registry
    kinds: tuple[Source, ...]
    wanted: ListLimits = field(default_factory=ListLimits)
    kind: str | None = None
    packed: bool = True
    ignored: Container[Path] = frozenset()
    addresses: Addresses | None = None
    files: FilesRead | None = None
    follow: bool = False


def check(arguments: Iterable[str], options: InputOptions) -> None:
    """Raise UnknownSource for an argument that is not a file, URL, outlet or domain."""
    for argument in arguments:
        if argument == "-" or is_http(argument) or os.path.lexists(argument):
            continue
        outlet = options.registry.outlets.get(argument)
        if outlet is None:
            if remote.is_remote(argument):
                _check_remote(argument)
                continue
            if home_page(argument) is not None or options.registry.entry(argument) is not None:
                continue
            _check_hidden(argument)
            hint = options.registry.similar(argument)
            if _HOST.match(argument):
                hint = "; a URL begins with http:// or https://"
            raise UnknownSource(without_user(argument), f"no such file, URL or outlet{hint}")
        if not outlet.lists():
            raise UnknownSource(argument, "this outlet has no feeds or sitemaps")


def resolved(arguments: Iterable[str], registry: Registry) -> tuple[str, ...]:
    """Return the arguments with the URL of the home page for a bare domain.

    A file or an outlet of that name comes first.
    """
    return tuple(
        name if name in registry.outlets or os.path.lexists(name) else home_page(name) or name
        for name in arguments
    )


def catalogued(arguments: Iterable[str], registry: Registry) -> Iterator[str]:
    """Yield a line for each argument that is an entry of the catalogue: what it stands for."""
    for name in arguments:
        if os.path.lexists(name) or (entry := _entry_of(name, registry)) is None:
            continue
        lists = entry.lists()
        what = ", ".join(lists[:_NAMED]) if lists else f"{entry.home}, which names its feeds"
        more = f" and {len(lists) - _NAMED} more" if len(lists) > _NAMED else ""
        checked = f"verified on {entry.verified}" if entry.verified else "not verified"
        yield f"{name}: reads {what}{more} (catalogue, {checked})"


def addresses_of(name: str, registry: Registry) -> tuple[str, ...] | None:
    """Return the URLs for which the id of an outlet stands; None if it is not one."""
    if (outlet := registry.outlets.get(name)) is not None:
        return outlet.lists()
    entry = _entry_of(name, registry)
    return None if entry is None else entry.lists() or (entry.home,)


def _entry_of(name: str, registry: Registry) -> CatalogueEntry | None:
    # Paths and domains are not looked up: that would read the catalogue.
    return registry.entry(name) if ID.fullmatch(name) else None


def _check_remote(argument: str) -> None:
    try:
        remote.check(argument)
    except SourceError as error:
        raise UnknownSource(without_user(argument), error.message) from error


def find(arguments: Iterable[str], options: InputOptions) -> Iterator[SourceItem | PendingList]:
    """Yield the items of the arguments in order; lists are not read yet."""
    has_stdin = False
    for argument in arguments:
        if argument == "-" and has_stdin:
            yield Skipped(
                input=argument, reason="duplicate_input", message="is a duplicate argument"
            )
        elif argument == "-":
            has_stdin = True
            yield _standard_input(options)
        elif is_http(argument):
            yield Link(url=without_user(argument), kind=options.kind)
        elif remote.is_remote(argument) and not os.path.lexists(argument):
            yield _remote(argument, options)
        elif os.path.lexists(argument) or addresses_of(argument, options.registry) is None:
            for item in files(argument, options):
                if isinstance(item, Path):
                    yield from _file(item, options)
                else:
                    yield item
        else:
            yield from _lists(argument, options)


def _lists(name: str, options: InputOptions) -> Iterator[Link]:
    """Yield the feeds and sitemaps of an outlet; the home page of an entry that has none."""
    entry = _entry_of(name, options.registry)
    is_home = entry is not None and not entry.lists()
    for address in addresses_of(name, options.registry) or ():
        yield Link(url=address, kind=options.kind, as_list=options.kind is None and not is_home)


def files(argument: str, options: InputOptions) -> Iterator[Path | Skipped | Rejected]:
    """Yield a file, or the regular files below a folder in order, and what is left out."""
    if not is_folder(argument):
        yield Path(argument)
        return
    is_empty = True
    for item in _walk(Path(argument), options):
        is_empty = False
        yield item
    if is_empty:
        yield sources.no_entries(path_names.to_text(argument))


def measure(
    arguments: Iterable[str],
    options: InputOptions,
    measured: FilesRead,
    is_wanted: Callable[[], bool],
) -> None:
    """Sum up the sizes of the files of the arguments, and count the entries of URL lists.

    is_wanted: asked for each file; once it returns False, nothing more is measured.
    """
    total: int | None = 0
    for argument in arguments:
        if not os.path.lexists(argument):
            total = None
            continue
        for item in files(argument, options):
            if not is_wanted():
                return
            # A file that cannot be read is a reject of the run itself.
            with suppress(OSError, ValueError):
                if isinstance(item, Path) and total is not None:
                    total += item.stat().st_size
                if isinstance(item, Path) and not is_folder(argument):
                    _count_entries(item, measured)
    measured.total = total


def _count_entries(path: Path, measured: FilesRead) -> None:
    """Count the lines of a file if it is a URL list."""
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
        if not LISTS.accepts(Sniff(path.name, "", start)):
            return
        file.seek(0)
        entries = sum(1 for line in file if line.strip() and not line.startswith(b"#"))
    measured.lines[path_names.to_text(path)] = entries


def _check_hidden(name: str) -> None:
    """Raise Unreadable for a path that cannot be looked at: there may be a file."""
    try:
        os.lstat(name)
    except PermissionError as error:
        raise Unreadable(name, f"cannot be opened: {os_message(error)}") from error
    except (OSError, ValueError):
        return


def is_one_page(arguments: Sequence[str], options: InputOptions) -> bool:
    """Whether the arguments are one file that has at most one article."""
    if len(arguments) != 1 or not os.path.isfile(arguments[0]):  # noqa: PTH113 - never raises
        return False
    return not isinstance(next(_file(Path(arguments[0]), options), None), PendingList)


def stored(path: Path, origin: str, options: InputOptions) -> Iterator[SourceItem | PendingList]:
    """Yield the items of one file under another name than its path."""
    return _file(path, options, origin)


def find_all(arguments: Iterable[str], options: InputOptions) -> Iterator[SourceItem]:
    """Yield the items of the arguments in order; lists are read in this process."""
    for one in find(arguments, options):
        if isinstance(one, PendingList):
            yield from listings.read_list(one, options.registry.sources)
        else:
            yield one


def retry(inputs: Iterable[str], options: InputOptions) -> Iterator[SourceItem | PendingList]:
    """Yield inputs by their names in rejects: URLs, paths, and archives with an offset."""
    lists: frozenset[str] | None = None
    for name in inputs:
        if lists is None and is_http(name):
            lists = _all_lists(options.registry)
        record = _RECORD.fullmatch(name)
        if is_http(name):
            is_list = options.kind is None and lists is not None and name in lists
            yield Link(url=name, kind=options.kind, as_list=is_list)
        elif remote.is_remote(name) and not os.path.lexists(name):
            yield _retry_remote(name, options)
        elif record is not None:
            yield from _record(name, record[1], int(record[2]), record[3] or "", options)
        elif (row := _ROW.fullmatch(name)) is not None and Path(
            path_names.from_text(row[1])
        ).is_file():
            yield _row(name, row[1], row[2])
        else:
            yield from _file(Path(path_names.from_text(name)), options)


def _all_lists(registry: Registry) -> frozenset[str]:
    """Return the feeds and sitemaps of all outlets, as rejects name them."""
    outlets = (*registry, *registry.entries())
    return frozenset(without_user(address) for outlet in outlets for address in outlet.lists())


def _remote(url: str, options: InputOptions) -> PendingList:
    """Return a file of another file system as a list. A worker opens it and detects its kind."""
    return PendingList(
        kind=options.kind,
        origin=without_user(url),
        wanted=options.wanted,
        packed=options.packed,
        address=url,
    )


def _retry_remote(name: str, options: InputOptions) -> PendingList:
    """Return a remote file, or one record or row of it, by its name in rejects."""
    if record := _RECORD.fullmatch(name):
        return replace(
            _remote(record[1], options),
            kind=ARCHIVES.name,
            origin=name,
            packed=False,
            offset=int(record[2]),
            record=record[3] or "",
        )
    if row := _ROW.fullmatch(name):
        return replace(_remote(row[1], options), kind=TABLES.name, origin=name, record=row[2])
    return _remote(name, options)


def _standard_input(options: InputOptions) -> Rejected | PendingList:
    """Return standard input as a list. A worker detects its kind, since it may arrive slowly."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return Rejected.from_error(Unreadable("-", "standard input is closed or not a file"))
    return PendingList(
        kind=options.kind,
        origin="-",
        wanted=options.wanted,
        packed=options.packed,
        descriptor=descriptor,
    )


def _walk(root: Path, options: InputOptions) -> Iterator[Path | Skipped | Rejected]:
    """Yield the regular files below a folder, and a Skipped or Rejected for anything else.

    Order within a folder: files by name, then subfolders by name, then linked folders. Hidden
    files and folders, sidecars of fixtures and outputs of the run are ignored. A link to a file
    below root is read; other links are followed only with `options.follow`. Each folder is entered
    once.
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
                yield Skipped(
                    input=name,
                    reason="link",
                    message="a folder that was already read, by another link",
                )
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
                    yield from _entry(path, entry.is_symlink(), base, options, linked)
            except OSError as error:
                yield listings.open_failure(path_names.to_text(path), error)
        folders += [*reversed(linked), *reversed(below)]


def _entry(
    path: Path, is_link: bool, base: str, options: InputOptions, linked: list[Path]
) -> Iterator[Path | Skipped]:
    """Yield a file or link of a folder, or why it is skipped; linked folders go to `linked`."""
    real = os.path.realpath(path) if is_link else ""
    if path in options.ignored:
        return
    mode = path.stat().st_mode
    subject = path_names.to_text(path)
    is_inside = not is_link or os.path.commonpath((base, real)) == base
    if not (is_inside or options.follow):
        yield Skipped(
            input=subject,
            reason="link",
            message="leads out of the folder; use --follow-links to follow it",
        )
    elif stat.S_ISREG(mode):
        yield path
    elif not stat.S_ISDIR(mode):
        yield Skipped(input=subject, reason="no_file", message=f"is {_file_type(mode)}")
    elif options.follow:
        linked.append(path)
    else:
        yield Skipped(
            input=subject,
            reason="link",
            message="leads to a folder; use --follow-links to follow it",
        )


def _file_type(mode: int) -> str:
    """Name the type of a file that is not a regular file."""
    kinds = (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a folder"),
    )
    return next((name for is_kind, name in kinds if is_kind(mode)), "a device")


def _file(
    path: Path, options: InputOptions, origin: str | None = None
) -> Iterator[SourceItem | PendingList]:
    """Yield the items of a file. origin: its name in records and rejects; its path if None."""
    name = path_names.to_text(path) if origin is None else origin
    try:
        info = path.stat()
        mode = info.st_mode
        if options.files is not None:
            options.files.open(name, info.st_size)
        if not stat.S_ISREG(mode):
            yield Rejected.from_error(
                SourceError(name, f"is {_file_type(mode)}, not a regular file")
            )
            return
        with listings.Stream(os.fspath(path)) as stream:
            yield from _read(name, stream, options, path)
    except OSError as error:
        yield listings.open_failure(name, error)
    except ValueError:
        # The path contains a NUL.
        yield Rejected.from_error(SourceError(name, "is not a valid path"))


def _record(
    name: str, archive: str, offset: int, inner: str, options: InputOptions
) -> Iterator[SourceItem | PendingList]:
    """Yield one record of an archive. inner: "+" and its offset in the decompressed gzip member."""
    path = path_names.from_text(archive)
    try:
        with listings.Stream(path) as stream:
            stream.seek(offset)
            kind = _kind(archive, stream, options)
    except CopydeskError as error:
        yield Rejected.from_error(error, subject=name, offset=offset)
    except (OSError, ValueError) as error:
        yield listings.open_failure(name, error)
    else:
        yield PendingList(
            kind=kind.name,
            origin=name,
            wanted=options.wanted,
            path=path,
            offset=offset,
            record=inner,
        )


def _row(name: str, table: str, inner: str) -> PendingList:
    """Return one row of a table. inner: ":" and the number of its line."""
    path = path_names.from_text(table)
    return PendingList(
        kind=TABLES.name,
        origin=name,
        path=path,
        folder=os.path.dirname(path) or ".",  # noqa: PTH120
        record=inner,
    )


def _read(
    name: str, stream: listings.Stream, options: InputOptions, path: Path
) -> Iterator[SourceItem | PendingList]:
    try:
        kind = _kind(name, stream, options)
        if kind.name != "page":
            yield PendingList(
                kind=kind.name,
                origin=name,
                wanted=options.wanted,
                packed=options.packed,
                path=os.fspath(path),
                folder=os.fspath(path.parent),
            )
            return
        page = _with_metadata(path, SourceInput(origin=name, stream=stream, wanted=options.wanted))
        if options.addresses is not None and (stated := options.addresses.take(path)) is not None:
            page = replace(page, url=stated[0], retrieved_at=stated[1])
    except CopydeskError as error:
        yield Rejected.from_error(error, subject=name)
        return
    yield from sources.read(kind, page)


def _kind(name: str, stream: BinaryIO, options: InputOptions) -> Source:
    """Return the source that reads an input. Raises SourceError if there is none."""
    if options.kind is not None:
        return next(k for k in options.kinds if k.name == options.kind)
    sniff = sources.sniff(name, None, stream)
    kind = sources.find(sniff, options.kinds)
    if kind is None:
        raise sources.unsupported(sniff)
    return kind


def _with_metadata(path: Path, page: SourceInput) -> SourceInput:
    """Add the metadata of a stored page's sidecar file, if it has one."""
    stem = _STEM.fullmatch(path.name)
    if stem is None or not (fixture := Fixture(path, stem[1])).meta_path.is_file():
        return page
    meta = fixture.meta()
    return replace(
        page,
        url=meta.url,
        media_type=meta.media_type,
        encoding=meta.encoding,
        retrieved_at=printed_dates.parse_clock(meta.retrieved_at) if meta.retrieved_at else None,
    )
