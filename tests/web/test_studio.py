"""The studio: what waits for me, what the machine is doing, and the acts by which a story is opened and closed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Heard, Job, JobKind, JobState, Recording, RoleName, Story, StoryState
from archive.services.accounts import account_of
from archive.wiring import House
from archive.work import jobs
from tests.archive.sounds import tone
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.test_bad_files import brings

CONSENT = {"person": "Ana R.", "method": "form", "signed_on": "2026-05-04", "machine": "no", "existence": "open",
           "text": "open", "sound": "open"}  # fmt: skip


@pytest.fixture
def mine(house: House, interviewer: Visitor) -> str:
    """A story of the interviewer's that waits to be opened."""
    with house.db.reading() as session:
        owner = account_of(session, "interviewer@example.org")
    return f"/studio/{a_story(house, 'A year', public=False, owner=owner)}"


def act(who: Visitor, page: str, name: str, **form: str) -> tuple[int, str]:
    answer = who.post(f"{page}/{name}", dict(form), at=page)
    return answer.status_code, answer.text if answer.status_code != 303 else who.get(page).text


def test_the_studio_begins_empty_and_then_lists_what_waits_and_what_does_not(
    house: House, interviewer: Visitor, mine: str
) -> None:
    page = interviewer.get("/studio").text
    assert page.index("Waiting for you") < page.index("A year")
    assert "No worker is running" in page
    with house.db.writing() as session:
        jobs.beat(session, "host:1:a", tuple(JobKind))
    assert "The machine is ready to listen." in interviewer.get("/studio").text


def test_a_studio_without_a_story_shows_the_way_to_the_first(interviewer: Visitor) -> None:
    page = interviewer.get("/studio").text
    assert "Nothing is here yet" in page
    assert 'href="/studio/new"' in page


def test_a_story_is_opened_after_its_consent_and_closed_again(
    interviewer: Visitor, stranger: Visitor, mine: str
) -> None:
    code, page = act(interviewer, mine, "publish")
    assert (code, "No consent of every narrator" in page or "no consent of every narrator" in page) == (409, True)
    assert act(interviewer, mine, "consent", **CONSENT)[0] == 303
    page = interviewer.get(mine).text
    assert "Ana R. agreed on a form: everyone may find it, no machine may hear it, everyone may read it" in page
    code, page = act(interviewer, mine, "publish")
    assert (code, "Ana R. has not gone through it yet" in page) == (409, True)
    who = re.search(r'name="narrator" value="(\d+)"', interviewer.get(mine).text)
    assert who is not None
    assert act(interviewer, mine, "reviewed", narrator=who[1])[0] == 303
    assert act(interviewer, mine, "publish")[0] == 303
    assert "Ana R. agreed on a form.<" in stranger.get("/stories/a-year").text
    assert "See it as everyone sees it" in interviewer.get(mine).text
    assert act(interviewer, mine, "publish")[0] == 409
    assert act(interviewer, mine, "unpublish")[0] == 303
    assert stranger.get("/stories/a-year").status_code == 404
    assert act(interviewer, mine, "unpublish")[0] == 409


def test_details_are_changed_and_the_address_stays(interviewer: Visitor, mine: str) -> None:
    details = {"title": "Another year", "narrator": "Ana R., Bea S.", "interviewer": "", "place": "Oslo",
               "recorded_on": "2020-02-02", "language": "pt", "why_told": "Told.", "why_recorded": "",
               "for_whom": "A town."}  # fmt: skip
    code, page = act(interviewer, mine, "details", **details)
    assert code == 303
    for words in ("Another year", "Bea S.", "Oslo", "2 February 2020", "Told.", "A town."):
        assert words in page
    code, page = act(interviewer, mine, "details", **details | {"for_whom": "a" * 4001})
    assert (code, "longer than 4000 characters" in page) == (422, True)
    code, page = act(interviewer, mine, "details", **details | {"title": ""})
    assert (code, "Please give the story a title." in page, "Told." in page) == (422, True, True)
    code, page = act(interviewer, mine, "details", **details | {"recorded_on": "2020-02-31"})
    assert (code, "Please write the date like" in page) == (422, True)


def test_a_consent_that_cannot_be_understood_is_told_where_it_is_written(
    interviewer: Visitor, curator: Visitor, mine: str
) -> None:
    for change, says in (
        ({"person": "A neighbour"}, "not a narrator of this story"),
        ({"signed_on": "4 May"}, "no date like"),
        ({"text": "perhaps"}, "cannot be"),
        ({"method": "nod"}, "signed on a form or said on the recording"),
    ):
        code, page = act(interviewer, mine, "consent", **CONSENT | change)
        assert (code, says in page.replace("&#39;", "'")) == (422, True), change
    code, page = act(curator, mine, "consent", **CONSENT | {"method": "waiver", "person": ""})
    assert (code, "needs a reason" in page) == (422, True)
    assert act(interviewer, mine, "consent", **CONSENT | {"waiver": "I say so."})[0] == 403
    assert "Nothing is written down yet." in interviewer.get(mine).text
    assert act(curator, mine, "consent", **CONSENT | {"waiver": "A reading of 1859."})[0] == 303


