"""Searching: what is found, how it is counted and narrowed, and where a hit begins to play."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from archive.models import RoleName
from archive.services.stories import About
from archive.wiring import House
from search.index import IndexUnavailable
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.spoken import spoken_story

FIELDS = {"query", "mode", "total_passages", "total_stories", "hidden_stories", "took_ms", "facets", "passages"}
OF_A_PASSAGE = {"id", "story", "title", "narrator", "speaker", "start", "end", "text", "highlights", "themes", "score"}


STRANGE = (
    '"', "((", "-", "*", "a:b", "AND OR NOT", "\\", "%", "'; drop table", "🙂", "x" * 5000, "\u202e", "title:bread^9",
    "/.*/", "[1 TO 2]", "ki*", "愛",
)  # fmt: skip


@pytest.fixture
def three(house: House, work: Callable[[], None]) -> None:
    """Three stories in the index."""
    for title, place, year, theme in (("Bread", "Lisbon", 2019, "Work"), ("Water", "Lisbon", 2020, "Home"),
                                      ("Salt", "Oslo", 2021, "Work")):  # fmt: skip
        about = About(title, [f"{title} N."], ["M."], date(year, 5, 4), place, "en", themes=[theme])
        a_story(house, about=about, passage_themes={0: "Doubt"})
    work()


def asked(who: Visitor, address: str) -> dict[str, object]:
    answer = who.get(f"/api/v1/search?{address}")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


@pytest.mark.usefixtures("three")
def test_the_answer_has_every_field_of_the_contract(stranger: Visitor) -> None:
    found = asked(stranger, "q=kitchen&limit=2")
    assert set(found) >= FIELDS
    assert (found["query"], found["mode"], found["hidden_stories"]) == ("kitchen", "words", 0)
    assert (found["total_passages"], found["total_stories"]) == (3, 3)
    [first, _] = found["passages"]
    assert set(first) >= OF_A_PASSAGE
    assert (first["start"], first["end"]) == (10.0, 19.0)
    [[begin, end]] = first["highlights"]
    assert first["text"][begin:end] == "kitchen"


@pytest.mark.usefixtures("three")
def test_facets_count_all_matches_and_each_value_narrows_to_its_count(stranger: Visitor) -> None:
    found = asked(stranger, "q=kitchen")
    assert set(found["facets"]) >= {"theme", "narrator", "interviewer", "place", "year", "language"}
    counted = {each["label"]: each["count"] for each in found["facets"]["place"]}
    assert counted == {"Lisbon": 2, "Oslo": 1}
    for name, values in found["facets"].items():
        for each in values:
            narrowed = asked(stranger, f"q=kitchen&{name}={each['value']}")
            assert narrowed["total_passages"] == each["count"], (name, each)


@pytest.mark.usefixtures("three")
def test_a_theme_is_found_by_its_name_as_by_its_slug_and_several_filters_hold_together(stranger: Visitor) -> None:
    assert asked(stranger, "q=kitchen&theme=Work")["total_passages"] == 2
    assert asked(stranger, "q=kitchen&theme=work&theme=home")["total_passages"] == 3
    assert asked(stranger, "q=kitchen&theme=work&place=Oslo&year=2021")["total_passages"] == 1
    assert asked(stranger, "q=kitchen&theme=work&place=Oslo&year=2019")["total_passages"] == 0
    assert asked(stranger, "q=resignation&theme=doubt&narrator=Salt+N.")["total_passages"] == 1
    assert asked(stranger, "q=kitchen&theme=doubt")["total_passages"] == 0  # it stands on another passage
    assert asked(stranger, "q=kitchen&year=soon")["total_passages"] == 0
    assert asked(stranger, "q=kitchen&story=bread")["total_stories"] == 1
    assert asked(stranger, "q=kitchen&story=never-was")["total_stories"] == 0


@pytest.mark.usefixtures("three")
def test_pages_lead_on_and_back_and_hold_every_hit_once(stranger: Visitor) -> None:
    address, ids = "/api/v1/search?q=&limit=4", []
    while address:
        answer = stranger.get(address)
        ids += [each["id"] for each in answer.get_json()["passages"]]
        onward = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        address = onward[1] if onward else ""
    assert len(ids) == len(set(ids)) == 9
    assert 'rel="prev"' in stranger.get("/api/v1/search?q=&limit=4&page=2").headers["Link"]


@pytest.mark.parametrize("wrong", ["limit=0", "limit=-1", "limit=many", "page=0", "page=99999999999", "mode=magic"])
def test_what_cannot_be_asked_is_a_problem_with_a_sentence(wrong: str, stranger: Visitor) -> None:
    answer = stranger.get(f"/api/v1/search?q=a&{wrong}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert set(answer.get_json()) == {"type", "title", "status", "detail", "field"}
    assert answer.get_json()["field"] == wrong.split("=")[0]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("page", [100, 9_999_999, 99_999_999])
def test_a_page_far_beyond_the_last_is_empty(page: int, stranger: Visitor) -> None:
    found = asked(stranger, f"q=kitchen&page={page}")
    assert (found["passages"], found["total_passages"]) == ([], 3)
    assert stranger.get(f"/search?q=kitchen&page={page}").status_code == 200
    assert stranger.get(f"/stories?page={page}").status_code == 200
    assert stranger.get(f"/api/v1/stories?page={page}").get_json()["stories"] == []


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_no_text_breaks_the_search(text: str, stranger: Visitor) -> None:
    assert stranger.get("/search", query_string={"q": text}).status_code == 200
    assert stranger.get("/api/v1/search", query_string={"q": text}).status_code == 200


@pytest.mark.usefixtures("three")
def test_the_page_shows_passages_with_what_matched_and_leads_to_the_moment(stranger: Visitor) -> None:
    page = stranger.get("/search?q=kitchen").text
    assert page.count("<mark>kitchen</mark>") == 3
    assert "3 passages" in page
    assert re.search(r'href="/stories/bread\?t=8#p\d+"', page)  # the passage begins at 10 s
    assert 'href="/search?q=kitchen&amp;place=Lisbon"' in page
    narrowed = stranger.get("/search?q=kitchen&place=Lisbon").text
    assert "2 passages" in narrowed
    assert 'href="/search?q=kitchen"' in narrowed  # gives it up again
    assert "Nobody here says" in stranger.get("/search?q=zeppelin").text


def test_a_hit_plays_two_seconds_before_its_word_and_the_sound_is_there(
    house: House, stranger: Visitor, tmp_path: Path, work: Callable[[], None]
) -> None:
    text = " ".join(f"word{n}" for n in range(19)) + " lighthouse"
    held = spoken_story(house, tmp_path, About("Long", ["Ana R."]), ("One.", "Two.", text), theme="a")
    work()
    [hit] = asked(stranger, "q=lighthouse")["passages"]
    at = hit["start"] + 19 / 20 * 2
    assert f"?t={at - 2:g}#p{hit['id']}" in stranger.get("/search?q=lighthouse").text
    assert held.copies[0] in stranger.get("/search?q=lighthouse").text


def test_while_the_index_rests_the_search_says_so_and_the_rest_goes_on(
    house: House, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_story(house)

    def away(query: object) -> None:
        raise IndexUnavailable("The search is resting.")

    monkeypatch.setattr(house.index, "search", away)
    page = stranger.get("/search?q=kitchen")
    assert (page.status_code, page.headers["Retry-After"], "resting" in page.text) == (503, "30", True)
    answer = stranger.get("/api/v1/search?q=kitchen")
    assert (answer.status_code, answer.get_json()["status"]) == (503, 503)
    assert answer.headers["Retry-After"] == "30"
    for address in ("/", "/stories", "/themes", "/stories/the-year-i-stopped-pretending", "/api/v1/stories"):
        assert stranger.get(address).status_code == 200


def test_a_theme_put_on_is_found_and_one_taken_off_is_not(
    house: House, visitor: Callable[[], Visitor], work: Callable[[], None], stranger: Visitor
) -> None:
    who = visitor().signs_in(RoleName.CONTRIBUTOR)
    slug = a_story(house)
    page = f"/stories/{slug}"
    passage = re.search(r'id="p(\d+)"', who.get(page).text)
    assert passage
    answer = who.post(f"/passages/{passage[1]}/themes", {"theme": "Leaving <home>", "next": page}, at=page)
    assert answer.headers["Location"] == page
    work()
    assert asked(stranger, "theme=Leaving+%3Chome%3E")["total_passages"] == 1
    assert "Leaving &lt;home&gt;" in stranger.get("/themes").text
    assert stranger.get("/themes/leaving-home").status_code == 200
    tagging = re.search(r'action="(/taggings/\d+/remove)"', who.get(page).text)
    assert tagging
    assert who.post(tagging[1], at=page).status_code == 303
    assert stranger.get("/themes/leaving-home").status_code == 404
    work()
    assert asked(stranger, "q=")["facets"]["theme"] == []
    assert who.post(f"/passages/{passage[1]}/themes", {"theme": " "}, at=page).status_code == 422
