"""Cutting a WARC file into its records, so that damage costs only the records that it touches.

Format: ISO 28500 (WARC 1.0 and 1.1), plain or with gzip members (RFC 1952), one a record as the
standard asks, or several records in a member.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk.sources.window import CHUNK, Window

LARGEST = 32 * 1024 * 1024
"""Largest record that is held in memory, in bytes, unpacked."""

_HEAD = 64 * 1024
_PEEKED = 4 * 1024
_MAGIC = b"\x1f\x8b\x08"
_VERSION = b"WARC/"
_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_TYPE = re.compile(rb"\nwarc-type:", re.IGNORECASE)
_PAGE = re.compile(rb"\nwarc-type:[ \t]*(?:response|resource)[ \t]*\r?\n", re.IGNORECASE)
_END = b"\r\n\r\n"
_AFTER = len(_END) + len(_VERSION)
# What ends a head; some writers end lines with a line feed alone.
_BLANK = re.compile(rb"\n\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_BODY = re.compile(
    rb"HTTP/.{1,1000}?\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE | re.DOTALL
)
# What a gzip member of an archive begins with: deflate, no reserved flag, and the usual values of the
# bytes for level and system. Looked for in one go, as bytes that only look like it may be many.
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL)
_MEMBER_HEAD = 10
_PROBED = 512


@dataclass(frozen=True, slots=True)
class Piece:
    """A record: from its version line to the end of its block, and maybe what closes it.

    offset: of its gzip member, of the record itself in a plain file. inner: where it begins inside
    its member, unpacked. data: only its beginning where whole is False, as the record is too
    large. size: bytes of the whole record.
    """

    offset: int
    data: bytes
    inner: int = 0
    whole: bool = True
    size: int = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """A gzip member that holds one response or resource, by its head and the size it ends in.

    offset, data: of the member.
    """

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch that holds no readable record. length: in bytes, packed where the file is."""

    offset: int
    length: int
    message: str


def pieces(
    fetch: Callable[[int], bytes],
    seek: Callable[[int], object] | None = None,
    packed: bool = False,
    closed: bool = False,
) -> Iterator[Piece | Closed | Damage]:
    """The records of a file in order, and the stretches between them that hold none.

    fetch: gives the next bytes, at most as many as asked for, none at the end. seek: goes to an
    offset, where the stream can. packed: whether the file is named as gzip, for where its first
    bytes are damaged. closed: give members unopened where they can be told from outside. What
    fetch and seek raise comes through.
    """
    window = Window(fetch, seek)
    yield from _members(window, closed) if _is_packed(window, packed) else _records(window)


def opened(member: Closed) -> Piece | None:
    """The record in a member; None where it is not the one whole record that it looked like."""
    data = _inflated(member.data)
    found = list(_split(data, member.offset, len(member.data))) if data is not None else []
    return found[0] if len(found) == 1 and isinstance(found[0], Piece) else None


def _is_packed(window: Window, named: bool) -> bool:
    """Whether a gzip member or a plain record comes first; as named where neither comes soon."""
    window.reach(CHUNK)
    held = window.held
    if held.startswith((_MAGIC, _VERSION)):
        return held.startswith(_MAGIC)
    plain = _next_head(held, 0, len(held))
    end = len(held) if plain is None else plain
    probe, position = _Probe(), 0
    while found := _MEMBER.search(held, position, end):
        if probe.holds_record(held, found.start(), found.start()):
            return True
        position = found.start() + 1
    return named and plain is None


def _head(held: bytes | bytearray, position: int) -> tuple[int, int] | None:
    """Where the block of the record at position begins, and its length; None where none is."""
    if not _START.match(held, position):
        return None
    blank = _BLANK.search(held, position, position + _HEAD)
    # Of several version lines only the last one begins a record.
    if blank is None or _START.search(held, position + 1, blank.start()):
        return None
    length = _LENGTH.search(held, position, blank.end())
    if length is None or not _TYPE.search(held, position, blank.start()):
        return None
    return blank.end(), int(length[1])


