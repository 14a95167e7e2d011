"""How passages feel: somebody's own reading, signed by what they are, and shown where the passage is shown."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.models import Passage, Reading, RoleName, Story, StoryState
from archive.services import cautions, corrections, readings, strikes
from archive.services.access import OPERATOR
from archive.services.accounts import account_of, add_account
from archive.services.readings import Felt
from archive.services.stories import About
from archive.services.withdrawal import withdraw
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.spoken import Spoken, spoken_story
from tests.web.withdrawing import ERASED, plain

TEXTS = ("The harbour was frozen that winter", "and we walked over the ice to school", "until the thaw came")


@pytest.fixture
def ice(house: House, tmp_path: Path) -> Spoken:
    return spoken_story(house, tmp_path, About("Ice", ["Ana R."], interviewers=["M."]), TEXTS, theme="winter")


def read(by: Visitor, at: str, hope: str = "", conviction: str = "") -> int:
    return by.post(at, {"hope": hope, "conviction": conviction}, at=at).status_code


def at(told: Spoken, n: int = 0) -> str:
    return f"/passages/{told.passages[n]}/feeling"


def rows(house: House) -> list[tuple[float | None, float | None, str]]:
    with house.db.reading() as session:
        found = session.scalars(select(Reading).order_by(Reading.id))
        return [(each.hope, each.conviction, each.role.value) for each in found]


def dots(page: str) -> list[str]:
    return re.findall(r'<a class="dot".*?</a>', page, re.DOTALL)


def test_a_reading_becomes_a_dot_and_a_line_signed_by_what_somebody_is(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    assert "Nobody has said yet" in stranger.get("/feelings").text
    assert read(contributor, at(ice), "1.5", "-1") == 303
    page = stranger.get("/feelings").text
    assert "Much hope, uncertainty, to a listener" in plain(page)
    assert "find out whether it holds?" in page
    assert "contributor@" not in page
    (dot,) = dots(page)
    assert re.search(r'data-play="0"\s+data-until="1900"', dot)
    assert f'href="/stories/ice?t=0#p{ice.passages[0]}"' in dot
    assert "/media/" in dot
    assert 'aria-label="Play “The harbour was frozen that winter”: much hope, uncertainty, to a listener"' in dot


def test_the_second_reading_of_a_person_takes_the_place_of_the_first_and_an_empty_one_takes_it_back(
    house: House, ice: Spoken, contributor: Visitor
) -> None:
    assert read(contributor, at(ice), "2", "2") == 303
    assert read(contributor, at(ice), "-2") == 303
    assert rows(house) == [(-2, None, "listener")]
    page = contributor.get(at(ice)).text
    assert re.search(r'name="hope"\s+value="-2"\s+checked', page)
    assert read(contributor, at(ice)) == 303
    assert rows(house) == []
    assert read(contributor, at(ice)) == 422


@pytest.mark.parametrize("given", [("3", "0"), ("0.25", "0"), ("0", "-2.5"), ("x", "1"), ("²", "1")])
def test_what_lies_beside_an_axis_is_refused_with_a_sentence(
    house: House, ice: Spoken, contributor: Visitor, given: tuple[str, str]
) -> None:
    answer = contributor.post(at(ice), dict(zip(("hope", "conviction"), given, strict=True)), at=at(ice))
    assert (answer.status_code, rows(house)) == (422, [])
    assert "in steps of a half" in answer.text


def test_narrator_interviewer_and_listener_are_told_apart_and_never_named(
    house: House, tmp_path: Path, interviewer: Visitor, contributor: Visitor, visitor: Callable[[], Visitor]
) -> None:
    with house.db.reading() as session:
        owner = account_of(session, "interviewer@example.org")
    told = spoken_story(house, tmp_path, About("Bread", ["Bo L."]), TEXTS, theme="bread", by=owner)
    card, holder = a_card(house, told.id), visitor()
    mine = f"{card}/stories/bread/passages/{told.passages[0]}/feeling"
    assert holder.post(mine, {"hope": "-1", "conviction": "1"}, at=mine).status_code == 303
    assert read(interviewer, at(told), "0.5", "0.5") == 303
    assert read(contributor, at(told), "1", "1") == 303
    words = plain(visitor().get("/feelings").text)
    for each in ("Despair, conviction, to the narrator", "A little hope, a little conviction, to the interviewer",
                 "Hope, conviction, to a listener"):  # fmt: skip
        assert each in words
    assert card not in visitor().get("/feelings").text


def test_those_who_told_it_and_those_who_keep_it_take_a_reading_off_and_nobody_else_does(
    house: House, ice: Spoken, contributor: Visitor, visitor: Callable[[], Visitor]
) -> None:
    assert read(contributor, at(ice), "-2", "2") == 303
    other = visitor().signs_in(RoleName.CONTRIBUTOR, "other@example.org")
    assert "Take it off" not in other.get(at(ice)).text
    assert other.post("/readings/1/remove", at=at(ice)).status_code == 403
    card, holder = a_card(house, ice.id), visitor()
    here, off = f"{card}/stories/ice/passages/{ice.passages[0]}/feeling", f"{card}/stories/ice/readings/1/remove"
    assert f'action="{off}"' in holder.get(here).text
    assert holder.post(off, at=here).status_code == 303
    assert rows(house) == []
    curator = visitor().signs_in(RoleName.CURATOR)
    assert read(contributor, at(ice), "1", "2") == 303
    off = re.search(r'action="(/readings/\d+/remove)"', curator.get(at(ice)).text)
    assert off
    assert curator.post(off[1], {"next": at(ice)}, at=at(ice)).status_code == 303
    assert rows(house) == []


def test_a_whole_story_is_read_and_its_dot_leads_to_it(ice: Spoken, contributor: Visitor, stranger: Visitor) -> None:
    assert read(contributor, "/stories/ice/feeling", "-1", "-1") == 303
    page = stranger.get("/feelings").text
    (dot,) = dots(page)
    assert 'href="/stories/ice"' in dot
    assert "data-play" not in dot
    assert "whole story" in page
    assert stranger.get("/stories/ice/feeling").status_code == 302


def test_closed_struck_and_withdrawn_passages_leave_the_square_the_list_and_the_number(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    never = stranger.get("/feelings").data
    for n in range(2):
        assert read(contributor, at(ice, n), "1", "1") == 303
    assert len(dots(stranger.get("/feelings").text)) == 2
    with house.db.writing() as session:
        story = session.get_one(Story, ice.id)
        strikes.strike(session, story, strikes.spans_at(story, 0, 1950)[0], by=OPERATOR)
    assert len(dots(stranger.get("/feelings").text)) == 1
    assert contributor.get(at(ice)).status_code == 404
    with house.db.writing() as session:
        session.get_one(Story, ice.id).state = StoryState.REVIEW
    assert stranger.get("/feelings").data == never
    assert contributor.get(at(ice, 1)).status_code == 404
    with house.db.writing() as session:
        withdraw(session, session.get_one(Story, ice.id), ERASED, by=OPERATOR, days=0)
    assert stranger.get("/feelings").data == never


def test_where_the_sound_is_closed_the_dot_leads_to_the_words_and_plays_nothing(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    assert read(contributor, at(ice), "1", "1") == 303
    with house.db.writing() as session:
        session.get_one(Story, ice.id).sound_open = False
    page = stranger.get("/feelings").text
    assert "data-play" not in page
    assert "/media/" not in page
    assert len(dots(page)) == 1


def test_what_one_should_be_warned_of_is_listed_with_its_warning_and_is_no_dot_that_plays(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    for n in range(2):
        assert read(contributor, at(ice, n), str(n + 1), "1") == 303
    with house.db.writing() as session:
        cautions.warn(session, session.get_one(Story, ice.id), 0, 1500, "a death", by=OPERATOR)
    page = stranger.get("/feelings").text
    assert page.count("Before you go on: a death.") == 1
    assert sorted("data-play" in dot for dot in dots(page)) == [False, True]
    assert "Before you go on: a death." in contributor.get(at(ice)).text


def test_a_theme_narrows_the_square_and_one_that_nobody_may_know_of_is_not_there(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    for n in range(2):
        assert read(contributor, at(ice, n), str(n + 1), "1") == 303
    page = stranger.get("/feelings").text
    assert 'href="/feelings?theme=winter"' in page
    narrowed = stranger.get("/feelings?theme=winter").text
    assert (len(dots(page)), len(dots(narrowed))) == (2, 1)
    assert "walked over the ice" not in narrowed
    assert stranger.get("/feelings?theme=nothing").status_code == 404


def test_a_reading_stays_at_its_moment_when_passages_are_cut_and_joined(
    house: House, ice: Spoken, contributor: Visitor
) -> None:
    for n in range(2):
        assert read(contributor, at(ice, n), str(n), "1") == 303

    def stands() -> list[int | None]:
        with house.db.reading() as session:
            return list(session.scalars(select(Reading.passage_id).order_by(Reading.id)))

    with house.db.writing() as session:
        story = session.get_one(Story, ice.id)
        corrections.merge(session, story, session.get_one(Passage, ice.passages[0]), by=OPERATOR)
    assert stands() == [ice.passages[0], None]  # one of a person on a passage; the other waits
    with house.db.writing() as session:
        story, joined = session.get_one(Story, ice.id), session.get_one(Passage, ice.passages[0])
        second = corrections.split(session, story, joined, 6, by=OPERATOR).id
    assert stands() == [ice.passages[0], second]


def test_joining_text_without_a_recording_keeps_the_reading_and_no_double(house: House, contributor: Visitor) -> None:
    a_story(house)
    for n in (1, 2, 3):
        assert read(contributor, f"/passages/{n}/feeling", "1", "1") == 303
    with house.db.writing() as session:
        session.delete(session.get_one(Reading, 1))
        session.flush()
        story = session.get_one(Story, 1)
        corrections.merge(session, story, session.get_one(Passage, 1), by=OPERATOR)
        assert session.get_one(Reading, 2).passage_id == 1
        corrections.merge(session, story, session.get_one(Passage, 1), by=OPERATOR)
        assert session.get_one(Reading, 3).passage_id is None


def test_there_is_an_end_to_what_one_person_reads_in_a_day(
    house: House, ice: Spoken, contributor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_A_DAY", 2)
    for n in range(2):
        assert read(contributor, at(ice, n), "1", "1") == 303
    answer = contributor.post(at(ice, 2), {"hope": "1"}, at=at(ice, 2))
    assert answer.status_code == 429
    assert "please come back tomorrow" in answer.text
    assert re.search(r'name="hope"\s+value="1"\s+checked', answer.text)
    assert read(contributor, at(ice, 1), "-1", "1") == 303  # what was said already may be said otherwise


def test_what_is_read_of_a_draft_waits_for_its_opening(
    house: House, ice: Spoken, curator: Visitor, stranger: Visitor
) -> None:
    with house.db.writing() as session:
        session.get_one(Story, ice.id).state = StoryState.REVIEW
    assert read(curator, at(ice), "1", "1") == 303
    assert not dots(stranger.get("/feelings").text)
    with house.db.writing() as session:
        session.get_one(Story, ice.id).state = StoryState.PUBLISHED
    assert len(dots(stranger.get("/feelings").text)) == 1


def test_a_crowd_is_thinned_out_and_says_how_many_more_the_list_holds(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor
) -> None:
    with house.db.writing() as session:
        passage = session.get_one(Passage, ice.passages[0])
        for n in range(40):
            who = add_account(session, f"a{n}@example.org", RoleName.CONTRIBUTOR)
            readings.read_passage(session, passage, Felt(0.0, 0.0), by=who)
        assert session.scalar(select(func.count(Reading.id))) == 40
    assert read(contributor, at(ice, 1), "1") == 303
    page = stranger.get("/feelings").text
    shown = len(dots(page))
    assert 1 < shown < 40
    assert f"{40 - shown} more in the list: the square has no more room there." in page
    assert "1 more in the list says only one of the two." in page
    listed = sum(stranger.get(f"/feelings?page={n}").text.count('<li id="reading-') for n in (1, 2, 3))
    assert listed == 41
    assert dots(page) == dots(stranger.get("/feelings").text)


def test_feeling_is_offered_beside_passages_at_moments_and_answers_to_those_who_may(
    house: House, ice: Spoken, contributor: Visitor, stranger: Visitor, visitor: Callable[[], Visitor]
) -> None:
    where = at(ice)
    clip = contributor.get("/stories/ice/clip?t=0,1.9").headers["Location"]
    for page in ("/stories/ice", clip, f"/walk/{ice.passages[0]}"):
        assert where in contributor.get(page).text, page
        assert where not in stranger.get(page).text, page
    assert "/stories/ice/feeling" in contributor.get("/stories/ice").text
    card = a_card(house, ice.id)
    assert f"{card}/stories/ice{where}" in visitor().get(f"{card}/stories/ice/read").text
    assert "/feelings" in stranger.get("/").text
