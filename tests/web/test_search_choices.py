"""The search page: what it can be narrowed by, grouped, its ways out, and addresses that nobody should write."""

import re
import time
from collections.abc import Callable
from datetime import date

import pytest

from archive.models import Passage, PassageState, Story
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

WORDS = "mode=words"


@pytest.fixture
def three(house: House, work: Callable[[], None]) -> None:
    for n, (title, place) in enumerate((("Bread", "Lisbon"), ("Water", "Lisbon"), ("Salt", "Oslo"))):
        texts = tuple(f"The kitchen was cold, {n} {m}." for m in range(5 - n))
        slug = a_story(
            house, about=About(title, [f"{title} N."], ["M."], date(2019 + n, 5, 4), place, "en"), texts=texts
        )
        with house.db.writing() as session:
            story = session.query(Story).filter_by(slug=slug).one()
            story.duration_ms = (5, 20, 70)[n] * 60_000
            first = session.query(Passage).filter_by(story_id=story.id, ordinal=0).one()
            first.state = (PassageState.VERIFIED, PassageState.CORRECTED, PassageState.MACHINE)[n]
    work()


def told(who: Visitor, address: str) -> str:
    answer = who.get(f"/search?{WORDS}&{address}")
    assert answer.status_code == 200, answer.text
    found = re.search(r"<strong>(\d+) passages?</strong>([^<]*)", answer.text)
    return " ".join((found[1] + " passages" + found[2]).split()) if found else "nothing"


@pytest.mark.usefixtures("three")
def test_people_and_stories_stand_behind_the_number(stranger: Visitor) -> None:
    assert told(stranger, "q=kitchen") == "12 passages by 3 people in 3 stories"
    assert told(stranger, "q=kitchen&place=Oslo") == "3 passages by 1 person in 1 story"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("view", ["", "&group=story"])
def test_a_facet_goes_on_offering_its_other_values(stranger: Visitor, view: str) -> None:
    page = stranger.get(f"/search?{WORDS}&q=kitchen&place=Oslo{view}").text
    assert "place=Lisbon" in page
    assert "year=2020" not in page  # in Oslo nobody spoke in that year
    assert told(stranger, "q=kitchen&place=Oslo&place=Lisbon").startswith("12 ")


@pytest.mark.usefixtures("three")
def test_the_list_of_stories_goes_on_offering_the_other_values_of_a_facet(stranger: Visitor) -> None:
    page = stranger.get("/stories?place=Oslo").text
    assert "place=Lisbon" in page
    assert "year=2020" not in page


@pytest.mark.usefixtures("three")
def test_standing_and_length_narrow(stranger: Visitor) -> None:
    assert told(stranger, "q=kitchen&standing=verified").startswith("1 ")
    assert told(stranger, "q=kitchen&standing=verified&standing=corrected").startswith("2 ")
    assert told(stranger, "q=kitchen&verified=1").startswith("1 ")
    assert told(stranger, "q=kitchen&length=10-30").startswith("4 ")
    assert told(stranger, "q=kitchen&length=60-&length=0-10").startswith("8 ")
    assert told(stranger, "q=kitchen&length=soon") == "nothing"
    page = stranger.get(f"/search?{WORDS}&q=kitchen").text
    for label in ("under 10 minutes", "over an hour", "checked against the sound", "heard by a machine alone"):
        assert label in page


@pytest.mark.usefixtures("three")
def test_grouped_by_story_shows_three_of_each_and_says_how_many_more(stranger: Visitor) -> None:
    page = stranger.get(f"/search?{WORDS}&q=kitchen&group=story").text
    assert re.findall(r'<h2 dir="auto"><a href="/stories/(\w+)"', page) == ["bread", "water", "salt"]
    assert page.count("<mark>kitchen</mark>") == 9
    assert re.findall(r"and (\d) more in this story", page) == ["2", "1"]
    [more, _] = re.findall(r'href="(/search\?[^"]*story=\w+[^"]*)">and', page)
    narrowed = stranger.get(more.replace("&amp;", "&")).text
    assert "<strong>5 passages</strong>" in narrowed
    assert "in “Bread”" in narrowed


@pytest.mark.usefixtures("three")
def test_where_nothing_is_found_the_ways_out_say_how_much_they_give(stranger: Visitor) -> None:
    page = stranger.get(f"/search?{WORDS}&q=kitchen&place=Oslo&year=2019").text
    ways = dict(re.findall(r'href="([^"]+)">Give up[^<]*</a><span class="aside"> (\d+)', page))
    assert sorted(map(int, ways.values()))[:2] == [3, 5]
    for href, count in ways.items():
        again = stranger.get(href.replace("&amp;", "&")).text
        assert f"<strong>{count} passage" in again


@pytest.mark.usefixtures("three")
def test_a_new_question_keeps_what_was_chosen(stranger: Visitor) -> None:
    page = stranger.get("/search?q=kitchen&place=Oslo&mode=words&page=2&group=story").text
    held = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.split("</form>")[0])
    assert held == [("place", "Oslo"), ("mode", "words"), ("group", "story")]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "address",
    [
        "&".join(f"theme=t{n}" for n in range(500)), "page=1000000000", "page=" + "9" * 300, "q=" + "x" * 10_000,
        "q=" + "a+" * 5_000, "mode=nonsense", "group=nonsense", "sort=nonsense", "standing=" + "x" * 5000,
        "length=%F0%9F%99%82",
        "q=%E2%80%AE%D7%A9%D7%9C%D7%95%D7%9D", "q=title:a+AND+(b", "q=%22", "place=" + "y" * 9000, "story=nowhere",
        "q=kitchen&group=story&page=1000000000", "mood=hope:1..2", "q=-kitchen", "q=%F0%9F%99%82",
    ],
    ids=range(19),
)  # fmt: skip
def test_no_address_breaks_it_or_takes_long(address: str, stranger: Visitor) -> None:
    stranger.get("/search?q=kitchen")
    began = time.perf_counter()
    answer = stranger.get(f"/search?{address}")
    assert answer.status_code == 200
    assert time.perf_counter() - began < 1
    assert len(answer.data) < 400_000


@pytest.mark.usefixtures("three")
def test_nul_is_refused_with_a_page(stranger: Visitor) -> None:
    assert stranger.get("/search?q=a%00b").status_code == 400
    assert stranger.get("/search/suggest?q=a%00b").status_code == 400
