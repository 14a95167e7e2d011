"""The first page, lists and people: what stands there, how it is counted, and that chance alone picks the voice."""

import re
from collections import Counter
from datetime import date

from sqlalchemy import select

from archive.models import Passage
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

LONG = "It was the winter in which nobody who had promised to come came, and we began without them all the same."


def test_the_first_page_shows_a_voice_the_newest_stories_and_what_they_talk_about(
    house: House, stranger: Visitor
) -> None:
    slug = a_story(house, texts=(LONG,), passage_themes={0: "Winter"})
    page = stranger.get("/").text
    assert LONG in page
    assert f"/stories/{slug}" in page
    assert "/themes/winter" in page
    assert "1 story." in re.sub(r"\s+", " ", page)


def test_every_story_is_as_likely_to_be_the_voice_as_any_other(house: House, stranger: Visitor) -> None:
    a_story(house, "Long", texts=tuple(f"{LONG[:-1]} {n}." for n in range(100)))
    a_story(house, "Short", texts=(LONG,))
    heard: Counter[str] = Counter()
    for _ in range(60):
        cite = re.search(r"<cite><a href=\"/stories/(\w+)", stranger.get("/").text)
        assert cite
        heard[cite[1]] += 1
    assert min(heard["long"], heard["short"]) >= 10  # by chance once in ten million runs


def test_the_voice_is_never_the_interviewers(house: House, stranger: Visitor) -> None:
    a_story(house, texts=(f"{LONG} Asked?", LONG))
    with house.db.writing() as session:
        for passage in session.scalars(select(Passage)):
            passage.speaker = "M." if passage.text.endswith("Asked?") else "Ana R."
    for _ in range(10):
        assert "Asked?" not in stranger.get("/").text


def test_stories_are_listed_by_the_day_of_the_conversation_and_narrowed_by_what_is_chosen(
    house: House, stranger: Visitor
) -> None:
    for title, year, place in (("Old", 2001, "Lisbon"), ("New", 2024, "Lisbon"), ("Elsewhere", 2010, "Oslo")):
        a_story(house, about=About(title, ["Ana R."], ["M."], date(year, 1, 1), place))
    a_story(house, about=About("Undated", ["Bea S."]))
    assert titles(stranger, "/stories") == ["New", "Elsewhere", "Old", "Undated"]
    assert titles(stranger, "/stories?place=Lisbon") == ["New", "Old"]
    assert titles(stranger, "/stories?place=Lisbon&year=2001&year=2024") == ["New", "Old"]
    assert titles(stranger, "/stories?narrator=bea-s") == titles(stranger, "/stories?narrator=Bea+S.") == ["Undated"]
    assert titles(stranger, "/stories?interviewer=m&year=2010") == ["Elsewhere"]
    nothing = stranger.get("/stories?place=Nowhere").text
    assert "No story fits all of that at once" in nothing
    page = stranger.get("/stories?place=Lisbon").text
    assert '<span class="count">2</span>' in page
    assert 'href="/stories?place=Lisbon&amp;year=2001"' in page
    assert 'href="/stories"' in page  # gives it up again


def titles(who: Visitor, address: str) -> list[str]:
    page = who.get(address).text
    return re.findall(r'<h2[^>]*><a href="/stories/[^"]+">([^<]+)</a></h2>', page)


def test_a_long_list_comes_in_pages(house: House, stranger: Visitor) -> None:
    for n in range(23):
        a_story(house, f"Story {n:02}", texts=("One.",))
    first, second = titles(stranger, "/stories"), titles(stranger, "/stories?page=2")
    assert (len(first), len(second), len({*first, *second})) == (20, 3, 23)
    assert titles(stranger, "/stories?page=9") in ([], second)


def test_a_person_has_a_page_with_what_they_told_and_what_they_asked(house: House, stranger: Visitor) -> None:
    a_story(house, about=About("Told", ["Ana R."], ["M."]))
    a_story(house, about=About("Asked", ["Bea S."], ["Ana R."]))
    page = stranger.get("/people/ana-r").text
    told, asked = page.split("Asked and listened")
    assert ("Told" in told, ">Asked<" in told, ">Asked<" in asked) == (True, False, True)
    assert stranger.get("/people/nobody").status_code == 404


def test_people_and_themes_of_any_script_have_addresses(house: House, stranger: Visitor) -> None:
    slug = a_story(house, about=About("爱与面包", ["Χαρά Ψ."], themes=["дом"]))
    assert stranger.get(f"/stories/{slug}").status_code == 200
    for address in re.findall(r'href="(/(?:people|themes)/[^"]+)"', stranger.get(f"/stories/{slug}").text):
        assert stranger.get(address).status_code == 200, address
