"""Questions to take along: read by whoever records, changed by curators."""

import pytest
from sqlalchemy import select

from archive import migrations
from archive.models import Question, QuestionSet, RoleName
from archive.settings import Settings
from archive.wiring import House
from tests.conftest import Visitor

HERE = "/studio/questions"
WORD_FOR_WORD = (
    "What do you want this to make possible?",
    "What did you give up on, and was it right?",
    "What would you do now if you were less pessimistic?",
    "What are you confused about, and how could you explore it?",
)


def texts(house: House, slug: str) -> list[str]:
    """Of a set, in order; a retired one in brackets."""
    with house.db.reading() as session:
        held = session.scalars(select(QuestionSet).where(QuestionSet.slug == slug)).one()
        return [f"[{each.text}]" if each.retired else each.text for each in held.questions]


def titles(house: House) -> list[str]:
    with house.db.reading() as session:
        return list(session.scalars(select(QuestionSet.title).order_by(QuestionSet.ordinal)))


def act(who: Visitor, path: str, **form: str) -> int:
    return who.post(f"{HERE}{path}", dict(form), at=HERE).status_code


@pytest.fixture
def own(house: House, curator: Visitor) -> str:
    """A set of the archive's own with three questions in it."""
    assert act(curator, "", title="On trains", note="Sit by the window.") == 303
    for text in ("Where to?", "Where from?", "Who waits?"):
        assert act(curator, "/sets/on-trains/new", text=text) == 303
    return "on-trains"


def test_an_archive_begins_with_questions_in_our_own_words(house: House, interviewer: Visitor) -> None:
    page = interviewer.get(HERE)
    assert page.status_code == 200
    for words in WORD_FOR_WORD:
        assert words in page.text
    with house.db.reading() as session:
        assert 20 <= len(list(session.scalars(select(Question)))) <= 30


def test_removing_them_all_does_not_bring_them_back(house: House, settings: Settings, curator: Visitor) -> None:
    for slug in ("the-work", "doubt", "hope", "people"):
        assert act(curator, f"/sets/{slug}", act="remove") == 303
    migrations.upgrade(settings.database)
    assert titles(house) == []
    assert "There are no questions here yet" in curator.get(HERE).text


def test_a_set_grows_and_is_reordered_reworded_and_retired(house: House, curator: Visitor, own: str) -> None:
    assert texts(house, own) == ["Where to?", "Where from?", "Who waits?"]
    act(curator, "/who-waits", act="up")
    act(curator, "/where-to", act="up")  # it is the first already
    assert texts(house, own) == ["Where to?", "Who waits?", "Where from?"]
    act(curator, "/who-waits", act="retire")
    act(curator, "/where-from", act="up")  # past the next one that is offered
    assert texts(house, own) == ["Where from?", "[Who waits?]", "Where to?"]
    act(curator, "/who-waits", act="offer")
    act(curator, "/who-waits", act="keep", text="Who is waiting for you?")
    assert texts(house, own)[1] == "Who is waiting for you?"
    with house.db.reading() as session:
        slugs = session.scalars(select(Question.slug).where(Question.text == "Who is waiting for you?"))
        assert list(slugs) == ["who-waits"]  # its address stays


def test_sets_change_places_and_names(house: House, curator: Visitor, own: str) -> None:
    assert titles(house)[-1] == "On trains"
    act(curator, f"/sets/{own}", act="up")
    assert titles(house)[-2] == "On trains"
    act(curator, f"/sets/{own}", act="keep", title="On night trains", note="")
    assert titles(house)[-2] == "On night trains"
    assert "Remove this set?" in curator.get(f"{HERE}/sets/{own}/remove").text
    act(curator, f"/sets/{own}", act="remove")
    assert "On night trains" not in titles(house)


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("", {"title": " \t "}, "Please give the set a name."),
        ("", {"title": "x" * 121}, "120 characters long at most"),
        ("", {"title": "x", "note": "n" * 1001}, "1000 characters long at most"),
        ("/sets/doubt/new", {"text": "\u200b"}, "Please write the question."),
        ("/sets/doubt/new", {"text": "Why?" * 200}, "500 characters long at most"),
        ("/sets/doubt", {"act": "paint"}, "Choose what to do with it."),
        ("/what-were-you-sure-of", {"act": "keep", "text": ""}, "Please write the question."),
    ],
)
def test_what_is_of_no_use_is_said_and_nothing_changes(
    house: House, curator: Visitor, path: str, form: dict[str, str], said: str
) -> None:
    before = titles(house), texts(house, "doubt")
    answer = curator.post(f"{HERE}{path}", dict(form), at=HERE)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert (titles(house), texts(house, "doubt")) == before


def test_what_is_gone_is_not_found(curator: Visitor) -> None:
    for path in ("/sets/never-was", "/sets/never-was/new", "/never-was"):
        assert act(curator, path, act="up", text="x") == 404
    assert curator.get(f"{HERE}/sets/never-was/remove").status_code == 404


def test_interviewers_read_them_and_only_curators_change_them(
    house: House, interviewer: Visitor, contributor: Visitor, stranger: Visitor
) -> None:
    assert "Change this set" not in interviewer.get(HERE).text
    for path, form in (("", {"title": "Mine"}), ("/sets/doubt", {"act": "remove"}), ("/sets/doubt/new", {"text": "?"}),
                       ("/what-were-you-sure-of", {"act": "retire"})):  # fmt: skip
        assert interviewer.post(f"{HERE}{path}", dict(form), at="/studio/new").status_code == 403
    assert contributor.get(HERE).status_code == 403
    assert stranger.get(HERE).headers["Location"].startswith("/signin")
    assert len(titles(house)) == 4


def test_a_question_of_another_alphabet_has_an_address_too(curator: Visitor, house: House) -> None:
    act(curator, "/sets/doubt/new", text="¿…?")
    act(curator, "/sets/doubt/new", text="Чего вы ждёте?")
    with house.db.reading() as session:
        slugs = set(session.scalars(select(Question.slug)))
    assert {"question", "чего-вы-ждете"} <= slugs or {"question", "чего-вы-ждёте"} <= slugs


def test_roles_are_what_the_table_says() -> None:
    from archive.services.access import TABLE, Action, Who

    assert TABLE[Action.EDIT_QUESTIONS] == {Who(RoleName.CURATOR.value)}
