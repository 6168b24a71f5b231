"""The error tree: every error names its subject and keeps its cause."""

from __future__ import annotations

from typing import ClassVar


class CopydeskError(Exception):
    """Any failure that copydesk reports; `subject` names the url, outlet, field or file at fault.

    `reason` is a stable code in snake_case, the same for every error of one class.
    """

    reason: ClassVar[str] = "error"

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(f"{subject}: {message}")
        self.subject = subject
        self.message = message


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
