"""A record without a word of body says so."""

from __future__ import annotations

from copydesk import Outlet, extract


class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    domains = ("quay.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    body = ".empty"


def test_a_record_without_a_word_of_body_has_a_warning() -> None:
    page = "<h1>Night ferry returns</h1><div class=empty><h2>Links</h2></div>"
    empty = extract(page, media_type="text/html", outlet=Quay)
    assert empty.text == ""
    assert any(warning.startswith("no body:") for warning in empty.warnings)


def test_a_record_with_a_body_has_no_such_warning() -> None:
    page = "<h1>Night ferry returns</h1><div class=empty><p>The ferry sails again from Friday.</p></div>"
    told = extract(page, media_type="text/html", outlet=Quay)
    assert told.text
    assert not any(warning.startswith("no body:") for warning in told.warnings)
