"""Hooks of mkdocs: names of files as titles of their blocks, and notebooks as pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

_FILE = re.compile(r"<!-- file: (\S+) -->\n(```[a-z]*)")


def on_files(files: Any, config: Any) -> Any:
    """Add a page for each notebook."""
    for path in Path(config["docs_dir"]).glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        page = "\n\n".join(part for cell in cells for part in _parts(cell))
        note = f"[Download]({path.name}){{: download }} this page as a notebook."
        files.append(File.generated(config, f"{path.stem}.md", content=f"{page}\n\n{note}\n"))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Show names that a reader of the site does not see, and lead to the pages of notebooks."""
    if not page.file.generated_by:
        markdown = re.sub(r"\((\w+)\.ipynb\)", r"(\1.md)", markdown)
    return _FILE.sub(r'\2 title="\1"', markdown)


def _parts(cell: dict[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "image/png" in data:
            image = "".join(data["image/png"]).replace("\n", "")
            yield f'<img alt="" src="data:image/png;base64,{image}">'
        elif "text/html" in data:
            yield re.sub("<table[^>]*>", "<table>", "".join(data["text/html"]))
        else:
            text = "".join(output.get("text") or data["text/plain"]).rstrip()
            yield f"```text\n{text}\n```"
