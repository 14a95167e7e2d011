"""Staying in touch: what a narrator and an interviewer share, what was left open, and who gets to know of it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from archive.models import Conversation, MoodMoment, Person, RoleName, Shown, Story, StoryState
from archive.services import erasing, faces, moods, strikes
from archive.services.access import OPERATOR, Actor
from archive.services.accounts import account_of
from archive.services.moods import Reading
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.answered import OTHER, SLUG, conversation
from tests.web.withdrawing import ERASED, taken_back

SAID = (("M.", "What were you sure of?"), ("Ebb N.", "Of the tide."), ("Ebb N.", "And the harbour."))
PEOPLE, EBB = "/studio/people", "/studio/people/ebb-n"
PUT_OFF = "Which question do you keep putting off?"


def told(
    house: House,
    title: str,
    on: date,
    asked: dict[int, str] | None = None,
    *,
    name: str = "Ebb N.",
    by: Actor = OPERATOR,
) -> str:
    about = About(title, [name], ["M."], on, why_told="So that it is kept.")
    return conversation(house, title, SAID, asked or {}, about=about, by=by)


def read(page: str) -> str:
    """As it is read: without tags, blanks as one."""
    main = page[page.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(" .", ".").replace(" ,", ",").replace(" :", ":")


def part(page: str, id_: str) -> str:
    """What stands under the heading of this id, as it is read; empty where there is none."""
    found = re.search(rf'<h2 id="{id_}".*?</section>', page, re.DOTALL)
    return read(f"<main{found[0]}") if found else ""


def spoke(by: Visitor, at: str = EBB, **form: object) -> int:
    return by.post(f"{at}/conversations", {"on": str(date(2026, 3, 1)), "how": "call", **form}, at=at).status_code


def me(house: House, email: str = "interviewer@example.org") -> Actor:
    with house.db.reading() as session:
        return account_of(session, email)


def change(house: House, slug: str, do: Callable[..., object]) -> None:
    with house.db.writing() as session:
        do(session, session.scalars(select(Story).where(Story.slug == slug)).one())


@pytest.fixture
def november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (date(2026, 3, 1), "spoke today; it is full"),
        (date(2026, 7, 1), "spoke 4 months ago; two thirds are left"),
        (date(2026, 9, 1), "spoke 6 months ago; half is left"),
        (date(2027, 2, 28), "spoke 12 months ago; almost nothing is left"),
        (date(2027, 3, 1), "spoke 12 months ago; nothing is left"),
        (date(2031, 3, 1), "spoke 5 years ago; nothing is left"),
    ],
)
def test_a_battery_is_full_while_they_speak_and_empty_a_year_later(
    house: House, visitor: Callable[[], Visitor], later: date, said: str
) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        told(house, "Ebb", date(2026, 3, 1))
    with time_machine.travel(datetime(later.year, later.month, later.day, 12, tzinfo=UTC), tick=False):
        assert f"With M.: {said}." in read(visitor().signs_in(RoleName.CURATOR).get(EBB).text)


@pytest.mark.usefixtures("november")
def test_a_noted_call_charges_it_and_the_note_can_be_taken_away(house: House, curator: Visitor) -> None:
    told(house, "Ebb", date(2025, 3, 1))
    assert "nothing is left" in part(curator.get(EBB).text, "spoke")
    assert spoke(curator, on="2026-11-20", note="She moved to <b>Oslo</b>.") == 303
    page = curator.get(EBB).text
    assert "spoke today; it is full" in part(page, "spoke")
    assert "She moved to &lt;b&gt;Oslo&lt;/b&gt;." in page
    away = re.search(rf'action="({EBB}/conversations/\d+/remove)"', page)
    assert away
    assert curator.post(away[1], at=EBB).status_code == 303
    assert "nothing is left" in part(curator.get(EBB).text, "spoke")
    assert curator.post(away[1], at=EBB).status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"on": str(datetime.now(UTC).date() + timedelta(days=2))}, "That day has not come yet."),
        ({"on": ""}, "Please say on which day it was."),
        ({"on": "soon"}, "Please write the date like"),
        ({"how": "telepathy"}, "Please say how you spoke."),
        ({"note": "x" * 4_001}, "That is longer than 4,000 characters."),
    ],
)
def test_what_is_of_no_use_comes_back_with_all_that_was_typed(
    house: House, curator: Visitor, form: dict[str, str], sentence: str
) -> None:
    told(house, "Ebb", date(2026, 3, 1))
    answer = curator.post(
        f"{EBB}/conversations", {"on": "2026-03-02", "how": "visit", "left_open": "Why the sea?", **form}, at=EBB
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Why the sea?</textarea>" in answer.text
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Conversation.id))) == 0


@pytest.mark.usefixtures("november")
def test_whom_to_ask_again_the_emptiest_first_and_why(house: House, curator: Visitor) -> None:
    for title, on in (("Flood", date(2026, 11, 1)), ("Ebb", date(2026, 4, 1)), ("Moon", date(2024, 1, 1))):
        told(house, title, on, {0: SLUG} if title == "Ebb" else None, name=f"{title} N.")
    page = curator.get(PEOPLE).text
    soon, later = part(page, "soon"), part(page, "later")
    assert soon.index("Moon N.") < soon.index("Ebb N.")
    assert "Spoke 2 years ago; nothing is left. A year or more has gone by." in soon
    assert re.search(r"More than half of it is gone. \d+ questions were left open.", soon)
    assert "Flood N." not in soon
    assert "Flood N." in later
    assert f'href="{PEOPLE}"' in curator.get("/studio").text


def test_an_interviewer_meets_those_they_recorded_and_nobody_reads_the_notes_of_another(
    house: House, interviewer: Visitor, curator: Visitor, visitor: Callable[[], Visitor]
) -> None:
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")
    told(house, "Mine", date(2026, 3, 1), by=me(house))
    told(house, "Theirs", date(2026, 4, 1), by=me(house, "other@example.org"))
    told(house, "Moon", date(2026, 4, 1), name="Moon N.", by=me(house, "other@example.org"))
    assert spoke(other, note="He is afraid of marmalade.", left_open="And the marmalade?", on="2026-05-01") == 303
    mine = interviewer.get(EBB).text
    for each in ("marmalade", "Theirs", "May 2026"):
        assert each not in mine
    assert "Moon N." not in interviewer.get(PEOPLE).text
    assert {interviewer.get(f"{PEOPLE}/{each}").status_code for each in ("moon-n", "nobody", "m")} == {404}
    number = re.search(r"conversations/(\d+)/remove", other.get(EBB).text)
    assert number
    assert interviewer.post(f"{EBB}/conversations/{number[1]}/remove", at=EBB).status_code == 404
    for by in (other, curator):
        assert "He is afraid of marmalade." in by.get(EBB).text
    assert "Mine" in curator.get(EBB).text


def test_what_was_left_open_is_what_somebody_wrote_and_what_the_set_still_holds(house: House, curator: Visitor) -> None:
    told(house, "Ebb", date(2026, 3, 1), {0: SLUG})
    assert spoke(curator, on="2026-03-05", left_open="Who taught you to row?\n\n  and the boat? ") == 303
    left = part(curator.get(EBB).text, "open")
    assert left.index("Who taught you to row?") < left.index("and the boat?") < left.index(PUT_OFF)
    assert "Written down on 5 March 2026" in left
    assert "which was taken along on 1 March 2026" in left
    assert "What were you once sure of" not in left  # it was asked
    assert "What do you do on days when hope is low?" not in left  # of another set
    later = told(house, "Flood", date(2026, 4, 1), {0: SLUG, 10: OTHER})
    change(house, later, _asks("who taught you to row"))
    left = part(curator.get(EBB).text, "open")
    assert "row?" not in left
    assert "and the boat?" in left


def _asks(text: str) -> Callable[..., None]:
    from archive.services.askings import Words, mark

    return lambda session, story: mark(session, story, 5000, Words(text=text), by=OPERATOR) and None


def test_two_conversations_side_by_side(house: House, curator: Visitor) -> None:
    ebb = told(house, "Ebb", date(2021, 3, 1), {0: SLUG})
    told(house, "Flood", date(2026, 4, 1), {10: SLUG, 20: OTHER})
    after = Reading(MoodMoment.AFTER, -1.0, 0.5)
    change(house, ebb, lambda session, story: moods.set_reading(session, story, story.tellers[0], after, by=OPERATOR))
    page = curator.get(EBB).text
    beside = part(page, "beside-title")
    assert beside.index("1 March 2021") < beside.index("1 April 2026")
    assert "After the conversation: despair, a little conviction." in beside
    assert "So that it is kept." in beside
    twice = re.search(r'<ol class="twice">.*?</ol>', page, re.DOTALL)
    assert twice
    assert re.findall(r'href="([^"]+)"', twice[0]) == ["/stories/ebb?t=0", "/stories/flood?t=10"]
    assert "What do you do on days when hope is low?" in beside.split("Only in one of them")[1]
    change(house, "flood", lambda session, story: strikes.strike(
        session, story, strikes.spans_at(story, 9_000, 12_000)[0], by=OPERATOR
    ))  # fmt: skip
    assert "No question is marked in both." in part(curator.get(EBB).text, "beside-title")


def test_any_two_can_be_chosen_recorded_or_noted(house: House, curator: Visitor) -> None:
    told(house, "Ebb", date(2021, 3, 1))
    told(house, "Flood", date(2024, 4, 1))
    assert spoke(curator, on="2025-06-07", note="By the sea.") == 303
    keys = re.findall(r'<option value="((?:story|note)-\d+)"', curator.get(EBB).text)
    note, flood, ebb = keys[:3]
    beside = part(curator.get(f"{EBB}?one={note}&other={ebb}").text, "beside-title").split("Show these two")[1]
    assert "By the sea." in beside
    assert "1 March 2021" in beside
    assert "Flood" not in beside
    for odd in (f"?one={flood}&other={flood}", "?one=story-99999&other=x", "?one=&other="):
        assert curator.get(EBB + odd).status_code == 200


def test_nobody_who_took_everything_back_is_proposed(house: House, curator: Visitor) -> None:
    told(house, "Ebb", date(2020, 3, 1), {0: SLUG})
    told(house, "Flood", date(2019, 3, 1))
    assert spoke(curator, on="2020-05-01", note="marmalade", left_open="marmalade?") == 303
    for slug, soon in (("ebb", True), ("flood", False)):
        taken_back(house, slug)
        page = curator.get(PEOPLE).text
        assert ("Ebb N." in part(page, "soon")) is soon
    assert "Ebb N. Took back everything they told." in part(page, "resting")
    person = read(curator.get(EBB).text)
    assert "Nobody is told to ask them again, and notes about them are closed as well." in person
    assert not [each for each in (PUT_OFF, "marmalade", "nothing is left", "recorded") if each in person]


def test_nobody_who_wants_to_be_let_be_is_proposed_by_anybody(
    house: House, curator: Visitor, interviewer: Visitor
) -> None:
    told(house, "Ebb", date(2020, 3, 1), {0: SLUG}, by=me(house))
    assert interviewer.post(f"{EBB}/let-be", {"let_be": "yes"}, at=EBB).status_code == 303
    for by in (interviewer, curator):
        page = by.get(PEOPLE).text
        assert part(page, "soon") == ""
        assert "Does not want to be asked again." in part(page, "resting")
        assert PUT_OFF not in by.get(EBB).text
    assert interviewer.post(f"{EBB}/let-be", at=EBB).status_code == 303
    assert "Ebb N." in part(curator.get(PEOPLE).text, "soon")


def test_it_is_about_the_person_and_never_about_a_face(house: House, curator: Visitor, stranger: Visitor) -> None:
    told(house, "Ebb", date(2026, 3, 1))
    change(house, "ebb", lambda session, story: faces.show_as(
        session, story, story.tellers[0], Shown.CHOSEN, "Somebody", by=OPERATOR
    ))  # fmt: skip
    assert "Ebb N." in curator.get(PEOPLE).text
    assert curator.get(f"{PEOPLE}/somebody").status_code == 404
    assert spoke(curator) == 303
    with house.db.reading() as session:
        assert session.scalars(select(Conversation)).one().person.name == "Ebb N."
    assert "Ebb N." not in stranger.get("/people/somebody").text


def test_erasing_the_last_story_leaves_no_row_that_names_them(house: House, curator: Visitor) -> None:
    told(house, "Ebb", date(2026, 3, 1))
    told(house, "Flood", date(2026, 4, 1))
    assert spoke(curator, note="She moved.") == 303
    for slug, left in (("ebb", 1), ("flood", 0)):
        taken_back(house, slug, ERASED, days=0)
        with house.db.writing() as session:
            erasing.erase_due(session)
        with house.db.reading() as session:
            assert session.scalar(select(func.count(Conversation.id))) == left
            assert session.scalar(select(func.count(Person.id)).where(Person.name == "Ebb N.")) == left
    assert "Ebb N." not in curator.get(PEOPLE).text


def test_nobody_outside_comes_in_and_no_public_page_tells_of_it(
    house: House, stranger: Visitor, contributor: Visitor, curator: Visitor
) -> None:
    told(house, "Ebb", date(2026, 3, 1))
    before = stranger.get("/stories/ebb").text, stranger.get("/people/ebb-n").text
    assert spoke(curator, note="marmalade") == 303
    assert curator.post(f"{EBB}/let-be", {"let_be": "yes"}, at=EBB).status_code == 303
    for path in (PEOPLE, EBB):
        assert (stranger.get(path).status_code, contributor.get(path).status_code) == (302, 403)
    token = re.compile(r'name="csrf_token"\s+value="[^"]+"')
    after = stranger.get("/stories/ebb").text, stranger.get("/people/ebb-n").text
    assert [token.sub("", each) for each in after] == [token.sub("", each) for each in before]


def test_who_told_nothing_and_a_sample_are_nobody_to_ask(house: House, curator: Visitor) -> None:
    assert "Nobody has told you a story here yet." in curator.get(PEOPLE).text
    told(house, "Ebb", date(2026, 3, 1))
    change(house, "ebb", lambda _, story: setattr(story, "sample_of", "From a museum."))
    assert "Ebb N." not in curator.get(PEOPLE).text
    change(house, "ebb", lambda _, story: setattr(story, "sample_of", None))
    change(house, "ebb", lambda _, story: setattr(story, "state", StoryState.DRAFT))
    assert "Ebb N." in curator.get(PEOPLE).text
