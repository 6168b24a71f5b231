"""The command `schema`: the JSON Schema of the article record."""

from __future__ import annotations

import json

import typer

from copydesk.cli.options import PluginOption, load
from copydesk.cli.usage import Command, examples

app = typer.Typer(add_completion=False)


@app.command(cls=Command, epilog=examples("copydesk schema > article.schema.json"))
def schema(plugin: PluginOption = None) -> None:
    """Print the JSON Schema of the article record."""
    from copydesk.model.article import Article

    load(plugin)
    described = Article.model_json_schema(mode="serialization")
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(described, ensure_ascii=False, indent=2))
