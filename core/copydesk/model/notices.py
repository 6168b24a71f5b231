"""What a person should know of a reading: a code for programs, a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoticeCode(StrEnum):
    """What a notice is about; docs/record.md lists the subject of each."""

    ENCODING_GUESSED = "encoding_guessed"
    ENCODING_OVERRULED = "encoding_overruled"
    ENCODING_AMBIGUOUS = "encoding_ambiguous"
    ENCODING_UNKNOWN = "encoding_unknown"
    ENCODED_TWICE = "encoded_twice"
    CHARACTERS_REPLACED = "characters_replaced"
    ELEMENTS_FLATTENED = "elements_flattened"
    ATTRIBUTES_DROPPED = "attributes_dropped"
    JSON_LD_INVALID = "json_ld_invalid"
    HIDDEN_TEXT = "hidden_text"
    TEXT_NOT_SHOWN = "text_not_shown"
    STATE_INVALID = "state_invalid"
    MEDIA_TYPE_OVERRULED = "media_type_overruled"
    URL_IGNORED = "url_ignored"
    NO_LAYOUT = "no_layout"
    SELECTOR_UNMATCHED = "selector_unmatched"
    SPLIT_SKIPPED = "split_skipped"
    DATE_AMBIGUOUS = "date_ambiguous"
    SCRIPT_MISMATCH = "script_mismatch"
    LANGUAGE_FAILED = "language_failed"
    LIVE_UPDATES_NOT_SHOWN = "live_updates_not_shown"
    NO_BODY = "no_body"
    TEXT_LEFT_OUT = "text_left_out"


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning of a record.

    subject: the label, field, selector, rule or URL that it is about, None for the whole document.
    message: a sentence for people; programs decide by code and subject.
    """

    code: NoticeCode
    subject: str | None
    message: str
