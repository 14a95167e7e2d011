"""Public shelves: filled by curators, met by everyone, and ruled by every consent."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import PublicShelfItem, Story, StoryState
from archive.services import cautions, strikes
from archive.services.access import OPERATOR
from archive.services.stories import About, remove_story
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story
from tests.web.withdrawing import plain

PEOPLE = "/shelves/hopeful-stories-about-people"
EDIT = f"/curator{PEOPLE}"
PUT = "/curator/shelves/put"


@pytest.fixture
def told(house: House, tmp_path: Path) -> dict[str, Spoken]:
    texts = {"Ice": ("The harbour was frozen", "and we walked over it"), "Bread": ("She baked before light", "for all")}
    return {
        title: spoken_story(house, tmp_path, About(title, [f"{title} N."]), said, theme=title.lower())
        for title, said in texts.items()
    }


def puts(by: Visitor, **what: object) -> int:
    at = f"{PUT}?" + "&".join(f"{name}={value}" for name, value in what.items())
    return by.post(PUT, {"shelf": PEOPLE.split("/")[-1], **what}, at=at).status_code


def lies(page: str) -> list[str]:
    """Titles of stories, and the words of passages, in the order of the shelf."""
    rows = re.findall(r'<li id="item-\d+">.*?(?=<li id="item-|</ol>)', page, re.DOTALL)
    found = (re.search(r'<blockquote.*?</blockquote>|<h2 dir="auto">.*?</h2>', row, re.DOTALL) for row in rows)
    return [plain(each[0]) for each in found if each]


def items(by: Visitor) -> list[str]:
    return re.findall(rf'action="{EDIT}/items/(\d+)"', by.get(EDIT).text)


def test_two_shelves_are_there_to_begin_with_and_wait(stranger: Visitor, curator: Visitor) -> None:
    page = stranger.get("/shelves").text
    for title in ("Hopeful stories about people", "Hopeful stories about technology"):
        assert title in page
    assert page.count("It waits for its first story.") == 2
    assert "This shelf is waiting" in stranger.get(PEOPLE).text
    assert "from the story’s page" in curator.get(PEOPLE).text
    assert stranger.get("/shelves/no-such").status_code == 404
    assert 'href="/shelves"' in stranger.get("/").text


def test_a_curator_puts_a_story_and_a_passage_on_it_and_says_why(
    told: dict[str, Spoken], curator: Visitor, stranger: Visitor
) -> None:
    story = curator.get("/stories/ice").text
    assert f"{PUT}?story=ice" in story
    assert f"{PUT}?passage={told['Ice'].passages[1]}" in story
    clip = curator.get("/stories/bread/clip?t=0,1.9").headers["Location"]
    assert f"{PUT}?passage={told['Bread'].passages[0]}" in curator.get(clip).text
    assert PUT not in stranger.get(clip).text + stranger.get("/stories/ice").text
    assert puts(curator, story="ice") == 303
    assert puts(curator, passage=told["Bread"].passages[0]) == 303
    assert puts(curator, story="ice") == 303  # a second time changes nothing
    form = {"act": "keep", "title": "Hope", "introduction": "Cold & warm", "reason": "Because <b>both</b> help."}
    assert curator.post(EDIT, form, at=EDIT).status_code == 303
    page = stranger.get(PEOPLE).text
    assert lies(page) == ["Ice", "She baked before light"]
    assert "data-play" in page
    assert "Because &lt;b&gt;both&lt;/b&gt; help." in page
    assert "Cold &amp; warm" in stranger.get("/shelves").text
    assert stranger.get("/shelves").text.count("It waits") == 1


def test_what_lies_on_it_is_moved_and_taken_off(told: dict[str, Spoken], curator: Visitor, stranger: Visitor) -> None:
    for slug in ("ice", "bread"):
        assert puts(curator, story=slug) == 303
    first, second = items(curator)
    for item, act, after in ((second, "up", ["Bread", "Ice"]), (second, "up", ["Bread", "Ice"]),
                             (second, "down", ["Ice", "Bread"]), (first, "off", ["Bread"])):  # fmt: skip
        assert curator.post(f"{EDIT}/items/{item}", {"act": act}, at=EDIT).status_code == 303
        assert lies(stranger.get(PEOPLE).text) == after, act
    assert curator.post(f"{EDIT}/items/{first}", {"act": "up"}, at=EDIT).status_code == 404
    assert curator.post(f"{EDIT}-2/items/{second}", {"act": "up"}, at=EDIT).status_code == 404


def test_a_closed_shelf_is_for_curators_alone_and_a_new_one_begins_so(
    told: dict[str, Spoken], curator: Visitor, stranger: Visitor, contributor: Visitor
) -> None:
    made = curator.post("/curator/shelves", {"title": "For winter"}, at="/curator/shelves").headers["Location"]
    assert made == "/curator/shelves/for-winter"
    for by in (stranger, contributor):
        assert by.get("/shelves/for-winter").status_code == 404
        assert "For winter" not in by.get("/shelves").text
    assert curator.get("/shelves/for-winter").status_code == 200
    assert curator.post(made, {"act": "open"}, at=made).status_code == 303
    assert "For winter" in stranger.get("/shelves").text
    assert curator.post(made, {"act": "up"}, at=made).status_code == 303
    page = stranger.get("/shelves").text
    assert page.index("For winter") < page.index("about technology")
    assert curator.post(made, {"act": "close"}, at=made).status_code == 303
    assert stranger.get("/shelves/for-winter").status_code == 404
    assert curator.post(made, {"act": "remove"}, at=made).status_code == 303
    assert curator.get("/shelves/for-winter").status_code == 404


def test_a_shelf_with_something_on_it_is_not_taken_down_by_one_press(told: dict[str, Spoken], curator: Visitor) -> None:
    assert puts(curator, story="ice") == 303
    assert curator.post(EDIT, {"act": "remove"}, at=EDIT).status_code == 409
    assert items(curator)
    assert curator.post(EDIT, {"act": "keep", "title": " "}, at=EDIT).status_code == 422
    assert curator.post(EDIT, {"act": "dance"}, at=EDIT).status_code == 422


def test_only_curators_change_shelves(told: dict[str, Spoken], interviewer: Visitor, contributor: Visitor) -> None:
    for by in (interviewer, contributor):
        for address in ("/curator/shelves", EDIT, f"{PUT}?story=ice"):
            assert by.get(address).status_code == 403
        for address, form in ((EDIT, {"act": "close"}), (PUT, {"story": "ice"}), ("/curator/shelves", {"title": "x"})):
            assert by.post(address, form, at="/account/password").status_code == 403


def test_what_is_closed_struck_or_removed_leaves_the_shelf_and_nothing_tells_of_it(
    house: House, told: dict[str, Spoken], curator: Visitor, stranger: Visitor
) -> None:
    empty, empty_list = stranger.get(PEOPLE).data, stranger.get("/shelves").data
    assert puts(curator, story="ice") == 303
    assert puts(curator, passage=told["Bread"].passages[0]) == 303
    with house.db.writing() as session:
        session.get_one(Story, told["Ice"].id).state = StoryState.REVIEW
        bread = session.get_one(Story, told["Bread"].id)
        strikes.strike(session, bread, strikes.spans_at(bread, 0, 1950)[0], by=OPERATOR)
    assert stranger.get(PEOPLE).data == empty
    assert stranger.get("/shelves").data == empty_list
    page = curator.get(EDIT).text
    assert "Not everyone may read it at the moment" in page
    assert "What lay here is not open any more" in page
    assert "baked" not in page
    assert len(items(curator)) == 2  # so that they can be taken off
    with house.db.writing() as session:
        session.get_one(Story, told["Ice"].id).state = StoryState.PUBLISHED
    assert lies(stranger.get(PEOPLE).text) == ["Ice"]
    with house.db.writing() as session:
        remove_story(session, session.get_one(Story, told["Ice"].id), by=OPERATOR)
    with house.db.reading() as session:
        assert len(session.scalars(select(PublicShelfItem)).all()) == 1


def test_what_one_should_be_warned_of_says_so_on_the_shelf(
    house: House, told: dict[str, Spoken], curator: Visitor, stranger: Visitor
) -> None:
    with house.db.writing() as session:
        cautions.warn(session, session.get_one(Story, told["Bread"].id), 0, 1500, "a fire", by=OPERATOR)
    for passage in told["Bread"].passages:
        assert puts(curator, passage=passage) == 303
    assert stranger.get(PEOPLE).text.count("Before you go on: a fire.") == 1


def test_what_nobody_may_see_cannot_be_put_on_a_shelf(
    house: House, told: dict[str, Spoken], visitor: Callable[[], Visitor], curator: Visitor
) -> None:
    with house.db.writing() as session:
        session.get_one(Story, told["Ice"].id).state = StoryState.WITHDRAWN
    assert curator.get(f"{PUT}?story=ice").status_code in (404, 410)
    assert curator.get(f"{PUT}?passage={told['Ice'].passages[0]}").status_code == 404
    assert curator.get(PUT).status_code == 404
    assert curator.post(PUT, {"story": "bread", "shelf": "none"}, at=EDIT).status_code == 404
