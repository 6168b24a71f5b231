"""The dates that a page prints near the article's head in time elements: of what they are."""

from __future__ import annotations

import re
from itertools import groupby

from copydesk.datewords import kind_of_label, kind_of_names
from copydesk.readers.elements import attribute_names, element_text
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.boxes import Page, Time

_NEAR_RUNS = 6
_MOST = 12
_LONGEST = 200
_SHORT_LINE = 120
_LABEL = 40
_WRAPPERS = 3
_MOST_LINES = 60
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}|\d[./-]\d")
_CHANGES = "[class*=updat], [class*=modif], [itemprop*=odified]"

Dates = list[tuple[str, str]]


def times(page: Page, found: Areas) -> tuple[Dates, Dates]:
    """The dates near the head, `datetime` and printed text: published ones, changed ones.

    A time element that neither its own names nor a word beside it calls a change counts as the
    publication's. Changes are also lines of other elements that are called so.
    """
    near = [time for time in page.times if _is_near(time.at, found, page)][:_MOST]
    published: Dates = []
    modified: Dates = _called_changes(page, found, {time.at for time in near})
    for _, group in groupby(near, key=lambda time: time.at):
        for time, text, kind in _kinds(page, list(group)):
            stated = time.node.attributes.get("datetime") or ""
            printed = text if _DIGIT.search(text) else page.runs[time.at].text
            (modified if kind == "modified" else published).append((stated, printed))
    return published, modified


def _kinds(page: Page, group: list[Time]) -> list[tuple[Time, str, str]]:
    """The time elements of one run, each with its text and what it is called, "" for nothing."""
    texts = [element_text(time.node)[:_LONGEST] for time in group]
    before = [_before(time, text) for time, text in zip(group, texts, strict=True)]
    said = [kind_of_label(words) for words in before]
    behind = kind_of_label(_behind(group[-1], texts[-1]))
    if not said[0] and behind and all(said[1:]) and not any(map(str.isalpha, before[0])):
        # The labels stand behind the dates.
        said = [*said[1:], behind]
    elif not said[0]:
        said[0] = _above(page, group[0])
    names = [_named(time, page, len(group) == 1) for time in group]
    return [
        (time, text, name or label)
        for time, text, name, label in zip(group, texts, names, said, strict=True)
    ]


def _called_changes(page: Page, found: Areas, known: set[int]) -> Dates:
    """Short lines near the head, without a time element, of elements that are called a change."""
    changes: Dates = []
    places = [*found.head, *range(found.body.start, found.body.start + _NEAR_RUNS)]
    for at in places[:_MOST_LINES]:
        if at in known or at >= len(page.runs) or not _is_near(at, found, page):
            continue
        run = page.runs[at]
        if len(run.text) > _SHORT_LINE or not _YEAR.search(run.text):
            continue
        if kind_of_names(attribute_names(run.box.attributes)) == "modified":
            changes.append(("", run.text))
        elif (inner := run.box.node.css_first(_CHANGES)) is not None:
            if kind_of_names(attribute_names(inner.attributes)) == "modified":
                changes.append(("", element_text(inner)))
    return changes


def _is_near(at: int, found: Areas, page: Page) -> bool:
    """Whether a time stands at the article's head, and in it a run."""
    return at < len(page.runs) and (
        at in found.head or found.body.start <= at < found.body.start + _NEAR_RUNS
    )


def _named(time: Time, page: Page, alone: bool) -> str:
    """What the names of the element say of it, and of those around it that hold nothing else."""
    attributes = time.node.attributes
    if "pubdate" in attributes:
        return "published"
    if kind := kind_of_names(attribute_names(attributes)):
        return kind
    run = page.runs[time.at]
    parent = time.node.parent
    for _ in range(_WRAPPERS):
        if parent is None or parent.mem_id == run.box.node.mem_id:
            break
        if kind := kind_of_names(attribute_names(parent.attributes)):
            return kind
        parent = parent.parent
    if alone and len(run.text) <= _SHORT_LINE:
        return kind_of_names(attribute_names(run.box.attributes))
    return ""


def _before(time: Time, text: str) -> str:
    """The words in and before the element, up to another date."""
    return _DIGIT.split(time.before)[-1] + _DIGIT.split(text)[0]


def _behind(time: Time, text: str) -> str:
    parts = _DIGIT.split(text)
    following = time.node.next
    words = parts[-1] if len(parts) > 1 else ""
    if following is not None and following.tag == "-text":
        words += (following.text_content or "")[:_LABEL]
    return words


def _above(page: Page, time: Time) -> str:
    """What a label says that stands on the line above the element."""
    label = page.runs[time.at - 1].text if time.at and not time.before.strip() else ""
    return kind_of_label(label) if len(label) <= _LABEL and not _DIGIT.search(label) else ""
