"""The error tree: every error names its subject and keeps its cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class CopydeskError(Exception):
    """Any failure that copydesk reports; `subject` names the url, outlet, field or file at fault.

    `reason` is a stable code in snake_case, the same for every error of one class.
    """

    reason: ClassVar[str] = "error"

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(f"{subject}: {message}")
        self.subject = subject
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled, it is made anew without its constructor: subclasses may ask for anything."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[CopydeskError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def described(error: BaseException, form: Callable[[BaseException], str] = repr) -> str:
    """An error in one line of at most 500 characters, also where its own code for that fails."""
    try:
        text = form(error)
    except BaseException:
        text = f"{type(error).__name__}()"
    return " ".join(text[:500].encode("utf-8", "replace").decode("utf-8").split())


def named(error: BaseException) -> str:
    """An error's type and words, if it has any."""
    return described(error, lambda one: f"{type(one).__name__}: {one}").removesuffix(":")


class DocumentError(CopydeskError):
    """A document that cannot be read into an article."""

    reason = "document"


class EmptyDocument(DocumentError):
    """A document without a single visible character."""

    reason = "empty"


class BinaryDocument(DocumentError):
    """Bytes that are no text: an image, an archive, a program."""

    reason = "binary"


class UndecodableDocument(DocumentError):
    """Bytes that do not decode in the encoding that was stated or found."""

    reason = "undecodable"


class DocumentTooLarge(DocumentError):
    """A document above the size limit; it is refused whole, never cut."""

    reason = "too_large"


class NotAnArticle(DocumentError):
    """A page that is no article; the message says what it is (section front, challenge page, ...)."""

    reason = "not_an_article"


class NotTextArticle(NotAnArticle):
    """A plain text that does not read like an article; the message says what it looks like."""

    reason = "not_text_article"


class UnsupportedMediaType(DocumentError):
    """A media type that no reader takes."""

    reason = "media_type"


class OutletError(CopydeskError):
    """A fault of an outlet adapter."""

    reason = "outlet"


class OutletDefinitionError(OutletError):
    """An adapter class that says something impossible; raised when the class is created."""

    reason = "outlet_definition"


class OutletConflict(OutletError):
    """An adapter whose id or host another adapter has claimed already."""

    reason = "outlet_conflict"


class UnknownOutlet(OutletError):
    """An outlet id that nothing has registered; the message names the nearest one."""

    reason = "unknown_outlet"


class AdapterFailure(OutletError):
    """An adapter's own code that raised, or returned something other than promised."""

    reason = "adapter"


class PluginError(CopydeskError):
    """A plugin that could not be loaded."""

    reason = "plugin"


class PluginWarning(UserWarning):
    """A plugin was left out; the others work."""


class FixtureError(CopydeskError):
    """A fixture whose sidecar files cannot be used."""

    reason = "fixture"


class NetworkSealed(CopydeskError):
    """Code reached for the network while it was sealed; the message names the caller."""

    reason = "network_sealed"


class RecordError(CopydeskError):
    """A line that is no article record of this schema version."""

    reason = "record"


class OutputError(CopydeskError):
    """An output that could not be written."""

    reason = "output"


class ReaderGone(OutputError):
    """Standard output whose reader has gone away."""

    reason = "reader_gone"


class SourceError(CopydeskError):
    """A source that cannot be read: a feed, sitemap, list or archive that is not one."""

    reason = "source"


class UnsupportedFormat(SourceError):
    """A file of a known format that no source reads, such as an archive; the message names it."""

    reason = "unsupported_format"


class Unreadable(SourceError):
    """A file or folder that is there, and that the system does not open or read to its end."""

    reason = "unreadable"


class ArchiveDamage(SourceError):
    """A stretch of a WARC file that could not be read; the records around it are not lost."""

    reason = "archive_damage"


class FetchError(CopydeskError):
    """An address from which nothing could be got that may be read; `attempts` counts the tries."""

    reason = "fetch"
    attempts: int = 1


class AddressRefused(FetchError):
    """An address that is not to be spoken to: a private host, a scheme other than http and https."""

    reason = "address_refused"


class RobotsRefused(FetchError):
    """An address that its host's robots.txt closes to us."""

    reason = "robots"


class RobotsUnavailable(FetchError):
    """An address whose robots.txt could not be got for now, so that nothing may be fetched."""

    reason = "robots_unavailable"


class FetchTimeout(FetchError):
    """An address that took longer than it may."""

    reason = "timeout"


class ConnectionFailed(FetchError):
    """A host that could not be found or reached, or that broke the connection."""

    reason = "connection"


class ResponseTooLarge(FetchError):
    """A response whose headers, raw or decoded body is above its limit; nothing of it is kept."""

    reason = "response_too_large"


class TruncatedTransfer(FetchError):
    """A response that ended before it was whole."""

    reason = "truncated"


class UndecodableTransfer(FetchError):
    """A response whose content encoding is unknown or broken."""

    reason = "content_encoding"


class RedirectRefused(FetchError):
    """A redirect that is not followed: too many of them, a loop, or one without an address."""

    reason = "redirect"


class HttpStatus(FetchError):
    """A response whose status says that there is nothing to read; `status` has it."""

    reason = "http_status"

    def __init__(self, subject: str, message: str, status: int = 0) -> None:
        super().__init__(subject, message)
        self.status = status


class Blocked(FetchError):
    """A challenge, consent wall or block page in the place of what was asked for."""

    reason = "blocked"


class NotInSession(FetchError):
    """A request that a recorded session does not hold."""

    reason = "not_in_session"


class WorkerError(CopydeskError):
    """A document whose reading was ended from outside."""

    reason = "worker"


class DeadlineExceeded(WorkerError):
    """A document whose reading took longer than it may."""

    reason = "deadline"


class MemoryExceeded(WorkerError):
    """A document whose reading took more memory than it may."""

    reason = "memory"


class WorkerDied(WorkerError):
    """A document whose reading killed the process that read it, or broke its pipe."""

    reason = "worker_died"


class Fault(CopydeskError):
    """An error that nobody foresaw; the message has the original's type and words."""

    reason = "fault"


class StateError(CopydeskError):
    """A state file or an earlier output that this run cannot go on from."""

    reason = "state"


class OutputLocked(OutputError):
    """An output that another run holds; the message names the process."""

    reason = "locked"


class UnknownSource(SourceError):
    """An argument that names no input; the message has the nearest outlet."""

    reason = "unknown_source"


class RevisionError(CopydeskError):
    """An adapter that cannot be had as it was in a git revision."""

    reason = "revision"
