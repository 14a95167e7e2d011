"""Looking for words within one story: every place is counted, led to, and nothing that is struck is among them."""

import re
from pathlib import Path

import pytest

from archive.models import Story, StoryState
from archive.services import find_in_story, strikes
from archive.services.access import OPERATOR
from archive.services.stories import About, story_by_slug
from archive.services.transcripts import PAGE
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.spoken import spoken_story

TEXTS = (
    "The lighthouse keeper wrote letters; the keeper waited.",
    "🙂 Nobody answered the keeper of the lighthouse.",
    "Lighting the lamp took <an> hour.",
)
MARKED = re.compile(r"<mark>([^<]*)</mark>")


@pytest.fixture
def slug(house: House) -> str:
    return a_story(house, about=About("Light", ["Ana R."], language="en"), texts=TEXTS)


def places(who: Visitor, slug: str, text: str) -> list[list[int]]:
    answer = who.get(f"/stories/{slug}/find.json", query_string={"find": text})
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["total"] == len(found["places"])
    return list(found["places"])


def test_each_place_is_marked_and_counted_over_the_whole_story(stranger: Visitor, slug: str) -> None:
    page = stranger.get(f"/stories/{slug}?find=keeper").text
    assert MARKED.findall(page) == ["keeper"] * 3
    assert "3 places" in page
    assert "1–2 of 3" in page
    assert "3 of 3" in page
    plain = re.sub("</?mark>", "", page)
    assert TEXTS[1] in plain
    assert MARKED.findall(stranger.get(f"/stories/{slug}").text) == []


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("letter", ["letters"]), ("keeper lighthouse", ["lighthouse", "keeper", "keeper", "keeper", "lighthouse"]),
        ('"lighthouse keeper"', ["lighthouse keeper"]), ("keeper -letters", ["keeper"]), 
        ("ligh", ["lighthouse", "lighthouse", "Lighting"]),
        ("LIGHTING <", ["Lighting"]), ("zeppelin", []), ("-keeper", []), ("an", ["answered", "an"]),
    ],
)  # fmt: skip
def test_words_are_found_as_the_search_finds_them(asked: str, marked: list[str], stranger: Visitor, slug: str) -> None:
    page = stranger.get(f"/stories/{slug}", query_string={"find": asked}).text
    assert [each.lower() for each in MARKED.findall(page)] == [each.lower() for each in marked]
    if not marked and not asked.startswith("-"):
        assert "Nobody says" in page


def test_places_are_characters_of_the_text(stranger: Visitor, slug: str) -> None:
    found = places(stranger, slug, "answered")
    [[_, page, begin, end]] = found
    assert (page, TEXTS[1][begin:end]) == (1, "answered")


def test_a_slip_is_forgiven_only_where_nothing_else_is_found(stranger: Visitor, slug: str) -> None:
    page = stranger.get(f"/stories/{slug}?find=lighthuose").text
    assert "Nobody says just that. 2 places come close." in page
    assert MARKED.findall(page) == ["lighthouse"] * 2
    assert len(places(stranger, slug, "lamp")) == 1  # and not "lamps", "lump" …


def test_a_long_story_counts_over_all_its_pages_and_leads_to_the_right_one(house: House, stranger: Visitor) -> None:
    texts = tuple(f"Sentence {n}{' with a kiosk' if n in (3, PAGE, PAGE + 7) else ''}." for n in range(PAGE * 2))
    slug = a_story(house, texts=texts)
    found = places(stranger, slug, "kiosk")
    assert [page for _, page, _, _ in found] == [1, 2, 2]
    first = stranger.get(f"/stories/{slug}?find=kiosk").text
    assert MARKED.findall(first) == ["kiosk"]
    [href] = re.findall(r'href="(\?find=kiosk&amp;page=2#p\d+)"', first)
    second = stranger.get(f"/stories/{slug}{href.replace('&amp;', '&').split('#')[0]}").text
    assert f'id="{href.split("#")[1]}"' in second
    assert "2 of 3" in second
    late = a_story(house, "Late", texts=texts[PAGE:])
    assert MARKED.findall(stranger.get(f"/stories/{late}?find=kiosk").text) == ["kiosk"] * 2
    assert MARKED.findall(stranger.get(f"/stories/{slug}?find=%22399%22").text) == ["399"]


def test_the_first_place_decides_the_page_where_none_is_named(house: House, stranger: Visitor) -> None:
    slug = a_story(house, texts=tuple(f"Sentence {n}." for n in range(PAGE + 5)))
    page = stranger.get(f"/stories/{slug}?find={PAGE + 2}").text
    assert "page 2 of 2" in page
    assert "page 1 of 2" in stranger.get(f"/stories/{slug}?find={PAGE + 2}&page=1").text


def test_what_is_struck_is_not_found_at_once(house: House, stranger: Visitor, tmp_path: Path) -> None:
    held = spoken_story(house, tmp_path, About("Light", ["Ana R."]), TEXTS[:2], theme="towers")
    assert len(places(stranger, held.slug, "lighthouse")) == 2
    with house.db.writing() as session:
        story = session.get_one(Story, held.id)
        strikes.strike(session, story, strikes.spans_at(story, 0, 1950)[0], by=OPERATOR)
    [[passage, *_]] = places(stranger, held.slug, "lighthouse")
    assert passage == held.passages[1]
    assert places(stranger, held.slug, "[…]") == []
    assert places(stranger, held.slug, "letters") == []


def test_what_is_closed_is_not_looked_into(house: House, stranger: Visitor, slug: str) -> None:
    with house.db.writing() as session:
        story_by_slug(session, slug, OPERATOR).state = StoryState.REVIEW
    assert stranger.get(f"/stories/{slug}/find.json?find=keeper").status_code == 404
    assert stranger.get(f"/stories/{slug}?find=keeper").status_code == 404


@pytest.mark.parametrize("asked", ['"', "((", "-", "*", "🙂", "x" * 10_000, "\u202e", " ", "愛", "'" * 50, "a " * 500])
def test_no_text_breaks_it(asked: str, stranger: Visitor, slug: str) -> None:
    assert stranger.get(f"/stories/{slug}", query_string={"find": asked}).status_code == 200
    assert isinstance(places(stranger, slug, asked), list)


def test_more_places_than_anybody_goes_through_are_counted(
    house: House, stranger: Visitor, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_in_story, "MOST", 2)
    found = stranger.get(f"/stories/{slug}/find.json?find=keeper").get_json()
    assert (found["total"], len(found["places"])) == (3, 2)
    assert stranger.get(f"/stories/{slug}?find=keeper").status_code == 200
