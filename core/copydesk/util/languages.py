"""BCP 47 language tags, and the scripts that languages are written in."""

from __future__ import annotations

import re

_STATED = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?=$|-)")
_SCRIPTS = (
    dict.fromkeys("ar fa ur".split(), "arabic")
    | dict.fromkeys("ru uk bg sr".split(), "cyrillic")
    | {"el": "greek", "he": "hebrew"}
)
_LETTERS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "arabic": re.compile("[\u0600-\u077f\ufb50-\ufeff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
}


def normalise(stated: str) -> str | None:
    """Convert a language as pages write it ("EN_us") to BCP 47; None if it is invalid.

    Only language, script and region are kept.
    """
    tag = stated.replace("_", "-")
    found = _TAG.match(tag) if _STATED.fullmatch(tag) else None
    if not found:
        return None
    first, *rest = found[0].split("-")
    return "-".join([first.lower(), *(p.title() if len(p) == 4 else p.upper() for p in rest)])


def language_and_country(stated: str) -> tuple[str, str]:
    """Return the language and the country of a tag, "" for a missing or invalid one."""
    first, *rest = (normalise(stated) or "").split("-")
    return first, next((p for p in rest if len(p) == 2), "")


def script_of(language: str) -> str:
    """Return the script that a language is written in; "latin" for those that are not listed."""
    return _SCRIPTS.get(language.split("-")[0], "latin")


def detect_script(text: str) -> str | None:
    """Return the most frequent script at the start of a text; None if there is too little."""
    sample = text[:600]
    counts = {name: len(letters.findall(sample)) for name, letters in _LETTERS.items()}
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] > 20 else None
