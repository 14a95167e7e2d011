"""Between open and hidden: stories that one may know of, and stories that open to whoever was given their link."""

import re
from pathlib import Path

import pytest

from archive.models import Method, Scope, Story
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story

TEXTS = ("We kept the kaleidoscope under the floor", "and nobody ever spoke of it again")
SLUG = "under-the-floor"
MORE = ("/transcript.vtt", "/transcript.txt", "/transcript.json", "/words.json")


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    about = About("Under the floor", ["Ana R."], why_told="Because of the lighthouse.")
    return spoken_story(house, tmp_path, about, TEXTS, theme="exile")


def agrees(house: House, held: Spoken, **scopes: str) -> None:
    given = Agreement(Method.FORM, {Scope(name): value for name, value in scopes.items()}, person="Ana R.")
    with house.db.writing() as session:
        record_consent(session, session.get_one(Story, held.id), given, by=OPERATOR)


def link_of(house: House, held: Spoken, curator: Visitor) -> str:
    found = re.search(r'href="[^"]*(/stories/[^"]+\?key=[^"]+)"', curator.get(f"/studio/{held.slug}").text)
    assert found is not None
    return found[1]


def test_of_a_listed_story_one_learns_its_title_and_who_told_it_and_no_word(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    agrees(house, told, text="closed", sound="closed", existence="listed")
    page = stranger.get(f"/stories/{SLUG}").text
    assert "Under the floor" in page
    assert "Ana R." in page
    lists = stranger.get("/stories").text
    assert "Here, and closed" in lists
    api = stranger.get(f"/api/v1/stories/{SLUG}")
    for each in (page, lists, api.text):
        assert not re.search("kaleidoscope|lighthouse|exile", each)
    assert (api.json["title"], api.json["recordings"]) == ("Under the floor", [])  # type: ignore[index]
    assert {stranger.get(f"/stories/{SLUG}{more}").status_code for more in MORE} == {403}
    assert stranger.get(f"/api/v1/stories/{SLUG}/passages").status_code == 403
    assert all(stranger.get(f"/media/{copy}").status_code == 404 for copy in told.copies)


def test_closed_stories_are_counted_for_the_whole_archive_whatever_is_asked(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    def hidden(query: str) -> int:
        return int(stranger.get(f"/api/v1/search?q={query}").json["hidden_stories"])  # type: ignore[index]

    assert hidden("kaleidoscope") == 0
    agrees(house, told, text="closed", existence="listed")
    assert hidden("kaleidoscope") == hidden("nothing") == hidden("&theme=exile") == 1
    agrees(house, told, existence="hidden")
    assert hidden("kaleidoscope") == 0
    assert "Here, and closed" not in stranger.get("/stories").text


def test_a_link_opens_page_forms_and_sound_to_whoever_has_it_and_to_nobody_else(
    house: House, told: Spoken, stranger: Visitor, contributor: Visitor, curator: Visitor, visitor: object
) -> None:
    agrees(house, told, text="link", sound="link", existence="hidden")
    assert stranger.get(f"/stories/{SLUG}").status_code == 404
    link = link_of(house, told, curator)
    for by in (stranger, contributor):
        assert by.get(f"/stories/{SLUG}?key=guessed").status_code == 404
        assert "kaleidoscope" in by.get(link).text
        assert "kaleidoscope" in by.get(f"/stories/{SLUG}/transcript.txt").text
        assert by.get(f"/media/{told.copies[0]}").status_code == 200
        assert "Under the floor" not in by.get("/stories").text
        assert by.get("/api/v1/search?q=kaleidoscope").json["total_passages"] == 0  # type: ignore[index]
    other = visitor()  # type: ignore[operator]
    assert other.get(f"/stories/{SLUG}").status_code == 404


def test_a_link_that_reads_does_not_hear_where_the_sound_stays_closed(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    agrees(house, told, text="link", sound="closed", existence="hidden")
    assert "kaleidoscope" in stranger.get(link_of(house, told, curator)).text
    assert stranger.get(f"/media/{told.copies[0]}").status_code == 404


def test_a_link_that_was_made_anew_leaves_the_old_one_worthless(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    agrees(house, told, text="link", sound="link", existence="hidden")
    old = link_of(house, told, curator)
    assert stranger.get(old).status_code == 200
    assert curator.post(f"/studio/{SLUG}/link", at=f"/studio/{SLUG}").status_code == 303
    assert stranger.get(old).status_code == 404
    assert stranger.get(f"/media/{told.copies[0]}").status_code == 404
    assert stranger.get(link_of(house, told, curator)).status_code == 200


def test_a_link_opens_nothing_once_the_story_is_closed(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    agrees(house, told, text="link", sound="link", existence="hidden")
    link = link_of(house, told, curator)
    assert stranger.get(link).status_code == 200
    agrees(house, told, text="closed", sound="closed")
    assert stranger.get(link).status_code == 404
    assert stranger.get(f"/media/{told.copies[0]}").status_code == 404
