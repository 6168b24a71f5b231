"""The commands that begin an outlet: `outlets new` and `outlets accept`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import typer

from copydesk import fixtures as stored
from copydesk import plugins, replay
from copydesk.addresses import without_user
from copydesk.article import Article
from copydesk.cli import fixture_search, ingesting
from copydesk.cli.common import load, usage
from copydesk.cli.documents import read_file
from copydesk.cli.terminal import complain, counted, safe, table
from copydesk.document import Document
from copydesk.errors import UnknownOutlet
from copydesk.fixtures import Fixture, Meta
from copydesk.outlet import ID
from copydesk.registry import GENERIC, Registry
from copydesk.scaffold import identity, kit
from copydesk.scaffold.identity import Stated
from copydesk.scaffold.kit import Home
from copydesk.scaffold.proposal import Proposal, propose
from copydesk.scaffold.sample import Sample
from copydesk.scaffold.writing import Names
from copydesk.settings import Settings
from copydesk.sources.markup import guess_media_type

_SHOWN = 60
_ELSEWHERE = "this copydesk is installed from elsewhere"


def new(
    sources: list[str],
    outlet_id: str,
    url: str | None,
    package: Path | None,
    contact: str | None,
    allow_host: list[str] | None,
    plugin: list[str] | None,
) -> None:
    """Carry out the command `outlets new`."""
    registry = load(plugin).registry
    names = Names(outlet_id)
    _check_id(outlet_id, registry)
    home = Home.package(package, names) if package else Home.here(Path.cwd(), names)
    if home is None:
        usage("no folder for outlets is set; say --package DIR")
    if (taken := home.taken()) is not None:
        usage(f"{taken}: is there already")
    _check_sources(sources, url)
    settings = ingesting.settings(contact, 1.0, 1, allow_host, None)
    samples = []
    for document, how in _documents(sources, url, settings):
        sample = Sample.of(document)
        samples.append((_placed(sample, registry), how))
        _show_reading(sample)
    pages = [sample for sample, _ in samples]
    _check_pages(pages)
    stated = identity.find(pages, outlet_id)
    known = {one.name: one.value for one in stated} | {"id": outlet_id}
    proposal = propose(pages, known)
    _show_proposal(stated, proposal, pages)
    documents = [(sample.document, how) for sample, how in samples]
    written = kit.write(home, names, stated, proposal.differences, documents)
    print()
    for path in written:
        print(f"wrote {safe(_short(path))}")
    _tell_next(home, names, len(pages), plugin)


def _check_id(outlet_id: str, registry: Registry) -> None:
    if not ID.fullmatch(outlet_id):
        usage(f"--id {outlet_id}: must be kebab-case (lower case, digits, hyphens)")
    if outlet_id == GENERIC:
        usage(f"--id {outlet_id}: is the reading without an adapter")
    if outlet_id in registry.outlets:
        usage(f"--id {outlet_id}: is there already, registered by {registry.owners[outlet_id]}")


def _check_sources(sources: list[str], url: str | None) -> None:
    if url is not None and len(sources) > 1:
        usage("--url is for one file; give each its meta.json, or one at a time")
    if url is not None and _is_address(sources[0]):
        usage("--url is for a file; an address says itself where it is")
    if url is not None and not _is_address(url):
        usage(f"--url {url}: is no http or https address")


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _check_pages(pages: list[Sample]) -> None:
    """End the command for a page that is given twice."""
    seen: dict[bytes, str] = {}
    for sample in pages:
        subject = sample.document.subject
        if (first := seen.setdefault(sample.document.content, subject)) is not subject:
            usage(f"{subject}: is the same page as {first}")


def _documents(
    sources: list[str], url: str | None, settings: Settings
) -> list[tuple[Document, str]]:
    """The documents, and how each came to be; ends the command where one cannot be had."""
    pages = iter(ingesting.fetched([s for s in sources if _is_address(s)], settings))
    return [
        (next(pages), f"recorded from {without_user(source)}")
        if _is_address(source)
        else _stored(source, url)
        for source in sources
    ]


def _stored(source: str, url: str | None) -> tuple[Document, str]:
    """A document from a file, with what a meta.json beside it says, and how it came to be."""
    path = Path(source)
    content = read_file(path)
    fixture = Fixture(path, stored.stem_of(path))
    made = f"taken from the file {path.name}"
    if path.name.endswith(".html.gz"):
        content = fixture.document(Meta(made=made)).content
    document = Document(content, guess_media_type(content), url, None, None, path.name)
    if fixture.meta_path.is_file():
        meta = fixture.meta()
        known = replace(fixture.document(meta), url=url or meta.url, origin=path.name)
        return known, meta.made
    return document, made


def _placed(sample: Sample, registry: Registry) -> Sample:
    """A sample whose document has an address that no outlet has claimed; ends the command otherwise."""
    address = identity.address(sample)
    subject = sample.document.subject
    if address is None:
        usage(f"{subject}: states no address of its own; say --url")
    host = identity.host(sample)
    if host is None or "." not in host:
        usage(f"{address}: names no host that an outlet could have")
    for place in (address, host):
        if (holder := registry.find(place)) is not None:
            usage(f"{place}: belongs to the outlet {holder.id!r} already")
    if sample.document.url is None:
        return Sample.of(replace(sample.document, url=address))
    return sample


def _show_reading(sample: Sample) -> None:
    """The generic reading, field by field."""
    article = sample.article
    print(f"{safe(sample.document.subject)}, read without an adapter:")
    rows = []
    for name in (
        "headline", "standfirst", "byline", "authors", "dateline", "published", "modified", "language",
        "section", "tags", "body", "images", "comments", "related", "removed",
    ):  # fmt: skip
        origin = article.provenance.get(name)
        rule = f"{origin.source}: {origin.rule}" if origin and origin.rule else ""
        rows.append((f"  {name}", _told(article, name), rule))
    table(rows)
    for warning in article.warnings:
        print(safe(f"  warning: {warning}"))
    print()


def _told(article: Article, name: str) -> str:
    value = getattr(article, name)
    if name == "body":
        words = article.text.split()
        return (
            f"{counted(len(value), 'block')}, {len(words)} words, ends in: {' '.join(words[-6:])}"
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


def _show_proposal(stated: list[Stated], proposal: Proposal, pages: list[Sample]) -> None:
    rows = [(f"  {s.name}", _joined(s.value), s.evidence) for s in stated]
    rows += [
        (f"  {one.name} {one.kind}".rstrip(), one.css or one.pattern, one.told)
        for one in proposal.differences
    ]
    print("The adapter says:")
    table(rows)
    sites = next(one.value for one in stated if one.name == "domains")
    if len(sites) > 1:
        complain(f"warning: pages of {len(sites)} sites, {_joined(sites)}: are they one outlet's?")
    thin = [told for page in pages if (told := page.thin)]
    for told in thin:
        complain(f"warning: {told}")
    if thin:
        print('The adapter must say where the article stands: body = "CSS".')
    elif not proposal.differences:
        print("The generic reading is enough: the adapter says who the outlet is, and no more.")
    for one in proposal.open:
        text = " ".join(one.text.split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."
        print(safe(f"Not settled, {one.evidence}: {shown}"))


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _tell_next(home: Home, names: Names, pages: int, plugin: list[str] | None) -> None:
    where = ""
    if home.root is not None:
        print(f"install it with: pip install -e {_short(home.root)}")
        where = f" --fixtures {_short(home.fixtures)}"
    elif names.outlet not in load(plugin).registry.outlets:
        limited = home.dropped and plugins.LIMIT_VARIABLE in os.environ
        why = f"{plugins.LIMIT_VARIABLE} is set" if limited else _ELSEWHERE
        complain(f"{_short(home.module)}: is not found; {why}")
    if pages == 1:
        print("one page only: a second would show what is the outlet's and what is the article's")
    print(f"look at it with: copydesk outlets check {names.outlet}{where} --watch")
    print(f"and when it is right: copydesk outlets accept {names.outlet}{where}")


def accept(outlet_id: str, fixtures: list[Path] | None, plugin: list[str] | None) -> None:
    """Carry out the command `outlets accept`; ends it with 1 where a fixture is not accepted."""
    registry = load(plugin).registry
    try:
        registry.get(outlet_id)
    except UnknownOutlet as error:
        usage(str(error))
    held = fixture_search.by_outlet(fixtures or fixture_search.folders(), registry).get(
        outlet_id, []
    )
    waiting = [fixture for fixture in held if fixture.unreviewed() is not None]
    if not waiting:
        usage(f"{outlet_id}: no fixture of it waits to be accepted")
    failed = False
    for result in replay.replay(waiting, registry):
        for line in replay.describe(result.differences):
            print(safe(line))
        if result.article is not None and not result.article.text:
            failed = True
            complain(f"{result.fixture.stem}: the article has no text; name the body first")
        elif replay.accept(result):
            print(f"{safe(result.fixture.stem)}  accepted")
        else:
            failed = True
            complain(str(result.error))
    if failed:
        raise typer.Exit(1)