def test_themes_are_put_on_with_commas_and_taken_off(interviewer: Visitor, mine: str) -> None:
    code, page = act(interviewer, mine, "themes", theme="Work, Doubt;  work")
    assert (code, page.count("Take off ")) == (303, 2)
    removing = re.search(r'action="(/taggings/\d+/remove)"', page)
    assert removing
    answer = interviewer.post(removing[1], {"next": f"{mine}#themes"}, at=mine)
    assert answer.headers["Location"] == f"{mine}#themes"
    assert interviewer.get(mine).text.count("Take off ") == 1
    code, page = act(interviewer, mine, "themes", theme=" ")
    assert (code, "Please name a theme." in page) == (422, True)


def test_the_page_follows_the_machine_step_by_step(house: House, interviewer: Visitor, tmp_path: Path) -> None:
    assert brings(interviewer, tone(tmp_path / "a.wav"), consent="later")[0] == 303
    page = "/studio/a-year"
    assert "no worker is running on this archive" in interviewer.get(f"{page}/progress").text
    with house.db.writing() as session:
        jobs.beat(session, "host:1:a", tuple(JobKind))
    assert "It is taken next." in interviewer.get(f"{page}/progress").text
    with house.db.writing() as session:
        [ticket] = jobs.claim(session, "host:1:a", [JobKind.PROCESS])
        jobs.report(session, ticket, "reading the recording", 0.25)
    fragment = interviewer.get(f"{page}/progress").text
    assert "Now reading the recording." in fragment
    assert 'value="0.25"' in fragment
    assert "<html" not in fragment
    with house.db.writing() as session:
        said = {"w": ["The", "stairs."], "s": [0, 500], "e": [400, 900], "p": [0.9, 0.9]}
        number = session.scalars(select(Recording.id)).one()
        session.add(Heard(recording_id=number, key="k" * 64, start_ms=0, end_ms=1000, words=said))
    assert "The stairs." in interviewer.get(f"{page}/progress").text
    assert "The stairs." in interviewer.get(page).text
    with house.db.writing() as session:
        jobs.finish(session, ticket, JobState.FAILED, "The sound ended <too> soon.")
        session.scalars(select(Story)).one().state = StoryState.FAILED
    fragment = interviewer.get(f"{page}/progress").text
    assert "The sound ended &lt;too&gt; soon." in fragment
    assert f'action="{page}/retry"' in fragment


def test_the_machine_is_stopped_and_let_go_on(house: House, interviewer: Visitor, tmp_path: Path) -> None:
    brings(interviewer, tone(tmp_path / "a.wav"), consent="later")
    page = "/studio/a-year"
    assert act(interviewer, page, "cancel")[0] == 303
    assert "can go on from there" in interviewer.get(page).text
    assert state(house) == (StoryState.DRAFT, JobState.CANCELLED)
    assert act(interviewer, page, "retry")[0] == 303
    assert state(house) == (StoryState.PROCESSING, JobState.WAITING)
    assert act(interviewer, page, "retry")[0] == 409
    with house.db.writing() as session:
        jobs.claim(session, "host:1:a", [JobKind.PROCESS])
    assert act(interviewer, page, "cancel")[0] == 303
    assert state(house) == (StoryState.PROCESSING, JobState.RUNNING)  # it stops at its next step
    assert "Stop the machine" not in interviewer.get(page).text


def state(house: House) -> tuple[StoryState, JobState]:
    with house.db.reading() as session:
        latest = select(Job.state).where(Job.kind == JobKind.PROCESS).order_by(Job.id.desc()).limit(1)
        return session.scalars(select(Story.state)).one(), session.scalars(latest).one()


def test_removing_asks_first_and_leaves_no_file(
    house: House, interviewer: Visitor, tmp_path: Path, work: Callable[[], None]
) -> None:
    brings(interviewer, tone(tmp_path / "a.wav"))
    work()
    assert "This cannot be taken back." in interviewer.get("/studio/a-year/remove").text
    answer = interviewer.post("/studio/a-year/remove", at="/studio/a-year/remove")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio")
    work()
    assert interviewer.get("/studio/a-year").status_code == 404
    assert [path for path in (house.settings.data / "files").rglob("*") if path.is_file()] == []


def test_a_story_of_somebody_elses_that_is_public_may_be_read_and_not_changed(
    house: House, visitor: Callable[[], Visitor], mine: str
) -> None:
    a_story(house, "Public")
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")
    assert other.get("/stories/public").status_code == 200
    assert other.get("/studio/public").status_code == 403
    for name in ("publish", "unpublish", "details", "consent", "themes", "cancel", "retry", "remove"):
        assert other.post(f"/studio/public/{name}", at="/studio/new").status_code == 403, name
        assert other.post(f"{mine}/{name}", at="/studio/new").status_code == 404, name
