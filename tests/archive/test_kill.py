"""kill -9 in mid-transcription: what was heard is kept, and the transcript is the one of an undisturbed run."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from archive.models import Heard, JobState, StoryState
from archive.services.access import OPERATOR
from archive.services.stories import story_by_slug
from archive.wiring import House
from tests.archive.kills import Bench
from tests.archive.sounds import SPEECH_RATE, heard, joined, written
from tests.processes import readers, until

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


@pytest.mark.speech
def test_words_come_before_the_sound_is_all_there_and_a_kill_at_that_moment_changes_nothing(
    house: House, environment: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    bench = Bench(house, environment | {"PEER_STORIES_WHISPER_MODEL": "tiny.en"})
    spoken = [heard(shared / f"audio/lj/LJ001-{n}.mp3") for n in READ_ALOUD]
    apart, rest = (np.zeros(int(seconds * SPEECH_RATE), np.float32) for seconds in (APART_S, 300))
    samples = np.concatenate([*(each for part in spoken for each in (part, apart)), rest, spoken[0]])
    recording = written(tmp_path / "told.mp3", samples, rate=SPEECH_RATE, codec="libmp3lame")
    slug = bench.begin(recording)
    undisturbed, _ = bench.undisturbed(slug)
    assert bench.pieces() == len(READ_ALOUD) + 1
    bench.take_out(slug)

    slug = bench.begin(recording)
    worker = bench.worker()
    half = len(samples)  # bytes; in it is all but the last that is said
    until(lambda: any(part.stat().st_size > half for part in house.bench.glob(".*.pcm.*.part")))
    [reader] = readers(worker.pid)
    os.kill(reader, signal.SIGSTOP)  # so slow a machine
    until(lambda: bench.pieces() >= len(READ_ALOUD) - 1)
    assert not list(house.bench.glob("*.pcm"))
    worker.kill()
    worker.wait()
    until(lambda: not Path(f"/proc/{reader}").exists())
    bench.forget()
    again, _ = bench.undisturbed(slug)
    assert again == undisturbed
    assert (bench.doubles(), bench.job().attempt) == (0, 2)
