"""The rules that give segments their roles, in three passes: split, zone, line."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.model.draft import Draft, RuleId
from copydesk.rules.passes import lines, places, splits, structure, zones
from copydesk.rules.rule import Line, Rule
from copydesk.rules.standfirst import RUN_IN_STANDFIRST
from copydesk.util.urls import path_words, slug_words

__all__ = ["RUN_IN_STANDFIRST", "Line", "Rule", "apply"]


def apply(draft: Draft, rules: Sequence[Rule] = (), owner: str = "") -> None:
    """Give every segment of a draft a role.

    rules: the outlet's rules; each pass tries them before the shared ones, and the first match wins.
    owner: the outlet's id, which prefixes the names of its rules.
    """
    named = [(RuleId(owner, rule.name), rule) for rule in rules]
    url = draft.document.url
    words = path_words(url) if url else frozenset[str]()
    slug = slug_words(url) if url else frozenset[str]()
    splits.split(draft, [(n, r) for n, r in named if r.kind == "split"], words)
    zones.claim(draft, [(n, r) for n, r in named if r.kind == "zone"])
    lines.decide(draft, [(n, r) for n, r in named if r.kind == "line"])
    if draft.metadata is not None:
        structure.place(draft, draft.metadata)
    else:
        places.place(draft, words, slug)
