"""Whether the text is free, as the page declares, and whole, as it shows."""

from __future__ import annotations

from typing import Any

from copydesk.draft import Draft
from copydesk.text import bare

_SHORT = 0.7
_LONGER = 1.5
_MARGIN = 300
_NEAR = (0.85, 1.25)
_SAMPLE = 60
# Longer "words" are a script without blanks, whose words cannot be counted here.
_WORD = 14


def observe(
    draft: Draft, declared: str | None, gate: str | None, text: str, from_metadata: bool = False
) -> dict[str, str | None]:
    """The record's `access`: what the page declares, what is seen in it, and the evidence.

    declared: "free", "paid" or None. gate: the words of a notice that the rest must be paid for.
    text: the body's. from_metadata: whether it was taken from there, and proves nothing by being
    like it. Whole is said only where something says so: the page is free, or it states a
    length that the text has.
    """
    observed, evidence = "unknown", None
    stated = (0, "") if from_metadata else _stated(draft)
    if gate is not None:
        observed, evidence = ("truncated" if text else "blocked"), gate
    elif (cut := _cut(text, declared, *stated)) is not None:
        observed, evidence = "truncated", cut
    elif declared == "free" and text:
        observed, evidence = "full", "the page says that it is free"
    elif (agreed := _agrees(text, *stated)) is not None:
        observed, evidence = "full", agreed
    return {"declared": declared, "observed": observed, "evidence": evidence}


def _stated(draft: Draft) -> tuple[int, str]:
    """The number of words and the text that the metadata states; 0 and "" where it does not."""
    if draft.metadata is None:
        return 0, ""
    candidates: dict[str, list[Any]] = draft.metadata.candidates
    counts, bodies = candidates["word_count"], candidates["article_body"]
    return (counts[0].value if counts else 0), (str(bodies[0].value) if bodies else "")


def _cut(text: str, declared: str | None, count: int, body: str) -> str | None:
    if count > 100:
        words = len(text.split())
        if words < count * _SHORT and len(text) < words * _WORD:
            return f"the metadata counts {count} words, the page shows {words}"
    if len(body) > len(text) * _LONGER + _MARGIN and _begins_alike(text, body):
        return f"the metadata holds {len(body)} characters of text, the page shows {len(text)}"
    if declared == "paid" and text.rstrip().endswith(("…", "...", "[…]", "[...]")):
        return "the page is declared paid, and the text ends in an ellipsis"
    return None


def _agrees(text: str, count: int, body: str) -> str | None:
    low, high = _NEAR
    if count > 50 and count * low <= len(text.split()) <= count * high:
        return f"the metadata counts {count} words"
    if body and len(body) * low <= len(text) <= len(body) * high and _begins_alike(text, body):
        return "the metadata holds the same text"
    return None


def _begins_alike(text: str, body: str) -> bool:
    """Whether the words that open a text stand in another."""
    return bool(text) and bare(text[:_SAMPLE]) in bare(body[: _SAMPLE * 20])
