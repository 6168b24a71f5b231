"""One file for each article: Markdown with front matter, or plain text.

A name with the suffix of the format is one file, for one article. Any other name is a folder, which
is made if it is missing. A file there has the day, the first words of the headline and digits of
the id in its name; an article that the folder has already gets a new file for the old one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from copydesk.errors import OutputError, RecordError, SourceError
from copydesk.model.article import Article
from copydesk.sinks import jsonl
from copydesk.sinks.views.flat import line_of, values

_DIGITS = 12
_LONGEST_SLUG = 60
_WORD = re.compile(r"[^\W_]+")
_OURS = re.compile(rf"-([0-9a-f]{{{_DIGITS},64}})\.\w+$")
_ID = re.compile(rf"[0-9a-f]{{{_DIGITS},64}}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FENCE = "---\n"
# Signs that YAML wants to be escaped although JSON does not.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

_Write = Callable[[bytes], str]


class Folder:
    """A folder with a file for each article."""

    def __init__(self, path: Path, suffix: str, content: _Write) -> None:
        self._path, self._suffix, self._content = path, suffix, content
        path.mkdir(exist_ok=True)
        self._names = {
            found[1]: file.name
            for file in path.iterdir()
            if file.suffix == suffix and (found := _OURS.search(file.name))
        }
        self._ids: dict[str, str] = {}

    def add(self, line: bytes) -> None:
        """Write one article. Raises OSError."""
        found = values(line)
        digits = self._digits(found["id"])
        name = f"{_stem(found)}-{digits}{self._suffix}"
        _write(self._path / name, self._content(line))
        before = self._names.get(digits, name)
        if before != name:
            (self._path / before).unlink(missing_ok=True)
        self._names[digits] = name

    def _digits(self, name: str) -> str:
        """Return digits for the id of an article; all of them if another one begins alike."""
        # A record may come from a stranger, with anything as its id.
        whole = name if _ID.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()
        digits = whole[:_DIGITS]
        if whole in self._names or self._ids.setdefault(digits, whole) != whole:
            return whole
        return digits

    def close(self) -> None:
        """Do nothing: each file is complete."""


class OneFile:
    """A file for one article."""

    def __init__(self, path: Path, name: str, content: _Write) -> None:
        self._path, self._name, self._content = path, name, content
        self._text: str | None = None

    def add(self, line: bytes) -> None:
        """Keep the article. Raises OutputError for a second one."""
        if self._text is not None:
            folder = f"{self._path.stem} --format {self._name}"
            raise OutputError(str(self._path), f"is one article; for more name a folder: {folder}")
        self._text = self._content(line)

    def close(self) -> None:
        """Write the file."""
        _write(self._path, self._text or "")

    def discard(self) -> None:
        """Leave the old file in its place."""


def _write(path: Path, text: str) -> None:
    jsonl.write_bytes(path, [text.encode("utf-8", "replace")])


def _stem(found: dict[str, Any]) -> str:
    """Return the day and the first words of the headline, in any script."""
    words = _WORD.findall((found["headline"] or "").lower())
    slug = ""
    for word in words:
        if len(f"{slug}-{word}".encode()) > _LONGEST_SLUG:
            break
        slug += f"-{word}"
    day = _DAY.match(found["published"] or "")
    return f"{day[0] if day else 'undated'}{slug}"


def open_markdown(path: Path) -> Folder | OneFile:
    """Open a Markdown file, or a folder of them."""
    if path.suffix.lower() == ".md":
        return OneFile(path, "markdown", _markdown)
    return Folder(path, ".md", _markdown)


def open_text(path: Path) -> Folder | OneFile:
    """Open a file of plain text, or a folder of them."""
    if path.suffix.lower() == ".txt":
        return OneFile(path, "text", _text)
    return Folder(path, ".txt", _text)


def _text(line: bytes) -> str:
    record = json.loads(line)
    parts = (record.get("headline"), record.get("standfirst"), record.get("text"))
    return "\n\n".join(filter(None, parts)) + "\n"


def _markdown(line: bytes) -> str:
    """Return the flat fields as front matter, and the body as Markdown."""
    found = values(line)
    text = found.pop("text")
    article = jsonl.parse("", line)
    if isinstance(article, Article):
        body = article.to_markdown(headline=False, standfirst=False)
    else:
        from copydesk.model.renderings.markdown import plain

        body = plain(text or "")
    rows = (f"{name}: {_yaml(value)}\n" for name, value in found.items() if value or value == 0)
    return f"{_FENCE}{''.join(rows)}{_FENCE}\n{body}"


def _yaml(value: Any) -> str:
    """Return a value as JSON, which is YAML."""
    made = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", made)


def read_markdown(path: Path) -> Iterator[bytes | RecordError]:
    """Yield the line of each Markdown file, with the fields that it has, or what is wrong with it.

    Raises SourceError if a folder has none.
    """
    files = sorted(path.glob("*.md")) if path.is_dir() else [path]
    if not files:
        raise SourceError(str(path), "has no Markdown files")
    for file in files:
        try:
            yield _article(file.read_text("utf-8"))
        except (UnicodeDecodeError, ValueError) as error:
            yield RecordError(str(file), f"has no front matter of copydesk: {error}")


def _article(content: str) -> bytes:
    from copydesk.model.renderings.markdown_text import text_of

    start, front, body = content.split(_FENCE, 2) if _FENCE in content else ("?", "", "")
    if start:
        raise ValueError("it does not begin with a line ---")
    found: dict[str, Any] = {}
    for line in front.split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found[name] = json.loads(value)
    if not {"id", "revision"} <= found.keys():
        raise ValueError("it has no id and revision")
    return line_of({**found, "text": text_of(body)})
