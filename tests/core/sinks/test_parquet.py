"""Parquet: fixed columns that common tools read, and the whole records in the last of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.conftest import Run

from copydesk import Article, OutputError, extract
from copydesk.adapters import loading
from copydesk.errors import RecordError, SourceError
from copydesk.sinks import columns, stored
from copydesk.sinks.base import write
from copydesk.sinks.parquet import Parquet

PAGE = """<!doctype html><html lang="en"><title>Weir rebuilt</title>
<link rel="canonical" href="https://echo.example/weir">
<meta property="article:published_time" content="{published}">
<article><h1>Weir rebuilt by volunteers</h1><p class="byline">By Ann Lee and Bo Marsh</p>
<p>The weir was rebuilt this week, stone by stone, by sixty volunteers of both banks.</p>
<p>The river authority paid for the stone, and for the soup that was served at noon.</p></article>"""


def page(published: str) -> Article:
    return extract(PAGE.format(published=published), url="https://echo.example/weir?from=mail")


def text(number: int) -> Article:
    return extract(f"The weir was rebuilt by {number} volunteers, stone by stone.")


def written(path: Path, articles: Iterable[Article]) -> Path:
    write(loading.load().registry.sink_for(path), path, articles)
    return path


def ask(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as base:
        return base.execute(query.replace("articles", f"'{path}'")).fetchall()


# Columns


def test_the_columns_never_depend_on_the_articles(tmp_path: Path) -> None:
    found = [
        parquet.read_schema(written(tmp_path / f"{number}.parquet", articles))
        for number, articles in enumerate(([], [text(1)], [page("2024-03-12"), text(1)]))
    ]
    assert found[0].equals(columns.schema())
    assert all(found[0].equals(schema, check_metadata=True) for schema in found)
    assert found[0].metadata[b"copydesk.schema_version"] == b"2"
    assert found[0].metadata[b"copydesk.columns_version"] == b"2"
    assert found[0].names[-1] == "record"


def test_values_are_those_of_the_record(tmp_path: Path) -> None:
    article = page("2024-03-12T23:30:00-05:00")
    (row,) = parquet.read_table(written(tmp_path / "a.parquet", [article])).to_pylist()
    record = article.model_dump(mode="json")
    same = "id revision kind url canonical_url requested_url language section headline standfirst"
    same += " description byline authors tags info_sources text warnings"
    assert {name: row[name] for name in same.split()} == {n: record[n] for n in same.split()}
    assert row["outlet"] is row["outlet_name"] is None
    assert (row["host"], row["adapter"], row["access"]) == ("echo.example", "generic", "unknown")
    assert [author["name"] for author in row["authors"]] == ["Ann Lee", "Bo Marsh"]
    assert row["word_count"] == len(article.text.split())
    assert row["character_count"] == len(article.text)
    assert (row["block_count"], row["image_count"], row["comment_count"]) == (2, 0, 0)
    assert json.loads(row["record"]) == record


def test_a_time_is_in_utc_and_the_day_is_that_of_the_outlet(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", [page("2024-03-12T23:30:00-05:00")])
    (row,) = parquet.read_table(path).to_pylist()
    assert row["published"] == datetime(2024, 3, 13, 4, 30, tzinfo=UTC)
    assert row["published_date"] == date(2024, 3, 12)


def test_a_date_without_a_time_gets_no_time(tmp_path: Path) -> None:
    (row,) = parquet.read_table(written(tmp_path / "a.parquet", [page("2024-03-12")])).to_pylist()
    assert row["published"] is None
    assert row["published_date"] == date(2024, 3, 12)
    assert row["modified"] is row["modified_date"] is None


@pytest.mark.parametrize("value", ["soon", "2024-13-40T10:00:00Z", "2024", "T", ""])
def test_what_is_no_date_is_null_and_stays_in_the_record(value: str, tmp_path: Path) -> None:
    strange = text(1).model_copy(update={"published": value})
    path = written(tmp_path / "a.parquet", [strange])
    (row,) = parquet.read_table(path).to_pylist()
    assert row["published"] is row["published_date"] is None
    assert [found for _, found in stored.read(path)] == [strange]


# Files


def test_the_same_articles_give_the_same_bytes(tmp_path: Path) -> None:
    articles = [page("2024-03-12"), *(text(n) for n in range(50))]
    one, two = (written(tmp_path / f"{n}.parquet", articles).read_bytes() for n in (1, 2))
    assert one == two


def test_groups_of_rows_are_bounded_by_the_bytes_of_their_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.sinks.parquet._GROUP_BYTES", 20_000)
    articles = [text(n) for n in range(100)]
    path = written(tmp_path / "a.parquet", articles)
    found = parquet.read_metadata(path)
    groups = [found.row_group(n).num_rows for n in range(found.num_row_groups)]
    assert sum(groups) == 100
    assert max(groups) * len(articles[0].to_line()) < 25_000
    assert [article for _, article in stored.read(path)] == articles


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"old")
    new = Parquet(path)
    new.add(text(1).to_line())
    assert path.read_bytes() == b"old"
    new.close()
    assert len(list(stored.read(path))) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_is_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"old")
    opened = Parquet.__init__

    def full(self: Parquet, path: Path) -> None:
        opened(self, path)
        handle = os.open("/dev/full", os.O_WRONLY)
        os.dup2(handle, self._new.file.fileno())
        os.close(handle)

    monkeypatch.setattr(Parquet, "__init__", full)
    with pytest.raises(OutputError, match=r"a\.parquet: .*no space left on device"):
        written(path, [text(n) for n in range(10)])
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])


# Other programs


@pytest.fixture
def three(tmp_path: Path) -> Path:
    articles = [page("2024-03-12T23:30:00-05:00"), page("2024-03-13"), text(7)]
    return written(tmp_path / "a.parquet", articles)


def test_duckdb_counts_by_day_author_and_language(three: Path) -> None:
    days = "select host, published_date, count(*) from articles group by all order by all"
    assert ask(three, days) == [
        ("echo.example", date(2024, 3, 12), 1),
        ("echo.example", date(2024, 3, 13), 1),
        (None, None, 1),
    ]
    authors = "select a.name, count(*) from articles, unnest(authors) t(a) group by 1 order by 1"
    assert ask(three, authors) == [("Ann Lee", 2), ("Bo Marsh", 2)]
    lengths = "select language, max(word_count) from articles group by 1 order by 1"
    assert [language for language, _ in ask(three, lengths)] == ["en", None]
    assert ask(three, "select record->>'$.kind' from articles limit 1") == [("article",)]
    assert ask(three, "select epoch(published)::int from articles limit 1") == [(1710304200,)]


def test_pandas_reads_times_and_nested_values(three: Path) -> None:
    found = pandas.read_parquet(three)
    assert found.published[0] == pandas.Timestamp("2024-03-13T04:30Z")
    assert found.published.isna().tolist() == [False, True, True]
    names = found.explode("authors").authors.dropna().map(lambda author: author["name"])
    assert names.value_counts().to_dict() == {"Ann Lee": 2, "Bo Marsh": 2}


@pytest.mark.skipif(find_spec("polars") is None, reason="polars is not installed")
def test_polars_reads_it(three: Path) -> None:
    import polars  # type: ignore[import-not-found, unused-ignore]

    assert polars.read_parquet(three)["published_date"].to_list()[0] == date(2024, 3, 12)


# Reading back


def foreign(path: Path, **values: list[Any]) -> Path:
    parquet.write_table(pa.table(values), path)
    return path


@pytest.mark.parametrize(
    "values", [{"headline": ["a"]}, {"record": [1]}, {"record": [{"id": "a"}]}, {"record": [b"{}"]}]
)
def test_a_file_without_the_records_is_refused_in_one_line(
    values: dict[str, list[Any]], tmp_path: Path
) -> None:
    path = foreign(tmp_path / "a.parquet", **values)
    with pytest.raises(SourceError, match="has no column 'record' with the records as text"):
        stored.opened(path)


def test_a_row_that_is_no_article_is_an_error_with_its_number(tmp_path: Path) -> None:
    good = json.dumps(text(1).model_dump(mode="json"), indent=1)
    path = foreign(tmp_path / "a.parquet", record=["{}", good, None, ""])
    found = dict(stored.read(path))
    assert found.pop(2) == text(1)
    assert {number: type(error) for number, error in found.items()} == dict.fromkeys(
        (1, 3, 4), RecordError
    )


def test_a_truncated_file_cannot_be_read_at_all(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", [text(n) for n in range(9)])
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"a\.parquet: damaged Parquet data"):
        stored.opened(path)


def test_a_damaged_group_is_one_error_after_the_articles_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.sinks.parquet._GROUP_BYTES", 1)
    path = written(tmp_path / "a.parquet", [text(n) for n in range(9)])
    place = parquet.read_metadata(path).row_group(4)
    column = place.column(place.num_columns - 1)
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 1
    path.write_bytes(data)
    *good, (number, error) = stored.read(path)
    assert isinstance(error, RecordError)
    assert (number, error.subject) == (len(good) + 1, f"{path}:{number}")
    assert [article for _, article in good] == [text(n) for n in range(len(good))]
    assert len(good) <= 4


def test_without_the_extra_writing_and_reading_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.parquet", [text(1)])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OutputError, match=r"pip install 'copydesk\[parquet\]'"):
        loading.load().registry.sink_for(path)
    with pytest.raises(SourceError, match=r"pip install 'copydesk\[parquet\]'"):
        list(stored.read(path))


@pytest.mark.process
def test_commands_write_and_read_parquet(copydesk: Run, root: Path, tmp_path: Path) -> None:
    for command in ("replay", "ingest"):
        for suffix in ("parquet", "jsonl"):
            out = f"{command}.{suffix}"
            done = copydesk(command, root / "seeds", "-o", out)
            assert done.returncode == 0, done.stderr
        done = copydesk("diff", f"{command}.parquet", f"{command}.jsonl")
        assert done.stdout == "5 same, 0 changed, 0 only in old, 0 only in new\n"
    assert copydesk("validate", "ingest.parquet").stdout == "5 records: 5 valid, 0 not\n"
    told = copydesk("ingest", root / "seeds", "-o", "ingest.parquet", "--append")
    assert (told.returncode, "use --overwrite" in told.fault) == (2, True)


@pytest.mark.process
def test_pyarrow_is_not_imported_before_the_first_group(tmp_path: Path) -> None:
    """The workers of a run are forked before: they have neither its memory nor its threads."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from copydesk.adapters import loading\n"
        "from copydesk.sinks.base import open_output\n"
        "path = Path(sys.argv[1])\n"
        "with open_output(loading.load().registry.sink_for(path), path) as output:\n"
        "    output.add(b'{}')\n"
        "    print('pyarrow' in sys.modules)\n"
        "    output.discard()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.parquet")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, list(tmp_path.iterdir())) == ("False\n", []), done.stderr
