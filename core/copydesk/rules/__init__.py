"""The rules that give segments their roles: the outlet's own, and one ordered table of shared ones."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.model.draft import Draft
from copydesk.rules.recognizers import Lines, run
from copydesk.rules.rule import Line, Rule, recognizers
from copydesk.rules.table import PASSES

__all__ = ["Line", "Rule", "apply"]


def apply(draft: Draft, rules: Sequence[Rule] = (), owner: str = "") -> None:
    """Give every segment of a draft a role.

    rules: the outlet's rules; each pass tries them before the shared ones, and the first match wins.
    owner: the outlet's id, which prefixes the names of its rules.
    """
    for name, shared in PASSES.items():
        run(Lines(draft), [*recognizers(draft, name, rules, owner), *shared])
