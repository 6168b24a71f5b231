"""Response bodies, decoded as they arrive, so that a small one cannot expand beyond its limit."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.errors import ResponseTooLarge, TruncatedTransfer, UndecodableTransfer
from copydesk.util import content_coding
from copydesk.util.content_coding import BROKEN, DECODERS, MAX_CODINGS, STEP

ACCEPTED = ", ".join(DECODERS)
"""The Accept-Encoding to send: the codings that are supported here."""


class Body:
    """A response body that is decoded as it arrives, within limits.

    subject: the URL, for errors.
    codings: the Content-Encoding header, empty if missing.
    raw, decoded: maximum number of bytes before and after decoding.
    cut: True to keep the start of a longer body, False to raise ResponseTooLarge.

    Raises UndecodableTransfer for an unknown or broken coding.
    """

    def __init__(
        self, subject: str, codings: str, *, raw: int, decoded: int, cut: bool = False
    ) -> None:
        self._subject = subject
        self._raw = raw
        self._decoded = decoded
        self._cut = cut
        self._received = 0
        self._content = bytearray()
        self._closed = False
        names = content_coding.codings(codings)
        if unknown := [name for name in names if name not in DECODERS]:
            raise UndecodableTransfer(subject, f"unknown content encoding {unknown[0]!r}")
        if len(names) > MAX_CODINGS:
            raise UndecodableTransfer(subject, f"{len(names)} nested content encodings")
        self._stages = [DECODERS[name]() for name in reversed(names)]
        self._sizes = [0] * len(names)

    @property
    def content(self) -> bytes:
        """The bytes decoded so far."""
        return bytes(self._content)

    def feed(self, data: bytes) -> bool:
        """Add transferred bytes; return False if no more are needed."""
        for start in range(0, len(data), STEP):
            if self._closed:
                break
            self._feed(data[start : start + STEP])
        return not self._closed

    def _feed(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > self._raw:
            self._too_large(self._raw, "")
            return
        try:
            for piece in self._decode(0, data):
                room = self._decoded - len(self._content)
                self._content += piece[:room]
                if len(piece) > room:
                    self._too_large(self._decoded, " when decoded")
                    return
        except BROKEN as error:
            raise UndecodableTransfer(self._subject, f"content encoding: {error}") from error

    def _decode(self, level: int, data: bytes) -> Iterator[bytes]:
        if level == len(self._stages):
            yield data
            return
        for piece in self._stages[level].feed(data):
            # The output of an inner coding is limited, too, to limit the time.
            self._sizes[level] += len(piece)
            if self._sizes[level] > self._decoded and level + 1 < len(self._stages):
                self._too_large(self._decoded, " when decoded")
                return
            yield from self._decode(level + 1, piece)

    def _too_large(self, limit: int, when: str) -> None:
        if not self._cut:
            raise ResponseTooLarge(self._subject, f"body is above {limit:,} bytes{when}")
        self._closed = True

    def finish(self) -> bytes:
        """Return the decoded body. Raises TruncatedTransfer if it is incomplete."""
        if (
            self._received
            and not self._closed
            and not all(stage.is_complete() for stage in self._stages)
        ):
            raise TruncatedTransfer(self._subject, "compressed body is truncated")
        return self.content
