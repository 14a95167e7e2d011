"""The worker with real work: what it does with a job that cannot be done, that is cancelled, that kills it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from archive.db import clock
from archive.models import Consent, Heard, Job, JobKind, JobState, Method, Passage, Recording, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, remove_story, start_hearing, story_by_slug
from archive.wiring import House
from archive.work import jobs
from archive.work.process import process
from archive.work.watch import Cancelled, Hopeless, Watch
from archive.worker import Worker
from tests.archive.sounds import gaps_after_sound, silence, tone
from uploads.speech.weights import NoWeights
from uploads.storage import StorageFull

MAY_BE_HEARD = Agreement(Method.FORM, {Scope.MACHINE: "yes"}, person="Ana R.")
PROCESS = [JobKind.PROCESS]


def brought_in(house: House, path: Path, agreed: Agreement | None = MAY_BE_HEARD, **more: Any) -> str:
    about = About(path.stem, ["Ana R."], **more)
    return take_in(house.db, house.storage, Arrived(path, path.name), about, agreed, by=OPERATOR).slug


def process_job(house: House) -> Job:
    with house.db.reading() as session:
        return session.scalars(select(Job).where(Job.kind == JobKind.PROCESS).order_by(Job.id.desc())).first()  # type: ignore[return-value]


def state(house: House, slug: str) -> StoryState:
    with house.db.reading() as session:
        return story_by_slug(session, slug, OPERATOR).state


def count(house: House, table: type) -> int:
    with house.db.reading() as session:
        return session.scalar(select(func.count(table.id))) or 0  # type: ignore[attr-defined]


def ticket(house: House, worker: str) -> jobs.Ticket:
    with house.db.writing() as session:
        return jobs.claim(session, worker, PROCESS)[0]


def watch(house: House, held: jobs.Ticket) -> Watch:
    return Watch(house.db, held, Worker(house).stop)


def test_without_consent_to_a_machine_nothing_is_heard_and_with_it_hearing_begins(
    hearing_house: House, shared: Path, work: Callable[[], None]
) -> None:
    slug = brought_in(hearing_house, shared / "audio/lj/LJ001-0002.mp3", None)
    work()
    with hearing_house.db.reading() as session:
        assert list(session.scalars(select(Job.kind).where(Job.kind != JobKind.INDEX))) == [JobKind.DERIVE]
    assert (state(hearing_house, slug), count(hearing_house, Passage)) == (StoryState.DRAFT, 0)
    with hearing_house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        record_consent(session, story, MAY_BE_HEARD, by=OPERATOR)
        start_hearing(session, story)
    assert state(hearing_house, slug) == StoryState.PROCESSING
    work()
    assert state(hearing_house, slug) == StoryState.REVIEW
    assert count(hearing_house, Passage) > 0


def test_a_zombie_that_hears_on_commits_no_word_and_ends_nothing(hearing_house: House, shared: Path) -> None:
    slug = brought_in(hearing_house, shared / "audio/lj/LJ001-0002.mp3")
    zombie = ticket(hearing_house, "zombie")
    with hearing_house.db.writing() as session:
        session.execute(update(Job).where(Job.id == zombie.id).values(lease_until=clock() - 1))
    heir = ticket(hearing_house, "heir")
    with pytest.raises(jobs.LeaseLost), watch(hearing_house, zombie) as zombies:
        process(hearing_house, zombie, zombies)
    assert (count(hearing_house, Heard), count(hearing_house, Passage)) == (0, 0)
    with watch(hearing_house, heir) as heirs:
        process(hearing_house, heir, heirs)
    assert (process_job(hearing_house).state, state(hearing_house, slug)) == (JobState.DONE, StoryState.REVIEW)
    with pytest.raises(jobs.LeaseLost), watch(hearing_house, zombie) as zombies:
        process(hearing_house, zombie, zombies)
    assert count(hearing_house, Heard) == 1


def test_a_run_that_is_cancelled_keeps_the_recording_and_can_go_on(
    hearing_house: House, shared: Path, work: Callable[[], None]
) -> None:
    slug = brought_in(hearing_house, shared / "audio/lj/LJ001-0002.mp3")
    held = ticket(hearing_house, "worker")
    with hearing_house.db.writing() as session:
        jobs.cancel(session, session.get_one(Job, held.id))
    with pytest.raises(Cancelled), watch(hearing_house, held) as watching:
        process(hearing_house, held, watching)
    Worker(hearing_house)._failed(held, Cancelled())
    assert (process_job(hearing_house).state, state(hearing_house, slug)) == (JobState.CANCELLED, StoryState.DRAFT)
    with hearing_house.db.writing() as session:
        start_hearing(session, story_by_slug(session, slug, OPERATOR))
    work()
    assert state(hearing_house, slug) == StoryState.REVIEW


def test_a_consent_that_is_taken_back_stops_the_machine(hearing_house: House, shared: Path) -> None:
    slug = brought_in(hearing_house, shared / "audio/lj/LJ001-0002.mp3")
    held = ticket(hearing_house, "worker")
    with hearing_house.db.writing() as session:
        no = Agreement(Method.FORM, {Scope.MACHINE: "no"}, person="Ana R.")
        record_consent(session, story_by_slug(session, slug, OPERATOR), no, by=OPERATOR)
        assert start_hearing(session, story_by_slug(session, slug, OPERATOR)) == []
    with pytest.raises((Cancelled, Hopeless)), watch(hearing_house, held) as watching:
        process(hearing_house, held, watching)
    assert (state(hearing_house, slug), count(hearing_house, Heard)) == (StoryState.DRAFT, 0)


def test_a_job_that_kills_its_worker_each_time_fails_its_story_in_a_sentence(house: House, tmp_path: Path) -> None:
    slug = brought_in(house, tone(tmp_path / "poison.wav"))
    for _ in range(jobs.TRIES):
        held = ticket(house, "doomed")
        with house.db.writing() as session:
            session.execute(update(Job).where(Job.id == held.id).values(lease_until=clock() - 1))
    Worker(house, PROCESS).run(drain=True)
    assert (process_job(house).state, state(house, slug)) == (JobState.FAILED, StoryState.FAILED)
    assert f"{jobs.TRIES} times" in (process_job(house).error or "")
    with house.db.writing() as session:
        assert [job.kind for job in start_hearing(session, story_by_slug(session, slug, OPERATOR))] == PROCESS


def deaf(house: House, fault: Exception) -> None:
    def hear(track: object) -> list[object]:
        raise fault

    house.__dict__["transcriber"] = SimpleNamespace(pieces=hear, language=hear)


@pytest.mark.parametrize(
    ("fault", "says"), [(NoWeights("There is no model here."), "no model"), (StorageFull(), "no room left")]
)
def test_what_trying_again_would_not_mend_fails_at_once_with_its_sentence(
    house: House, tmp_path: Path, fault: Exception, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    slug = brought_in(house, tone(tmp_path / "a.wav"))
    deaf(house, fault)
    Worker(house, PROCESS).run(drain=True)
    job = process_job(house)
    assert (job.state, job.attempt, state(house, slug)) == (JobState.FAILED, 1, StoryState.FAILED)
    assert says in (job.error or "")


def test_a_fault_of_ours_is_tried_again_later_and_given_up_in_the_end(house: House, tmp_path: Path) -> None:
    slug = brought_in(house, tone(tmp_path / "a.wav"))
    deaf(house, ZeroDivisionError("our fault"))
    worker = Worker(house, PROCESS)
    for attempt in range(1, jobs.TRIES + 1):
        worker.step()
        job = process_job(house)
        assert job.attempt == attempt
        with house.db.writing() as session:
            session.execute(update(Job).where(Job.id == job.id).values(run_at=clock()))
    assert (process_job(house).state, state(house, slug)) == (JobState.FAILED, StoryState.FAILED)
    assert "our fault" in (process_job(house).error or "")


def test_a_worker_that_is_stopped_gives_its_job_back_uncounted(house: House, tmp_path: Path) -> None:
    brought_in(house, tone(tmp_path / "a.wav"))
    worker = Worker(house, PROCESS)

    def stopping(track: object) -> list[object]:
        worker.stop.set()
        return [SimpleNamespace(start_ms=0, end_ms=1000)]

    house.__dict__["transcriber"] = SimpleNamespace(
        pieces=stopping, knows=lambda language: True, language=lambda *_: ("en", 1.0)
    )
    worker.step()
    job = process_job(house)
    assert (job.state, job.attempt) == (JobState.WAITING, 0)


def test_a_recording_found_bad_in_its_middle_fails_in_its_sentence_and_leaves_no_sound_behind(
    hearing_house: House, shared: Path, tmp_path: Path
) -> None:
    path = gaps_after_sound(tmp_path / "gaps.mkv", shared / "audio/speech/simplicissimus.de.mp3")
    slug = brought_in(hearing_house, path, language="de")
    Worker(hearing_house, PROCESS).run(drain=True)
    assert (process_job(hearing_house).state, state(hearing_house, slug)) == (JobState.FAILED, StoryState.FAILED)
    assert "gives far more, than a file of its size should" in (process_job(hearing_house).error or "")
    assert (list(hearing_house.bench.iterdir()), count(hearing_house, Passage)) == ([], 0)


def test_silence_has_no_passage_and_is_no_failure(hearing_house: House, tmp_path: Path) -> None:
    slug = brought_in(hearing_house, silence(tmp_path / "nobody.wav", 5))
    Worker(hearing_house, PROCESS).run(drain=True)
    assert (state(hearing_house, slug), count(hearing_house, Passage)) == (StoryState.REVIEW, 0)


def test_a_language_that_the_model_does_not_know_is_found_by_listening(hearing_house: House, shared: Path) -> None:
    slug = brought_in(hearing_house, shared / "audio/lj/LJ001-0002.mp3", language="tlh")
    Worker(hearing_house, PROCESS).run(drain=True)
    assert state(hearing_house, slug) == StoryState.REVIEW
    with hearing_house.db.reading() as session:
        assert session.scalars(select(Recording.language_heard)).one() == "en"
        assert story_by_slug(session, slug, OPERATOR).language == "tlh"


def test_a_recording_that_is_gone_from_the_disk_is_told_and_not_tried_for_ever(house: House, tmp_path: Path) -> None:
    slug = brought_in(house, tone(tmp_path / "a.wav"))
    for master in (house.settings.data / "files/masters").rglob("*"):
        if master.is_file():
            master.unlink()
    Worker(house).run(drain=True)
    assert state(house, slug) == StoryState.FAILED
    assert "Restore it from a backup" in (process_job(house).error or "")


def test_a_story_taken_out_leaves_no_file_of_it_behind(house: House, tmp_path: Path) -> None:
    slug = brought_in(house, tone(tmp_path / "a.wav"))
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    data = house.settings.data
    assert list((data / "bench").glob("*.pcm"))  # PROCESS, which has not come yet, would need it
    with house.db.writing() as session:
        remove_story(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    Worker(house).run(drain=True)
    left = [path for folder in ("files", "incoming", "bench") for path in (data / folder).rglob("*") if path.is_file()]
    assert left == []
    assert [count(house, table) for table in (Story, Recording, Consent)] == [0, 0, 0]
