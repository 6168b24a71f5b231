"""Split a WARC file into records, so that damage loses only the records that it touches.

Format: ISO 28500 (WARC 1.0 and 1.1), plain or in gzip members (RFC 1952). The standard requires
one record per member; members with several records are read too.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk.sources.warc.window import CHUNK, Window
from copydesk.util.content_coding import gunzip_start

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""Maximum size of a record that is read into memory, in bytes, unpacked."""

_MAX_HEAD = 64 * 1024
_PREFIX = 4 * 1024
_MAGIC = b"\x1f\x8b\x08"
_VERSION = b"WARC/"
_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_TYPE = re.compile(rb"\nwarc-type:", re.IGNORECASE)
_PAGE_TYPE = re.compile(rb"\nwarc-type:[ \t]*(?:response|resource)[ \t]*\r?\n", re.IGNORECASE)
_SEPARATOR = b"\r\n\r\n"
_AFTER = len(_SEPARATOR) + len(_VERSION)
# The end of a head. Some writers end lines with a line feed alone.
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_HTTP_CONTENT_LENGTH = re.compile(
    rb"HTTP/.{1,1000}?\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE | re.DOTALL
)
# The start of a gzip member: deflate, no reserved flag, the usual values for level and system.
# Strict, because a damaged file may have many bytes that only look like a member.
_MEMBER_START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL)
_MEMBER_HEAD = 10
_PROBE_BYTES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A record: from its version line to the end of its block, maybe with its separator.

    Attributes:
        offset: position of its gzip member, or of the record itself in a plain file.
        data: the record, or only its beginning if `whole` is False.
        inner: position in the unpacked member.
        whole: False if the record is too large.
        size: bytes of the whole record.
    """

    offset: int
    data: bytes
    inner: int = 0
    whole: bool = True
    size: int = 0


@dataclass(frozen=True, slots=True)
class PackedRecord:
    """A gzip member with one response or resource, judged by its head and trailing size.

    Attributes:
        offset: position of the member.
        data: the member.
    """

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A range without a readable record. `length` is in bytes of the file."""

    offset: int
    length: int
    message: str


def raw_records(
    fetch: Callable[[int], bytes],
    seek: Callable[[int], object] | None = None,
    packed: bool = False,
    keep_packed: bool = False,
) -> Iterator[RawRecord | PackedRecord | Damage]:
    """Yield the records of a file in order, and the damaged ranges between them.

    fetch: returns at most the given number of bytes, none at the end. Its errors propagate.
    seek: goes to an offset; None if the stream cannot seek. Its errors propagate.
    packed: True if the file name says gzip; decides if the first bytes are damaged.
    keep_packed: yield a PackedRecord for members that have one page.
    """
    window = Window(fetch, seek)
    yield from (
        _gzip_records(window, keep_packed)
        if _starts_with_gzip(window, packed)
        else _plain_records(window)
    )


def unpack(member: PackedRecord) -> RawRecord | None:
    """Return the record in a member; None if it is not a single whole record after all."""
    data = _gunzip(member.data)
    found = list(_split_member(data, member.offset, len(member.data))) if data is not None else []
    return found[0] if len(found) == 1 and isinstance(found[0], RawRecord) else None


def _starts_with_gzip(window: Window, named: bool) -> bool:
    """Return True if a gzip member comes before any plain record; `named` if neither is near."""
    window.fill(CHUNK)
    buffer = window.buffer
    if buffer.startswith((_MAGIC, _VERSION)):
        return buffer.startswith(_MAGIC)
    plain = _find_head(buffer, 0, len(buffer))
    end = len(buffer) if plain is None else plain
    probe, position = _Probe(), 0
    while found := _MEMBER_START.search(buffer, position, end):
        if probe.has_record(buffer, found.start(), found.start()):
            return True
        position = found.start() + 1
    return named and plain is None


