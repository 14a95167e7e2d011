"""kill -9 in mid-transcription: what was heard is kept, and the transcript is the one of an undisturbed run."""

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Heard, JobState, StoryState
from archive.services.access import OPERATOR
from archive.services.stories import story_by_slug
from archive.wiring import House
from tests.archive.kills import Bench
from tests.archive.sounds import joined

READ_ALOUD = ("0002", "0004", "0013", "0016", "0011")
APART_S = 11.0  # so long a silence ends a piece: five pieces, and four moments between two of them


@pytest.mark.speech
def test_a_worker_killed_three_times_leaves_the_transcript_of_an_undisturbed_one(
    house: House, environment: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    bench = Bench(house, environment | {"PEER_STORIES_WHISPER_MODEL": "tiny.en"})
    recording = joined(tmp_path / "told.wav", [shared / f"audio/lj/LJ001-{n}.mp3" for n in READ_ALOUD], APART_S)
    slug = bench.begin(recording)
    undisturbed, _ = bench.undisturbed(slug)
    assert bench.pieces() == len(READ_ALOUD)
    bench.take_out(slug)

    slug = bench.begin(recording)
    for done in (1, 2, 4):
        assert bench.kill(lambda done=done: bench.pieces() >= done), "the worker had ended before it could be killed"
        with house.db.reading() as session:
            kept = {piece.id: piece.heard_at for piece in session.scalars(select(Heard))}
        assert done <= len(kept) < len(READ_ALOUD)
        assert bench.read(slug) == []  # passages come together, at the end
    again, _ = bench.undisturbed(slug)

    assert again == undisturbed
    assert bench.doubles() == 0
    assert (bench.job().state, bench.job().attempt) == (JobState.DONE, 4)
    with house.db.reading() as session:
        heard = {piece.id: piece.heard_at for piece in session.scalars(select(Heard))}
        assert kept.items() <= heard.items()  # nothing was heard a second time
        assert story_by_slug(session, slug, OPERATOR).state == StoryState.REVIEW
