"""SQLite: one row for each article, all its revisions, questions in one line, nothing half done."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import Article, OutputError, extract
from copydesk.adapters import loading
from copydesk.sinks import stored
from copydesk.sinks.base import WholeOutput, open_output, write
from copydesk.sinks.sqlite import database

PAGE = """<html lang="en"><article><h1>{headline}</h1><time datetime="{day}T09:30:00+02:00"></time>
<p class="byline">By Ann Lee and Bo Marsh</p><img src="/w.jpg" alt="The weir" width=900 height=600>
<p>The weir was rebuilt this week, stone by stone, by {number} <a href="/people">volunteers</a> of
both banks, who had met in the old mill every Sunday since the flood of last autumn.</p>
<p>The river authority paid for the stone, and for the soup that was served at noon, and will pay
for the path that leads to it.</p><p>Nobody knows yet who will look after it in the winter.</p>
</article>"""


def article(
    number: int, host: str = "echo.example", day: str = "2026-03-02", **more: Any
) -> Article:
    page = PAGE.format(headline=f"Café weir {number}", number=number, day=day)
    made = extract(page, url=f"https://{host}/weir/{more.pop('at', number)}")
    return Article.model_validate({**made.model_dump(), **more}) if more else made


def put(path: Path, *articles: Article, append: bool = False) -> None:
    sink = loading.load().registry.sink_for(path)
    output = open_output(sink, path, append=append)
    assert isinstance(output, WholeOutput)
    with output:
        for one in articles:
            output.add(one.to_line())


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def ask(path: Path, question: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as base:
        return base.execute(question, values).fetchall()


def test_articles_come_back_whole_in_their_order(news: Path) -> None:
    articles = [article(number) for number in (3, 1, 2)]
    put(news, *articles)
    assert [found for _, found in stored.read(news)] == articles


def test_articles_per_outlet_and_day_are_one_line_of_sql(news: Path) -> None:
    put(
        news,
        article(1),
        article(2),
        article(3, day="2026-03-03"),
        article(4, host="www.mole.example"),
    )
    question = (
        "select site_domain, published_date, count(*) from articles group by 1, 2 order by 1, 2"
    )
    assert ask(news, question) == [
        ("echo.example", "2026-03-02", 2),
        ("echo.example", "2026-03-03", 1),
        ("mole.example", "2026-03-02", 1),
    ]


def test_words_are_found_without_accents_in_headline_and_text(news: Path) -> None:
    put(news, article(1), article(22))
    found = "select articles.headline from articles join search on search.rowid = articles.number where search match ?"
    assert ask(news, found, "cafe 22") == [("Café weir 22",)]
    assert len(ask(news, found, "text: soup")) == 2
    assert ask(news, found, "headline: soup") == []


def test_authors_pictures_and_links_are_rows(news: Path) -> None:
    put(news, article(1))
    assert ask(news, "select position, name from authors order by 1") == [
        (0, "Ann Lee"),
        (1, "Bo Marsh"),
    ]
    assert ask(news, "select url, alt, is_lead from images") == [
        ("https://echo.example/w.jpg", "The weir", 1)
    ] or ask(news, "select count(*) from images") == [(1,)]
    assert ask(news, "select place, url, text from links") == [
        ("body", "https://echo.example/people", "volunteers")
    ]


def test_an_article_that_changed_replaces_its_row_and_keeps_its_revision(news: Path) -> None:
    first, second = article(1, at="a"), article(2, at="a")
    put(news, first)
    put(news, second, append=True)
    assert ask(news, "select headline from articles") == [("Café weir 2",)]
    assert ask(news, "select revision from revisions order by number") == [
        (first.revision,),
        (second.revision,),
    ]
    assert ask(news, "select count(*) from authors") == [(2,)]
    assert ask(news, "select count(*) from search where search match 'weir'") == [(1,)]
    assert [found for _, found in stored.read(news)] == [first, second]


def test_the_same_revision_again_changes_nothing(news: Path) -> None:
    put(news, article(1))
    put(news, article(1), append=True)
    assert ask(news, "select count(*) from revisions") == [(1,)]


def test_an_older_revision_that_comes_later_is_kept_beside_the_row(news: Path) -> None:
    def retrieved(number: int, day: str) -> Article:
        one = article(number, at="a")
        return one.model_copy(
            update={"document": one.document.model_copy(update={"retrieved_at": day})}
        )

    put(news, retrieved(2, "2026-03-05T09:00:00+01:00"))
    put(news, retrieved(1, "2026-03-05T07:59:00+00:00"), append=True)
    assert ask(news, "select headline from articles") == [("Café weir 2",)]
    assert ask(news, "select count(*) from revisions") == [(2,)]


def test_what_belongs_to_an_article_goes_with_it(news: Path) -> None:
    put(news, article(1))
    with closing(sqlite3.connect(news)) as base:
        base.execute("pragma foreign_keys = on")
        base.execute("delete from articles")
        base.commit()
    for table in ("revisions", "authors", "images", "links"):
        assert ask(news, f"select count(*) from {table}") == [(0,)]
    assert ask(news, "select count(*) from search where search match 'weir'") == [(0,)]
    assert ask(news, "insert into search (search) values ('integrity-check')") == []


def test_a_new_database_replaces_the_old_one_only_when_it_is_complete(news: Path) -> None:
    put(news, article(1))
    before = news.read_bytes()
    output = open_output(loading.load().registry.sink_for(news), news)
    assert isinstance(output, WholeOutput)
    output.add(article(2).to_line())
    output.discard()
    assert news.read_bytes() == before
    put(news, article(3))
    assert ask(news, "select headline from articles") == [("Café weir 3",)]
    assert [path.name for path in news.parent.iterdir()] == ["news.db"]


def test_a_run_that_cannot_start_leaves_no_file(news: Path) -> None:
    output = open_output(loading.load().registry.sink_for(news), news)
    assert isinstance(output, WholeOutput)
    output.discard()
    assert output.left
    assert not news.exists()


def test_whole_batches_stay_when_an_article_cannot_be_written(
    news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BATCH", 2)
    output = open_output(loading.load().registry.sink_for(news), news)
    assert isinstance(output, WholeOutput)
    for number in (1, 2, 3):
        output.add(article(number).to_line())
    with pytest.raises(OutputError):
        output.add(b"{}\n")
    output.close()
    assert not output.left
    assert ask(news, "select count(*) from articles") == [(2,)]


def test_a_run_that_cannot_start_leaves_the_file_of_another_that_has_begun(news: Path) -> None:
    sink = loading.load().registry.sink_for(news)
    first = open_output(sink, news)
    second = open_output(sink, news, append=True)
    assert isinstance(second, WholeOutput)
    second.discard()
    first.add(article(1).to_line())
    first.close()
    assert ask(news, "select count(*) from articles") == [(1,)]


@pytest.mark.parametrize("name", [":memory:", "file:other.db", "file:a?mode=memory", "a#b?c%20.db"])
def test_a_name_is_that_of_a_file_whatever_it_means_to_sqlite(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sink = loading.load().registry.sinks["sqlite"]
    for one in (article(1), article(2)):
        output = open_output(sink, Path(name), append=True)
        output.add(one.to_line())
        output.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(list(stored.read(Path(name)))) == 2


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_a_database_that_is_gone_is_an_error(change: str, news: Path) -> None:
    output = open_output(loading.load().registry.sink_for(news), news)
    output.add(article(1).to_line())
    news.unlink()
    if change == "replaced":
        put(news.with_name("other.db"), article(2))
        news.with_name("other.db").rename(news)
    with pytest.raises(OutputError, match="was removed or replaced while it was written"):
        output.close()
    assert news.exists() == (change == "replaced")


@pytest.mark.parametrize("whole", [0, 60])
def test_a_full_disk_leaves_whole_batches_or_no_file(
    whole: int, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if whole:
        put(news, *map(article, range(whole)))
    connect = sqlite3.connect

    def small(*args: Any, **options: Any) -> sqlite3.Connection:
        base: sqlite3.Connection = connect(*args, **options)
        base.execute("pragma cache_size = 5")
        base.execute(f"pragma max_page_count = {120 if whole else 60}")
        return base

    monkeypatch.setattr(sqlite3, "connect", small)
    told = "database or disk is full"
    with pytest.raises(OutputError, match=told):
        put(news, *map(article, range(300)), append=bool(whole))
    monkeypatch.undo()
    # What is left can be read without SQLite, which restores a file that was written in part.
    assert [path.name for path in news.parent.iterdir()] == ["news.db"] * bool(whole)
    assert not whole or ask(news, "select count(*) from articles") == [(whole,)]


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_process_leaves_all_whole_batches(news: Path) -> None:
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from copydesk import extract\n"
        "from copydesk.sinks.sqlite import database\n"
        "database._BATCH = 2\n"
        f"base = database.Database(Path({str(news)!r}))\n"
        "for n in range(5): base.add(extract(f'The weir was rebuilt by {n} people.').to_line())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert ask(news, "pragma integrity_check") == [("ok",)]
    assert ask(news, "select count(*) from articles") == [(4,)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("pragma user_version = 2", "has tables of version 2, not 1"),
        ("pragma application_id = 7", "is a database of another program"),
    ],
)
def test_a_newer_or_foreign_database_is_refused(news: Path, change: str, told: str) -> None:
    put(news, article(1))
    ask(news, change)
    before = news.read_bytes()
    with pytest.raises(OutputError, match=told):
        put(news, article(2), append=True)
    ((_, found),) = stored.read(news)
    assert told in str(found)
    assert news.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(news: Path) -> None:
    news.write_text("not a database, but long enough to be taken for one at first sight" * 20)
    with pytest.raises(OutputError, match="not a database"):
        put(news, article(2), append=True)


def test_a_database_with_other_tables_is_refused(news: Path) -> None:
    ask(news, "create table mine (a)")
    with pytest.raises(OutputError, match="is a database of another program"):
        put(news, article(2), append=True)


def test_a_database_of_another_program_is_never_replaced(
    copydesk: Run, tmp_path: Path, news: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(article(1).to_line())
    ask(news, "create table mine (a)")
    before = news.read_bytes()
    with pytest.raises(OutputError, match="is a database of another program"):
        put(news, article(2))
    done = copydesk("convert", "a.jsonl", "news.db", "--overwrite")
    assert (done.returncode, done.fault) == (1, "news.db: is a database of another program")
    assert news.read_bytes() == before
    news.write_bytes(before[:-100] + bytes(100))
    with pytest.raises(OutputError, match="is a database of another program"):
        put(news, article(2))
    news.write_bytes(b"no database at all")
    put(news, article(2))
    assert ask(news, "select count(*) from articles") == [(1,)]


def test_python_without_full_text_search_says_so(
    news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(_: object) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(database, "_create", without)
    with pytest.raises(OutputError, match=r"has no full-text search \(FTS5\)"):
        put(news, article(1))


def test_damage_is_told_behind_the_records_before_it(news: Path) -> None:
    put(news, *map(article, range(30)))
    data = bytearray(news.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    news.write_bytes(data)
    *_, (_, last) = stored.read(news)
    assert "damaged SQLite data" in str(last)


@pytest.mark.process
def test_the_commands_create_add_and_refuse(copydesk: Run, root: Path, tmp_path: Path) -> None:
    seeds = str(root / "seeds")
    assert copydesk("ingest", seeds, "-o", "news.db", "-q").returncode == 0
    told = "news.db: already exists; use --append or --overwrite"
    assert copydesk("ingest", seeds, "-o", "news.db").fault == told
    done = copydesk("ingest", seeds, "-o", "news.db", "--resume")
    assert done.fault == "news.db: only plain JSON Lines can be resumed; use --append"
    assert copydesk("convert", "news.db", "all.jsonl").returncode == 0
    assert copydesk("convert", "all.jsonl", "news.db").fault == told
    assert copydesk("convert", "all.jsonl", "news.db", "--append").returncode == 0
    assert ask(tmp_path / "news.db", "select count(*) from revisions") == [(5,)]
    page = root / "seeds" / "000_568368e7c9438ff4.txt"
    assert copydesk("extract", page, "-o", "news.db").returncode == 0
    assert copydesk("validate", "news.db").stdout == "6 records: 6 valid, 0 not\n"
    done = copydesk("convert", "all.jsonl", "all.csv", "--append")
    assert done.fault == "all.csv: articles cannot be added to a file of this format"


@pytest.mark.process
def test_a_run_onto_a_full_disk_says_what_is_kept_and_how_to_add_the_rest(
    copydesk: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def small(path: Path, *args: Any, **options: Any) -> sqlite3.Connection:
        base: sqlite3.Connection = connect(path, *args, **options)
        if Path(path).name == "news.db":
            base.execute("pragma max_page_count = 35")
        return base

    with monkeypatch.context() as patch:
        patch.setattr(database, "_BATCH", 1)
        patch.setattr(sqlite3, "connect", small)
        done = copydesk("ingest", root / "seeds", "-o", "news.db")
    assert done.returncode == 3
    assert done.stderr.endswith(
        "copydesk: stopped: news.db: database or disk is full; "
        "the output keeps what was written, add the rest with --append\n"
    )
    assert 0 < ask(tmp_path / "news.db", "select count(*) from articles")[0][0] < 5
    done = copydesk("ingest", root / "seeds", "-o", "news.db", "--append")
    assert done.returncode == 0
    assert ask(tmp_path / "news.db", "select count(*) from articles") == [(5,)]


def records(path: Path) -> Iterator[Any]:
    for (record,) in ask(path, "select record from revisions"):
        yield json.loads(record)


def test_the_record_can_be_asked_with_sql(news: Path) -> None:
    put(news, article(1))
    question = "select json_extract(record, '$.document.media_type') from revisions"
    assert ask(news, question) == [("text/html",)]
    assert [one["schema_version"] for one in records(news)] == ["2"]
    write(loading.load().registry.sink_for(news), news, [article(2)])
    assert ask(news, "select headline from articles") == [("Café weir 2",)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_is_refused(news: Path) -> None:
    os.mkfifo(news)
    with pytest.raises(OutputError, match="is not a regular file"):
        put(news, article(1))
