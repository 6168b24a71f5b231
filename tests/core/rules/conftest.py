"""What holds in every test of the rules: a recogniser gives only the roles that the table names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from copydesk import rules
from copydesk.model.draft import RuleId, Segment
from copydesk.rules.recognizers import Lines, Recognizer
from copydesk.rules.table import PASSES


@pytest.fixture(autouse=True)
def only_named_roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    running: list[Recognizer] = []
    unnamed: set[tuple[str, str, str]] = set()
    decide = Segment.decide

    def watch(one: Recognizer) -> Recognizer:
        def recognize(lines: Lines, index: int) -> bool | None:
            running.append(one)
            done = one.recognize(lines, index)
            running.pop()
            return done

        return replace(one, recognize=recognize)

    def decide_watched(segment: Segment, role: str, rule: RuleId | str, **data: Any) -> None:
        if running and role not in running[-1].roles:
            unnamed.add((running[-1].topic, running[-1].name, role))
        decide(segment, role, rule, **data)

    watched = {name: tuple(map(watch, recognizers)) for name, recognizers in PASSES.items()}
    monkeypatch.setattr(rules, "PASSES", watched)
    monkeypatch.setattr(Segment, "decide", decide_watched)
    yield
    assert unnamed == set()