def _next_head(held: bytes | bytearray, position: int, stop: int) -> int | None:
    """Where the next record begins, at a position and before a stop; None where none does.

    However many lines look like the beginning of a record, each byte is looked at a few times only.
    """
    while match := _START.search(held, position, stop):
        blank = _BLANK.search(held, match.start())
        if blank is None:
            return None
        last = match.start()
        for match in _START.finditer(held, last, min(stop, blank.start())):
            last = match.start()
        if _head(held, last):
            return last
        position = blank.end()
    return None


def _records(window: Window) -> Iterator[Piece | Damage]:
    """The records of plain data."""
    while True:
        while window.reach(1) and (ends := _LINE_ENDS.match(window.held)):
            window.drop(ends.end())
        if not window.reach(1):
            return
        if not (found := _head(window.held, 0)):
            window.reach(_HEAD)
            found = _head(window.held, 0)
        if not found:
            yield _lost(window, "no record begins here")
            continue
        begin, length = found
        size = begin + length
        if size > LARGEST:
            yield _too_large(window, begin, size)
        elif not window.reach(size):
            yield _lost(window, "the file ends inside a record, or its length is wrong")
        elif not _ends_well(window, size):
            yield _lost(window, "a record does not end where its length says")
        else:
            yield Piece(window.start, window.taken(size), size=size)
            window.drop(size)


def _too_large(window: Window, begin: int, size: int) -> Piece | Damage:
    """Pass over a record that is too large to be held, unless its length turns out to be wrong."""
    start = window.start
    message = "a record does not end where its length says"
    window.reach(_HEAD + begin)
    data = window.taken(_HEAD + begin)
    after = window.ahead(size, _AFTER)
    if after is not None and not (window.ahead(size - 1, 1) and _follows(after, b"")):
        return _lost(window, message)
    passed = window.pass_over(size)
    if after is None:
        window.reach(_AFTER)
        after = bytes(window.held[:_AFTER])
        if passed < size or not _follows(after, b""):
            return Damage(start, passed, message)
    return Piece(start, data, whole=False, size=size)


def _ends_well(window: Window, size: int) -> bool:
    """Whether a record of this size is followed by two line ends, or by another one or nothing."""
    window.reach(size + _AFTER)
    held = window.held
    after = bytes(held[size : size + _AFTER])
    if after.startswith(_END) and after[len(_END) :] and not after.endswith(_VERSION):
        # Junk behind a good record; unless the length leads into another record's line ends.
        return _next_head(held, 1, size) is None
    return _follows(after, bytes(held[max(0, size - len(_END)) : size])) or _is_whole(held, size)


def _follows(after: bytes, tail: bytes) -> bool:
    """Whether what comes behind a record is right. tail: the last bytes of the record.

    The standard has two line ends. Some writers have one or none; where these make two with what the
    record ends in, bytes were lost in it.
    """
    if after in (b"\r\n", b"\n\n", b"\n", b"") or after.startswith((_END, b"\n\n" + _VERSION)):
        return True
    gap = next((gap for gap in (b"\r\n", b"\n", b"") if after.startswith(gap + _VERSION)), None)
    return gap is not None and not (tail + gap).endswith(_END)


def _is_whole(held: bytearray, size: int) -> bool:
    """Whether another record follows and the length in the block's own HTTP head agrees."""
    ends = _LINE_ENDS.match(held, size)
    found = _head(held, 0)
    if found is None or not held.startswith(_VERSION, ends.end() if ends else size):
        return False
    stated = _BODY.match(held, found[0], size)
    blank = _BLANK.search(held, stated.end() - 2, size) if stated else None
    return stated is not None and blank is not None and int(stated[1]) == size - blank.end()


