"""Read the options of a recorded run. The session is untrusted input."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

from copydesk.adapters.registry import Registry
from copydesk.dates import printed_dates
from copydesk.errors import SourceError
from copydesk.fetching.recording import Session
from copydesk.model.filters import Filters
from copydesk.runs.config import RunConfig
from copydesk.runs.inputs import addresses_of
from copydesk.settings import Limits, Settings
from copydesk.util.urls import is_http


def repeat(
    session: Session, registry: Registry, allowed: Limits, *, files: bool
) -> tuple[RunConfig, list[str]]:
    """Return the options of a recorded run, and notes for the user.

    allowed: the maximum for each limit of the session.
    files: True to read the local files and the standard input that the session names.

    Raises SourceError for invalid options.
    """
    info = session.info
    subject = str(session.path)
    arguments = _texts(subject, "arguments", info.get("arguments"))
    again = _texts(subject, "again", info.get("again"))
    if not files:
        for name in (*arguments, *again):
            if not is_http(name) and (name in again or addresses_of(name, registry) is None):
                message = f"names the local file {name!r}; pass --files to read local files"
                raise SourceError(subject, message)
        # A file may have the name of an outlet.
        arguments = tuple(
            address
            for name in arguments
            for address in ((name,) if is_http(name) else addresses_of(name, registry) or ())
        )
    kind = info.get("as") or None
    if kind is not None and kind not in registry.sources:
        raise SourceError(subject, f"unknown kind of source: {kind!r}")
    limits, notes = _limits(subject, info.get("limits"), allowed)
    # One byte more than the limit, so that a longer record is noticed.
    session.max_record_bytes = limits.raw + limits.headers + 1
    since = info.get("since") or None
    moment = printed_dates.parse_clock(since) if since else None
    if since and moment is None:
        raise SourceError(subject, f"damaged session: since is not a date: {since!r}")
    config = RunConfig(
        arguments=arguments,
        again=again,
        since=moment,
        filters=_filters(subject, info.get("filters")),
        limit=_limit(subject, info.get("limit")),
        outlet=info.get("outlet") or None,
        kind=kind,
        settings=Settings(limits=limits),
        session=session,
    )
    return config, notes


def _json(subject: str, name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(subject, f"damaged session: {name} is not JSON") from error


def _texts(subject: str, name: str, text: str | None) -> tuple[str, ...]:
    found = _json(subject, name, text) if text else []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise SourceError(subject, f"damaged session: {name} is not a list of strings")
    return tuple(found)


def _filters(subject: str, text: str | None) -> Filters:
    stated = _json(subject, "filters", text) if text else {}
    if not isinstance(stated, dict):
        raise SourceError(subject, "damaged session: filters is not a JSON object")
    try:
        return Filters.from_dict(stated)
    except ValueError as error:
        raise SourceError(subject, f"damaged session: {error}") from error


def _limit(subject: str, text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text)):
        raise SourceError(subject, f"damaged session: limit is not a number: {text[:80]!r}")
    return int(text)


def _limits(subject: str, text: str | None, allowed: Limits) -> tuple[Limits, list[str]]:
    """Return the limits of the run, capped at `allowed`, and notes about the capped ones."""
    stated = _json(subject, "limits", text) if text else {}
    if not isinstance(stated, dict):
        raise SourceError(subject, "damaged session: limits is not a JSON object")
    values: dict[str, Any] = {}
    notes = []
    for name, value in stated.items():
        if name not in Limits.__dataclass_fields__:
            raise SourceError(subject, f"unknown limit: {name[:80]!r}")
        kind = type(getattr(allowed, name))
        right = (int, float) if kind is float else (int,)
        if isinstance(value, bool) or not isinstance(value, right) or not 0 <= value < math.inf:
            raise SourceError(subject, f"damaged session: invalid value of the limit {name}")
        if value > getattr(allowed, name):
            most = getattr(allowed, name)
            notes.append(f"{subject}: {name} stays at {most:g}; --set {name}=NUMBER raises it")
        else:
            values[name] = kind(value)
    return replace(allowed, **values), notes
