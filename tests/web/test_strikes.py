"""What is struck is gone from the commit on: from the page, from every other form, from search, and from the sound."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Copy, Job, JobKind, Passage, PassageState, Recording, Story, Strike, Uncut
from archive.services import corrections, history, strikes
from archive.services.access import OPERATOR
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.sealing import MARK, seal_what_was_heard
from archive.services.stories import About
from archive.services.strikes import Span
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Ran, Visitor
from tests.factories import a_story
from tests.web.spoken import Spoken, spoken_story

TEXTS = (
    "We kept the kaleidoscope under the floor that year",
    "and nobody in the house ever spoke of it again",
    "until my brother came back from the harbour at last",
)
PATHS = ("", "/transcript.vtt", "/transcript.txt", "/transcript.json", "/words.json")


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    return spoken_story(
        house, tmp_path, About("Under the floor", ["Ana R."], interviewers=["M."]), TEXTS, theme="exile"
    )


def said(held: Spoken, by: Visitor) -> str:
    """All that is written of a story in all its forms."""
    forms = [by.get(f"/stories/{held.slug}{more}").text for more in PATHS]
    return "\n".join([*forms, by.get(f"/api/v1/stories/{held.slug}/passages").text, by.get("/").text])


def struck(house: House, held: Spoken, start: int, end: int, reason: str | None = None) -> int:
    with house.db.writing() as session:
        story = session.get_one(Story, held.id)
        span = strikes.spans_at(story, start, end)[0]
        return strikes.strike(session, story, span, reason=reason, by=OPERATOR).id


def lifted(house: House, held: Spoken, strike_id: int) -> None:
    with house.db.writing() as session:
        strikes.lift(session, session.get_one(Story, held.id), strike_id, by=OPERATOR)


def texts(house: House, held: Spoken) -> list[str]:
    with house.db.reading() as session:
        query = select(Passage.text).where(Passage.story_id == held.id).order_by(Passage.ordinal)
        return list(session.scalars(query))


def test_a_word_that_is_struck_is_in_no_form_of_the_story_and_the_others_are(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    assert "kaleidoscope" in said(told, stranger)
    struck(house, told, 650, 780)
    now = said(told, stranger)
    assert "kaleidoscope" not in now
    assert f"We kept the {MARK} under the floor that year" in now
    assert "something was taken out" in stranger.get(f"/stories/{told.slug}").text


def test_search_does_not_find_it_at_once_nor_afterwards_and_finds_the_rest(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None]
) -> None:
    work()
    assert stranger.get("/api/v1/search?q=kaleidoscope").json["total_passages"] == 1  # type: ignore[index]
    struck(house, told, 650, 780)
    for _ in range(2):
        answer = stranger.get("/api/v1/search?q=kaleidoscope").json
        assert answer is not None
        assert (answer["total_passages"], answer["passages"]) == (0, [])
        Worker(house, [JobKind.INDEX]).run(drain=True)
    assert stranger.get("/api/v1/search?q=harbour").json["total_passages"] == 1  # type: ignore[index]


def test_no_byte_of_the_old_copies_is_served_and_the_page_says_that_the_sound_comes(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor
) -> None:
    for copy in told.copies:
        assert stranger.get(f"/media/{copy}", headers={"Range": "bytes=0-9"}).status_code == 206
    struck(house, told, 650, 780)
    for copy in told.copies:
        for by in (stranger, curator):
            assert by.get(f"/media/{copy}").status_code == 404
            assert by.get(f"/media/{copy}", headers={"Range": "bytes=0-9", "If-Range": '"x"'}).status_code == 404
    page = stranger.get(f"/stories/{told.slug}").text
    assert "The sound is being prepared" in page
    assert "until my brother" in page


def test_new_copies_have_new_addresses_and_the_uncut_ones_none(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None]
) -> None:
    struck(house, told, 650, 780)
    work()
    page = stranger.get(f"/stories/{told.slug}").text
    assert "being prepared" not in page
    with house.db.reading() as session:
        copies, uncut = list(session.scalars(select(Copy))), list(session.scalars(select(Uncut)))
        assert len(copies) == len(uncut) == 2
        assert {each.sha256 for each in copies}.isdisjoint({each.sha256 for each in uncut})
        assert {each.id for each in copies}.isdisjoint(told.copies)
    for copy in copies:
        assert f"/media/{copy.id}" in page
        assert stranger.get(f"/media/{copy.id}").status_code == 200


def test_the_waveform_is_flat_where_something_is_struck(house: House, told: Spoken) -> None:
    struck(house, told, 2000, 4000)
    with house.db.reading() as session:
        recording = session.scalars(select(Recording)).one()
    assert recording.peaks is not None
    assert recording.peaks_uncut is not None
    third = len(recording.peaks) // 3
    assert not any(recording.peaks[third + 3 : 2 * third - 3])
    assert any(recording.peaks[:third])
    assert all(recording.peaks_uncut[third:-third])


def test_what_was_struck_comes_back_when_it_is_lifted_word_for_word_and_moment_for_moment(
    house: House, told: Spoken, stranger: Visitor, work: Callable[[], None]
) -> None:
    before = stranger.get(f"/stories/{told.slug}/transcript.json").json
    id_ = struck(house, told, 650, 780)
    work()
    lifted(house, told, id_)
    assert stranger.get(f"/stories/{told.slug}/transcript.json").json == before
    with house.db.reading() as session:
        copies = list(session.scalars(select(Copy)))
        assert not list(session.scalars(select(Uncut)))
    assert all(stranger.get(f"/media/{copy.id}").status_code == 200 for copy in copies)
    assert len(copies) == 2
    with pytest.raises(Conflict, match="lifted already"):
        lifted(house, told, id_)


def test_where_two_strikes_overlap_what_lies_in_both_comes_back_with_the_second(house: House, told: Spoken) -> None:
    first, second = struck(house, told, 0, 1000), struck(house, told, 700, 2000)
    assert texts(house, told)[0] == MARK
    lifted(house, told, first)
    assert texts(house, told)[0] == f"We kept the {MARK}"
    lifted(house, told, second)
    assert texts(house, told)[0] == TEXTS[0]


def test_one_span_may_reach_over_several_passages(house: House, told: Spoken) -> None:
    id_ = struck(house, told, 1500, 4400)
    assert texts(house, told) == [
        f"We kept the kaleidoscope under the floor {MARK}",
        MARK,
        f"{MARK} brother came back from the harbour at last",
    ]
    lifted(house, told, id_)
    assert texts(house, told) == list(TEXTS)


def test_a_theme_on_a_passage_that_is_struck_as_a_whole_is_not_shown_there(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    assert "exile" in stranger.get(f"/stories/{told.slug}").text
    id_ = struck(house, told, 0, 1999)
    assert "exile" not in stranger.get(f"/stories/{told.slug}").text
    lifted(house, told, id_)
    assert "exile" in stranger.get(f"/stories/{told.slug}").text


def test_an_earlier_state_that_is_brought_back_does_not_bring_back_what_was_struck_since(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    with house.db.writing() as session:
        story, passage = session.get_one(Story, told.id), session.get_one(Passage, told.passages[0])
        given = corrections.Correction(
            passage.text.replace("year", "winter"), "Ana R.", passage.start_ms, passage.end_ms
        )
        corrections.correct(session, story, passage, given, by=OPERATOR)
    struck(house, told, 650, 780)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        history.restore(session, story, history.edits_of(session, story)[0].id, by=OPERATOR)
    assert texts(house, told)[0] == f"We kept the {MARK} under the floor that year"
    assert "kaleidoscope" not in said(told, stranger)


def test_no_new_run_of_the_machine_brings_it_back_and_lifting_gives_what_was_heard_last(
    house: House, told: Spoken
) -> None:
    id_ = struck(house, told, 650, 780)
    with house.db.writing() as session:
        recording = session.scalars(select(Recording)).one()
        passages = list(session.scalars(select(Passage).order_by(Passage.ordinal)))
        passages[0].text = TEXTS[0].replace("kaleidoscope", "telescope")
        passages[0].words = {
            "s": [word * 222 for word in range(9)], "e": [word * 222 + 100 for word in range(9)], "p": [0.9] * 9,
        }  # fmt: skip
        seal_what_was_heard(session, recording, passages)
    assert texts(house, told)[0] == f"We kept the {MARK} under the floor that year"
    lifted(house, told, id_)
    assert texts(house, told)[0] == TEXTS[0].replace("kaleidoscope", "telescope")


def test_a_passage_whose_words_have_no_times_is_struck_as_a_whole(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        story = session.scalars(select(Story)).one()
        id_ = strikes.strike(session, story, Span(None, 11_000, 12_000), by=OPERATOR).id
    assert "fifteen people" not in stranger.get(f"/stories/{slug}").text
    assert "letter of resignation" in stranger.get(f"/stories/{slug}").text
    with house.db.writing() as session:
        strikes.lift(session, session.scalars(select(Story)).one(), id_, by=OPERATOR)
    assert "fifteen people" in stranger.get(f"/stories/{slug}").text


@pytest.mark.parametrize(("start", "end"), [(500, 500), (900, 300), (60_000, 70_000), (-5, 0)])
def test_a_span_that_is_not_in_the_recording_is_refused_in_a_sentence(
    house: House, told: Spoken, start: int, end: int
) -> None:
    with pytest.raises(Invalid):
        struck(house, told, start, end)
    assert texts(house, told) == list(TEXTS)


def test_who_may_not_work_on_a_story_cannot_strike_in_it(house: House, told: Spoken) -> None:
    with house.db.writing() as session, pytest.raises(NotFound):
        strikes.lift(session, session.get_one(Story, told.id), 99, by=OPERATOR)
    with house.db.reading() as session:
        assert session.scalars(select(Strike)).all() == []


def test_what_the_narrator_approved_stays_approved_around_a_strike(house: House, told: Spoken) -> None:
    with house.db.writing() as session:
        session.get_one(Passage, told.passages[0]).state = PassageState.APPROVED
    struck(house, told, 650, 780)
    with house.db.reading() as session:
        assert session.get_one(Passage, told.passages[0]).state == PassageState.APPROVED


def test_striking_while_copies_are_made_ends_with_copies_of_the_last_strike(house: House, told: Spoken) -> None:
    struck(house, told, 650, 780)
    struck(house, told, 2100, 2300)
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.reading() as session:
        assert len(list(session.scalars(select(Copy)))) == 2
        waiting = select(Job.id).where(Job.kind == JobKind.DERIVE, Job.state != "done")
        assert list(session.scalars(waiting)) == []


def test_strike_and_unstrike_from_the_command_line(
    house: House, told: Spoken, stranger: Visitor, peer_stories: Callable[..., Ran]
) -> None:
    done = peer_stories("strike", told.slug, "--from", "0.65", "--to", "0.78", "--reason", "asked by phone")
    assert (done.code, done.err) == (0, "")
    assert "strike 1" in done.out
    assert "kaleidoscope" not in said(told, stranger)
    assert "asked by phone" not in said(told, stranger)
    assert peer_stories("unstrike", told.slug, "1", "--json").code == 0
    assert "kaleidoscope" in said(told, stranger)
    again = peer_stories("unstrike", told.slug, "1")
    assert (again.code, again.err.strip()) == (1, "This strike was lifted already.")
