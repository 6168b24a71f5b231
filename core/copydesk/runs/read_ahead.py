"""Process inputs in parallel, one at a time per host, and return the results in input order."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from copydesk.sources.base import PendingList, SourceItem

MAX_WAITING = 2_000
"""Maximum number of waiting results. At the limit, only the next input in order is processed."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of these results in bytes (article lines and responses), with the same effect."""

MAX_QUEUED = 1_000
"""Maximum number of URLs of one list that are queued."""

MAX_PLACES = 10_000
"""Maximum number of inputs of all lists that are known and not returned yet."""

MAX_OPEN = 4
"""Maximum number of local lists, such as archives, that are open: each has a process."""

End = TypeVar("End")


@dataclass(slots=True, eq=False, kw_only=True)
class Place(Generic[End]):
    """An input with its position in the order.

    Attributes:
        path: the numbers of its parent lists and its own number; orders all places.
        level: the parent list.
        key: key of the input.
        host: the host to contact; a host has one input at a time.
        end: the result.
        inside: the open list, if the input is one.
        weight: size of the result in bytes, until it is returned.
        repeats: True if the same input was given before.
        started: True if it is being processed.
        dropped: True if its list was dropped.
    """

    path: tuple[int, ...]
    found: SourceItem | PendingList
    level: Level[End]
    key: str = ""
    host: str | None = None
    end: End | None = None
    inside: Level[End] | None = None
    weight: int = 0
    repeats: bool = False
    started: bool = False
    dropped: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class Level(Generic[End]):
    """An open list.

    Attributes:
        number: number of inputs found in it.
        queued: number of those that wait for their host.
        local: True if it is a file or stream on this machine.
    """

    path: tuple[int, ...]
    key: str | None
    found: AsyncGenerator[SourceItem | PendingList]
    local: bool = False
    places: deque[Place[End]] = field(default_factory=deque)
    number: int = 0
    queued: int = 0
    ended: bool = False
    first_known: asyncio.Event = field(default_factory=asyncio.Event)


