"""Dates in time elements near the article's head, and whether they are publication or update."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from copydesk.dates.labels import kind_of_label, kind_of_names
from copydesk.dates.printed_dates import find_stamps
from copydesk.readers.elements import attribute_names, element_text
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.tree.boxes import PageTree, TextRun, Time
from copydesk.util.text import ends_sentence

_NEAR_RUNS = 6
_MAX_TIMES = 12
_LONGEST = 200
_SHORT_LINE = 120
_LABEL = 40
_BESIDE = 60
_APART = "|/·⋅•∙:–—-"
_WRAPPERS = 3
_MAX_LINES = 60
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}|\d[./-]\d")
_NAMED = re.compile(r"(?<![a-z])date(?![a-z])|publi|posted|pubdate", re.IGNORECASE)
_FEW_LINES = 2
_DATED = "[class*=date], [class*=publi], [class*=posted]"
_CHANGES = "[class*=updat], [class*=modif], [itemprop*=odified]"

Dates = list[tuple[str, str]]


def dates(page: PageTree, found: Areas) -> tuple[Dates, Dates]:
    """Return the publication dates and update dates near the head, as (`datetime`, printed text).

    A time element counts as the publication's unless its names or a word beside it say otherwise.
    Lines of other elements whose names say that they are updates count too.
    """
    near = [time for time in page.times if _is_near(time.at, found, page)][:_MAX_TIMES]
    published: Dates = []
    modified: Dates = _update_lines(page, found, {time.at for time in near})
    for _, group in groupby(near, key=lambda time: time.at):
        for time, text, kind in _kinds(page, list(group)):
            stated = time.node.attributes.get("datetime") or ""
            printed = text if _DIGIT.search(text) else page.runs[time.at].text
            (modified if kind == "modified" else published).append((stated, printed))
    return published, modified


def _kinds(page: PageTree, group: list[Time]) -> list[tuple[Time, str, str]]:
    """Return the time elements of one run, each with its text and kind, "" if unknown."""
    texts = [element_text(time.node)[:_LONGEST] for time in group]
    before = [_label_before(time, text) for time, text in zip(group, texts, strict=True)]
    labels = [kind_of_label(words) for words in before]
    behind = kind_of_label(_label_after(group[-1], texts[-1]))
    if not labels[0] and behind and all(labels[1:]) and not any(map(str.isalpha, before[0])):
        # The labels follow their dates.
        labels = [*labels[1:], behind]
    elif not labels[0]:
        labels[0] = _kind_by_line_above(page, group[0])
    names = [_kind_by_names(time, page, len(group) == 1) for time in group]
    return [
        (time, text, name or label)
        for time, text, name, label in zip(group, texts, names, labels, strict=True)
    ]


def _update_lines(page: PageTree, found: Areas, known: set[int]) -> Dates:
    """Return short lines near the head whose element names say that they are updates."""
    changes: Dates = []
    places = [*found.head, *range(found.body.start, found.body.start + _NEAR_RUNS)]
    for at in places[:_MAX_LINES]:
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


def lines(page: PageTree, found: Areas) -> dict[str, str]:
    """Return the dates in short lines that are labelled or named as such, by "published", "modified".

    Lines above the body come first, the nearest first. What the names of more than two lines have
    in common is a list of other articles.
    """
    above = range(max(0, found.body.start - _MAX_LINES), found.body.start)
    below = range(found.body.stop, min(found.body.stop + _MAX_LINES, len(page.runs)))
    dated: list[tuple[str, str, str]] = []
    for at in [*reversed(above), *found.body[:_NEAR_RUNS], *found.body[-_NEAR_RUNS:], *below]:
        run = page.runs[at]
        if len(run.text) <= _SHORT_LINE and _YEAR.search(run.text):
            before = page.runs[at - 1].text if at else ""
            names = attribute_names(run.box.attributes)
            inner = run.box.node.css_first(_DATED)
            inner_names = attribute_names(inner.attributes) if inner is not None else ""
            before = before if len(before) <= _LABEL else ""
            for kind, text in _labelled(run.text, before, f"{names} {inner_names}"):
                dated.append((kind, text, names))
    counts = Counter(names for *_, names in dated)
    kept = [(kind, text) for kind, text, names in dated if counts[names] <= _FEW_LINES]
    stated = dict(reversed(kept))
    if "published" not in stated and (text := _beside_headline(page, found)):
        stated["published"] = text
    return stated


def _beside_headline(page: PageTree, found: Areas) -> str:
    """Return the date in the only short line with one between headline and text; "" for none."""
    dates: list[str] = []
    known = {time.at for time in page.times}
    first = max(0, found.headline - 1) if found.headline >= 0 else found.head.start
    for at in range(first, min(found.body.start + _NEAR_RUNS, found.body.stop)):
        text = page.runs[at].text
        ended = at in found.body and ends_sentence(text)
        if at > found.headline and (len(text) > _SHORT_LINE or ended):
            break
        if at != found.headline and at not in known and len(text) <= _SHORT_LINE:
            dates += _dates_apart(text) if not _is_change(page.runs[at]) else []
    return dates[0] if len(dates) == 1 else ""


def _dates_apart(text: str) -> list[str]:
    """Return the dates of a short line at its ends or beside a separator."""
    if not _YEAR.search(text):
        return []
    found: list[str] = []
    for stamp in find_stamps(text):
        before, after = text[: stamp.start].rstrip(), text[stamp.end :].lstrip()
        apart = not before or not after or before[-1] in _APART or after[0] in _APART
        if stamp.day is not None and apart and len(before) + len(after) <= _BESIDE:
            found.append(text[stamp.start : stamp.end])
    return found


def _is_change(run: TextRun) -> bool:
    """Return whether a line's words or names call its date that of a change."""
    if "modified" in (kind_of_label(run.text), kind_of_names(attribute_names(run.box.attributes))):
        return True
    return run.box.node.css_first(_CHANGES) is not None


def _labelled(text: str, before: str, names: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of the dates of a line that their label or names call one."""
    done = 0
    for stamp in find_stamps(text):
        label = text[done : stamp.start] or before
        kind = kind_of_label(label)
        if not kind and len(label) + len(text) - stamp.end <= _LABEL and _NAMED.search(names):
            kind = kind_of_names(names) or "published"
        if kind:
            yield kind, text[stamp.start : stamp.end]
        done = stamp.end


def _is_near(at: int, found: Areas, page: PageTree) -> bool:
    """Return whether a run is near the article's head."""
    return at < len(page.runs) and (
        at in found.head or found.body.start <= at < found.body.start + _NEAR_RUNS
    )


def _kind_by_names(time: Time, page: PageTree, alone: bool) -> str:
    """Return the kind by the names of a time element, and of elements around it with no other text."""
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


def _label_before(time: Time, text: str) -> str:
    """Return the words before and in a time element, up to another date."""
    return _DIGIT.split(time.before)[-1] + _DIGIT.split(text)[0]


def _label_after(time: Time, text: str) -> str:
    parts = _DIGIT.split(text)
    following = time.node.next
    words = parts[-1] if len(parts) > 1 else ""
    if following is not None and following.tag == "-text":
        words += (following.text_content or "")[:_LABEL]
    return words


def _kind_by_line_above(page: PageTree, time: Time) -> str:
    """Return the kind by a label on the line above the time element."""
    label = page.runs[time.at - 1].text if time.at and not time.before.strip() else ""
    return kind_of_label(label) if len(label) <= _LABEL and not _DIGIT.search(label) else ""
