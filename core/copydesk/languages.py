"""The language that a text is written in, where the extra `lang` is installed."""

from __future__ import annotations

from functools import cache
from typing import Any

from copydesk.notices import Notice, NoticeCode

_SHORTEST = 120
_SAMPLE = 2_000
# Close relatives share what is left: Standard Chinese gets 0.9 of it, headlines of sport 0.15.
_SURE = 0.8


def guess(text: str) -> tuple[str | None, Notice | None]:
    """The BCP 47 tag of a text's language, and what went wrong while it was looked for.

    Both are None without the extra, and for a short or unclear text.
    """
    if len(text) < _SHORTEST:
        return None, None
    # A package that people install or not, and update as they like: whatever it raises, the
    # article is as good as without it.
    try:
        identifier = _identifier()
        if identifier is None:
            return None, None
        language, sure = identifier.classify(text[:_SAMPLE])
        return (str(language) if sure >= _SURE else None), None
    except Exception as error:
        message = f"py3langid failed: {type(error).__name__}: {error}"
        return None, Notice(NoticeCode.LANGUAGE_FAILED, None, message)


@cache
def _identifier() -> Any:
    """The identifier of the installed package, None where there is none."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ModuleNotFoundError as error:
        if error.name != "py3langid":
            raise
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
