"""Checks of a run before it starts: no output loses other content, and none is an input."""

from __future__ import annotations

import json
import os
from pathlib import Path

from copydesk.adapters.registry import Registry
from copydesk.errors import OutputError, RecordError, SourceError, os_message
from copydesk.fetching.recording import SUFFIXES
from copydesk.model.outcomes import parse_reject
from copydesk.runs import inputs
from copydesk.runs.config import RunConfig
from copydesk.runs.state.store import check_state
from copydesk.sinks import stored
from copydesk.sinks.base import JSON_LINES, Sink
from copydesk.sources.tables import addresses
from copydesk.util.filesystem import (
    Identity,
    check_name,
    has_content,
    identity,
    is_folder,
    is_stdout,
    target,
)

# A longer first line cannot be a record.
_MAX_LINE_BYTES = 64 * 1024 * 1024
# Keys of every report.
_REPORT_KEYS = frozenset(("inputs", "articles", "rejects", "skips", "exit_code"))


def check(config: RunConfig, registry: Registry) -> None:
    """Check a configuration before the run starts. Raises CopydeskError if it is not usable."""
    inputs.check(config.arguments, config.input_options(registry))
    if config.urls is not None:
        addresses.check(config.urls)
    if config.outlet is not None:
        registry.known(config.outlet)
    _check_files(config, registry)
    for _ in config.retried():
        pass
    if config.record is not None:
        if not config.record.name.endswith(SUFFIXES):
            raise OutputError(str(config.record), f"must end in {' or '.join(SUFFIXES)}")
        if has_content(config.record):
            raise OutputError(str(config.record), "already exists; record to a new file")
    if (state := config.state_path) is not None:
        check_state(state)
    _check_existing(config, registry)
    if config.report is not None:
        _check_report(config.report)


def _check_existing(config: RunConfig, registry: Registry) -> None:
    """Raise OutputError if the run would lose what its outputs contain."""
    output = config.output
    if output is not None:
        sink = registry.sink_for(output, config.form)
        _check_ways(config, sink, output)
        if sink.folder and not sink.is_folder(output):
            _check_number(config, sink, output, registry)
        if config.append and sink is JSON_LINES and has_content(output):
            _check_end(output)
    if config.rejects is not None and not config.resume:
        _check_rejects(config.rejects, whole=config.append)


def _check_ways(config: RunConfig, sink: Sink, output: Path) -> None:
    """Raise OutputError if the run may not write into what is there."""
    lines = sink is JSON_LINES
    adds = lines or sink.append is not None
    if (config.append and not adds) or (config.resume and not lines):
        message = f"{sink.name} can be neither resumed nor added to; use --overwrite"
        if adds:
            message = "only plain JSON Lines can be resumed; use --append"
        raise OutputError(str(output), message)
    if not has_content(output):
        return
    if output.is_dir():
        if not config.append:
            message = "has files, which are not removed; use --append to add to them"
            raise OutputError(str(output), message)
    elif not (config.resume or config.append or config.overwrite):
        ways = "--resume, --append or --overwrite" if lines else "--append or --overwrite"
        raise OutputError(str(output), f"already exists; use {ways if adds else '--overwrite'}")


def _check_number(config: RunConfig, sink: Sink, output: Path, registry: Registry) -> None:
    """Raise OutputError if a run may have more articles than its output, a file for one."""
    if config.limit == 1:
        return
    one = inputs.is_one_page(config.arguments, config.input_options(registry))
    if config.rerun is None and one:
        return
    message = (
        "is one file for one article, and this run may have more; "
        f"write a folder of files with -o {output.stem} --format {sink.name}"
    )
    raise OutputError(str(output), message)


def _check_files(config: RunConfig, registry: Registry) -> None:
    """Raise OutputError if a file is both input and output, or is used for two outputs."""
    read = {file for name in config.input_files() if (file := identity(name)) is not None}
    folders = [target(Path(name)) for name in config.arguments if is_folder(name)]
    names: set[Path] = set()
    files: set[Identity] = set()
    for plain in filter(None, (config.rejects, config.state, config.report)):
        check_name(plain)
    for path in (config.output, config.rejects, config.state, config.record, config.report):
        if path is None:
            continue
        # Only a named format can be a folder, and other files are told to be inputs first.
        named = config.form is not None and path is config.output
        sink = registry.sink_for(path, config.form) if named else None
        is_folder_output = sink is not None and sink.is_folder(path)
        hint = "; for a file for each article, add --format" * (path is config.output)
        check_output(path, folder=is_folder_output, hint=hint)
        if is_folder_output and any(target(path).is_relative_to(folder) for folder in folders):
            raise OutputError(str(path), _IS_INPUT)
        place, file = target(path), identity(path)
        if file in read:
            raise OutputError(str(path), _IS_INPUT)
        if place in names or file in files:
            raise OutputError(str(path), "is used for two outputs")
        names.add(place)
        if file is not None:
            files.add(file)
    output = config.output
    if (
        output is None
        or output.is_dir()
        or config.resume
        or not folders
        or not _has_other_content(output)
    ):
        return
    linked = output.stat().st_nlink > 1
    if linked or any(target(output).is_relative_to(folder) for folder in folders):
        raise OutputError(str(output), _IS_INPUT)


_IS_INPUT = "is an input of this run; choose another output file"


def _first_line(path: Path) -> bytes | None:
    """Return the first line of a file; None if it is empty or missing."""
    try:
        with path.open("rb") as file:
            return file.readline(_MAX_LINE_BYTES) or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error


def _has_other_content(output: Path) -> bool:
    """Whether a file has content that is not the output of a run."""
    try:
        _, first = next(stored.read(output), (0, None))
    except SourceError:
        return True
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OutputError(str(output), os_message(error)) from error
    return isinstance(first, RecordError)


def _check_rejects(path: Path, *, whole: bool) -> None:
    """Raise OutputError for a file with other content than rejects: it would be lost."""
    line = _first_line(path)
    if line is None:
        return
    try:
        parse_reject(str(path), line)
    except RecordError as error:
        message = "already exists and is not a file of rejects; choose another file"
        raise OutputError(str(path), message) from error
    if whole:
        _check_end(path)


def _check_report(path: Path) -> None:
    """Raise OutputError for a file with other content than a report: it would be lost."""
    try:
        found = json.loads(path.read_bytes()) if has_content(path) else None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    except (ValueError, RecursionError):
        found = {}
    if found is not None and not (isinstance(found, dict) and found.keys() >= _REPORT_KEYS):
        message = "already exists and is not a report; choose another file"
        raise OutputError(str(path), message)


def _check_end(path: Path) -> None:
    """Raise OutputError for a file whose last line has no line feed."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise OutputError(str(path), "ends in an incomplete line; --resume removes it")


def check_output(path: Path, *, folder: bool = False, hint: str = "") -> None:
    """Raise OutputError if a run cannot write to a path.

    folder: whether it is for a folder. hint: what to do if it is a folder and must not be.
    """
    if is_stdout(path):
        raise OutputError(str(path), "stands for standard output; name a file")
    if target(path).is_symlink():
        raise OutputError(str(path), "is a symbolic link to itself")
    if not path.absolute().parent.is_dir():
        raise OutputError(str(path), "no such folder")
    if path.is_dir() and not folder:
        raise OutputError(str(path), f"is a folder, not a file{hint}")
    if path.exists() and (folder or not path.is_file()) and not path.is_dir():
        raise OutputError(str(path), "is not a folder" if folder else "is not a regular file")