def _lost(window: Window, message: str) -> Damage:
    """Pass over what no record can be made of, up to the next record of plain data."""
    start, position = window.start, 1
    while True:
        found = _next_head(window.held, position, len(window.held))
        if found is not None:
            window.drop(found)
            return Damage(start, window.start - start, message)
        # A head may stand across the edge of what is held.
        window.drop(max(position, len(window.held) - _HEAD))
        position = 0
        held = len(window.held)
        window.reach(held + CHUNK)
        if len(window.held) == held:
            window.drop(held)
            return Damage(start, window.start - start, message)


def _members(window: Window, closed: bool) -> Iterator[Piece | Closed | Damage]:
    """The records of gzip members."""
    while window.reach(1):
        if not window.held.startswith(_MAGIC):
            # Zeros behind the last member are padding, as gzip itself takes them.
            padded = not window.held.strip(b"\0")
            lost = _lost_members(window, "no gzip member begins here")
            if not padded or window.held:
                yield lost
            continue
        start = window.start
        end = _next_magic(window)
        if closed and _is_page(window, end):
            member = window.taken(end)
            window.drop(end)
            yield Closed(start, member)
            continue
        data = _inflated(window.taken(end)) if end else None
        if data is None:
            yield from _slowly(window)
            continue
        window.drop(end)
        yield from _split(data, start, end)


def _is_page(window: Window, end: int) -> bool:
    """Whether a member ends here and holds one response or resource.

    Its record says how large it is, and a member ends in the size that it unpacks to. Only damage
    can make them agree where the member ends elsewhere; `opened` finds that out.
    """
    try:
        head = zlib.decompressobj(31).decompress(window.taken(min(end, _PEEKED)), _PEEKED)
    except zlib.error:
        return False
    found = _head(head, 0)
    if not found or not _PAGE.search(head, 0, found[0]):
        return False
    size = int.from_bytes(window.held[end - 4 : end], "little")
    return size <= LARGEST and sum(found) <= size <= sum(found) + len(_END)


def _next_magic(window: Window) -> int:
    """Where the next member may begin, or the end of the file; 0 where that is too far away."""
    position = 1
    while (found := window.held.find(_MAGIC, position)) < 0:
        position = max(1, len(window.held) - 2)
        if len(window.held) > LARGEST:
            return 0
        if not window.more():
            return len(window.held)
    return found


def _inflated(member: bytes) -> bytes | None:
    """What is in a member that is whole and not above the limit, else None: the fast way."""
    from fastwarc.stream_io import GzipReader

    size = int.from_bytes(member[-4:], "little")
    if size > LARGEST:
        return None
    try:
        data = GzipReader(io.BytesIO(member)).read(size + 1)
    except OSError:
        return None
    return data if len(data) == size else None


def _split(data: bytes, offset: int, length: int) -> Iterator[Piece | Damage]:
    """The records in the unpacked data of one member, most often one."""
    found = _head(data, 0)
    if found and len(data) - sum(found) <= len(_END):
        if len(data) >= sum(found):
            yield Piece(offset, data, size=sum(found))
            return
    for item in _records(Window(io.BytesIO(data).read)):
        yield _inside(item, offset, length)


def _inside(item: Piece | Damage, offset: int, length: int) -> Piece | Damage:
    """A record or damage inside a member, with the member's place in the file."""
    if isinstance(item, Damage):
        return Damage(offset, length, item.message)
    return Piece(offset, item.data, item.offset, item.whole, item.size)


