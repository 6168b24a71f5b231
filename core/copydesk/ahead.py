"""Inputs are worked on ahead of their turn, side by side over hosts, and given back in their order."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from copydesk.leads import PendingList, SourceItem

MOST_WAITING = 2_000
"""Most outcomes that wait for their turn; above it, only what is to come next is worked on."""

MOST_BYTES = 64 * 1024 * 1024
"""Most bytes that these hold, likewise: lines of articles and responses."""

MOST_QUEUED = 1_000
"""Most addresses of one list that are known and not asked for yet."""

MOST_PLACES = 10_000
"""Most inputs that are known and have not had their turn, of all lists."""

MOST_OPEN = 4
"""Most lists of this machine, such as archives, that are read at once: each has a process."""

End = TypeVar("End")


@dataclass(slots=True, eq=False)
class Place(Generic[End]):
    """An input at its place in the order.

    path: the numbers of the lists that it stands in and its own, so that places can be compared.
    level: the list that it stands in. key: of the input. host: what has to be asked for it, one
    input at a time. end: what became of it. inside: the list that it is, open. weight: bytes that
    are held until its turn. repeats: whether it was given earlier in the order. began: whether it is
    worked on. dropped: whether its list was given up.
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
    began: bool = False
    dropped: bool = False


@dataclass(slots=True, eq=False)
class Level(Generic[End]):
    """An open list.

    number: of inputs found in it. queued: of those that wait for their host. local: whether it is
    one of this machine.
    """

    path: tuple[int, ...]
    key: str | None
    found: AsyncGenerator[SourceItem | PendingList]
    local: bool = False
    places: deque[Place[End]] = field(default_factory=deque)
    number: int = 0
    queued: int = 0
    ended: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)


