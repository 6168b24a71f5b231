"""The language that a text is written in, where the extra `lang` is installed."""

from __future__ import annotations

from functools import cache
from typing import Any

_SHORTEST = 120
_SAMPLE = 2_000
_SURE = 0.9


def guess(text: str) -> str | None:
    """The BCP 47 tag of a text's language; None without the extra, for a short or unclear text."""
    if len(text) < _SHORTEST or (identifier := _identifier()) is None:
        return None
    language, sure = identifier.classify(text[:_SAMPLE])
    return str(language) if sure >= _SURE else None


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
