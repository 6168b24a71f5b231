"""Where a run begins or goes on: state and outputs brought to agree before the first input."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copydesk.errors import RecordError, StateError
from copydesk.model import rejects
from copydesk.runs.pipeline import NO_BODY, Sink
from copydesk.runs.state import Sizes, State
from copydesk.sinks import jsonl
from copydesk.sinks.append import Appended
from copydesk.util.filesystem import target


@dataclass(frozen=True, slots=True)
class Outputs:
    """The state and the outputs of a run.

    own: whether the state is of this output alone. order: what the run is asked for, by the name of
    the option, as texts. warn: told what a person should know. Raises StateError for outputs that
    do not fit the state, or that hold something else than records.
    """

    state: State
    output: Sink
    rejects: Sink
    warn: Callable[[str], None]
    own: bool
    order: Mapping[str, str]

    def begin(self, *, cut: bool, keep: bool) -> None:
        """Begin anew. cut: empty the outputs first. keep: leave earlier rejects where they are."""
        if self.own:
            self.check_own()
            self.state.forget_all()
        else:
            self.state.forget_run()
        if cut and isinstance(self.output, Appended):
            self.output.empty()
        if (cut or not keep) and isinstance(self.rejects, Appended):
            self.rejects.empty()
        self._note_begun()

    def check_own(self) -> None:
        """Raise StateError for a state that is not the one of this output alone."""
        into = self.state.fact("into")
        if into is not None and self.state.fact("own") != "yes":
            message = "is a state that is kept across runs; name it with --state, or move it"
            raise StateError(self.state.subject, message)
        if into not in (None, self._name(self.output)):
            message = f"is the state of another output, {into}; move it, or name one with --state"
            raise StateError(self.state.subject, message)

    def go_on(self) -> None:
        """Go on behind the last outcome that was noted.

        Whole records behind it, or all of them where there is no state, are taken up as done; one
        torn line behind them is cut.
        """
        if self.own:
            self.check_own()
        sinks = [sink for sink in (self.output, self.rejects) if isinstance(sink, Appended)]
        if self.state.fact("begun") is None or self.state.fact("into") != self._name(self.output):
            self.state.forget_run()
            known = False
            for sink in sinks:
                sink.rewind()
        else:
            known = True
            self._check_rejects()
            self._compare_orders()
            sizes = self.state.sizes
            for sink in sinks:
                sink.go_to(sizes.output if sink is self.output else sizes.rejects)
        if isinstance(self.output, Appended):
            self._learn(self.output, self._article, jsonl.START, known)
        if isinstance(self.rejects, Appended):
            self._learn(self.rejects, self._reject, rejects.START, known)
        self._note_begun()

    def _note_begun(self) -> None:
        sizes = self._sizes()
        self.state.note_facts({
            "begun": "yes", "own": "yes" if self.own else "no", "order": json.dumps(self.order),
            "into": self._name(self.output), "aside": self._name(self.rejects),
            "output": sizes.output, "rejects": sizes.rejects,
        })  # fmt: skip

    def _sizes(self) -> Sizes:
        return Sizes(self.output.mark, self.rejects.mark)

    def _name(self, sink: Sink) -> str:
        """What the state calls an output: its place beside the state, as both may be moved."""
        if not isinstance(sink, Appended):
            return ""
        return os.path.relpath(target(sink.path), self.state.folder)

    def _check_rejects(self) -> None:
        """Raise StateError for rejects that are not those of the run that is gone on from."""
        before = self.state.fact("aside") or ""
        if before == self._name(self.rejects):
            return
        if before:
            kept = os.path.relpath(self.state.folder / before)
            raise StateError(kept, "has the rejects of this run; name it with --rejects")
        if isinstance(self.rejects, Appended) and self.rejects.size:
            raise StateError(str(self.rejects.path), "is not of the run that is gone on from")

    def _compare_orders(self) -> None:
        """Tell where the run that is gone on from was asked for something else."""
        try:
            before = json.loads(self.state.fact("order") or "{}")
            changed = [name for name in self.order if before.get(name) != self.order[name]]
        except (ValueError, AttributeError, RecursionError) as error:
            raise StateError(self.state.subject, "is damaged: its order cannot be read") from error
        if changed:
            self.warn(
                f"{', '.join(changed)}: not as in the run that is gone on from; "
                "its records stay, and the rest is read as is said now"
            )

    def _learn(
        self,
        sink: Appended,
        note: Callable[[str, bytes], None],
        start: bytes,
        known: bool,
    ) -> None:
        """Take up the records behind what is known; cut a torn line of one behind them."""
        number = 0
        for where, line in sink.rest():
            try:
                note(f"{sink.path}: {where}", line)
            except RecordError as error:
                message = f"{where} {error.message}"
                raise StateError(str(sink.path), message) from error
            number += 1
        torn = sink.torn()
        if torn[: len(start)] != start[: len(torn)]:
            message = "ends in a line that no run wrote; end it with a line feed, or take it out"
            raise StateError(str(sink.path), message)
        if known and number:
            lines = f"{number} line{'s' * (number != 1)}"
            self.warn(f"{sink.path}: {lines} that the state did not know, taken up as done")
        if gone := sink.cut():
            self.warn(f"{sink.path}: a torn last line of {gone} bytes is cut")

    def _article(self, subject: str, line: bytes) -> None:
        found = jsonl.parse(subject, line)
        if isinstance(found, RecordError):
            raise RecordError(subject, f"is no article: {found.message}")
        key = found.document.origin or found.id
        name = "article" if found.text else f"article:{NO_BODY}"
        self.state.note(key, name, self._sizes(), article=(found.id, found.revision))

    def _reject(self, subject: str, line: bytes) -> None:
        found = rejects.parse(subject, line)
        self.state.note(found.input, f"reject:{found.reason}", self._sizes())