def _parse_head(buffer: bytes | bytearray, position: int) -> tuple[int, int] | None:
    """Return the start and length of the block of the record at position; None if invalid."""
    if not _START.match(buffer, position):
        return None
    blank = _BLANK_LINE.search(buffer, position, position + _MAX_HEAD)
    # Of several version lines only the last one begins a record.
    if blank is None or _START.search(buffer, position + 1, blank.start()):
        return None
    length = _LENGTH.search(buffer, position, blank.end())
    if length is None or not _TYPE.search(buffer, position, blank.start()):
        return None
    return blank.end(), int(length[1])


def _find_head(buffer: bytes | bytearray, position: int, stop: int) -> int | None:
    """Return the start of the next record from a position and before a stop, or None.

    Takes linear time, however many lines look like the start of a record.
    """
    while match := _START.search(buffer, position, stop):
        blank = _BLANK_LINE.search(buffer, match.start())
        if blank is None:
            return None
        last = match.start()
        for match in _START.finditer(buffer, last, min(stop, blank.start())):
            last = match.start()
        if _parse_head(buffer, last):
            return last
        position = blank.end()
    return None


def _plain_records(window: Window) -> Iterator[RawRecord | Damage]:
    """Yield the records of plain data."""
    while True:
        while window.fill(1) and (ends := _LINE_ENDS.match(window.buffer)):
            window.drop(ends.end())
        if not window.fill(1):
            return
        if not (found := _parse_head(window.buffer, 0)):
            window.fill(_MAX_HEAD)
            found = _parse_head(window.buffer, 0)
        if not found:
            yield _skip_damage(window, "no WARC record found")
            continue
        begin, length = found
        size = begin + length
        if size > MAX_RECORD_BYTES:
            yield _skip_large_record(window, begin, size)
        elif not window.fill(size):
            yield _skip_damage(window, "the file ends inside a record, or its length is wrong")
        elif not _ends_well(window, size):
            yield _skip_damage(window, "a record does not end where its length says")
        else:
            yield RawRecord(offset=window.start, data=window.copy_first(size), size=size)
            window.drop(size)


def _skip_large_record(window: Window, begin: int, size: int) -> RawRecord | Damage:
    """Skip a record that is too large, unless its length is wrong."""
    start = window.start
    message = "a record does not end where its length says"
    window.fill(_MAX_HEAD + begin)
    data = window.copy_first(_MAX_HEAD + begin)
    after = window.peek_ahead(size, _AFTER)
    if after is not None and not (window.peek_ahead(size - 1, 1) and _separated(after, b"")):
        return _skip_damage(window, message)
    passed = window.skip(size)
    if after is None:
        window.fill(_AFTER)
        after = bytes(window.buffer[:_AFTER])
        if passed < size or not _separated(after, b""):
            return Damage(start, passed, message)
    return RawRecord(offset=start, data=data, whole=False, size=size)


def _ends_well(window: Window, size: int) -> bool:
    """Whether a record of this size ends in two line ends, at another record or at the end."""
    window.fill(size + _AFTER)
    buffer = window.buffer
    after = bytes(buffer[size : size + _AFTER])
    if after.startswith(_SEPARATOR) and after[len(_SEPARATOR) :] and not after.endswith(_VERSION):
        # Junk after a good record, unless the length points to the end of another record.
        return _find_head(buffer, 1, size) is None
    return _separated(
        after, bytes(buffer[max(0, size - len(_SEPARATOR)) : size])
    ) or _http_length_agrees(buffer, size)


def _separated(after: bytes, tail: bytes) -> bool:
    """Whether the bytes after a record are valid. tail: the last bytes of the record.

    The standard has two line ends. Some writers have one or none; if they make two together with
    the record's own end, the record has lost bytes.
    """
    if after in (b"\r\n", b"\n\n", b"\n", b"") or after.startswith(
        (_SEPARATOR, b"\n\n" + _VERSION)
    ):
        return True
    gap = next((gap for gap in (b"\r\n", b"\n", b"") if after.startswith(gap + _VERSION)), None)
    return gap is not None and not (tail + gap).endswith(_SEPARATOR)


