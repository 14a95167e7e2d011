"""A narrator is named as they want to be: everywhere, at once, and nowhere as they do not."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Part, Passage, Person, Shown, Story
from archive.services import corrections, faces
from archive.services.access import OPERATOR
from archive.services.errors import Invalid
from archive.services.stories import About, describe
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story

TEXTS = ("We kept the kaleidoscope under the floor", "and nobody ever spoke of it again")
NAME = "Zenobia Quill"
SLUG = "under-the-floor"
EVERYWHERE = (
    "/", "/stories", "/search?q=kaleidoscope", "/search?q=zenobia", "/search", f"/stories/{SLUG}", "/api/v1/stories",
    f"/stories/{SLUG}/transcript.vtt", f"/stories/{SLUG}/transcript.txt", f"/stories/{SLUG}/transcript.json",
    f"/api/v1/stories/{SLUG}", f"/api/v1/stories/{SLUG}/passages", "/api/v1/search?q=kaleidoscope", "/themes/exile",
)  # fmt: skip


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    held = spoken_story(house, tmp_path, About("Under the floor", [NAME], interviewers=["M."]), TEXTS, theme="exile")
    with house.db.writing() as session:
        for passage in session.scalars(select(Passage)):
            passage.speaker = NAME
    return held


def shown_as(house: House, held: Spoken, shown: Shown, chosen: str | None = None) -> None:
    with house.db.writing() as session:
        story = session.get_one(Story, held.id)
        faces.show_as(session, story, story.tellers[0], shown, chosen, by=OPERATOR)


def written(by: Visitor) -> str:
    """All that is public, without what somebody has searched for."""
    return "\n".join(re.sub(r'value="[^"]*"|q=\w+', "", by.get(path).text) for path in EVERYWHERE)


@pytest.mark.parametrize(
    ("shown", "chosen", "name"),
    [(Shown.FIRST, None, "Zenobia"), (Shown.CHOSEN, "A keeper", "A keeper"), (Shown.NONE, None, "A narrator")],
)
def test_no_page_form_list_or_search_gives_the_name_away(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None], shown: Shown, chosen: str | None, name: str
) -> None:  # fmt: skip
    work()
    assert "Quill" in written(stranger)
    shown_as(house, told, shown, chosen)
    for _ in range(2):  # at once, and when the index has followed
        everything = written(stranger)
        assert not re.search("quill", everything, re.IGNORECASE)
        assert name in everything
        assert stranger.get("/people/zenobia-quill").status_code == 404
        assert stranger.get("/api/v1/search?q=quill").json["total_passages"] == 0  # type: ignore[index]
        work()
    assert stranger.get("/api/v1/search?q=kaleidoscope").json["total_passages"] == 1  # type: ignore[index]


def test_the_name_one_chose_has_a_page_of_its_own_and_facets_lead_to_it(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None]
) -> None:
    shown_as(house, told, Shown.CHOSEN, "A keeper")
    work()
    assert "Under the floor" in stranger.get("/people/a-keeper").text
    assert stranger.get("/api/v1/search?narrator=a-keeper&q=kaleidoscope").json["total_passages"] == 1  # type: ignore[index]


def test_back_to_the_full_name_is_as_it_was(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None]
) -> None:
    before = [stranger.get(path).text for path in EVERYWHERE if "/stories/" in path]
    shown_as(house, told, Shown.NONE)
    shown_as(house, told, Shown.FULL)
    work()
    assert [stranger.get(path).text for path in EVERYWHERE if "/stories/" in path] == before
    assert stranger.get("/people/zenobia-quill").status_code == 200


def test_two_stories_without_a_name_cannot_be_put_together(house: House, told: Spoken, tmp_path: Path) -> None:
    about = About("Another one by the same", [NAME])
    other = spoken_story(house, tmp_path, about, ("It was winter",), theme="exile")
    shown_as(house, told, Shown.NONE)
    shown_as(house, other, Shown.NONE)
    with house.db.reading() as session:
        slugs = {session.get_one(Story, each.id).narrators[0].slug for each in (told, other)}
    assert len(slugs) == 2
    assert not any("zenobia" in slug for slug in slugs)


def test_who_writes_the_name_into_a_transcript_writes_the_one_that_is_shown(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    shown_as(house, told, Shown.CHOSEN, "A keeper")
    with house.db.writing() as session:
        story, passage = session.get_one(Story, told.id), session.get_one(Passage, told.passages[0])
        given = corrections.Correction("We kept it", NAME, passage.start_ms, passage.end_ms)
        corrections.correct(session, story, passage, given, by=OPERATOR)
        corrections.rename_voice(session, story, "A keeper", NAME, by=OPERATOR)
    assert "Quill" not in written(stranger)


def test_consent_is_that_of_the_person_whatever_name_they_go_by(house: House, told: Spoken, stranger: Visitor) -> None:
    shown_as(house, told, Shown.CHOSEN, "A keeper")
    assert "A keeper agreed on a form." in stranger.get(f"/stories/{SLUG}").text
    assert stranger.get(f"/media/{told.copies[0]}").status_code == 200


def test_saying_once_more_who_told_it_keeps_the_name_they_chose(house: House, told: Spoken, stranger: Visitor) -> None:
    shown_as(house, told, Shown.CHOSEN, "A keeper")
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        describe(session, story, About("Under the floor", [NAME], interviewers=["M."]), by=OPERATOR)
    assert "Quill" not in written(stranger)


def test_a_name_that_one_goes_by_is_nobody_else(house: House, told: Spoken) -> None:
    """Somebody who is really called so is another person, with another address."""
    shown_as(house, told, Shown.FIRST)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        describe(session, story, About("Under the floor", [NAME], interviewers=["Zenobia"]), by=OPERATOR)
        named = list(session.scalars(select(Person).where(Person.name == "Zenobia")))
        assert sorted(person.face for person in named) == [False, True]
        assert len({person.slug for person in named}) == 2


def test_in_the_studio_the_people_themselves_are_named(
    house: House, told: Spoken, curator: Visitor, stranger: Visitor
) -> None:
    with house.db.reading() as session:
        person = session.get_one(Story, told.id).people(Part.NARRATOR)[0].id
    here = f"/studio/{SLUG}"
    assert (
        curator.post(f"{here}/names", {"named": person, "shown": "chosen", "chosen": " "}, at=here).status_code == 422
    )
    sent = {"named": person, "shown": "chosen", "chosen": "A keeper"}
    assert curator.post(f"{here}/names", sent, at=here).status_code == 303
    page = curator.get(here).text
    assert f'value="{NAME}"' in page
    assert "shown as “A keeper”" in page
    assert "Quill" not in written(stranger)


def test_another_name_has_to_be_said(house: House, told: Spoken) -> None:
    with pytest.raises(Invalid, match="which name"):
        shown_as(house, told, Shown.CHOSEN, " ")