class ReadAhead(Generic[End]):
    """Processes inputs, one at a time per host, and returns them in order with their results.

    Inputs of one host are processed in order, so that the entries of a list precede the next list.
    A slow host delays the results; it delays other hosts only at the limits of this module.

    window: maximum number of inputs in progress.
    admit: called for each input when it is found; may set its host or result.
    work: sets the result of an input, or opens it as a list.
    settle: called when the turn of an input comes; returns False if it withdrew the result.
    left: returns how many results are still wanted, None for all.
    close: called for each list once all its inputs are returned.
    """

    def __init__(
        self,
        window: int,
        *,
        admit: Callable[[Place[End]], None],
        work: Callable[[Place[End]], Awaitable[None]],
        settle: Callable[[Place[End]], bool],
        left: Callable[[], int | None],
        close: Callable[[Level[End]], None] = lambda level: None,
    ) -> None:
        self._window = window
        self._admit = admit
        self._work = work
        self._settle = settle
        self._left = left
        self._close = close
        self._queues: dict[str, list[tuple[tuple[int, ...], Place[End]]]] = {}
        self._busy: dict[str, Place[End]] = {}
        self._ready: list[tuple[tuple[int, ...], str]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = 0
        self._documents = 0
        self._open = 0
        self._waiting = 0
        self._weight = 0
        self._current: Level[End] | None = None
        self._line: list[Level[End]] = []
        self._fault: Exception | None = None
        self._closed = False
        self._changed = asyncio.Event()
        self.known = 0
        """Number of known inputs that are not returned yet, without open lists."""

    async def places(
        self, found: AsyncGenerator[SourceItem | PendingList]
    ) -> AsyncGenerator[Place[End]]:
        """Yield the inputs in order; the entries of a list take the place of the list.

        Errors of `work` and of `found` propagate.
        """
        line = self._line = [self._level((), None, found)]
        try:
            while line:
                if self._fault is not None:
                    raise self._fault
                level = line[-1]
                if not level.places:
                    if level.ended:
                        line.pop()
                        self._close(level)
                    else:
                        self._current = level
                        self._notify()
                        await self._wait_for_change()
                    continue
                place = level.places[0]
                if place.end is None and place.inside is None:
                    # Start it regardless of the limits: all others wait for it.
                    host = place.host
                    while not place.started and host in self._queues and host not in self._busy:
                        self._start_next(host)
                    await self._wait_for_change()
                    continue
                if not self._settle(place):
                    continue
                level.places.popleft()
                if place.end is not None:
                    self.known -= 1
                    yield place
                    self._waiting -= 1
                    self._weight -= place.weight
                elif place.inside is not None:
                    line.append(place.inside)
                self._notify()
        finally:
            self._closed = True
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def unreturned(self) -> Iterator[Place[End] | Level[End]]:
        """Yield the lists that are not returned to their end, and the inputs in them."""
        levels = [*self._line]
        while levels:
            level = levels.pop()
            yield level
            for place in level.places:
                if place.inside is None:
                    yield place
                else:
                    levels.append(place.inside)

    async def open(
        self, place: Place[End], found: AsyncGenerator[SourceItem | PendingList]
    ) -> None:
        """Open a list in the place of an input. Return when its first entry is known."""
        self.known -= 1
        place.inside = self._level(
            place.path, place.key, found, local=isinstance(place.found, PendingList)
        )
        await place.inside.first_known.wait()

    def enter(self, place: Place[End], found: AsyncGenerator[SourceItem | PendingList]) -> None:
        """Open a list in the place of an input whose turn has come; withdraw its result."""
        self.reset(place)
        self.known -= 1
        place.inside = self._level(place.path, place.key, found)

    def reset(self, place: Place[End]) -> None:
        """Withdraw a result."""
        if place.end is not None:
            self._waiting -= 1
            self._weight -= place.weight
        place.end, place.weight, place.started = None, 0, False

    def replace(self, place: Place[End], end: End) -> None:
        """Replace the result of an input whose turn has come."""
        self.reset(place)
        place.end = end
        self._waiting += 1

    def admit(self, place: Place[End]) -> None:
        """Admit an input: queue it for its host, or start it if it has none."""
        self._admit(place)
        if place.end is not None:
            self._waiting += 1
        elif place.host is None:
            self._documents += 1
            self._open += isinstance(place.found, PendingList)
            self._start(place)
        else:
            queue = self._queues.setdefault(place.host, [])
            heapq.heappush(queue, (place.path, place))
            place.level.queued += 1
            if place.host not in self._busy:
                heapq.heappush(self._ready, (place.path, place.host))
        self._notify()

    def leave(self, place: Place[End]) -> None:
        """Free the host of an input for the next one."""
        if place.host is not None and self._busy.get(place.host) is place:
            del self._busy[place.host]
            if queue := self._queues.get(place.host):
                heapq.heappush(self._ready, (queue[0][0], place.host))
            self._notify()

    def drop(self, level: Level[End]) -> list[Place[End]]:
        """Drop a list and return the inputs in it that were not returned yet."""
        given_up: list[Place[End]] = []
        levels = [level]
        while levels:
            one = levels.pop()
            one.ended = True
            for place in one.places:
                given_up.append(place)
                self.known -= place.inside is None
                self.reset(place)
                place.dropped = True
                if place.inside is not None:
                    levels.append(place.inside)
            one.places.clear()
        self.known += 1
        return given_up

    def _level(
        self,
        path: tuple[int, ...],
        key: str | None,
        found: AsyncGenerator[SourceItem | PendingList],
        *,
        local: bool = False,
    ) -> Level[End]:
        level: Level[End] = Level(path=path, key=key, found=found, local=local)
        self._spawn(self._read_list(level))
        return level

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_list(self, level: Level[End]) -> None:
        """Read the entries of a list as far ahead as the limits allow."""
        try:
            async with aclosing(level.found) as found:
                async for one in found:
                    while not self._has_room(level):
                        # A list that waits for room must not keep its host from the others.
                        level.first_known.set()
                        await self._wait_for_change()
                    if level.ended:
                        return
                    place: Place[End] = Place(
                        path=(*level.path, level.number), found=one, level=level
                    )
                    level.number += 1
                    level.places.append(place)
                    self.known += 1
                    self.admit(place)
                    level.first_known.set()
        except Exception as error:
            self._fault = error
        finally:
            level.ended = True
            level.first_known.set()
            self._open -= level.local
            self._notify()

    def _has_room(self, level: Level[End]) -> bool:
        if level.ended or (level is self._current and not level.places):
            return True
        return (
            self._may_start()
            and self._documents < self._window
            and (self._open < MAX_OPEN or level.local)
            and self.known < MAX_PLACES
            and level.queued < MAX_QUEUED
        )

    def _may_start(self) -> bool:
        """Whether another input may start ahead of its turn."""
        if self._closed or self._waiting >= MAX_WAITING or self._weight >= MAX_BYTES:
            return False
        left = self._left()
        return left is None or self._working + self._waiting < left

    def _start_ready(self) -> None:
        while self._ready and self._working < self._window and self._may_start():
            _, host = heapq.heappop(self._ready)
            if host not in self._busy and self._queues.get(host):
                self._start_next(host)

    def _start_next(self, host: str) -> None:
        """Start the first input in the queue of a host."""
        queue = self._queues[host]
        _, place = heapq.heappop(queue)
        if not queue:
            del self._queues[host]
        place.level.queued -= 1
        if not place.dropped:
            self._busy[host] = place
            self._start(place)
        elif queue:
            heapq.heappush(self._ready, (queue[0][0], host))

    def _start(self, place: Place[End]) -> None:
        place.started = True
        self._working += 1
        self._spawn(self._run_work(place))

    async def _run_work(self, place: Place[End]) -> None:
        try:
            await self._work(place)
        except Exception as error:
            self._fault = error
        finally:
            self._working -= 1
            if place.host is None:
                self._documents -= 1
            if isinstance(place.found, PendingList) and place.inside is None:
                self._open -= 1
            if place.end is not None and not place.dropped:
                self._waiting += 1
                self._weight += place.weight
            self.leave(place)
            self._notify()

    def _notify(self) -> None:
        """Start ready inputs and wake all waiting tasks."""
        self._start_ready()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _wait_for_change(self) -> None:
        await self._changed.wait()
