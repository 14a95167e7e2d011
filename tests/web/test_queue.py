"""What a curator sees of the queue, and can do with it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.db import clock
from archive.models import Job, JobKind, JobState, Method, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.intake import Arrived, take_in
from archive.services.stories import About
from archive.wiring import House
from archive.work import jobs, queue
from archive.work.jobs import TRIES
from tests.archive.sounds import tone
from tests.conftest import Visitor

MAY = Agreement(Method.FORM, {Scope.MACHINE: "yes"}, person="Ana R.")


@pytest.fixture
def slug(house: House, tmp_path: Path) -> str:
    sound = tone(tmp_path / "a.wav", 2)
    about = About("Waiting to be heard", ["Ana R."])
    return take_in(house.db, house.storage, Arrived(sound, sound.name), about, MAY, by=OPERATOR).slug


def process(house: House) -> Job:
    with house.db.reading() as session:
        return session.scalars(select(Job).where(Job.kind == JobKind.PROCESS)).one()


def change(house: House, **values: object) -> None:
    with house.db.writing() as session:
        session.execute(update(Job).where(Job.kind == JobKind.PROCESS).values(**values))


def test_the_page_shows_what_waits_and_what_runs(house: House, curator: Visitor, slug: str) -> None:
    page = curator.get("/curator").text
    assert "In the queue" in page
    assert "It hears the recording." in page
    assert "No worker is running" in page
    change(house, state=JobState.RUNNING, stage="listening", progress=0.6, began_at=clock() - 100, began_with=0.1)
    page = curator.get("/curator").text
    assert "listening. About 1 minute left." in page
    change(house, state=JobState.FAILED, error="The disk was full.")
    page = curator.get("/curator").text
    assert "What failed" in page
    assert "The disk was full." in page


def test_only_curators_see_it(interviewer: Visitor, contributor: Visitor, stranger: Visitor) -> None:
    assert interviewer.get("/curator").status_code == 403
    assert contributor.get("/curator").status_code == 403
    assert stranger.get("/curator").status_code == 302


def test_failed_work_is_tried_again_with_all_its_tries(house: House, curator: Visitor, slug: str) -> None:
    with house.db.writing() as session:
        session.scalars(select(Story)).one().state = StoryState.FAILED
    change(house, state=JobState.FAILED, attempt=5, max_attempts=5)
    job = process(house)
    assert curator.post(f"/curator/jobs/{job.id}/again", at="/curator").status_code == 303
    job = process(house)
    assert (job.state, job.max_attempts - job.attempt) == (JobState.WAITING, TRIES)
    with house.db.reading() as session:
        assert session.scalars(select(Story)).one().state == StoryState.PROCESSING
    curator.post(f"/curator/jobs/{job.id}/again", at="/curator")
    assert "Only work that failed can be tried again." in curator.get("/curator").text


def test_what_is_taken_next_is_taken_first(house: House, curator: Visitor, slug: str) -> None:
    with house.db.reading() as session:
        derive = session.scalars(select(Job).where(Job.kind == JobKind.DERIVE)).one()
    curator.post(f"/curator/jobs/{derive.id}/first", at="/curator")
    with house.db.writing() as session:
        assert jobs.claim(session, "a worker", tuple(JobKind))[0].id == derive.id


def test_stopped_work_leaves_its_story_a_draft(house: House, curator: Visitor, slug: str) -> None:
    curator.post(f"/curator/jobs/{process(house).id}/stop", at="/curator")
    assert process(house).state == JobState.CANCELLED
    with house.db.reading() as session:
        assert session.scalars(select(Story)).one().state == StoryState.DRAFT


def test_an_estimate_is_only_given_when_there_is_something_to_go_by(house: House, slug: str) -> None:
    job = process(house)
    job.state, job.began_at, job.began_with = JobState.RUNNING, 1000.0, 0.4
    for progress, now, expected in (
        (None, 2000.0, None),
        (0.42, 2000.0, None),
        (0.6, 1005.0, None),
        (0.6, 1100.0, 200.0),
        (1.0, 1100.0, 0.0),
    ):
        job.progress = progress
        assert queue.left(job, now) == (None if expected is None else pytest.approx(expected))


def test_who_waits_is_told_how_many_are_before(
    house: House, curator: Visitor, slug: str, tmp_path: Path, work: Callable[[], None]
) -> None:
    with house.db.writing() as session:
        jobs.beat(session, "a worker", tuple(JobKind))
    assert "It is taken next." in curator.get(f"/studio/{slug}").text
    sound = tone(tmp_path / "b.wav", 3)
    about = About("Told later", ["Ana R."])
    later = take_in(house.db, house.storage, Arrived(sound, sound.name), about, MAY, by=OPERATOR).slug
    assert "It waits for its turn: 1 before it." in curator.get(f"/studio/{later}").text