def _http_length_agrees(buffer: bytearray, size: int) -> bool:
    """Whether another record follows and the Content-Length of the HTTP head agrees."""
    ends = _LINE_ENDS.match(buffer, size)
    found = _parse_head(buffer, 0)
    if found is None or not buffer.startswith(_VERSION, ends.end() if ends else size):
        return False
    stated = _HTTP_CONTENT_LENGTH.match(buffer, found[0], size)
    blank = _BLANK_LINE.search(buffer, stated.end() - 2, size) if stated else None
    return stated is not None and blank is not None and int(stated[1]) == size - blank.end()


def _skip_damage(window: Window, message: str) -> Damage:
    """Skip to the next record of plain data."""
    start, position = window.start, 1
    while True:
        found = _find_head(window.buffer, position, len(window.buffer))
        if found is not None:
            window.drop(found)
            return Damage(start, window.start - start, message)
        # A head may cross the end of the buffer.
        window.drop(max(position, len(window.buffer) - _MAX_HEAD))
        position = 0
        length = len(window.buffer)
        window.fill(length + CHUNK)
        if len(window.buffer) == length:
            window.drop(length)
            return Damage(start, window.start - start, message)


def _gzip_records(window: Window, keep_packed: bool) -> Iterator[RawRecord | PackedRecord | Damage]:
    """Yield the records of gzip members."""
    while window.fill(1):
        if not window.buffer.startswith(_MAGIC):
            # Zeros after the last member are padding, as in gzip itself.
            padded = not window.buffer.strip(b"\0")
            lost = _skip_damaged_members(window, "no gzip member found")
            if not padded or window.buffer:
                yield lost
            continue
        start = window.start
        end = _find_member_end(window)
        if keep_packed and _is_page(window, end):
            member = window.copy_first(end)
            window.drop(end)
            yield PackedRecord(start, member)
            continue
        data = _gunzip(window.copy_first(end)) if end else None
        if data is None:
            yield from _read_member_stepwise(window)
            continue
        window.drop(end)
        yield from _split_member(data, start, end)


def _is_page(window: Window, end: int) -> bool:
    """Whether a member ends at `end` and has one response or resource.

    Compares the size in the record's head with the unpacked size at the end of the member. Only
    damage can make them agree by chance; `unpack` detects that.
    """
    head = gunzip_start(window.copy_first(min(end, _PREFIX)), _PREFIX)
    found = _parse_head(head, 0) if head else None
    if not head or not found or not _PAGE_TYPE.search(head, 0, found[0]):
        return False
    size = int.from_bytes(window.buffer[end - 4 : end], "little")
    return size <= MAX_RECORD_BYTES and sum(found) <= size <= sum(found) + len(_SEPARATOR)


def _find_member_end(window: Window) -> int:
    """Return where the next member may begin, or the end of the file; 0 if too far away."""
    position = 1
    while (found := window.buffer.find(_MAGIC, position)) < 0:
        position = max(1, len(window.buffer) - 2)
        if len(window.buffer) > MAX_RECORD_BYTES:
            return 0
        if not window.fill_more():
            return len(window.buffer)
    return found


def _gunzip(member: bytes) -> bytes | None:
    """Unpack a member in one step; None if it is damaged or above the limit."""
    from fastwarc.stream_io import GzipReader

    size = int.from_bytes(member[-4:], "little")
    if size > MAX_RECORD_BYTES:
        return None
    try:
        data = GzipReader(io.BytesIO(member)).read(size + 1)
    except OSError:
        return None
    return data if len(data) == size else None


def _split_member(data: bytes, offset: int, length: int) -> Iterator[RawRecord | Damage]:
    """Yield the records in the unpacked data of one member, usually one."""
    found = _parse_head(data, 0)
    if found and len(data) - sum(found) <= len(_SEPARATOR):
        if len(data) >= sum(found):
            yield RawRecord(offset=offset, data=data, size=sum(found))
            return
    for item in _plain_records(Window(io.BytesIO(data).read)):
        yield _in_member(item, offset, length)


