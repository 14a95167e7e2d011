"""The queue: who gets a job, who loses it, and what a worker that was thought dead may still write."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import delete, func, select, update

from archive.db import clock
from archive.models import Job, JobKind, JobState, Passage, Story
from archive.services.access import OPERATOR
from archive.services.errors import Conflict
from archive.services.stories import story_by_slug, unpublish
from archive.wiring import House
from archive.work import jobs
from tests.factories import a_story

ALL = tuple(JobKind)


def a_job(house: House, kind: JobKind = JobKind.PURGE, **values: object) -> int:
    with house.db.writing() as session:
        job = Job(kind=kind, **values)
        session.add(job)
        session.flush()
        return job.id


def claimed(house: House, worker: str = "a", kinds: Sequence[JobKind] = ALL, limit: int = 1) -> list[jobs.Ticket]:
    with house.db.writing() as session:
        return jobs.claim(session, worker, kinds, limit)


def row(house: House, job_id: int) -> Job:
    with house.db.reading() as session:
        return session.get_one(Job, job_id)


def lease_ends(house: House, job_id: int) -> None:
    """As if a minute had gone by without a sign of its worker."""
    with house.db.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=clock() - 1))


def test_of_many_workers_that_reach_for_one_job_one_gets_it(house: House) -> None:
    for _ in range(5):
        number = a_job(house)
        got: list[jobs.Ticket] = []
        start = threading.Barrier(6)

        def reach(name: str, start: threading.Barrier = start, got: list[jobs.Ticket] = got) -> None:
            start.wait()
            got.extend(claimed(house, name))

        workers = [threading.Thread(target=reach, args=(f"worker {n}",)) for n in range(6)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        assert [(ticket.id, ticket.attempt) for ticket in got] == [(number, 1)]


def test_a_claim_takes_no_more_than_it_was_asked_for(house: House) -> None:
    numbers = [a_job(house) for _ in range(30)]
    assert [ticket.id for ticket in claimed(house)] == numbers[:1]
    assert len(claimed(house, limit=7)) == 7
    with house.db.reading() as session:
        running = session.scalar(select(func.count(Job.id)).where(Job.state == JobState.RUNNING))
    assert running == 8


def test_the_urgent_job_comes_first_and_then_the_one_that_waited_longest(house: House) -> None:
    late, early, urgent = a_job(house), a_job(house), a_job(house, priority=9)
    with house.db.writing() as session:
        session.execute(update(Job).where(Job.id == early).values(run_at=clock() - 100))
    assert [claimed(house)[0].id for _ in range(3)] == [urgent, early, late]


def test_a_worker_gets_only_the_kinds_it_takes(house: House) -> None:
    a_job(house, JobKind.PURGE)
    assert claimed(house, kinds=[JobKind.INDEX]) == []
    assert len(claimed(house, kinds=[JobKind.PURGE])) == 1


def test_a_job_for_later_waits_until_then(house: House) -> None:
    number = a_job(house)
    with house.db.writing() as session:
        session.execute(update(Job).where(Job.id == number).values(run_at=clock() + 3600))
    assert claimed(house) == []


def test_a_job_that_is_held_is_not_given_to_another_before_its_lease_has_ended(house: House) -> None:
    number = a_job(house)
    claimed(house, "a")
    assert claimed(house, "b") == []
    lease_ends(house, number)
    assert [(ticket.id, ticket.attempt) for ticket in claimed(house, "b")] == [(number, 2)]


def test_a_worker_that_was_thought_dead_changes_nothing(house: House) -> None:
    number = a_job(house)
    [zombie] = claimed(house, "zombie")
    lease_ends(house, number)
    claimed(house, "heir")
    before = row(house, number)
    with house.db.writing() as session:
        assert jobs.renew(session, zombie) is None
        jobs.report(session, zombie, "back from the dead", 0.9)
    for write in (
        lambda session: jobs.finish(session, zombie),
        lambda session: jobs.finish(session, zombie, JobState.FAILED, "it did not work"),
        lambda session: jobs.put_back(session, zombie, 0.0, counted=True),
        lambda session: jobs.fence(session, zombie),
    ):
        with pytest.raises(jobs.LeaseLost), house.db.writing() as session:
            write(session)
    after = row(house, number)
    assert (after.state, after.worker, after.attempt) == (JobState.RUNNING, "heir", 2)
    assert (after.stage, after.progress, after.lease_until) == (None, None, before.lease_until)


def test_a_renewed_lease_keeps_the_job(house: House) -> None:
    number = a_job(house)
    [ticket] = claimed(house)
    lease_ends(house, number)
    with house.db.writing() as session:
        assert jobs.renew(session, ticket) is False
    assert claimed(house, "another") == []


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked_to_stop(house: House) -> None:
    waiting, running = a_job(house), a_job(house, priority=1)
    [ticket] = claimed(house)
    assert ticket.id == running
    with house.db.writing() as session:
        for number in (waiting, running):
            jobs.cancel(session, session.get_one(Job, number))
    assert row(house, waiting).state == JobState.CANCELLED
    assert row(house, running).state == JobState.RUNNING
    with house.db.writing() as session:
        assert jobs.renew(session, ticket) is True
    assert claimed(house, "another") == []
    with house.db.writing() as session, pytest.raises(Conflict):
        jobs.cancel(session, session.get_one(Job, waiting))


def test_a_job_put_back_keeps_its_count_or_not_as_it_is_told(house: House) -> None:
    number = a_job(house)
    [first] = claimed(house)
    with house.db.writing() as session:
        jobs.put_back(session, first, 0.0, counted=False, error="the worker is stopping")
    assert (row(house, number).attempt, row(house, number).error) == (0, "the worker is stopping")
    [second] = claimed(house)
    assert second.attempt == 1
    with house.db.writing() as session:
        jobs.put_back(session, second, 3600.0, counted=True, error="a fault")
    held = row(house, number)
    assert (held.state, held.attempt, held.lease_until) == (JobState.WAITING, 1, None)
    assert claimed(house) == []  # not within the hour


def test_what_a_dead_worker_held_can_be_given_back_without_waiting(house: House) -> None:
    numbers = [a_job(house), a_job(house), a_job(house)]
    claimed(house, "host:17:abc", limit=2)
    claimed(house, "host:171:def")
    with house.db.writing() as session:
        jobs.beat(session, "host:17:abc", ALL)
        jobs.beat(session, "host:171:def", ALL)
        assert jobs.release(session, "host:17:") == 2
        assert jobs.living(session, JobKind.PURGE) == 1
    assert [ticket.id for ticket in claimed(house, "heir", limit=3)] == numbers[:2]


def test_a_job_that_ends_its_worker_each_time_is_buried_and_not_before(house: House) -> None:
    number = a_job(house, max_attempts=2)
    for _ in range(2):
        with house.db.writing() as session:
            assert jobs.bury(session) == []
        assert len(claimed(house)) == 1
        lease_ends(house, number)
    assert claimed(house) == []
    with house.db.writing() as session:
        assert [job.id for job in jobs.bury(session)] == [number]
    held = row(house, number)
    assert held.state == JobState.FAILED
    assert "2 times" in (held.error or "")


def test_one_index_job_waits_for_a_story_and_another_while_one_runs(house: House) -> None:
    slug = a_story(house)

    def index_jobs() -> list[JobState]:
        with house.db.reading() as session:
            return list(session.scalars(select(Job.state).where(Job.kind == JobKind.INDEX).order_by(Job.id)))

    def changed() -> None:
        with house.db.writing() as session:
            story = story_by_slug(session, slug, OPERATOR)
            story.place = f"{story.place or ''}!"

    changed()
    assert index_jobs() == [JobState.WAITING]
    [running] = claimed(house, kinds=[JobKind.INDEX])
    changed()
    changed()
    assert index_jobs() == [JobState.RUNNING, JobState.WAITING]
    assert claimed(house, "b", kinds=[JobKind.INDEX]) == []  # never two at once on one story
    with house.db.writing() as session:
        jobs.put_back(session, running, 0.0, counted=False)  # its twin stands for it
    assert index_jobs() == [JobState.DONE, JobState.WAITING]


def test_a_change_that_is_rolled_back_leaves_no_job(house: House) -> None:
    slug = a_story(house)
    claimed(house, limit=10)

    def change_and_fail() -> None:
        with house.db.writing() as session:
            unpublish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        change_and_fail()
    with house.db.reading() as session:
        waiting = session.scalar(select(func.count(Job.id)).where(Job.state == JobState.WAITING))
    assert waiting == 0


@pytest.mark.parametrize(
    "statement", [update(Passage).values(text="?"), update(Story).values(place="?"), delete(Passage)]
)
def test_a_bulk_statement_that_the_index_would_not_see_is_refused(house: House, statement: object) -> None:
    a_story(house)
    with house.db.writing() as session, pytest.raises(RuntimeError, match="mark"):
        session.execute(statement)  # type: ignore[call-overload]