class _Member:
    """A gzip member that is unpacked step by step, checksum included.

    used: its raw bytes that went in. problem: why nothing more comes out, empty while all is well.
    keep: whether the raw bytes stay in the window; else they are dropped as they are used.
    """

    def __init__(self, window: Window) -> None:
        self.used = 0
        self.problem = ""
        self.cut = False
        self.keep = True
        self._window = window
        self._position = 0
        self._inflate = zlib.decompressobj(31)

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end or at a problem."""
        while not self._inflate.eof and not self.problem:
            raw = self._inflate.unconsumed_tail or self._next()
            try:
                data = self._inflate.decompress(raw, size)
            except zlib.error as error:
                self.problem = f"a gzip member is damaged ({error})"
                return b""
            if data:
                return data
            if not raw and not self._inflate.eof:
                self.problem, self.cut = "the file ends inside a gzip member", True
        return b""

    def finish(self) -> None:
        """Leave the window right behind the member."""
        unused = len(self._inflate.unused_data)
        self._window.drop(self._position - unused)
        self.used -= unused

    def _next(self) -> bytes:
        window = self._window
        if not self.keep and self._position > 2 * CHUNK:
            # Damage shows later than it is, maybe behind the next member's start.
            window.drop(self._position - CHUNK)
            self._position = CHUNK
        window.reach(self._position + 1)
        raw = bytes(window.held[self._position : self._position + CHUNK])
        self._position += len(raw)
        self.used += len(raw)
        return raw


def _slowly(window: Window) -> Iterator[Piece | Damage]:
    """The records of the member that begins here, whatever is wrong with it or large about it."""
    start = window.start
    member = _Member(window)
    out = bytearray()
    while len(out) <= LARGEST and (data := member.read(CHUNK)):
        out += data
    if len(out) > LARGEST:
        yield from _streamed(window, member, bytes(out))
    elif not member.problem:
        member.finish()
        yield from _split(bytes(out), start, member.used)
    else:
        if member.cut:
            # What came out before the cut is right: whole records in it are kept.
            for item in _split(bytes(out), start, member.used):
                if isinstance(item, Piece) and len(item.data) == item.size:
                    yield item
        yield _lost_members(window, member.problem)


def _streamed(window: Window, member: _Member, out: bytes) -> Iterator[Piece | Damage]:
    """The records of a member too large to be held, passing through it."""
    start = window.start
    member.keep = False
    waiting = io.BytesIO(out)
    inner = Window(lambda size: waiting.read(size) or member.read(size))
    for item in _records(inner):
        # What lies about the end of a damaged member is told once, with the member.
        if isinstance(item, Piece) or not member.problem:
            yield _inside(item, start, member.used)
    if member.problem:
        yield _lost_members(window, member.problem, start)
    else:
        member.finish()


def _lost_members(window: Window, message: str, start: int | None = None) -> Damage:
    """Pass over what is no member, up to the next one that holds a record."""
    begin = window.start if start is None else start
    position = 1 if window.start == begin else 0
    probe = _Probe()
    while True:
        found = _MEMBER.search(window.held, position)
        if found:
            at = found.start()
            window.reach(at + _HEAD)
            if probe.holds_record(window.held, at, window.start + at):
                window.drop(at)
                return Damage(begin, window.start - begin, message)
            position = at + 1
            if position < CHUNK:
                continue
        # A member may begin across the edge of what is held.
        window.drop(position if found else max(position, len(window.held) - _MEMBER_HEAD + 1))
        position = 0
        if not found and not window.more():
            window.drop(len(window.held))
            return Damage(begin, window.start - begin, message)


class _Probe:
    """Looks whether gzip members hold records; a long look only so often that all take linear time."""

    def __init__(self) -> None:
        self._next_long = 0

    def holds_record(self, held: bytearray, position: int, offset: int) -> bool:
        """Whether a gzip member begins at a position, and a record in it. offset: its place in the file."""
        found = _unpacked(held, position, _PROBED)
        if found == b"" and offset >= self._next_long:
            # Its head may be long, with a name or a comment.
            self._next_long = offset + _HEAD
            found = _unpacked(held, position, _HEAD)
        return found is not None and found.startswith(_VERSION)


def _unpacked(held: bytearray, position: int, size: int) -> bytes | None:
    """The first bytes that come out of a member; none where it needs more, None where it is no member."""
    with memoryview(held) as view:
        try:
            return zlib.decompressobj(31).decompress(
                view[position : position + size], len(_VERSION)
            )
        except zlib.error:
            return None
