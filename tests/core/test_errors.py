"""The error tree: every error names its subject, has a reason, and goes from process to process."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from copydesk import errors, extract
from copydesk.errors import (
    CopydeskError,
    EmptyDocument,
    HttpStatusError,
    describe,
    type_and_message,
)


def tree(kind: type[CopydeskError] = CopydeskError) -> Iterator[type[CopydeskError]]:
    """Every class of the tree that is its own module's."""
    if kind.__module__ == errors.__name__:
        yield kind
        for below in kind.__subclasses__():
            yield from tree(below)


class Odd(CopydeskError):
    """One whose constructor asks for something else, as a plugin's may."""

    def __init__(self, number: int) -> None:
        super().__init__("odd", f"number {number}")
        self.number = number


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_survives_pickling(protocol: int) -> None:
    for kind in set(tree()):
        survives(kind("a.html", "is odd"), protocol)


def survives(error: CopydeskError, protocol: int) -> None:
    kind = type(error)
    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error)):
        assert type(again) is kind
        assert (again.subject, again.message, again.reason) == ("a.html", "is odd", kind.reason)
        assert (str(again), again.args) == (str(error), error.args)


def test_what_an_error_has_besides_survives_pickling() -> None:
    error = HttpStatusError("a", "status 503", 503)
    error.attempts = 3
    error.add_note("seen twice")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, HttpStatusError)
    assert (again.status, again.attempts, again.__notes__) == (503, 3, ["seen twice"])
    odd = pickle.loads(pickle.dumps(Odd(7)))
    assert (odd.number, odd.subject, odd.message) == (7, "odd", "number 7")


@pytest.mark.process
def test_an_error_comes_back_out_of_a_pool_of_processes() -> None:
    context = multiprocessing.get_context("spawn")
    page = (
        b"<h1>Ferry on time</h1>"
        b"<p>The ferry left the harbour on time, with forty people and two dogs on board.</p>"
        b"<p>It will be back before noon, the master said, if the wind does not turn again.</p>"
    )
    with context.Pool(1) as pool:
        results = [pool.apply_async(extract, [content]) for content in (page, b"")]
        assert "ferry" in results[0].get(60).text
        with pytest.raises(EmptyDocument):
            results[1].get(60)
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        futures = [executor.submit(extract, content) for content in (page, b"", page)]
        assert isinstance(futures[1].exception(60), EmptyDocument)
        assert futures[2].result(60) == futures[0].result(60)


class Evil(Exception):
    def __str__(self) -> str:
        raise SystemExit

    __repr__ = __str__


def test_an_error_is_described_in_one_short_line_whatever_its_own_code_does() -> None:
    assert describe(Evil()) == type_and_message(Evil()) == "Evil()"
    assert type_and_message(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert type_and_message(ValueError("a\nb\ud800")) == "ValueError: a b?"
    assert len(describe(ValueError("a" * 10_000))) <= 500