class Ahead(Generic[End]):
    """Works on inputs, each host by itself, and gives them in their order once they have an end.

    Of one host the first in the order goes first, so that a list's entries go before the next list. A slow
    host holds up the giving, and the others only where the bounds of this module are reached.
    admit: sees each input as soon as it is found, and may give it a host or an end. work: gives it
    an end, or opens it as a list. settle: sees it when its turn has come, before it is given; False
    where it took the end back. window: inputs that are worked on at once. left: how many are still
    wanted, None for all: no more are worked on.
    """

    def __init__(
        self,
        window: int,
        *,
        admit: Callable[[Place[End]], None],
        work: Callable[[Place[End]], Awaitable[None]],
        settle: Callable[[Place[End]], bool],
        left: Callable[[], int | None],
    ) -> None:
        self._window = window
        self._admit = admit
        self._work = work
        self._settle = settle
        self._left = left
        self._queues: dict[str, list[tuple[tuple[int, ...], Place[End]]]] = {}
        self._asked: dict[str, Place[End]] = {}
        self._ready: list[tuple[tuple[int, ...], str]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = 0
        self._documents = 0
        self._open = 0
        self._waiting = 0
        self._weight = 0
        self._hungry: Level[End] | None = None
        self._fault: Exception | None = None
        self._closed = False
        self._changed = asyncio.Event()
        self.known = 0
        """Inputs that are known, are no open lists, and have not been given."""

    async def places(
        self, found: AsyncGenerator[SourceItem | PendingList]
    ) -> AsyncGenerator[Place[End]]:
        """The inputs in their order, what a list holds in the place of the list.

        Raises what `work` raises, and what reading the inputs raises.
        """
        line = [self._level((), None, found)]
        try:
            while line:
                if self._fault is not None:
                    raise self._fault
                level = line[-1]
                if not level.places:
                    if level.ended:
                        line.pop()
                    else:
                        self._hungry = level
                        self._tell()
                        await self._change()
                    continue
                place = level.places[0]
                if place.end is None and place.inside is None:
                    # Whatever the bounds say: all the others wait for this one.
                    host = place.host
                    while not place.began and host in self._queues and host not in self._asked:
                        self._start_next(host)
                    await self._change()
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
                self._tell()
        finally:
            self._closed = True
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def open(
        self, place: Place[End], found: AsyncGenerator[SourceItem | PendingList]
    ) -> None:
        """Let what a list holds stand for it. Returns when the first of it is known."""
        self.known -= 1
        place.inside = self._level(
            place.path, place.key, found, local=isinstance(place.found, PendingList)
        )
        await place.inside.begun.wait()

    def enter(self, place: Place[End], found: AsyncGenerator[SourceItem | PendingList]) -> None:
        """Likewise for a place whose turn has come, and which has an end: it is taken back."""
        self.reset(place)
        self.known -= 1
        place.inside = self._level(place.path, place.key, found)

    def reset(self, place: Place[End]) -> None:
        """Take an end back."""
        if place.end is not None:
            self._waiting -= 1
            self._weight -= place.weight
        place.end, place.weight, place.began = None, 0, False

    def replace(self, place: Place[End], end: End) -> None:
        """Give a place whose turn has come another end, and let go of the list that it was."""
        self.reset(place)
        place.end = end
        self._waiting += 1

    def admit(self, place: Place[End]) -> None:
        """Find out what has to be done for an input, and queue it where its host has to be asked."""
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
            if place.host not in self._asked:
                heapq.heappush(self._ready, (place.path, place.host))
        self._tell()

    def leave(self, place: Place[End]) -> None:
        """A host need not be asked any more for an input: the next may ask it."""
        if place.host is not None and self._asked.get(place.host) is place:
            del self._asked[place.host]
            if queue := self._queues.get(place.host):
                heapq.heappush(self._ready, (queue[0][0], place.host))
            self._tell()

    def drop(self, level: Level[End]) -> list[Place[End]]:
        """Give up a list, which is to have an end again: what stands in it and has not had its turn."""
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
        level: Level[End] = Level(path, key, found, local)
        self._spawn(self._pump(level))
        return level

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pump(self, level: Level[End]) -> None:
        """Take what is in a list, as far ahead as there is room for."""
        try:
            async with aclosing(level.found) as found:
                async for one in found:
                    while not self._has_room(level):
                        # A list that waits for room must not keep its host from the others.
                        level.begun.set()
                        await self._change()
                    if level.ended:
                        return
                    place: Place[End] = Place((*level.path, level.number), one, level)
                    level.number += 1
                    level.places.append(place)
                    self.known += 1
                    self.admit(place)
                    level.begun.set()
        except Exception as error:
            self._fault = error
        finally:
            level.ended = True
            level.begun.set()
            self._open -= level.local
            self._tell()

    def _has_room(self, level: Level[End]) -> bool:
        if level.ended or (level is self._hungry and not level.places):
            return True
        return (
            self._is_below()
            and self._documents < self._window
            and (self._open < MOST_OPEN or level.local)
            and self.known < MOST_PLACES
            and level.queued < MOST_QUEUED
        )

    def _is_below(self) -> bool:
        """Whether more may be worked on ahead of its turn."""
        if self._closed or self._waiting >= MOST_WAITING or self._weight >= MOST_BYTES:
            return False
        left = self._left()
        return left is None or self._working + self._waiting < left

    def _start_ready(self) -> None:
        while self._ready and self._working < self._window and self._is_below():
            _, host = heapq.heappop(self._ready)
            if host not in self._asked and self._queues.get(host):
                self._start_next(host)

    def _start_next(self, host: str) -> None:
        """Ask a host for the first in the order of those that want it."""
        queue = self._queues[host]
        _, place = heapq.heappop(queue)
        if not queue:
            del self._queues[host]
        place.level.queued -= 1
        if not place.dropped:
            self._asked[host] = place
            self._start(place)
        elif queue:
            heapq.heappush(self._ready, (queue[0][0], host))

    def _start(self, place: Place[End]) -> None:
        place.began = True
        self._working += 1
        self._spawn(self._worked(place))

    async def _worked(self, place: Place[End]) -> None:
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
            self._tell()

    def _tell(self) -> None:
        """Let everybody look again who waits for something to change."""
        self._start_ready()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _change(self) -> None:
        await self._changed.wait()
