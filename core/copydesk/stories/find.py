"""The stories of many article records, within the memory of one machine."""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import IO, Self

import numpy as np

from copydesk.stories.build import story
from copydesk.stories.search.groups import Search
from copydesk.stories.search.sketches import Offsets, Sketches, joined, sketch
from copydesk.stories.shapes import Story
from copydesk.stories.texts import Text, from_bytes, of_record

_CHUNK = 2_000
"""Records that a process sketches at once; fewer than that are sketched in this process."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A chunk of records: their sketches, texts and hashed ids."""

    sketches: Sketches
    texts: list[bytes]
    ids: list[int]


@dataclass(slots=True, kw_only=True)
class Archive:
    """The texts of records, kept in a temporary file, with their sketches.

    A context manager; the file ends with it.

    Attributes:
        articles: number of articles, each in its last revision.
        revisions: number of earlier revisions that were left out.
    """

    articles: int = 0
    revisions: int = 0
    _file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    _offsets: array[int] = field(default_factory=lambda: array("q", [0]))
    _ids: array[int] = field(default_factory=lambda: array("Q"))
    _parts: list[Sketches] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, records: Iterable[bytes]) -> None:
        """Read records: valid lines of JSON. Raises OSError if the temporary file is full."""
        for part in _read(records):
            self._parts.append(part.sketches)
            self._ids.extend(part.ids)
            for text in part.texts:
                self._file.write(text)
                self._offsets.append(self._offsets[-1] + len(text))
        self._file.flush()

    def stories(self, window: int) -> Iterator[Story]:
        """Yield the stories, those with the strongest ties first.

        window: seconds between the publications of two articles that are tied, at most.
        """
        if not self._parts:
            return
        search, order = self.search(window)
        for group in search.groups():
            yield self.story(group, search, order)

    def story(self, group: list[int], search: Search, order: Offsets) -> Story:
        """Return the story of a group of a search."""
        return story(group, [self._text(int(order[place])) for place in group], search)

    def search(self, window: int) -> tuple[Search, Offsets]:
        """Return the search among the articles, and the number of the record of each."""
        ids = np.frombuffer(self._ids, np.uint64)
        # The last of the same id is the latest revision.
        kept = np.zeros(len(ids), bool)
        kept[len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]] = True
        sketches, order = joined(self._parts, kept)
        self._parts.clear()
        self.articles, self.revisions = len(sketches), len(ids) - len(sketches)
        return Search(sketches, window), order

    def _text(self, number: int) -> Text:
        start, end = self._offsets[number], self._offsets[number + 1]
        return from_bytes(os.pread(self._file.fileno(), end - start, start))


def _read(records: Iterable[bytes]) -> Iterator[_Read]:
    """Yield the chunks of records in order; large inputs are read by several processes."""
    lines = iter(records)
    first = list(islice(lines, _CHUNK))
    if len(first) < _CHUNK:
        if first:
            yield _read_chunk(first)
        return
    # A fresh process has no threads or locks of this one.
    context = multiprocessing.get_context("spawn")
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: deque[Future[_Read]] = deque([pool.submit(_read_chunk, first)])
        while chunk := list(islice(lines, _CHUNK)):
            waiting.append(pool.submit(_read_chunk, chunk))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_chunk(lines: list[bytes]) -> _Read:
    texts = [of_record(json.loads(line)) for line in lines]
    ids = [
        int.from_bytes(blake2b(text.id.encode("utf-8", "replace"), digest_size=8).digest())
        for text in texts
    ]
    return _Read(sketch(texts), [text.to_bytes() for text in texts], ids)
