"""Matchers: what an expectation may say in the place of a value."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from copydesk.fixtures.matchers import (
    BrokenMatcher,
    keep_matchers,
    matches,
    reorder,
    replace_matching,
)

HASH = hashlib.sha256("é".encode()).hexdigest()
LIST_HASH = hashlib.sha256('[1,{"a":"é","b":null}]'.encode()).hexdigest()


@pytest.mark.parametrize(
    ("matcher", "value", "holds"),
    [
        ("re:We?ir", "Weir", True),
        ("re:We?ir", "Weirs", False),
        ("re:(?s).*stone.*", "by\nstone\nby", True),
        ("re:", "", True),
        ("re:5", 5, False),
        ("re:.*", None, False),
        (f"sha256:{HASH}", "é", True),
        (f"sha256:{HASH}", "e", False),
        (f"sha256:{LIST_HASH}", [1, {"b": None, "a": "é"}], True),
        (f"sha256:{LIST_HASH}", [{"b": None, "a": "é"}, 1], False),
        ("count:2", ["a", "b"], True),
        ("count:2", {"a": 1, "b": 2}, True),
        ("count:2", "ab", True),
        ("count:2", 2, False),
        ("count:0", None, False),
        ("count:0", [], True),
        ("type:string", "", True),
        ("type:string", None, False),
        ("type:integer", 5, True),
        ("type:integer", True, False),
        ("type:integer", 5.5, False),
        ("type:number", 5.5, True),
        ("type:number", False, False),
        ("type:boolean", False, True),
        ("type:boolean", 0, False),
        ("type:array", [], True),
        ("type:object", {}, True),
        ("type:object", [], False),
        ("type:null", None, True),
        ("type:null", "", False),
        ("type:date", "2025-12-02", True),
        ("type:date", "2025-12-32", False),
        ("type:date", "2025-12-02T10:00:00Z", False),
        ("type:date", None, False),
        ("type:date-time", "2025-12-02T10:00:00+01:00", True),
        ("type:date-time", "2025-12-02T10:00:00", False),
        ("type:date-time", "2025-12-02", False),
        ("type:date-time", "at ten o'clock", False),
        ("type:uri", "https://quay.example/weir", True),
        ("type:uri", "mailto:desk@quay.example", True),
        ("type:uri", "/weir", False),
        ("type:uri", "https://[::1", False),
        ("type:uri", "https://quay.example/a b", False),
        ("type:uri", 5, False),
    ],
)
def test_a_matcher_holds_or_does_not(matcher: str, value: Any, holds: bool) -> None:
    assert matches(matcher, value) is holds


@pytest.mark.parametrize("text", ["re: your letter", "type:none", "count:x", "sha256:", "re:("])
def test_a_text_that_is_simply_equal_is_no_matcher(text: str) -> None:
    assert matches(text, text)


@pytest.mark.parametrize("text", ["", ":", "weir:5", "Re:weir", "re", "Type:string"])
def test_any_other_text_is_only_itself(text: str) -> None:
    assert not matches(text, "weir")


@pytest.mark.parametrize(
    ("matcher", "message"),
    [
        ("re:(", "'re:(' is not a valid pattern: missing ), unterminated subpattern at position 0"),
        (
            "re:a{99999999999}",
            "'re:a{99999999999}' is not a valid pattern: the repetition number is too large",
        ),
        ("sha256:abc", "'sha256:abc' is not 64 hex digits in lower case"),
        ("count:", "'count:' has no number"),
        ("count:-1", "'count:-1' has no number"),
        (
            "type:text",
            "'type:text' is not a known type; types are string, integer, number, boolean, array, object, "
            "null, date, date-time, uri",
        ),
    ],
)
def test_a_broken_matcher_is_told_with_its_place(matcher: str, message: str) -> None:
    for expected, actual, place in (
        (matcher, "weir", ""),
        ({"a": [1, matcher]}, {"a": [1, "weir"]}, "a.1: "),
    ):
        with pytest.raises(BrokenMatcher) as caught:
            matches(expected, actual)
        assert str(caught.value) == place + message


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ({"a": "type:integer"}, {"a": 5}, True),
        ({"a": "type:integer"}, {"a": 5, "b": 5}, False),
        ({"a": 5, "b": "type:null"}, {"a": 5}, False),
        (["re:a+", "b"], ["aaa", "b"], True),
        (["re:a+"], ["a", "a"], False),
        ({"a": [{"b": "count:1"}]}, {"a": [{"b": ["x"]}]}, True),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}, True),
    ],
)
def test_matchers_stand_at_any_depth(expected: Any, actual: Any, same: bool) -> None:
    assert matches(expected, actual) is same


def test_what_is_settled_shows_only_what_differs() -> None:
    expected = {"a": "type:integer", "b": ["re:x+", "y", "z"], "c": "re:x", "d": 1}
    actual = {"a": 5, "b": ["xx", "q"], "c": "w"}
    assert replace_matching(expected, actual) == {
        "a": 5,
        "b": ["xx", "y", "z"],
        "c": "re:x",
        "d": 1,
    }


def test_what_is_kept_is_the_value_with_the_matchers_that_hold() -> None:
    expected = {"a": "type:integer", "b": ["re:x+", "re:y"], "c": "re:x", "gone": "type:null"}
    actual = {"c": "w", "a": 5, "b": ["xx", "q", "new"]}
    found = keep_matchers(expected, actual)
    assert found == {"c": "w", "a": "type:integer", "b": ["re:x+", "q", "new"]}
    assert list(found) == ["c", "a", "b"]


@pytest.mark.parametrize("expected", [None, [], 5])
def test_of_another_shape_nothing_is_kept(expected: object) -> None:
    assert keep_matchers(expected, {"a": 1}) == {"a": 1}


def test_order_is_that_of_the_value_wherever_it_fits() -> None:
    expected = {"b": [{"y": "type:integer", "x": 1}], "a": 1}
    assert str(reorder(expected, {"a": 1, "b": [{"x": 1, "y": 2}]})) == (
        "{'a': 1, 'b': [{'x': 1, 'y': 'type:integer'}]}"
    )
    assert str(reorder({"b": 1, "a": 1}, {"a": 1, "b": 2})) == "{'b': 1, 'a': 1}"
