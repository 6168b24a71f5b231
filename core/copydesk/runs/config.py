"""The configuration of a run, and the files that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from copydesk.adapters.registry import Registry
from copydesk.fetching.recording import Session
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import read_rejects
from copydesk.runs.inputs import InputOptions
from copydesk.runs.state.visits import Known, Options, Revisit
from copydesk.settings import Settings
from copydesk.sinks.fields import Trim
from copydesk.sources.base import ListLimits
from copydesk.util.filesystem import OutputFiles, is_folder, target


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The configuration of a run.

    Attributes:
        arguments: files, folders, URLs and outlet ids, or "-" for standard input.
        output: None for standard output.
        form: name of the format of the output, if not that of its suffix.
        trim: leaves out fields of each line that is written.
        state: None for a file beside the output; without output, no state is kept.
        workers: number of worker processes.
        filters: which pages and articles are left out.
        follow_links: follow links in folders that lead out of them.
        revisit: when the articles that the state knows are asked for again.
        rerun: file of rejects to try again.
        again: inputs to try again, named as in rejects.
        record: file in which to record all HTTP exchanges.
        session: recorded session that answers all requests.
        urls: table with the URLs of files in the arguments.
        report: file for the summary; the caller writes it.
    """

    arguments: tuple[str, ...]
    output: Path | None = None
    form: str | None = None
    trim: Trim | None = None
    rejects: Path | None = None
    state: Path | None = None
    resume: bool = False
    append: bool = False
    overwrite: bool = False
    workers: int = 1
    limit: int | None = None
    since: datetime | None = None
    revisit: Revisit = field(default_factory=Revisit)
    filters: Filters = NO_FILTERS
    outlet: str | None = None
    kind: str | None = None
    settings: Settings = field(default_factory=Settings)
    plugins: tuple[str, ...] = ()
    follow_links: bool = False
    rerun: Path | None = None
    again: tuple[str, ...] = ()
    record: Path | None = None
    urls: Path | None = None
    session: Session | None = None
    report: Path | None = None

    @property
    def state_path(self) -> Path | None:
        """The state file: by default beside the output, or beside the target of a link."""
        if self.state is not None or self.output is None:
            return self.state
        # Otherwise keep the path as the user wrote it, for messages.
        place = target(self.output) if self.output.is_symlink() else self.output
        return place.with_name(place.name + ".state")

    @property
    def list_limits(self) -> ListLimits:
        """The limits of lists."""
        limits = self.settings.limits
        return ListLimits(
            since=self.since, entries=limits.list_entries, deepest=limits.sitemap_depth
        )

    @property
    def known(self) -> Known | None:
        """The rules for what the state of earlier runs knows; None without such a state."""
        if self.state is None:
            return None
        return Known(rules=self.revisit, options=Options(self.since, self.filters))

    def output_files(self) -> Iterator[Path]:
        """Yield every file that the run writes."""
        yield from filter(None, (self.output, self.rejects, self.record, self.report))
        if (state := self.state_path) is not None:
            for ending in ("", "-wal", "-shm", "-journal"):
                yield state.with_name(state.name + ending)

    def input_files(self) -> Iterator[Path | int]:
        """Yield every single file that the run reads; 0 for standard input."""
        for argument in self.arguments:
            if argument == "-":
                yield 0
            elif not is_folder(argument):
                yield Path(argument)
        yield from (Path(plugin) for plugin in self.plugins)
        yield from filter(None, (self.rerun, self.urls))
        if self.session is not None:
            yield self.session.path

    def retried(self) -> Iterator[str]:
        """Yield the inputs to try again. Raises RecordError."""
        if self.rerun is not None:
            yield from (reject.input for reject in read_rejects(self.rerun))
        yield from self.again

    def input_options(self, registry: Registry) -> InputOptions:
        """Return how the arguments are opened."""
        return InputOptions(
            registry=registry,
            kinds=tuple(registry.sources.values()),
            kind=self.kind,
            wanted=self.list_limits,
            ignored=OutputFiles(filter(None, (*self.output_files(), self.urls))),
            follow=self.follow_links,
        )
