"""Where a run begins or goes on: state and outputs brought to agree before the first input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk import rejects
from copydesk.errors import RecordError, StateError
from copydesk.pipeline import Sink
from copydesk.sinks import jsonl
from copydesk.sinks.append import Appended
from copydesk.state import Sizes, State


@dataclass(frozen=True, slots=True)
class Outputs:
    """The state and the outputs of a run.

    warn: told what a person should know. Raises StateError for outputs that do not fit the state,
    or that hold something else than records.
    """

    state: State
    output: Sink
    rejects: Sink
    warn: Callable[[str], None]

    def begin(self, *, cut: bool, keep: bool) -> None:
        """Begin anew. cut: empty the outputs first. keep: leave earlier rejects where they are."""
        self.state.forget_run()
        if cut and isinstance(self.output, Appended):
            self.output.cut(0)
        if (cut or not keep) and isinstance(self.rejects, Appended):
            self.rejects.cut(0)
        self._note_begun()

    def go_on(self) -> None:
        """Go on behind the last outcome that was noted; without a state, behind the last whole line."""
        if self.state.fact("begun") is None or self.state.fact("into") != self._name(self.output):
            self.state.forget_run()
            self._learn()
        else:
            self._check_rejects()
            sizes = self.state.sizes
            for sink, size in ((self.output, sizes.output), (self.rejects, sizes.rejects)):
                if not isinstance(sink, Appended):
                    continue
                if sink.size < size:
                    raise StateError(str(sink.path), "is shorter than its state says")
                if sink.size > size:
                    self.warn(f"{sink.path}: {sink.size - size} bytes that were not noted are cut")
                    sink.cut(size)
        self._note_begun()

    def _note_begun(self) -> None:
        sizes = {"output": str(self.output.size), "rejects": str(self.rejects.size)}
        names = {"into": self._name(self.output), "aside": self._name(self.rejects)}
        self.state.note_facts({"begun": "yes", **names, **sizes})

    def _name(self, sink: Sink) -> str:
        """What the state calls an output: its place beside the state, as both may be moved."""
        if not isinstance(sink, Appended):
            return ""
        return os.path.relpath(sink.path.resolve(), self.state.folder)

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

    def _learn(self) -> None:
        """Learn from outputs without a state what is done; a torn last line of them is cut."""
        if isinstance(self.output, Appended):
            for number, line, size in self._whole(self.output):
                found = jsonl.parse(f"{self.output.path}:{number}", line)
                if isinstance(found, RecordError):
                    message = f"line {number} is no article: {found.message}"
                    raise StateError(str(self.output.path), message)
                key = found.document.origin or found.id
                article = (found.id, found.revision)
                self.state.note(key, "article", Sizes(size, 0), article=article)
        if isinstance(self.rejects, Appended):
            for number, line, size in self._whole(self.rejects):
                try:
                    reject = rejects.parse(f"{self.rejects.path}:{number}", line)
                except RecordError as error:
                    message = f"line {number} {error.message}"
                    raise StateError(str(self.rejects.path), message) from error
                name = f"reject:{reject.reason}"
                self.state.note(reject.input, name, Sizes(self.output.size, size))

    def _whole(self, sink: Appended) -> Iterator[tuple[int, bytes, int]]:
        """The whole lines of an output, each with its number from 1 and where it ends."""
        end = 0
        with sink.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    end += len(line)
                    if line.strip():
                        yield number, line, end
        if end < sink.size:
            self.warn(f"{sink.path}: a torn last line of {sink.size - end} bytes is cut")
            sink.cut(end)
