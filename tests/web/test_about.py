"""Why the archive exists: asked on its first screen, written by a curator, read by everyone."""

import pytest

from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

WORDS = {"name": "Voices of the <harbour>", "why": "So that nobody has to begin alone.\nAnd for those to come."}


def test_an_empty_archive_asks_why_it_exists_and_shows_the_way_to_a_first_story(
    stranger: Visitor, curator: Visitor
) -> None:
    for who in (stranger, curator):
        assert "Why does this archive exist?" in who.get("/").text
    page = curator.get("/").text
    assert 'action="/about"' in page
    assert 'href="/studio/new"' in page
    assert "peer-stories add recording.mp3" in page
    assert 'action="/about"' not in stranger.get("/").text


def test_what_a_curator_writes_everyone_reads(house: House, curator: Visitor, stranger: Visitor) -> None:
    assert curator.post("/about", WORDS, at="/").headers["Location"] == "/"
    assert curator.post("/about", WORDS | {"next": "/about"}, at="/").headers["Location"] == "/about"
    a_story(house)
    for address in ("/", "/about"):
        page = stranger.get(address).text
        assert "Voices of the &lt;harbour&gt;" in page
        assert "So that nobody has to begin alone." in page
    assert "Voices of the &lt;harbour&gt;</title>" in stranger.get("/stories").text


def test_only_a_curator_may_write_it(interviewer: Visitor, contributor: Visitor, stranger: Visitor) -> None:
    assert interviewer.post("/about", WORDS, at="/studio/new").status_code == 403
    assert contributor.post("/about", WORDS).status_code == 403
    assert stranger.post("/about", WORDS).status_code == 401
    assert "harbour" not in stranger.get("/about").text


@pytest.mark.parametrize("change", [{"name": "x" * 81}, {"why": "x" * 2001}])
def test_words_without_end_are_refused(change: dict[str, str], curator: Visitor) -> None:
    assert curator.post("/about", WORDS | change, at="/").status_code == 422


def test_an_archive_always_has_a_name(curator: Visitor, stranger: Visitor) -> None:
    curator.post("/about", {"name": "  ", "why": ""}, at="/")
    assert "Peer Stories</title>" in stranger.get("/").text
