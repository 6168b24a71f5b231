"""Starting or resuming a run: makes the state and the outputs agree before the first input."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copydesk.errors import IncompleteRecord, RecordError, StateError
from copydesk.model import outcomes
from copydesk.runs.pipeline import Sink
from copydesk.runs.state.store import Sizes, State
from copydesk.sinks import jsonl
from copydesk.sinks.append import Appended
from copydesk.util.filesystem import target


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The state and the outputs of a run.

    Attributes:
        state: the state file.
        output, rejects: the sinks for articles and rejects.
        warn: called with messages for the user.
        own: whether the state belongs to this output alone.
        options: values of the options that determine the records, by option name.

    Raises:
        StateError: the outputs do not match the state or contain something other than records.
    """

    state: State
    output: Sink
    rejects: Sink
    warn: Callable[[str], None]
    own: bool
    options: Mapping[str, str]

    def begin(self, *, cut: bool, keep: bool) -> None:
        """Start a new run. cut: empty the outputs first. keep: keep earlier rejects."""
        if self.own:
            self.check_own()
            self.state.forget_all()
        else:
            self.state.forget_run()
        if cut and isinstance(self.output, Appended):
            self.output.empty()
        if (cut or not keep) and isinstance(self.rejects, Appended):
            self.rejects.empty()
        self._save_facts()

    def check_own(self) -> None:
        """Raise StateError if the state does not belong to this output alone."""
        into = self.state.fact("into")
        if into is not None and self.state.fact("own") != "yes":
            message = "is a state shared between runs; pass it with --state, or move it"
            raise StateError(self.state.subject, message)
        if into not in (None, self._name(self.output)):
            message = f"is the state of another output, {into}; move it, or pass one with --state"
            raise StateError(self.state.subject, message)

    def resume(self) -> None:
        """Resume after the last recorded outcome.

        Complete records after it count as done; without a state, all records do. An incomplete
        last line is removed.
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
            self._compare_options()
            sizes = self.state.sizes
            for sink in sinks:
                sink.go_to(sizes.output if sink is self.output else sizes.rejects)
        if isinstance(self.output, Appended):
            self._rebuild_state(self.output, self._article, jsonl.START, known)
        if isinstance(self.rejects, Appended):
            self._rebuild_state(self.rejects, self._reject, outcomes.START, known)
        self._save_facts()

    def _save_facts(self) -> None:
        sizes = self._sizes()
        self.state.save_facts(
            {
                "begun": "yes",
                "own": "yes" if self.own else "no",
                "options": json.dumps(self.options),
                "into": self._name(self.output),
                "aside": self._name(self.rejects),
                "output": sizes.output,
                "rejects": sizes.rejects,
            }
        )

    def _sizes(self) -> Sizes:
        return Sizes(self.output.mark, self.rejects.mark)

    def _name(self, sink: Sink) -> str:
        """Return an output's path relative to the state, as both may be moved together."""
        if not isinstance(sink, Appended):
            return ""
        return os.path.relpath(target(sink.path), self.state.folder)

    def _check_rejects(self) -> None:
        """Raise StateError if the rejects are not those of the run to resume."""
        before = self.state.fact("aside") or ""
        if before == self._name(self.rejects):
            return
        if before:
            path = os.path.relpath(self.state.folder / before)
            raise StateError(path, "has the rejects of this run; pass it with --rejects")
        if isinstance(self.rejects, Appended) and self.rejects.size:
            message = "does not belong to the run to resume; choose another file"
            raise StateError(str(self.rejects.path), message)

    def _compare_options(self) -> None:
        """Warn of options that differ from those of the run to resume."""
        try:
            before = json.loads(self.state.fact("options") or "{}")
            changed = [name for name in self.options if before.get(name) != self.options[name]]
        except (ValueError, AttributeError, RecursionError) as error:
            message = "is damaged: its options cannot be read"
            raise StateError(self.state.subject, message) from error
        if changed:
            self.warn(
                f"{', '.join(changed)}: changed since the resumed run; "
                "existing records are kept, new ones use the new value"
            )

    def _rebuild_state(
        self,
        sink: Appended,
        record: Callable[[str, bytes], None],
        start: bytes,
        known: bool,
    ) -> None:
        """Note the records that the state does not have; remove an incomplete last line."""
        number = 0
        mark = sink.mark
        for where, line in sink.rest():
            try:
                record(f"{sink.path}: {where}", line)
            except IncompleteRecord as error:
                if not known:
                    message = f"{where} {error.message}; without its state it cannot be resumed"
                    raise StateError(str(sink.path), message) from error
                # Of what input it is cannot be known: it is read and written again.
                sink.go_to(mark)
                break
            except RecordError as error:
                message = f"{where} {error.message}"
                raise StateError(str(sink.path), message) from error
            number += 1
            mark = sink.mark
        rest = sink.incomplete()
        if rest[: len(start)] != start[: len(rest)]:
            message = "ends in a line that is not a record; add a line feed, or remove the line"
            raise StateError(str(sink.path), message)
        if known and number:
            lines = f"{number} line{'s' * (number != 1)}"
            self.warn(f"{sink.path}: {lines} missing in the state, counted as done")
        if removed := sink.cut():
            self.warn(f"{sink.path}: removed an incomplete last line of {removed} bytes")

    def _article(self, subject: str, line: bytes) -> None:
        found = jsonl.parse(subject, line)
        doubt = None
        if not isinstance(found, RecordError):
            key, identity, revision = found.document.origin, found.id, found.revision
            doubt = outcomes.first_doubt(found)
        elif isinstance(found, IncompleteRecord) and "document" not in found.missing:
            # Fields were left out by an option of the run.
            part = json.loads(line)
            key, identity, revision = part["document"]["origin"], part["id"], part["revision"]
        elif isinstance(found, IncompleteRecord):
            raise found
        else:
            raise RecordError(subject, f"is not an article: {found.message}")
        name = f"article:{doubt.code}" if doubt else "article"
        article = (identity, revision)
        self.state.record(key or identity, name, self._sizes(), article=article)

    def _reject(self, subject: str, line: bytes) -> None:
        found = outcomes.parse_reject(subject, line)
        self.state.record(found.input, f"reject:{found.reason}", self._sizes())
