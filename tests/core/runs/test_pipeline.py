"""A run over addresses: side by side over hosts, in the order of the inputs, each asked for once."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from copydesk import sources
from copydesk.errors import FetchError
from copydesk.fetching.response import FetchResult
from copydesk.model.document import Document
from copydesk.model.outcomes import Accepted, Outcome
from copydesk.runs import read_ahead
from copydesk.runs.pipeline import Plan, Run
from copydesk.runs.state.store import State
from copydesk.sources.base import Link, ListLimits, PackedPage, PendingList, SourceInput, SourceItem

PATIENCE = 15.0
"""Seconds after which a test has hung."""


class Web:
    """Hosts that answer from a dict, and can be made to wait.

    asked: addresses in the order in which they were asked for. waits: addresses that answer only
    once `gate` is open; it opens when `opens` addresses were asked for that do not wait.
    """

    def __init__(self, pages: dict[str, str], waits: Iterable[str] = (), opens: int = 0) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.waits = set(waits)
        self.opens = opens
        self.gate = asyncio.Event()
        self.most_at_once: Counter[str] = Counter()
        self._now: Counter[str] = Counter()

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        host = urlsplit(url).netloc
        self._now[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._now[host])
        self.asked.append(url)
        if len([one for one in self.asked if one not in self.waits]) >= self.opens:
            self.gate.set()
        try:
            if url in self.waits:
                await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self._now[host] -= 1
        text = self.pages.get(url, "<html><body>page</body></html>")
        if text == "gone":
            raise FetchError(url, "is gone")
        kind = "text/html" if text.startswith("<html") else "application/xml"
        return FetchResult(
            url=url,
            requested=url,
            status=200,
            media_type=kind,
            encoding=None,
            content=text.encode(),
            retrieved_at=datetime.now(UTC),
        )


class Reads:
    """Reads in this process: each page is an article by its address and what its feed says of it."""

    pending = 0

    async def read(self, document: Document | PackedPage) -> Accepted:
        assert isinstance(document, Document)
        await asyncio.sleep(0)
        title = document.listing.title if document.listing else None
        url = document.requested_url or document.url or ""
        line = f"{url} {title}\n".encode()
        return Accepted(input=url, line=line, id=url, revision="1")

    async def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        await asyncio.sleep(0)
        kind = next(one for one in sources.BUILT_IN if one.name == listing.kind)
        given = SourceInput(
            origin=listing.origin, stream=io.BytesIO(listing.content or b""), url=listing.url,
            depth=listing.depth, wanted=listing.wanted,
        )  # fmt: skip
        for one in sources.read(kind, given):
            yield one

    async def close(self) -> None:
        """Nothing is held."""


class Whole(Reads):
    """Reads each list to its end before it yields the first entry, as the workers do."""

    async def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        items = [one async for one in super().found(listing)]
        self.pending += len(items)
        for one in items:
            yield one
            self.pending -= 1


class Shelf(Reads):
    """Reads lists of this machine, and counts how many of them are open."""

    def __init__(self) -> None:
        self.open = self.most = 0

    async def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            for number in range(3):
                await asyncio.sleep(0)
                name = f"{listing.origin}/{number}"
                yield Document(
                    content=b"x", media_type="text/html", url=f"file:{name}", origin=name
                )
        finally:
            self.open -= 1


class Lines:
    """A sink that counts its bytes."""

    def __init__(self) -> None:
        self._size = 0

    @property
    def mark(self) -> str:
        return str(self._size)

    def add(self, line: bytes) -> None:
        self._size += len(line)


class Result:
    """What became of a run."""

    def __init__(self, told: list[Outcome], run: Run) -> None:
        self.told = told
        self.run = run

    @property
    def articles(self) -> list[str]:
        return [one.input for one in self.told if one.kind == "article"]

    @property
    def others(self) -> list[tuple[str, str]]:
        return [(one.input, one.reason) for one in self.told if one.kind != "article"]


def go(
    web: Web,
    *urls: str | Link | PendingList,
    limit: int | None = None,
    state: Path | None = None,
    reads: Reads | None = None,
) -> Result:
    """Run over addresses to the end, and check that every input has one outcome."""
    told: list[Outcome] = []
    kept = State(state)
    run = Run(
        plan=Plan(wanted=ListLimits(deepest=3), limit=limit), state=kept, reader=reads or Reads(), fetcher=web, kinds=sources.BUILT_IN,
        output=Lines(), rejects=Lines(), on_outcome=told.append,
    )  # fmt: skip
    leads = [Link(url=one) if isinstance(one, str) else one for one in urls]

    async def patiently() -> None:
        async with asyncio.timeout(PATIENCE):
            await run.run(iter(leads))

    try:
        asyncio.run(patiently())
    finally:
        kept.close()
    assert run.inputs == run.recorded + run.already_done
    return Result(told, run)


def feed(*urls: str) -> str:
    items = "".join(f"<item><title>of {u}</title><link>{u}</link></item>" for u in urls)
    return f"<rss><channel>{items}</channel></rss>"


def titled(title: str, *urls: str) -> str:
    return re.sub("<title>.*?</title>", f"<title>{title}</title>", feed(*urls))


def index(*urls: str) -> str:
    inside = "".join(f"<sitemap><loc>{u}</loc></sitemap>" for u in urls)
    return f"<sitemapindex>{inside}</sitemapindex>"


def urlset(*urls: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{u}</loc></url>' for u in urls)}</urlset>"


def pages(host: str, count: int) -> list[str]:
    return [f"https://{host}.example/{n}" for n in range(count)]


ONE, TWO = "https://one.example", "https://two.example"


def test_the_feeds_of_two_hosts_are_fetched_side_by_side_and_kept_in_their_order() -> None:
    first, second = pages("one", 8), pages("two", 8)
    lists = {f"{ONE}/feed": feed(*first), f"{TWO}/feed": feed(*second)}
    # The first page of the first feed comes only when all of the second feed was asked for.
    web = Web(lists, waits=first, opens=len(second) + 2)
    done = go(web, f"{ONE}/feed", f"{TWO}/feed")
    assert done.articles == first + second
    assert set(web.asked[: len(second) + 3]) == {*lists, *second, first[0]}
    assert max(web.most_at_once.values()) == 1


def test_a_feed_that_comes_late_holds_no_other_host_up() -> None:
    first, second = pages("one", 3), pages("two", 40)
    lists = {f"{ONE}/feed": feed(*first), f"{TWO}/feed": feed(*second)}
    web = Web(lists, waits=[f"{ONE}/feed"], opens=len(second) + 1)
    done = go(web, f"{ONE}/feed", f"{TWO}/feed")
    assert done.articles == first + second


@pytest.mark.parametrize("same", [True, False])
def test_addresses_that_hang_hold_up_none_behind_them(same: bool) -> None:
    hanging = pages("slow", 6) if same else [f"https://slow{n}.example/" for n in range(6)]
    good = [f"https://host{n % 7}.example/{n}" for n in range(200)]
    web = Web({}, waits=hanging, opens=len(good))
    done = go(web, *hanging, *good)
    assert done.articles == hanging + good


def test_a_host_is_asked_in_the_order_of_the_inputs() -> None:
    lists = {f"{ONE}/feed": feed(*pages("one", 4)), f"{ONE}/more": feed(f"{ONE}/x")}
    web = Web(lists)
    go(web, f"{ONE}/feed", f"{ONE}/more", f"{ONE}/last")
    assert web.asked == [f"{ONE}/feed", *pages("one", 4), f"{ONE}/more", f"{ONE}/x", f"{ONE}/last"]


def test_an_index_that_names_itself_is_asked_for_once() -> None:
    lists = {
        f"{ONE}/map": index(f"{ONE}/map", f"{ONE}/a.xml", f"{ONE}/b.xml"),
        f"{ONE}/a.xml": index(f"{ONE}/map", f"{ONE}/a.xml", f"{ONE}/c.xml"),
        f"{ONE}/b.xml": urlset(f"{ONE}/1"),
        f"{ONE}/c.xml": urlset(f"{ONE}/2", f"{ONE}/1"),
    }
    web = Web(lists)
    done = go(web, f"{ONE}/map")
    assert Counter(web.asked).most_common(1)[0][1] == 1
    assert done.articles == [f"{ONE}/2", f"{ONE}/1"]
    assert {reason for _, reason in done.others} == {"duplicate_input"}
    assert [key for key, _ in done.others] == [
        f"{ONE}/map", f"{ONE}/map", f"{ONE}/a.xml", f"{ONE}/1",
    ]  # fmt: skip


def chain(*names: str) -> dict[str, str]:
    """Indexes that lead one to the next, the last to an article."""
    urls = [f"{ONE}/{name}" for name in names]
    found = {url: index(below) for url, below in itertools.pairwise(urls)}
    return found | {urls[-1]: urlset(f"{ONE}/story")}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("deep_first", [True, False])
def test_a_sitemap_that_lies_too_deep_in_one_place_is_read_in_another(
    deep_first: bool, late: bool
) -> None:
    lists = chain("a", "b", "c", "d", "e")
    urls = [f"{ONE}/a", f"{ONE}/e"] if deep_first else [f"{ONE}/e", f"{ONE}/a"]
    web = Web(lists, waits=[urls[0]] if late else [])
    done = go(web, *urls)
    assert done.articles == [f"{ONE}/story"]
    assert Counter(web.asked).most_common(1)[0][1] == 1
    told = [(f"{ONE}/e", "source")] if deep_first else [(f"{ONE}/e", "duplicate_input")]
    assert done.others == told


def test_what_lay_too_deep_below_a_list_is_read_where_the_list_is_met_again_nearer() -> None:
    lists = chain("a", "b", "c", "d", "e")
    web = Web(lists)
    done = go(web, f"{ONE}/a", f"{ONE}/d")
    assert done.articles == [f"{ONE}/story"]
    assert Counter(web.asked).most_common(1)[0][1] == 1


def test_an_address_of_two_feeds_belongs_to_the_first_of_them_whichever_comes_first() -> None:
    shared, own = f"https://three.example/{1}", f"{TWO}/own"
    for waits in ([f"{ONE}/feed"], [f"{TWO}/feed"], []):
        lists = {
            f"{ONE}/feed": titled("first", shared),
            f"{TWO}/feed": titled("second", shared, own),
        }
        # The late feed comes when all else was asked for.
        opens = {f"{ONE}/feed": 3, f"{TWO}/feed": 2}[waits[0]] if waits else 0
        web = Web(lists, waits=waits, opens=opens)
        done = go(web, f"{ONE}/feed", f"{TWO}/feed")
        assert done.articles == [shared, own]
        assert done.others == [(shared, "duplicate_input")]
        first = done.told[0]
        assert isinstance(first, Accepted)
        assert first.line == f"{shared} first\n".encode()
        assert sorted(web.asked) == sorted([*lists, shared, own])


def test_a_list_given_twice_is_read_where_it_stands_first_whichever_is_found_first() -> None:
    first, second = f"{ONE}/index", f"{TWO}/index"
    shared, story = "https://three.example/map", "https://four.example/story"
    for waits in ([first], [second], []):
        lists = {first: index(shared), second: index(shared), shared: urlset(story, f"{TWO}/2")}
        opens = {first: 4, second: 2}[waits[0]] if waits else 0
        web = Web(lists, waits=waits, opens=opens)
        done = go(web, first, second, "https://five.example/last")
        assert done.articles == [story, f"{TWO}/2", "https://five.example/last"]
        assert done.others == [(shared, "duplicate_input")]
        assert Counter(web.asked).most_common(1)[0][1] == 1


def test_the_same_address_given_again_is_a_duplicate_and_not_asked_for() -> None:
    web = Web({f"{ONE}/bad": "gone"})
    done = go(web, f"{ONE}/1", f"{ONE}/bad", f"{ONE}/1", f"{ONE}/bad", f"{ONE}/1")
    assert web.asked == [f"{ONE}/1", f"{ONE}/bad"]
    assert [reason for _, reason in done.others] == ["fetch", *["duplicate_input"] * 3]


def test_outcomes_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "MAX_WAITING", 5)
    others = [f"https://host{n}.example/" for n in range(200)]
    web = Web({}, waits=[f"{ONE}/slow"], opens=10**9)

    async def open_later() -> None:
        while len(web.asked) < 6:
            await asyncio.sleep(0)
        for _ in range(2_000):
            await asyncio.sleep(0)
        # Those that were on their way when the bound was reached come on top of it.
        assert len(web.asked) <= 1 + 5 + Plan(wanted=ListLimits()).window
        web.gate.set()

    opening: list[asyncio.Task[None]] = []
    real = web.get

    async def get(url: str, **said: str | None) -> FetchResult:
        if not opening:
            opening.append(asyncio.create_task(open_later()))
        return await real(url, **said)

    monkeypatch.setattr(web, "get", get)
    done = go(web, f"{ONE}/slow", *others)
    assert done.articles == [f"{ONE}/slow", *others]
    assert opening[0].exception() is None


def test_the_bytes_that_wait_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "MAX_BYTES", 1)
    lists = {f"{ONE}/feed": feed(*pages("one", 5)), f"{TWO}/feed": feed(*pages("two", 5))}
    done = go(Web(lists), f"{ONE}/feed", f"{TWO}/feed")
    assert done.articles == pages("one", 5) + pages("two", 5)


def test_addresses_known_ahead_are_bounded_for_each_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "MAX_QUEUED", 3)
    monkeypatch.setattr(read_ahead, "MAX_PLACES", 20)
    lists = {f"{ONE}/feed": feed(*pages("one", 50)), f"{TWO}/feed": feed(*pages("two", 50))}
    web = Web(lists, waits=[pages("one", 1)[0]], opens=12)
    done = go(web, f"{ONE}/feed", f"{TWO}/feed")
    assert done.articles == pages("one", 50) + pages("two", 50)


def test_no_more_is_asked_for_than_the_limit_wants() -> None:
    web = Web({f"{ONE}/feed": feed(*pages("one", 9), *pages("two", 9))})
    done = go(web, f"{ONE}/feed", *pages("three", 9), limit=4)
    assert done.articles == pages("one", 4)
    # The feed, what is wanted, and as many from other hosts ahead of their turn.
    assert len(web.asked) <= 1 + 4 + 4


def test_a_run_that_goes_on_finds_what_stands_behind_an_index_that_names_itself(
    tmp_path: Path,
) -> None:
    lists = {
        f"{ONE}/map": index(f"{ONE}/map", f"{ONE}/a.xml", f"{ONE}/b.xml"),
        f"{ONE}/a.xml": urlset(f"{ONE}/1"),
        f"{ONE}/b.xml": urlset(f"{ONE}/2"),
    }
    state = tmp_path / "run.state"
    assert go(Web(lists), f"{ONE}/map", limit=1, state=state).articles == [f"{ONE}/1"]
    assert go(Web(lists), f"{ONE}/map", state=state).articles == [f"{ONE}/2"]
    last = go(Web(lists), f"{ONE}/map", state=state)
    assert last.told == []
    assert last.run.already_done == 3


def test_a_list_may_be_told_of_for_several_reasons() -> None:
    web = Web(
        {f"{ONE}/feed": "\n <?xml version='1.0'?>" + feed(*pages("one", 2))[:-6] + " & </rss>"}
    )
    done = go(web, f"{ONE}/feed")
    assert (f"{ONE}/feed", "malformed") in done.others
    assert done.articles == pages("one", 2)


def test_what_is_no_page_and_no_list_costs_itself_alone() -> None:
    web = Web({f"{ONE}/feed": "<html><body>Gone</body></html>"})
    done = go(web, Link(url=f"{ONE}/feed", kind="feed"), f"{ONE}/1")
    assert done.articles == [f"{ONE}/1"]
    assert done.others == [(f"{ONE}/feed", "source")]


def test_a_gap_in_an_index_does_not_close_the_way_to_what_follows() -> None:
    web = Web(
        {
            f"{ONE}/map": index("ftp://x.example/", f"{ONE}/a.xml"),
            f"{ONE}/a.xml": urlset(f"{ONE}/1"),
        }
    )
    done = go(web, f"{ONE}/map")
    assert done.articles == [f"{ONE}/1"]
    assert done.others == [(f"{ONE}/map#1", "source")]


def test_lists_of_this_machine_are_read_a_few_at_once_and_in_their_order() -> None:
    shelf = Shelf()
    web = Web({}, waits=[f"{ONE}/slow"], opens=1)
    done = go(
        web, f"{ONE}/slow", *(PendingList(kind="warc", origin=f"{n}.warc") for n in range(40)), f"{TWO}/last",
        reads=shelf,
    )  # fmt: skip
    stored = [f"{n}.warc/{m}" for n in range(40) for m in range(3)]
    assert done.articles == [f"{ONE}/slow", *stored, f"{TWO}/last"]
    assert 1 < shelf.most <= read_ahead.MAX_OPEN


def amounts(web: Web, *urls: str) -> list[tuple[int, int] | None]:
    """How much of a run was done after each outcome but one."""
    found: list[tuple[int, int] | None] = []

    def note(_: Outcome) -> None:
        amount = run.amount()
        found.append((amount.done, amount.total) if amount else None)

    state = State(None)
    run = Run(
        plan=Plan(wanted=ListLimits()), state=state, reader=Whole(), fetcher=web,
        kinds=sources.BUILT_IN, output=Lines(), rejects=Lines(), on_outcome=note,
    )  # fmt: skip
    asyncio.run(run.run(iter([Link(url=one) for one in urls])))
    state.close()
    return found


def test_once_all_lists_are_read_the_number_of_inputs_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The queue of one list holds fewer URLs than it has.
    monkeypatch.setattr(read_ahead, "MAX_QUEUED", 3)
    urls = pages("quay", 20)
    web = Web({"https://quay.example/map.xml": urlset(*urls)})
    assert amounts(web, "https://quay.example/map.xml") == [(n, 20) for n in range(1, 21)]


def test_as_long_as_a_list_is_not_read_the_number_of_inputs_is_not_known() -> None:
    first, second = "https://quay.example/1.xml", "https://weir.example/2.xml"
    web = Web(
        {first: urlset(*pages("quay", 3)), second: urlset(*pages("weir", 2))},
        waits=[second], opens=4,
    )  # fmt: skip
    found = amounts(web, first, second)
    assert found[0] is None
    assert found[-1] == (5, 5)
