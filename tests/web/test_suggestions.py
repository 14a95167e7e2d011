"""Themes that a machine suggests: by what people did elsewhere, in what is open, and nothing without a yes."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Declined, Passage, Story, Tagging, Theme, Wording, WordingKind
from archive.services.access import OPERATOR
from archive.services.errors import NotAllowed
from archive.services.suggestions import suggested
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

BREAD = "Every morning my mother kneaded the dough and put the loaves into the oven."
BAKER = "Grandfather was a baker, and the whole street smelled of fresh rolls at dawn."
WAR = "When the soldiers came we hid in the cellar and heard the bombs fall on the town."


def passage(house: House, text: str) -> int:
    with house.db.reading() as session:
        return session.scalars(select(Passage.id).where(Passage.text == text)).one()


def labels(house: House, text: str) -> list[str]:
    with house.db.reading() as session:
        held = session.get_one(Passage, passage(house, text))
        return [each.theme.label for each in suggested(session, house.index, held, house.embedder, by=OPERATOR)]


@pytest.fixture
def told(knowing_house: House, work: Callable[[], None]) -> House:
    a_story(knowing_house, "Bread", texts=(BREAD,))
    a_story(knowing_house, "Rolls", texts=(BAKER,), passage_themes={0: "baking"})
    a_story(knowing_house, "War", texts=(WAR,), passage_themes={0: "hiding"})
    work()
    return knowing_house


def test_what_people_put_on_passages_alike_is_suggested(told: House) -> None:
    assert labels(told, BREAD) == ["baking"]
    assert labels(told, BAKER) == []  # it stands there already


def test_nothing_stands_there_until_somebody_says_yes(told: House, contributor: Visitor) -> None:
    here = f"/passages/{passage(told, BREAD)}/suggestions"
    page = contributor.get(here).text
    assert "Suggested by a machine" in page
    assert '<option value="hiding">' in page  # another theme may be one that is known
    with told.db.reading() as session:
        theme_id = session.scalars(select(Theme.id).where(Theme.label == "baking")).one()
        assert session.scalars(select(Tagging).where(Tagging.passage_id == passage(told, BREAD))).all() == []
    assert contributor.post(here, {"theme": str(theme_id), "answer": "yes"}, at=here).status_code == 303
    with told.db.reading() as session:
        [made] = session.scalars(select(Tagging).where(Tagging.passage_id == passage(told, BREAD)))
        assert (made.theme_id, made.by_id is not None) == (theme_id, True)
    assert "would suggest no theme here" in contributor.get(here).text


def test_what_somebody_said_no_to_is_not_suggested_again(told: House, contributor: Visitor) -> None:
    here = f"/passages/{passage(told, BREAD)}/suggestions"
    with told.db.reading() as session:
        theme_id = session.scalars(select(Theme.id).where(Theme.label == "baking")).one()
    for _ in range(2):
        contributor.post(here, {"theme": str(theme_id), "answer": "no"}, at=here)
    assert labels(told, BREAD) == []
    with told.db.reading() as session:
        assert len(session.scalars(select(Declined)).all()) == 1


def test_a_theme_of_a_story_that_was_closed_is_not_suggested(told: House, work: Callable[[], None]) -> None:
    with told.db.writing() as session:
        session.scalars(select(Story).where(Story.title == "Rolls")).one().text_open = False
    assert labels(told, BREAD) == []
    work()
    assert labels(told, BREAD) == []


def test_a_theme_nobody_has_used_yet_is_known_by_its_description(told: House) -> None:
    with told.db.writing() as session:
        theme = Theme(label="Making bread", slug="making-bread", curated=True, language="en")
        text = "Kneading dough and putting loaves of bread into an oven."
        theme.wordings.append(Wording(kind=WordingKind.SCOPE, text=text, language="en"))
        session.add(theme)
    assert "Making bread" in labels(told, BREAD)
    assert "Making bread" not in labels(told, WAR)


def test_a_draft_gets_suggestions_and_keeps_no_vector(told: House) -> None:
    text = "My uncle taught me to bake rye bread in a wood oven."
    a_story(told, "Draft", texts=(text,), public=False)
    assert labels(told, text) == ["baking"]


def test_a_stranger_is_asked_to_sign_in_and_no_reader_of_closed_stories(told: House, stranger: Visitor) -> None:
    assert stranger.get(f"/passages/{passage(told, BREAD)}/suggestions").status_code == 302
    with told.db.reading() as session, pytest.raises(NotAllowed):
        suggested(session, told.index, session.get_one(Passage, passage(told, BREAD)), None, by=None)


@pytest.mark.parametrize("theme", ["", "0", "-1", "²", "9" * 30, "baking"])
def test_an_answer_about_no_theme_changes_nothing(told: House, contributor: Visitor, theme: str) -> None:
    here = f"/passages/{passage(told, BREAD)}/suggestions"
    assert contributor.post(here, {"theme": theme, "answer": "yes"}, at=here).status_code == 303
    assert labels(told, BREAD) == ["baking"]
