"""A question at its moment, and how it felt: marked in the studio, shown where the story is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Asking, Mood, Question, Recording, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.wiring import House
from tests.archive.sounds import tone
from tests.conftest import Visitor
from tests.web.arriving import a_draft, announce, send

ASKED = "What kept you awake?"


@pytest.fixture
def two_tapes(house: House, interviewer: Visitor, tmp_path: Path) -> str:
    """A story of the interviewer's on two recordings, of three and of two seconds."""
    slug = a_draft(house, "Told on two tapes")
    for seconds in (3, 2):
        body = tone(tmp_path / f"{seconds}.wav", seconds).read_bytes()
        assert send(interviewer, announce(interviewer, len(body), story=slug), 0, body).status_code == 204
    return slug


def mark(who: Visitor, slug: str, **form: str) -> tuple[int, str]:
    answer = who.post(f"/studio/{slug}/askings", dict(form), at=f"/studio/{slug}")
    return answer.status_code, answer.text


def opened(house: House, slug: str) -> None:
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        record_consent(session, story, waiver("a test"), by=OPERATOR)
        story.state = StoryState.PUBLISHED


def closed(house: House, slug: str) -> None:
    with house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().state = StoryState.REVIEW


def test_a_mark_is_kept_on_the_clock_of_its_recording(house: House, interviewer: Visitor, two_tapes: str) -> None:
    assert mark(interviewer, two_tapes, at="0:04", asked_as=ASKED)[0] == 303
    with house.db.reading() as session:
        question = session.scalars(select(Question).where(Question.slug == "what-were-you-sure-of")).one()
    assert mark(interviewer, two_tapes, at="1.5", question=str(question.id))[0] == 303
    with house.db.reading() as session:
        rows = list(session.scalars(select(Asking).order_by(Asking.id)))
        ordinals = [session.get_one(Recording, row.recording_id).ordinal for row in rows]
    assert [(row.at_ms, row.text, row.question_id) for row in rows] == [
        (1000, ASKED, None),
        (1500, question.text, question.id),
    ]
    assert ordinals == [1, 0]
    page = interviewer.get(f"/studio/{two_tapes}").text
    assert page.index("?t=1.5") < page.index(f"/stories/{two_tapes}?t=4.0")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"at": "0:06", "asked_as": ASKED}, "This moment is not in the story, which ends at 0:05."),
        ({"at": "soon", "asked_as": ASKED}, "Please write the time like 12:41."),
        ({"at": "", "asked_as": ASKED}, "Please write the time like 12:41."),
        ({"at": "-1", "asked_as": ASKED}, "Please write the time like 12:41."),
        ({"at": "999999:99:99", "asked_as": ASKED}, "This moment is not in the story"),
        ({"at": "0:01"}, "Please choose a question"),
        ({"at": "0:01", "question": "99999"}, "Please choose a question"),
        ({"at": "0:01", "question": "9" * 40}, "Please choose a question"),
        ({"at": "0:01", "asked_as": "Why?" * 200}, "500 characters long at most"),
    ],
)
def test_a_moment_or_a_question_of_no_use_is_said_and_what_was_typed_stays(
    house: House, interviewer: Visitor, two_tapes: str, form: dict[str, str], said: str
) -> None:
    code, page = mark(interviewer, two_tapes, **form)
    assert (code, said in page) == (422, True)
    assert form["at"] in page
    with house.db.reading() as session:
        assert session.scalars(select(Asking)).first() is None


def test_a_button_pressed_twice_marks_once(house: House, interviewer: Visitor, two_tapes: str) -> None:
    for _ in range(2):
        assert mark(interviewer, two_tapes, at="0:01", asked_as=ASKED)[0] == 303
    with house.db.reading() as session:
        assert len(list(session.scalars(select(Asking)))) == 1


def test_a_recording_whose_length_is_not_known_yet_is_waited_for(
    house: House, interviewer: Visitor, two_tapes: str
) -> None:
    """As browsers record, a file does not say how long it is; the worker finds out."""
    with house.db.writing() as session:
        session.scalars(select(Recording)).first().duration_ms = 0  # type: ignore[union-attr]
    code, page = mark(interviewer, two_tapes, at="0:01", asked_as=ASKED)
    assert (code, "still finding out how long" in page) == (409, True)


def test_without_a_recording_there_is_no_moment(house: House, interviewer: Visitor) -> None:
    code, page = mark(interviewer, a_draft(house), at="0:01", asked_as=ASKED)
    assert (code, "no recording of this story yet" in page) == (409, True)


def test_a_passage_leads_to_the_form_with_its_time(interviewer: Visitor, two_tapes: str) -> None:
    assert 'value="1:01"' in interviewer.get(f"/studio/{two_tapes}?at=61").text
    for nonsense in ("", "-1", "x", "9" * 30, "٣"):
        assert interviewer.get(f"/studio/{two_tapes}", query_string={"at": nonsense}).status_code == 200


