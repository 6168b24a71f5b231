"""Recording: a page that was fetched kept as a fixture, with what is known of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from copydesk.errors import FixtureError, OutputError

if TYPE_CHECKING:
    from copydesk.answers import Fetched

_ENDINGS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def stem_of(url: str) -> str:
    """A name for the page of an address: the words of the last part of its path, else its host."""
    parts = urlsplit(url)
    last = [p for p in parts.path.split("/") if p] or [parts.hostname or "page"]
    name = re.sub(r"\.(?:html?|php|aspx?)$", "", unquote(last[-1]).lower())
    return _OTHER.sub("-", name).strip("-")[:_LONGEST].strip("-") or "page"


def keep(folder: Path, url: str, got: Fetched, outlet: str | None) -> Path:
    """Write a fetched page and its meta.json; the path of the page.

    Raises FixtureError where such a fixture is there already or the page is of no kind that is
    read, OutputError where it cannot be written.
    """
    ending = _ENDINGS.get(got.media_type)
    if ending is None:
        raise FixtureError(url, f"is no page but {got.media_type or 'of no stated type'}")
    page = folder / (stem_of(url) + ending)
    meta = {
        "url": got.url,
        "outlet": outlet,
        "media_type": None
        if ending != ".html" or got.media_type == "text/html"
        else got.media_type,
        "encoding": got.encoding,
        "retrieved_at": got.retrieved_at.isoformat(),
        "made": f"recorded from {url}",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with page.open("xb") as file:
            file.write(got.content)
        beside = page.with_name(stem_of(url) + ".meta.json")
        beside.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except FileExistsError as error:
        raise FixtureError(str(page), "is there already") from error
    except OSError as error:
        raise OutputError(str(page), (error.strerror or str(error)).lower()) from error
    return page
