"""Filters of a run: what they keep, and that what they leave out is a counted skip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.outlet_server import running

from copydesk import extract, ingest
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.util.text import count_words

WORDS = "The night ferry to the islands sails again from Friday, nine years after it was given up."
PAGE = """<!doctype html><html lang="{lang}"><title>{title}</title><article><h1>{title}</h1>
<time datetime="2026-03-12">12 March 2026</time><p>{words}</p>
<p>It carries forty cars and will run until the end of October.</p></article></html>"""


def page(title: str, lang: str = "en", words: str = WORDS) -> str:
    return PAGE.format(title=title, lang=lang, words=words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Night ferry returns", 3),
        ("Night - ferry -- 2026", 3),
        ("", 0),
        ("夜间渡轮周五恢复航行", 5),
        ("Das Boot 夜间 fährt", 4),
        ("เรือข้ามฟากกลางคืน", 4),
        ("밤 연락선이 돌아온다", 3),
    ],
)
def test_words_are_counted_in_scripts_with_and_without_blanks(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(languages=("en",)), None),
        (Filters(languages=("en-gb",)), None),
        (Filters(languages=("de", "en")), None),
        (Filters(languages=("en-US",)), "other_language"),
        (Filters(languages=("eng",)), "other_language"),
        (Filters(min_words=29), None),
        (Filters(min_words=30), "few_words"),
        (Filters(require=("headline", "published")), None),
        (Filters(require=("headline", "comments")), "missing_field"),
        (Filters(require=("tags",)), "missing_field"),
        (Filters(require=("site",)), "missing_field"),
        (Filters(exclude_kinds=("opinion",)), None),
        (Filters(exclude_kinds=("article",)), "excluded_kind"),
    ],
)
def test_an_article_is_kept_or_left_out_by_its_record(filters: Filters, reason: str | None) -> None:
    article = extract(page("Night ferry returns", "en-GB"))
    skip = filters.check_article(article, "a")
    assert (skip.reason if skip else None) == reason


def test_an_article_without_a_language_is_in_none() -> None:
    article = extract(page("Ferry", "")).model_copy(update={"language": None})
    skip = Filters(languages=("en",)).check_article(article, "a")
    assert skip is not None
    assert skip.message == "states no language"


def test_a_page_without_a_url_does_not_match() -> None:
    filters = Filters(url_match=r"/2026/\d+")
    assert filters.check_url("https://quay.example/2026/7", "a") is None
    for url in ("https://quay.example/2025/7", None, ""):
        skip = filters.check_url(url, "a")
        assert skip is not None
        assert skip.reason == "other_url"


@pytest.mark.parametrize(
    "values",
    [
        {"languages": ("english",)}, {"require": ("headlin",)}, {"exclude_kinds": ("essay",)},
        {"url_match": "("}, {"url_match": "a" * 3000}, {"min_words": -1},
        {"languages": "en"}, {"min_words": "3"}, {"words": 3}, {"url_match": ["a"]},
        {"require": [3]},
    ],
)  # fmt: skip
def test_an_invalid_filter_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Filters.from_dict(values)


def test_filters_are_written_and_read_back() -> None:
    filters = Filters(languages=("en",), min_words=3, require=("text",), url_match="a")
    assert Filters.from_dict(json.loads(json.dumps(filters.to_dict()))) == filters
    assert NO_FILTERS.to_dict() == {}
    assert not NO_FILTERS
    assert filters


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "en.html").write_text(page("Night ferry returns"), "utf-8")
    (folder / "de.html").write_text(page("Die Fähre fährt wieder", "de"), "utf-8")
    (folder / "en.meta.json").write_text(
        json.dumps(
            {
                "url": "https://quay.example/2026/7",
                "outlet": None,
                "media_type": "text/html",
                "retrieved_at": None,
                "made": "by hand",
            }
        ),
        "utf-8",
    )
    return folder


@pytest.mark.process
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--language", "de,fr"], "1 article, 0 rejects, 1 skip (1 other_language)"),
        (["--language", "de", "--language", "en"], "2 articles, 0 rejects, 0 skips"),
        (["--url-match", "/2026/"], "1 article, 0 rejects, 1 skip (1 other_url)"),
        (["--min-words", "500"], "0 articles, 0 rejects, 2 skips (2 few_words)"),
        (["--require", "tags"], "0 articles, 0 rejects, 2 skips (2 missing_field)"),
        (["--exclude-kind", "article"], "0 articles, 0 rejects, 2 skips (2 excluded_kind)"),
    ],
)
def test_what_is_filtered_is_a_skip_and_no_failure(
    options: list[str], told: str, inbox: Path, copydesk: Run
) -> None:
    done = copydesk("ingest", str(inbox), "-o", str(inbox.parent / "a.jsonl"), *options)
    assert done.returncode == 0
    assert done.stderr == f"copydesk: 2 inputs: {told}\n"


@pytest.mark.process
@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--language", "english"], "--language: 'english' is not a language tag"),
        (["--require", "headlin"], "--require: 'headlin' is no field of the record; did you mean"),
        (["--exclude-kind", "galery"], "--exclude-kind: 'galery' is no kind of article; did"),
        (["--url-match", "("], "--url-match: '(' is not a regular expression"),
        (["--min-words", "-1"], "--min-words -1: must be at least 0"),
    ],
)
def test_an_invalid_filter_is_a_usage_error(
    options: list[str], fault: str, inbox: Path, copydesk: Run
) -> None:
    done = copydesk("ingest", str(inbox), *options)
    assert done.returncode == 2
    assert done.fault.startswith(fault)


@pytest.mark.process
def test_a_filtered_article_is_not_remembered(inbox: Path, copydesk: Run) -> None:
    output, state = str(inbox.parent / "a.jsonl"), str(inbox.parent / "kept.state")
    copydesk("ingest", str(inbox), "-o", output, "--state", state, "--language", "de")
    done = copydesk("ingest", str(inbox), "-o", output, "--append", "--state", state)
    assert done.stderr == "copydesk: 2 inputs: 1 article, 0 rejects, 1 skip (1 duplicate)\n"


@pytest.mark.process
def test_a_resumed_run_says_that_its_filters_changed(inbox: Path, copydesk: Run) -> None:
    output = str(inbox.parent / "a.jsonl")
    copydesk("ingest", str(inbox), "-o", output, "--limit", "1", "--language", "de")
    done = copydesk("ingest", str(inbox), "-o", output, "--resume", "--language", "en")
    assert "the filters" in done.stderr
    assert len(Path(output).read_text("utf-8").splitlines()) == 2


@pytest.mark.process
def test_shards_are_filtered_and_their_job_knows_by_what(inbox: Path, copydesk: Run) -> None:
    folder = str(inbox.parent / "out")
    done = copydesk("ingest", str(inbox), "--output-dir", folder, "--language", "de")
    assert done.returncode == 0
    assert done.stderr.endswith("1 article, 0 rejects, 1 skip (1 other_language)\n")
    done = copydesk("ingest", str(inbox), "--output-dir", folder, "--language", "en")
    assert done.returncode == 2
    assert "other filters" in done.stderr


@pytest.mark.process
def test_a_program_filters_too(inbox: Path) -> None:
    found = list(ingest(inbox, filters=Filters(languages=("de",))))
    assert [article.headline for article in found] == ["Die Fähre fährt wieder"]


@pytest.mark.process
def test_what_does_not_match_is_not_requested_and_a_recording_knows_the_filters(
    copydesk: Run, tmp_path: Path
) -> None:
    with running(pages=12) as outlet:
        done = copydesk(
            "ingest", f"{outlet.origin}/sitemap.xml", "-o", "live.jsonl", "--gap", "0",
            "--url-match", "/1\\d?$", "--language", "en", "--allow-host", outlet.host,
            "--record", "run.warc.gz", "--contact", "desk@newsroom.example",
        )  # fmt: skip
        asked = [path for path in outlet.asked if path.rsplit("/", 1)[1].isdecimal()]
    assert done.stderr.endswith("12 inputs: 3 articles, 0 rejects, 9 skips (9 other_url)\n")
    assert sorted(path.rsplit("/", 1)[1] for path in asked) == ["1", "10", "11"]
    done = copydesk("replay", "run.warc.gz", "-o", "again.jsonl")
    assert done.stderr.endswith("12 inputs: 3 articles, 0 rejects, 9 skips (9 other_url)\n")
    live, again = ((tmp_path / name).read_bytes() for name in ("live.jsonl", "again.jsonl"))
    assert live == again


@pytest.mark.process
def test_a_filtered_page_is_read_by_a_later_run_without_the_filter(copydesk: Run) -> None:
    with running(pages=2) as outlet:
        arguments = [
            "ingest", f"{outlet.origin}/feed.xml", "--state", "crawl.state", "--gap", "0",
            "--allow-host", outlet.host, "--contact", "desk@newsroom.example",
        ]  # fmt: skip
        done = copydesk(*arguments, "-o", "a.jsonl", "--min-words", "5000")
        assert done.stderr.endswith("2 inputs: 0 articles, 0 rejects, 2 skips (2 few_words)\n")
        done = copydesk(*arguments, "-o", "b.jsonl")
        assert done.stderr.endswith("2 inputs: 2 articles, 0 rejects, 0 skips\n")


@pytest.mark.process
def test_a_pattern_that_takes_too_long_is_a_reject_and_ends_no_run(
    copydesk: Run, tmp_path: Path
) -> None:
    url = f"https://quay.example/{'a' * 60}!"
    (tmp_path / "urls.txt").write_text(f"{url}\n{url}\n", "utf-8")
    done = copydesk("ingest", "urls.txt", "--url-match", r"/(a+)+$", "-o", "a.jsonl")
    assert done.returncode == 1
    assert "matching its URL took too long; use a simpler --url-match [source]" in done.stderr
