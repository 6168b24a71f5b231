"""The command `outlets new`: an adapter and fixtures from pages of an outlet."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.documents import decompress, fetch, read_file
from copydesk.cli.options import (
    AllowOption,
    ContactOption,
    PluginOption,
    build_settings,
    load,
    usage_error,
)
from copydesk.cli.output import table, to_stderr
from copydesk.cli.usage import Command, examples, option
from copydesk.errors import FetchError
from copydesk.util.text import plural, safe
from copydesk.util.urls import host_of, is_http, without_user

if TYPE_CHECKING:
    from copydesk.adapters.registry import Registry
    from copydesk.discovery.search import Discovery
    from copydesk.model.article import Article
    from copydesk.model.document import Document
    from copydesk.scaffold.identity import Attribute
    from copydesk.scaffold.propose import Proposal
    from copydesk.scaffold.sample import Sample
    from copydesk.scaffold.source_text import Names
    from copydesk.scaffold.target import Target
    from copydesk.settings import Settings

_SHOWN = 60
_ELSEWHERE = "this copydesk is installed from another folder"

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk outlets new URL URL --id harbour-echo --package harbour-echo",
        "copydesk outlets new page.html --id harbour-echo --url https://echo.example/ferry",
    ),
)
def new(
    sources: Annotated[
        list[str], typer.Argument(metavar="URL|FILE", help="Pages or plain texts of one outlet.")
    ],
    outlet_id: Annotated[str, option("--id", "ID", "Outlet id in kebab-case.")],
    url: Annotated[
        str | None, option("--url", "URL", "URL of a file that does not state its own.")
    ] = None,
    package: Annotated[
        Path | None, option("--package", "DIR", "Create a separate Python package in DIR.")
    ] = None,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Create an adapter, fixtures and proposed expectations from pages of an outlet."""
    from copydesk.scaffold import identity
    from copydesk.scaffold.propose import propose
    from copydesk.scaffold.sample import Sample
    from copydesk.scaffold.source_text import Names
    from copydesk.scaffold.target import Target, write

    registry = load(plugin).registry
    names = Names(outlet_id)
    _check_id(outlet_id, registry)
    target = Target.package(package, names) if package else Target.here(Path.cwd(), names)
    if target is None:
        usage_error("no folder for outlets is configured; use --package DIR")
    if (existing := target.existing()) is not None:
        usage_error(f"{existing}: already exists")
    _check_sources(sources, url)
    settings = build_settings(contact, allow_host, concurrency=1)
    samples = []
    for document, how in _documents(sources, url, settings):
        sample = Sample.of(document)
        samples.append((_placed(sample, registry), how))
        _show_reading(sample)
    pages = [sample for sample, _ in samples]
    _check_pages(pages)
    stated = identity.find(pages, outlet_id, _searched(pages, settings))
    known = {one.name: one.value for one in stated} | {"id": outlet_id}
    proposal = propose(pages, known)
    _show_proposal(stated, proposal, pages)
    documents = [(sample.document, how) for sample, how in samples]
    written = write(target, names, stated, proposal.differences, documents)
    print()
    for path in written:
        print(f"wrote {safe(_short(path))}")
    _print_next_steps(target, names, len(pages), plugin)


def _check_id(outlet_id: str, registry: Registry) -> None:
    from copydesk.adapters.outlet import ID
    from copydesk.adapters.registry import GENERIC

    if not ID.fullmatch(outlet_id):
        usage_error(f"--id {outlet_id}: must be kebab-case (lower case, digits, hyphens)")
    if outlet_id == GENERIC:
        usage_error(f"--id {outlet_id}: reserved for reading without an adapter")
    if outlet_id in registry.outlets:
        usage_error(f"--id {outlet_id}: already registered by {registry.owners[outlet_id]}")


def _check_sources(sources: list[str], url: str | None) -> None:
    if url is not None and len(sources) > 1:
        usage_error("--url needs a single file; use a meta.json for each of several files")
    if url is not None and is_http(sources[0]):
        usage_error("--url can only be used with a file")
    if url is not None and not is_http(url):
        usage_error(f"--url {url}: not an http(s) URL")


def _check_pages(pages: list[Sample]) -> None:
    """Exit with a usage error for a page that is given twice."""
    seen: dict[bytes, str] = {}
    for sample in pages:
        subject = sample.document.subject
        if (first := seen.setdefault(sample.document.content, subject)) is not subject:
            usage_error(f"{subject}: same page as {first}")


def _documents(
    sources: list[str], url: str | None, settings: Settings
) -> list[tuple[Document, str]]:
    """Read or fetch the documents; return each with a description of its origin."""
    pages = iter(fetch([s for s in sources if is_http(s)], settings))
    return [
        (next(pages), f"recorded from {without_user(source)}")
        if is_http(source)
        else _stored(source, url)
        for source in sources
    ]


