"""Copies to listen to and to watch: the sound first, the picture after it, each once, whatever happens between."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from archive.db import clock
from archive.models import Copy, CopyKind, Job, JobKind, JobState, Recording
from archive.services.access import OPERATOR
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, start_hearing, story_by_slug
from archive.web.present import sound
from archive.wiring import House
from archive.work import derive as deriving
from archive.work import jobs
from archive.work.watch import Watch
from archive.worker import Worker
from tests.uploads.films import film
from uploads.media import Reason, Unplayable

BOTH = [CopyKind.OPUS, CopyKind.AAC]


class Killed(BaseException):
    """The process ends here."""


def brought_in(house: House, path: Path) -> str:
    arrived = Arrived(path, path.name)
    return take_in(house.db, house.storage, arrived, About("Told once", ["Ana R."]), None, by=OPERATOR).slug


def run(house: House) -> None:
    """One DERIVE job, as a worker does it; the lease of a dead one has ended."""
    with house.db.writing() as session:
        session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=clock() - 1))
        ticket = jobs.claim(session, "a worker", [JobKind.DERIVE])[0]
    with Watch(house.db, ticket, Worker(house).stop) as watch:
        deriving.derive(house, ticket, watch)


def kinds(house: House) -> list[CopyKind]:
    with house.db.reading() as session:
        return [copy.kind for copy in session.scalars(select(Recording)).one().copies]


def job(house: House) -> Job:
    with house.db.reading() as session:
        return session.scalars(select(Job).where(Job.kind == JobKind.DERIVE)).one()


def stored(house: House) -> set[str]:
    files = house.settings.data / "files"
    return {str(path.relative_to(files)) for path in (files / "copies").rglob("*") if path.is_file()}


def test_a_film_is_heard_and_seen_and_its_player_of_sound_gets_no_film(house: House, tmp_path: Path) -> None:
    brought_in(house, film(tmp_path / "a.mp4"))
    run(house)
    assert kinds(house) == [*BOTH, CopyKind.VIDEO]
    assert job(house).state == JobState.DONE
    with house.db.reading() as session:
        recording = session.scalars(select(Recording)).one()
        assert [medium.type for medium in sound(recording).media] == ["audio/webm", "audio/mp4"]
        assert {copy.storage_key for copy in recording.copies} == stored(house)
        assert (recording.facts["video_codec"], recording.facts["width"]) == ("h264", 160)
    assert not list(house.bench.glob("copies-*"))


def test_killed_before_the_picture_the_sound_is_heard_already_and_is_not_made_twice(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = brought_in(house, film(tmp_path / "a.mp4"))

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(deriving, "video_copy", killed)
        with pytest.raises(Killed):
            run(house)
    assert kinds(house) == BOTH
    with house.db.writing() as session:
        before = set(session.scalars(select(Copy.id)))
        start_hearing(session, story_by_slug(session, slug, OPERATOR))
    assert job(house).state == JobState.RUNNING  # the one that was killed, and no second one
    monkeypatch.setattr(deriving, "listening_copies", killed)
    run(house)
    assert kinds(house) == [*BOTH, CopyKind.VIDEO]
    with house.db.reading() as session:
        assert before < set(session.scalars(select(Copy.id)))  # whoever listens goes on listening
    assert job(house).state == JobState.DONE


def test_a_picture_that_cannot_be_shown_takes_nothing_away(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = brought_in(house, film(tmp_path / "a.mkv", "ffv1"))
    run(house)
    assert (kinds(house), job(house).state) == (BOTH, JobState.DONE)
    with house.db.writing() as session:
        assert [each.kind for each in start_hearing(session, story_by_slug(session, slug, OPERATOR))] == []


def test_a_worker_that_lost_its_job_leaves_no_picture_behind(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(house, film(tmp_path / "a.mp4"))
    make = deriving.video_copy

    def slow(*given: Any, **how: Any) -> Any:
        with house.db.writing() as session:
            session.execute(update(Job).where(Job.kind == JobKind.DERIVE).values(attempt=Job.attempt + 1))
        return make(*given, **how)

    monkeypatch.setattr(deriving, "video_copy", slow)
    with pytest.raises(jobs.LeaseLost):
        run(house)
    assert kinds(house) == BOTH
    assert len(stored(house)) == 2


def test_a_sound_that_breaks_its_reader_fails_the_job_in_one_sentence(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise Unplayable(Reason.BREAKS)

    brought_in(house, film(tmp_path / "a.mp4"))
    monkeypatch.setattr(deriving, "listening_copies", broken)
    Worker(house, [JobKind.DERIVE]).step()
    assert job(house).state == JobState.FAILED
    assert "makes the program that reads it fail" in (job(house).error or "")
