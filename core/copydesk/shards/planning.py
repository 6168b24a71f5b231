"""Planning: which files a job reads, and how they are divided into shards."""

from __future__ import annotations

import glob
import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from copydesk.adapters.loading import Loaded
from copydesk.errors import OutputError, UnknownSource, Unreadable, os_message
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.runs import inputs
from copydesk.settings import Limits
from copydesk.shards.fingerprint import fingerprint
from copydesk.shards.job import Job, Shard, StoredInput
from copydesk.shards.store import absolute, file_system
from copydesk.sources.base import Rejected, Skipped
from copydesk.sources.remote import is_remote
from copydesk.util import path_names

_MAGIC = re.compile(r"[*?\[]")
_ARCHIVE = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)
# Small files share a shard up to these limits.
_FILES, _BYTES = 1000, 64 * 1024 * 1024


def plan(
    sources: Iterable[str],
    output: str,
    loaded: Loaded,
    *,
    plugins: Sequence[str] = (),
    outlet: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    filters: Filters = NO_FILTERS,
    limits: Limits | None = None,
    suffix: str = "jsonl.gz",
    attempts: int = 3,
    follow_links: bool = False,
) -> Job:
    """Divide stored inputs into shards.

    A file of an archive is a shard of its own. Pages and other small files share one.

    Args:
        sources: paths, folders, patterns such as "2025/*.warc.gz", URLs of a file system such as
            s3://bucket/name, or "@FILE" for a file with one of these a line.
        output: path or URL of the output folder; it is not created.
        loaded: the adapters; every worker must have the same ones.
        plugins: the extra plugins in `loaded`, as paths or modules.
        outlet: id of the outlet of all documents; None to select it by URL.
        kind: name of the source that reads all inputs; None to detect it.
        since: documents older than this are skipped.
        filters: which pages and articles are left out.
        limits: for each input.
        suffix: format of the files of articles: "jsonl", "jsonl.gz", or that of another sink.
        attempts: how often a shard is tried before it is given up.
        follow_links: follow symbolic links that lead out of a folder.

    Raises:
        SourceError: a source cannot be found or is not stored, such as a feed's URL.
        OutputError: there is no such format, or remote files cannot be accessed.
        UnknownOutlet: there is no such outlet.
    """
    name = f"articles.{suffix}"
    sink = loaded.registry.sink_for(Path(name))
    if sink.fields is not None or sink.read is None:
        raise OutputError(name, "has no whole records, which shards need; convert them later")
    if outlet is not None:
        loaded.registry.known(outlet)
    found = _Found()
    options = inputs.InputOptions(
        registry=loaded.registry, kinds=tuple(loaded.registry.sources.values()), follow=follow_links
    )
    for source in _sources(sources):
        _add(source, found, options)
    # The output may lie in a folder that is read, as that of a run into one file may.
    own = f"{absolute(output)}/"
    files = [(place, n) for place, n in found.files.items() if not place.startswith(own)]
    if not files:
        raise UnknownSource(", ".join(sources), "no files to read")
    start = _common_folder([place for place, _ in files])
    stored = [StoredInput(place, place.removeprefix(start), size) for place, size in files]
    return Job(
        output=absolute(output),
        shards=tuple(Shard(n, group) for n, group in enumerate(_groups(stored))),
        adapters=fingerprint(loaded),
        plugins=tuple(_absolute_plugin(name) for name in plugins),
        outlet=outlet,
        kind=kind,
        since=since,
        filters=filters,
        limits=limits or Limits(),
        suffix=suffix,
        attempts=attempts,
        skips=tuple(sorted(found.skips.items())),
    )


@dataclass(slots=True)
class _Found:
    """Files with their sizes in order, and what is left out by reason."""

    files: dict[str, int] = field(default_factory=dict)
    skips: Counter[str] = field(default_factory=Counter)

    def add(self, place: str, size: int) -> None:
        """Add a file, or note that it was named before."""
        if place in self.files:
            self.skips["skip:duplicate_input"] += 1
        self.files.setdefault(place, size)


def _sources(sources: Iterable[str]) -> Iterator[str]:
    """Yield the sources, with those of list files in place of "@FILE"."""
    for source in sources:
        if not source.startswith("@") or os.path.lexists(source):
            yield source
            continue
        try:
            lines = Path(source[1:]).read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            reason = os_message(error) if isinstance(error, OSError) else "is not UTF-8 text"
            raise Unreadable(source[1:], f"cannot be read as a list: {reason}") from error
        yield from (line.strip() for line in lines if line.strip())


def _add(source: str, found: _Found, options: inputs.InputOptions) -> None:
    """Add the files of one source."""
    if is_remote(source):
        _add_remote(source, found)
        return
    if source == "-" or (
        not os.path.lexists(source) and inputs.addresses_of(source, options.registry) is not None
    ):
        raise UnknownSource(source, "is not stored: a run in shards reads files")
    names = [source]
    if not os.path.lexists(source) and _MAGIC.search(source):
        names = sorted(glob.glob(source, recursive=True))  # noqa: PTH207
    if not names or not os.path.lexists(names[0]):
        raise UnknownSource(source, "no such file or folder")
    for name in names:
        for one in inputs.files(name, options):
            if isinstance(one, Skipped):
                found.skips[f"skip:{one.reason}"] += 1
            elif isinstance(one, Rejected):
                raise Unreadable(one.input, one.message)
            else:
                place = os.path.abspath(one)  # noqa: PTH100
                found.add(path_names.to_text(Path(place)), Path(place).stat().st_size)


def _add_remote(source: str, found: _Found) -> None:
    """Add the files at a URL or pattern of a file system."""
    if source.startswith(("http://", "https://")) and not _ARCHIVE.search(source):
        raise UnknownSource(source, "is not stored: a run in shards reads files and archives")
    fs, path = file_system(source)
    try:
        paths = sorted(fs.glob(path)) if _MAGIC.search(source) else [path]
        infos: list[dict[str, Any]] = []
        for info in map(fs.info, paths):
            if info["type"] == "directory":
                below = fs.find(info["name"], detail=True)
                infos += [below[name] for name in sorted(below)]
            else:
                infos.append(info)
    except OSError as error:
        raise Unreadable(source, f"cannot be listed: {os_message(error)}") from error
    if not infos:
        raise UnknownSource(source, "no such file or folder")
    for info in infos:
        if not info.get("size") and info.get("size") != 0:
            raise Unreadable(fs.unstrip_protocol(info["name"]), "its size is unknown")
        found.add(fs.unstrip_protocol(info["name"]), info["size"])


def _common_folder(places: list[str]) -> str:
    """Return the folder that all files share, with a slash; empty if there is none."""
    folders = [posixpath.dirname(place).split("/") for place in places]
    shared = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    return "/".join([*(parts[0] for parts in shared), ""])


def _groups(stored: list[StoredInput]) -> Iterator[tuple[StoredInput, ...]]:
    """Yield the inputs of each shard, in order."""
    group: list[StoredInput] = []
    size = 0
    for one in stored:
        alone = _ARCHIVE.search(one.place) is not None or one.size > _BYTES
        if group and (alone or len(group) >= _FILES or size + one.size > _BYTES):
            yield tuple(group)
            group, size = [], 0
        if alone:
            yield (one,)
        else:
            group.append(one)
            size += one.size
    if group:
        yield tuple(group)


def _absolute_plugin(name: str) -> str:
    return os.path.abspath(name) if os.path.lexists(name) else name  # noqa: PTH100
