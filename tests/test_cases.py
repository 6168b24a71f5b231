"""Small inputs with their right answers: each folder below tests/cases is one.

case.json says what it is about, and what must hold:

* `checks`: of the record that `extract` makes of input.html, each `[path, operator, value]`.
* `ingest`: the arguments of a run instead, where `{BASE}` is a loopback server that answers by
  `routes` and `{DIR}` the folder of the case; `articles` counts records, `records` has checks for
  the record whose address or origin contains the key, `asked` the paths in the order of requests.

A path is dotted; over a list it gives the values of its items. `paragraphs` are the texts of the
paragraphs, `types` the types of the blocks, `NAME#` counts.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import extract

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/case.json"))


def _case(folder: Path) -> Any:
    return json.loads((folder / "case.json").read_text("utf-8"))


def _of_mode(ingest: bool) -> list[Any]:
    return [
        pytest.param(folder, id=folder.relative_to(FOLDER).as_posix())
        for folder in CASES
        if ("ingest" in _case(folder)) is ingest
    ]


def _found(record: Any, path: str) -> Any:
    """The value at a dotted path of a record."""
    if path.endswith("#"):
        return len(_found(record, path[:-1]))
    if path == "types":
        return _found(record, "body.type")
    if path == "paragraphs":
        return [block["text"] for block in record["body"] if block["type"] == "paragraph"]
    for part in path.split("."):
        record = [item.get(part) for item in record] if isinstance(record, list) else record[part]
    return record


def _holds(found: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "eq":
            return bool(found == wanted)
        case "in":
            return found in wanted
        case "has" | "lacks":
            texts = found if isinstance(found, list) else [found]
            return any(wanted in (text or "") for text in texts) is (operator == "has")
        case "has_rows":
            return wanted in [rows for rows in found if rows is not None]
        case "order":
            places = [found.find(text) for text in wanted]
            return places[0] >= 0 and places == sorted(places)
    raise ValueError(operator)


def _faults(record: Any, checks: list[Any]) -> list[str]:
    return [
        f"{path} {operator} {wanted!r}: found {found!r}"
        for path, operator, wanted in checks
        if not _holds(found := _found(record, path), operator, wanted)
    ]


@pytest.mark.parametrize("folder", _of_mode(ingest=False))
def test_a_page_gives_the_right_record(folder: Path) -> None:
    case = _case(folder)
    article = extract((folder / "input.html").read_bytes(), url=case.get("url"))
    assert not _faults(json.loads(article.to_line()), case["checks"])


def _page(path: str) -> bytes:
    """An article that no other path has."""
    slug = path.rsplit("/", 1)[-1]
    lines = "".join(
        f"<p>The {number} report on {slug} was read to the council on Monday, and no member of the"
        " council asked a question about it, as the minutes record.</p>"
        for number in ("first", "second", "third", "fourth")
    )
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><main>{lines}</main>'.encode()


@contextmanager
def _serving(folder: Path, routes: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A loopback server that answers by routes, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path != "/robots.txt":
                asked.append(self.path)
            route = routes.get(self.path)
            if route is not None:
                content = (folder / route["file"]).read_bytes().replace(b"{BASE}", base.encode())
                for _ in range(route.get("gzip", 0)):
                    content = gzip.compress(content, mtime=0)
                self._answer(200, route["type"], content)
            elif self.path.startswith("/n/"):
                self._answer(200, "text/html; charset=utf-8", _page(self.path))
            else:
                self._answer(404, "text/html", b"<title>404 Not Found</title>")

        def _answer(self, status: int, media_type: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield base, asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.process
@pytest.mark.parametrize("folder", _of_mode(ingest=True))
def test_a_run_gives_the_right_records(folder: Path, copydesk: Run) -> None:
    case = _case(folder)
    with _serving(folder, case.get("routes", {})) as (base, asked):
        done = copydesk(
            "ingest",
            *(a.replace("{BASE}", base).replace("{DIR}", str(folder)) for a in case["ingest"]),
            *(
                "--contact",
                "desk@lab.example",
                "--gap",
                "0",
                "--allow-host",
                base[len("http://") :],
            ),
        )
    assert done.returncode in (0, 1), done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == case.get("articles", len(records)), done.stderr
    assert asked == case.get("asked", asked)
    for key, checks in case.get("records", {}).items():
        places = [r["requested_url"] or r["url"] or r["document"]["origin"] for r in records]
        (record,) = [r for r, place in zip(records, places, strict=True) if key in place]
        checks = json.loads(json.dumps(checks).replace("{BASE}", base))
        assert not _faults(record, checks), key
