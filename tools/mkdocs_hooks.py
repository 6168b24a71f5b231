"""A hook of mkdocs: blocks that the pages say to save as a file have its name as their title."""

from __future__ import annotations

import re
from typing import Any

_FILE = re.compile(r"<!-- file: (\S+) -->\n(```[a-z]*)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the comments that name files, which a reader of the site does not see."""
    return _FILE.sub(r'\2 title="\1"', markdown)
