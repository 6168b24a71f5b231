"""Language detection, if the extra `lang` is installed."""

from __future__ import annotations

from functools import cache
from typing import Any

from copydesk.model.notices import Notice, NoticeCode

_SHORTEST = 120
# From which probability on a text is clear, and its start. Close relatives share the rest of it:
# Standard Chinese gets 0.9, sport headlines 0.15.
_SURE = 0.8
_SURE_OF_START = 0.95
# Numbers of characters of which the next are only needed if those before are unclear.
_SAMPLES = ((300, _SURE_OF_START), (800, _SURE), (2_000, _SURE))


def guess(text: str) -> tuple[str | None, Notice | None]:
    """Guess the language of a text: its BCP 47 tag, and a warning if the package failed.

    Both are None without the extra, and for a short or unclear text.
    """
    if len(text) < _SHORTEST:
        return None, None
    # An optional package in any version: an error in it must not cost the article.
    try:
        identifier = _identifier()
        if identifier is None:
            return None, None
        for size, sure in _SAMPLES:
            language, probability = identifier.classify(text[:size])
            is_whole = len(text) <= size
            if probability >= (_SURE if is_whole else sure):
                return str(language), None
            if is_whole:
                break
        return None, None
    except Exception as error:
        message = f"py3langid failed: {type(error).__name__}: {error}"
        return None, Notice(NoticeCode.LANGUAGE_FAILED, None, message)


@cache
def _identifier() -> Any:
    """The language identifier; None if the package is not installed."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ModuleNotFoundError as error:
        if error.name != "py3langid":
            raise
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