def test_a_mark_is_taken_off_by_whoever_may_edit_the_story(
    house: House, interviewer: Visitor, contributor: Visitor, visitor: Callable[[], Visitor], two_tapes: str
) -> None:
    from archive.models import RoleName

    mark(interviewer, two_tapes, at="0:01", asked_as=ASKED)
    with house.db.reading() as session:
        id_ = session.scalars(select(Asking.id)).one()
    another = visitor().signs_in(RoleName.INTERVIEWER, "another@example.org")
    for who, code in ((another, 404), (contributor, 403)):
        at = "/studio/new" if code == 404 else "/account/password"
        assert who.post(f"/studio/askings/{id_}/remove", at=at).status_code == code
        assert who.post(f"/studio/{two_tapes}/askings", {"at": "0:01", "asked_as": "Mine?"}, at=at).status_code == code
        assert who.post(f"/studio/{two_tapes}/mood", {"moment": "before"}, at=at).status_code == code
    assert interviewer.post(f"/studio/askings/{id_}/remove", at=f"/studio/{two_tapes}").status_code == 303
    assert interviewer.post(f"/studio/askings/{id_}/remove", at=f"/studio/{two_tapes}").status_code == 404


def test_everyone_sees_what_was_asked_while_the_story_is_open_and_nobody_afterwards(
    house: House, interviewer: Visitor, stranger: Visitor, two_tapes: str
) -> None:
    mark(interviewer, two_tapes, at="0:04", asked_as=ASKED)
    address = f"/stories/{two_tapes}"
    assert stranger.get(address).status_code == 404
    opened(house, two_tapes)
    page = stranger.get(address).text
    assert ASKED in page
    assert 'href="?t=4.0"' in page
    closed(house, two_tapes)
    never = stranger.get("/stories/never-was").text
    assert stranger.get(address).text.replace(two_tapes, "never-was") == never
    for address in ("/", "/stories", "/search?q=awake", "/api/v1/search?q=awake", "/studio/questions"):
        assert ASKED not in stranger.get(address).text


def felt(who: Visitor, slug: str, person_id: int, **form: str) -> tuple[int, str]:
    answer = who.post(f"/studio/{slug}/mood", {"narrator_id": str(person_id), **form}, at=f"/studio/{slug}")
    return answer.status_code, answer.text if answer.status_code != 303 else who.get(f"/studio/{slug}").text


def narrator_of(house: House, slug: str) -> int:
    with house.db.reading() as session:
        return session.scalars(select(Story).where(Story.slug == slug)).one().narrators[0].id


def test_a_mood_is_kept_changed_and_taken_back_and_is_nobody_elses(
    house: House, interviewer: Visitor, stranger: Visitor, two_tapes: str
) -> None:
    ana = narrator_of(house, two_tapes)
    code, page = felt(interviewer, two_tapes, ana, moment="before", hope="-1.5", conviction="")
    assert code == 303
    assert "much despair" in page
    felt(interviewer, two_tapes, ana, moment="after", hope="0", conviction="2")
    felt(interviewer, two_tapes, ana, moment="before", hope="0.5", conviction="-1")
    with house.db.reading() as session:
        rows = {row.moment.value: (row.hope, row.conviction) for row in session.scalars(select(Mood))}
    assert rows == {"before": (0.5, -1.0), "after": (0.0, 2.0)}
    opened(house, two_tapes)
    public = stranger.get(f"/stories/{two_tapes}").text + stranger.get(f"/api/v1/stories/{two_tapes}").text
    assert not {"despair", "uncertainty", '"hope"'} & set(public.replace(",", " ").split())
    felt(interviewer, two_tapes, ana, moment="after", hope="", conviction="")
    with house.db.reading() as session:
        assert [row.moment.value for row in session.scalars(select(Mood))] == ["before"]


@pytest.mark.parametrize(
    "form",
    [
        {"moment": "before", "hope": "2.5"},
        {"moment": "before", "hope": "0.3"},
        {"moment": "before", "conviction": "nan"},
        {"moment": "before", "conviction": "-3"},
        {"moment": "during", "hope": "1"},
        {"moment": "before", "hope": "1", "narrator_id": "99999"},
        {"moment": "before", "hope": "1", "narrator_id": "M."},
    ],
)
def test_a_mood_beside_the_axes_is_refused(
    house: House, interviewer: Visitor, two_tapes: str, form: dict[str, str]
) -> None:
    answer = interviewer.post(
        f"/studio/{two_tapes}/mood",
        {"narrator_id": str(narrator_of(house, two_tapes)), **form},
        at=f"/studio/{two_tapes}",
    )
    assert answer.status_code == 422
    with house.db.reading() as session:
        assert session.scalars(select(Mood)).first() is None