def _in_member(item: RawRecord | Damage, offset: int, length: int) -> RawRecord | Damage:
    """Return a record or damage of a member with the member's position in the file."""
    if isinstance(item, Damage):
        return Damage(offset, length, item.message)
    return RawRecord(
        offset=offset, data=item.data, inner=item.offset, whole=item.whole, size=item.size
    )


class _MemberReader:
    """A gzip member that is unpacked step by step, with its checksum.

    Attributes:
        used: number of raw bytes read.
        problem: why no more bytes can be read; empty if all is well.
        cut: True if the file ends inside the member.
        keep: True to keep the raw bytes in the window, False to drop them as they are used.
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
        """Return the next bytes, none at the end or after a problem."""
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
        """Move the window to the end of the member."""
        unused = len(self._inflate.unused_data)
        self._window.drop(self._position - unused)
        self.used -= unused

    def _next(self) -> bytes:
        window = self._window
        if not self.keep and self._position > 2 * CHUNK:
            # Damage is detected late, maybe after the start of the next member.
            window.drop(self._position - CHUNK)
            self._position = CHUNK
        window.fill(self._position + 1)
        raw = bytes(window.buffer[self._position : self._position + CHUNK])
        self._position += len(raw)
        self.used += len(raw)
        return raw


def _read_member_stepwise(window: Window) -> Iterator[RawRecord | Damage]:
    """Yield the records of a member that may be damaged or large."""
    start = window.start
    member = _MemberReader(window)
    out = bytearray()
    while len(out) <= MAX_RECORD_BYTES and (data := member.read(CHUNK)):
        out += data
    if len(out) > MAX_RECORD_BYTES:
        yield from _stream_member(window, member, bytes(out))
    elif not member.problem:
        member.finish()
        yield from _split_member(bytes(out), start, member.used)
    else:
        if member.cut:
            # Whole records before the cut are good.
            for item in _split_member(bytes(out), start, member.used):
                if isinstance(item, RawRecord) and len(item.data) == item.size:
                    yield item
        yield _skip_damaged_members(window, member.problem)


def _stream_member(
    window: Window, member: _MemberReader, out: bytes
) -> Iterator[RawRecord | Damage]:
    """Yield the records of a member that is too large for memory."""
    start = window.start
    member.keep = False
    waiting = io.BytesIO(out)
    inner = Window(lambda size: waiting.read(size) or member.read(size))
    for item in _plain_records(inner):
        # The end of a damaged member is reported once, for the member.
        if isinstance(item, RawRecord) or not member.problem:
            yield _in_member(item, start, member.used)
    if member.problem:
        yield _skip_damaged_members(window, member.problem, start)
    else:
        member.finish()


def _skip_damaged_members(window: Window, message: str, start: int | None = None) -> Damage:
    """Skip to the next member that has a record."""
    begin = window.start if start is None else start
    position = 1 if window.start == begin else 0
    probe = _Probe()
    while True:
        found = _MEMBER_START.search(window.buffer, position)
        if found:
            at = found.start()
            window.fill(at + _MAX_HEAD)
            if probe.has_record(window.buffer, at, window.start + at):
                window.drop(at)
                return Damage(begin, window.start - begin, message)
            position = at + 1
            if position < CHUNK:
                continue
        # A member may cross the end of the buffer.
        window.drop(position if found else max(position, len(window.buffer) - _MEMBER_HEAD + 1))
        position = 0
        if not found and not window.fill_more():
            window.drop(len(window.buffer))
            return Damage(begin, window.start - begin, message)


class _Probe:
    """Checks gzip members for records; limits long checks so that all take linear time."""

    def __init__(self) -> None:
        self._next_long = 0

    def has_record(self, buffer: bytearray, position: int, offset: int) -> bool:
        """Whether a gzip member with a record begins at a position. offset: that in the file."""
        found = gunzip_start(buffer[position : position + _PROBE_BYTES], len(_VERSION))
        if found == b"" and offset >= self._next_long:
            # The gzip header may be long, with a name or a comment.
            self._next_long = offset + _MAX_HEAD
            found = gunzip_start(buffer[position : position + _MAX_HEAD], len(_VERSION))
        return found is not None and found.startswith(_VERSION)
