"""Reads pages for a benchmark that runs elsewhere: one line of JSON in, one out, at once.

In: {"id", "url", "html", ...}. Out: {"id", "text", "title", "authors", "date", "seconds"}, or
{"id", "error", "seconds"}. seconds is CPU time from the page to its validated line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from time import process_time
from typing import TYPE_CHECKING, Any

from copydesk import CopydeskError
from copydesk.model.document import Document
from copydesk.reading import read

if TYPE_CHECKING:
    from tests.benchmarks import scores
else:
    import scores


def reply(page: dict[str, Any], *, body: bool) -> dict[str, Any]:
    """Read one page; the clock runs while it is read and while its line is written."""
    html, url = page["html"], page.get("url")
    start = process_time()
    try:
        content = html.encode("utf-8", "replace")
        article = read(
            Document(content=content, media_type="text/html", url=url, encoding="utf-8"), None
        )[1]
        article.to_line()
    except CopydeskError as error:
        return {"error": repr(error), "seconds": process_time() - start}
    seconds = process_time() - start
    return {**scores.answer(article, body=body), "seconds": seconds}


def main() -> None:
    """Answer until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--body", action="store_true", help="leave the standfirst out of the text")
    body = parser.parse_args().body
    for line in sys.stdin.buffer:
        page = json.loads(line)
        out = {"id": page.get("id"), **reply(page, body=body)}
        sys.stdout.buffer.write(json.dumps(out).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
