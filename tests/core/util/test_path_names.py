"""Names of files as text: no two files have the same, and each leads back to its file."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.model.document import Document
from copydesk.util import path_names


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"in/a.html", "in/a.html"),
        ("in/Brücke.html".encode(), "in/Brücke.html"),
        (b"in/a\xff", r"in/a\xff"),
        (b"in/\xe9t\xe9.html", r"in/\xe9t\xe9.html"),
        (rb"in/a\xff", r"in/a\x5cxff"),
        (rb"C:\x\y", r"C:\x\y"),
        (b"in/a.warc@12", r"in/a.warc\x4012"),
        (b"in/a.warc@12+7", r"in/a.warc\x4012+7"),
        (b"in/urls.txt:3", r"in/urls.txt\x3a3"),
        (b"in/feed#3", r"in/feed\x233"),
        (b"in/a@b.html", "in/a@b.html"),
    ],
)
def test_a_name_is_text_with_an_escape_for_what_no_text_can_hold(raw: bytes, name: str) -> None:
    assert path_names.to_text(os.fsdecode(raw)) == name
    assert os.fsencode(path_names.from_text(name)) == raw


@given(st.binary(min_size=1).filter(lambda raw: b"\0" not in raw))
def test_every_name_leads_back_to_its_file(raw: bytes) -> None:
    name = path_names.to_text(os.fsdecode(raw))
    name.encode("utf-8")
    assert os.fsencode(path_names.from_text(name)) == raw


@given(st.text(alphabet=r"\x5cff403a#:@12+", max_size=12))
def test_what_looks_like_an_escape_is_told_from_one(name: str) -> None:
    assert path_names.from_text(path_names.to_text(name)) == name


@pytest.mark.parametrize(
    ("origin", "shown"), [("a\udcff", r"a\xff"), ("a\ud800", r"a\ud800"), ("ä", "ä")]
)
def test_a_document_names_its_file_without_a_lone_surrogate(origin: str, shown: str) -> None:
    assert Document(content=b"", origin=origin).origin == shown
