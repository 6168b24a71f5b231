"""Access: whether the text is declared free and whether it is complete."""

from __future__ import annotations

from copydesk.model.draft import Draft
from copydesk.model.notices import NoticeCode
from copydesk.rules.place.teasers import is_teaser
from copydesk.util.text import bare

_SHORT = 0.7
_LONGER = 1.5
_MARGIN = 300
_NEAR = (0.85, 1.25)
_SAMPLE = 60
# Longer words on average mean a script without spaces, whose words are not counted.
_WORD = 14


def observe(
    draft: Draft, declared: str | None, paywall: str | None, text: str, from_metadata: bool = False
) -> dict[str, str | None]:
    """Make the record's `access`. It is "full" only with evidence: a free page or a matching length.

    declared: "free", "paid" or None.
    paywall: the text of a paywall notice.
    text: the body's text.
    from_metadata: whether the text is from the metadata, which is then no evidence.
    """
    observed, evidence = "unknown", None
    stated = (0, "") if from_metadata else _stated(draft)
    if paywall is not None:
        observed, evidence = ("truncated" if text else "blocked"), paywall
    elif is_teaser(draft.segments):
        observed, evidence = "truncated", "a link to the whole text follows the summary"
    elif (cut := _cut(text, declared, *stated)) is not None:
        observed, evidence = "truncated", cut
    elif declared == "free" and text and not _is_partial(draft):
        observed, evidence = "full", "the page says that it is free"
    elif (agreed := _agrees(text, *stated)) is not None:
        observed, evidence = "full", agreed
    return {"declared": declared, "observed": observed, "evidence": evidence}


def _is_partial(draft: Draft) -> bool:
    return any(notice.code == NoticeCode.TEXT_LEFT_OUT for notice in draft.warnings)


def _stated(draft: Draft) -> tuple[int, str]:
    """The number of words and the text in the metadata, 0 and "" if missing."""
    if draft.metadata is None:
        return 0, ""
    stated = draft.metadata.statements
    counts, bodies = stated["word_count"], stated["article_body"]
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
    """Whether the start of a text is in another text."""
    return bool(text) and bare(text[:_SAMPLE]) in bare(body[: _SAMPLE * 20])
