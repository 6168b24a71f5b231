"""The exceptions that copydesk raises. Each one names its subject and keeps its cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class CopydeskError(Exception):
    """Base class of all errors that copydesk raises.

    Attributes:
        reason: stable code in snake_case, the same for all errors of a class.
        detail: a finer code where programs need one, such as the kind of page of NotAnArticle.
        subject: the URL, outlet, field or file that the error is about.
        message: what happened, for people.
    """

    reason: ClassVar[str] = "error"
    detail: str | None = None

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(f"{subject}: {message}")
        self.subject = subject
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Unpickle without calling the constructor: subclasses may require other arguments."""
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[CopydeskError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def describe(error: BaseException, to_text: Callable[[BaseException], str] = repr) -> str:
    """Format an error as one line of at most 500 characters, even if its `__repr__` fails."""
    try:
        text = to_text(error)
    except BaseException:
        text = f"{type(error).__name__}()"
    return " ".join(text[:500].encode("utf-8", "replace").decode("utf-8").split())


def type_and_message(error: BaseException) -> str:
    """Format an error as its type and, if it has one, its message."""
    return describe(error, lambda one: f"{type(one).__name__}: {one}").removesuffix(":")


def os_message(error: Exception) -> str:
    """Return the system's text for an error, such as "permission denied"."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def needs_extra(extra: str) -> str:
    """Return the message for what cannot be done before an extra is installed."""
    return f"needs the extra {extra}: pip install 'copydesk[{extra}]'"


class DocumentError(CopydeskError):
    """A document that cannot be read into an article."""

    reason = "document"


class EmptyDocument(DocumentError):
    """A document without a single visible character."""

    reason = "empty"


class BinaryDocument(DocumentError):
    """Content that is not text: an image, an archive, a program."""

    reason = "binary"


class UndecodableDocument(DocumentError):
    """Content that cannot be decoded in its declared or detected encoding."""

    reason = "undecodable"


class DocumentTooLarge(DocumentError):
    """A document above the size limit. Documents are never truncated."""

    reason = "too_large"


class NotAnArticle(DocumentError):
    """A page that is not an article; `detail` says what it is, such as "section_front"."""

    reason = "not_an_article"

    def __init__(self, subject: str, message: str, detail: str | None = None) -> None:
        super().__init__(subject, message)
        self.detail = detail


class NotTextArticle(NotAnArticle):
    """A plain text that does not read like an article; the message says what it looks like."""

    reason = "not_text_article"


class UnsupportedMediaType(DocumentError):
    """A media type that copydesk cannot read."""

    reason = "media_type"


class OutletError(CopydeskError):
    """A problem with an outlet adapter."""

    reason = "outlet"


class OutletDefinitionError(OutletError):
    """An adapter class with an invalid attribute; raised when the class is created."""

    reason = "outlet_definition"


class OutletConflict(OutletError):
    """An adapter whose id or host belongs to another adapter."""

    reason = "outlet_conflict"


class UnknownOutlet(OutletError):
    """An outlet id that is not registered; the message suggests the most similar one."""

    reason = "unknown_outlet"


class CatalogueError(OutletError):
    """A file of the catalogue of outlets, or an entry of one, that is left out."""

    reason = "catalogue"


class AdapterFailure(OutletError):
    """Adapter code that raised an exception or returned a value of the wrong type."""

    reason = "adapter"


class PluginError(CopydeskError):
    """A plugin that could not be loaded."""

    reason = "plugin"


class PluginMismatch(PluginError):
    """Adapters, sources or sinks that differ from those of the process that planned a job."""

    reason = "plugin_mismatch"


class PluginWarning(UserWarning):
    """A plugin was skipped; the others are loaded."""


class FixtureError(CopydeskError):
    """A fixture whose sidecar files are missing or invalid; `field` names the field, if it is one."""

    reason = "fixture"

    def __init__(self, subject: str, message: str, field: str | None = None) -> None:
        super().__init__(subject, message)
        self.field = field


class NetworkSealed(CopydeskError):
    """Code that used the network while that was forbidden; the message names the caller."""

    reason = "network_sealed"


class RecordError(CopydeskError):
    """A line that is not a valid record of this schema version."""

    reason = "record"


class IncompleteRecord(RecordError):
    """A record of which fields were left out, so that it is no whole article.

    missing: the fields. line: the record.
    """

    reason = "incomplete_record"

    def __init__(
        self, subject: str, message: str, missing: tuple[str, ...] = (), line: bytes = b""
    ) -> None:
        super().__init__(subject, message)
        self.missing = missing
        self.line = line


class OutputError(CopydeskError):
    """An output that cannot be written."""

    reason = "output"


def cannot_open(path: object, error: Exception) -> OutputError:
    """Return the error for an output that cannot be created or opened."""
    hint = "choose another file in a folder that you can write to"
    return OutputError(str(path), f"cannot be written: {os_message(error)}; {hint}")


class OutputClosed(OutputError):
    """Standard output was closed by the program that reads it."""

    reason = "reader_gone"


class SourceError(CopydeskError):
    """An input that cannot be read as a feed, sitemap, list or archive."""

    reason = "source"


class UnsupportedFormat(SourceError):
    """A file in a known but unsupported format, such as ZIP; the message names the format."""

    reason = "unsupported_format"


class Unreadable(SourceError):
    """A file or folder that exists but cannot be opened or read to its end."""

    reason = "unreadable"


class SourceBroken(SourceError):
    """A stored input that could not be read to its end; another attempt may succeed."""

    reason = "source_broken"


class ArchiveDamage(SourceError):
    """A damaged part of a WARC file; the records around it are still read."""

    reason = "archive_damage"


class FetchError(CopydeskError):
    """A URL that could not be fetched.

    Attributes:
        attempts: number of requests made.
        retryable: whether another request may succeed.
    """

    reason = "fetch"
    attempts: int = 1
    retryable: bool = False


class AddressRefused(FetchError):
    """A URL that may not be contacted: a private host, or a scheme other than http and https."""

    reason = "address_refused"


class RobotsRefused(FetchError):
    """A URL that the host's robots.txt disallows."""

    reason = "robots"


class KnownArticle(FetchError):
    """An article that is known and need not be asked for again; a run makes a skip of it."""

    reason = "known"


class RobotsUnavailable(FetchError):
    """A URL that may not be fetched because the host's robots.txt is unavailable."""

    reason = "robots_unavailable"


class FetchTimeout(FetchError):
    """A URL that took longer than the time limit."""

    reason = "timeout"
    retryable = True


class ConnectionFailed(FetchError):
    """A host that could not be resolved or reached, or that closed the connection."""

    reason = "connection"
    retryable = True


class ResponseTooLarge(FetchError):
    """A response whose headers, raw body or decoded body exceed their size limit."""

    reason = "response_too_large"


class TruncatedTransfer(FetchError):
    """A response that ended before its declared length."""

    reason = "truncated"
    retryable = True


class UndecodableTransfer(FetchError):
    """A response whose content encoding is unknown or broken."""

    reason = "content_encoding"


class RedirectRefused(FetchError):
    """A redirect that is not followed: too many redirects, a loop, or no target."""

    reason = "redirect"


class HttpStatusError(FetchError):
    """A response with an error status.

    Attributes:
        status: the HTTP status code.
    """

    reason = "http_status"

    def __init__(self, subject: str, message: str, status: int = 0) -> None:
        super().__init__(subject, message)
        self.status = status


class Blocked(FetchError):
    """A challenge, consent wall or block page instead of the requested page."""

    reason = "blocked"


class NotInSession(FetchError):
    """A request that is not in the recorded session."""

    reason = "not_in_session"


class WorkerError(CopydeskError):
    """A document whose worker process was ended or could not be started."""

    reason = "worker"


class DeadlineExceeded(WorkerError):
    """A document that took longer to read than the time limit."""

    reason = "deadline"


class MemoryExceeded(WorkerError):
    """A document that needed more memory than the limit."""

    reason = "memory"


class WorkerDied(WorkerError):
    """A document whose worker process crashed or closed its pipe."""

    reason = "worker_died"


class UnexpectedError(CopydeskError):
    """Any other exception; the message has its type and message."""

    reason = "fault"


class StateError(CopydeskError):
    """A state file or an earlier output that this run cannot resume from."""

    reason = "state"


class OutputLocked(OutputError):
    """An output that another run has locked; the message names the process."""

    reason = "locked"


class UnknownSource(SourceError):
    """An argument that is not a file, URL or outlet; the message suggests a similar outlet."""

    reason = "unknown_source"


class RevisionError(CopydeskError):
    """An adapter that cannot be loaded from a git revision."""

    reason = "revision"