def _searched(pages: list[Sample], settings: Settings) -> Discovery | None:
    """Search the site of fetched pages for feeds and sitemaps; None if it could not be searched.

    Not if they state that they belong to another host.
    """
    import asyncio

    from copydesk.discovery.search import discover
    from copydesk.fetching.client import Fetcher
    from copydesk.scaffold import identity

    fetched = [one for one in pages if one.document.requested_url is not None]
    home = next((url for one in fetched if (url := identity.home(one))), None)
    if home is None:
        return None
    linked = [link.url for one in fetched for link in identity.links(one)]
    own = [url for url in dict.fromkeys(linked) if host_of(url) == host_of(home)]

    async def search() -> Discovery:
        async with Fetcher(settings) as fetcher:
            return await discover(fetcher, home, linked=own)

    try:
        searched = asyncio.run(search())
    except FetchError as error:
        to_stderr(f"warning: {error}; its feeds and sitemaps are not looked for")
        return None
    for note in searched.notes:
        to_stderr(f"warning: {note}")
    return searched


def _stored(source: str, url: str | None) -> tuple[Document, str]:
    """Read a file with its meta.json, if any; return it with a description of its origin."""
    from copydesk.fixtures.store import Fixture, stem_of
    from copydesk.model.document import Document
    from copydesk.util.media_types import guess_media_type

    path = Path(source)
    content = decompress(read_file(path), path.name)
    fixture = Fixture(path, stem_of(path))
    made = f"taken from the file {path.name}"
    document = Document(
        content=content,
        media_type=guess_media_type(content),
        url=url,
        encoding=None,
        retrieved_at=None,
        origin=path.name,
    )
    if fixture.meta_path.is_file():
        meta = fixture.meta()
        known = replace(fixture.document(meta), url=url or meta.url, origin=path.name)
        return known, meta.made
    return document, made


def _placed(sample: Sample, registry: Registry) -> Sample:
    """Return a sample with the URL of its page; a URL of a known outlet is a usage error."""
    from copydesk.scaffold import identity
    from copydesk.scaffold.sample import Sample

    address = identity.address(sample)
    subject = sample.document.subject
    if address is None:
        usage_error(f"{subject}: the page does not state its URL; add --url URL")
    host = identity.host(sample)
    if host is None or "." not in host:
        usage_error(f"{address}: not the URL of a public host")
    for place in (address, host):
        if (owner := registry.find(place)) is not None:
            usage_error(f"{place}: already belongs to outlet {owner.id!r}")
    if sample.document.url is None:
        return Sample.of(replace(sample.document, url=address))
    return sample


def _show_reading(sample: Sample) -> None:
    """Print the generic reading, field by field."""
    article = sample.article
    print(f"{safe(sample.document.subject)}, read without an adapter:")
    rows = []
    fields = """headline standfirst byline authors dateline published modified language section
    tags body images comments related removed"""
    for name in fields.split():
        origin = article.provenance.get(name)
        rule = f"{origin.source}: {origin.rule}" if origin and origin.rule else ""
        rows.append((f"  {name}", _value(article, name), rule))
    table(rows)
    for warning in article.warnings:
        print(safe(f"  warning: {warning}"))
    print()


def _value(article: Article, name: str) -> str:
    value = getattr(article, name)
    if name == "body":
        words = article.text.split()
        return (
            f"{plural(len(value), 'block')}, {len(words)} words, ends with: {' '.join(words[-6:])}"
        )
    if name == "authors":
        return ", ".join(author.name for author in value) or "-"
    if name == "dateline":
        return article.dateline.raw if article.dateline else "-"
    if name == "comments":
        return article.comments.status
    if name == "tags":
        return ", ".join(value or ()) or "-"
    if isinstance(value, list):
        return str(len(value))
    return str(value) if value else "-"


def _show_proposal(stated: list[Attribute], proposal: Proposal, pages: list[Sample]) -> None:
    rows = [(f"  {s.name}", _joined(s.value), s.evidence) for s in stated]
    rows += [
        (f"  {one.name} {one.kind}".rstrip(), one.css or one.pattern, one.comment)
        for one in proposal.differences
    ]
    print("Proposed adapter:")
    table(rows)
    sites = next(one.value for one in stated if one.name == "domains")
    if len(sites) > 1:
        to_stderr(
            f"warning: the pages are from {len(sites)} sites: {_joined(sites)}; is it one outlet?"
        )
    thin = [warning for page in pages if (warning := page.body_warning)]
    for warning in thin:
        to_stderr(f"warning: {warning}")
    if thin:
        print('The adapter must select the article: body = "CSS".')
    elif not proposal.differences:
        print("The generic reading is enough: the adapter only identifies the outlet.")
    for one in proposal.undecided:
        text = " ".join(one.text.split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."
        print(safe(f"Undecided, {one.evidence}: {shown}"))


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _print_next_steps(target: Target, names: Names, pages: int, plugin: list[str] | None) -> None:
    from copydesk.adapters import discovery

    where = ""
    if target.root is not None:
        print(f"install it with: pip install -e {_short(target.root)}")
        where = f" --fixtures {_short(target.fixtures)}"
    elif names.outlet not in load(plugin).registry.outlets:
        limited = target.dropped and discovery.LIMIT_VARIABLE in os.environ
        why = f"{discovery.LIMIT_VARIABLE} is set" if limited else _ELSEWHERE
        to_stderr(f"warning: {_short(target.module)}: will not be loaded: {why}")
    if pages == 1:
        print("based on one page: a second one would show which parts repeat on every page")
    print(f"check it with: copydesk outlets check {names.outlet}{where} --watch")
    print(f"accept the result with: copydesk outlets accept {names.outlet}{where}")
