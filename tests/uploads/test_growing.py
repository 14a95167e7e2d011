"""A soundtrack that is read while it grows: the same samples, pieces and words as when it is there."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.archive.sounds import gaps_after_sound
from tests.processes import readers
from uploads.media import Reason, Stopped, Unplayable, growing, soundtrack
from uploads.speech.whisper import Transcriber


def children() -> list[int]:
    return readers(os.getpid())


def written(folder: Path) -> int:
    """Bytes of sound that are there and have no name yet."""
    return sum(part.stat().st_size for part in folder.glob(".*.pcm.*.part")) if folder.exists() else 0


def slowly(folder: Path, then: Callable[[int], bool] = lambda child: False) -> Callable[[], bool]:
    """For stop: once there is sound, the child stands still but for a hundredth of a second each time it is asked.

    So the sound grows only while it is waited for, however fast this machine is. then(child) gives the answer.
    """

    def stop() -> bool:
        for child in children() if written(folder) else ():
            os.kill(child, signal.SIGCONT)
            time.sleep(0.01)
            os.kill(child, signal.SIGSTOP)
            return then(child)
        return False

    return stop


@pytest.fixture(scope="module")
def interview(recordings):
    return recordings / "interview" / "bsha.mp3"


@pytest.fixture(scope="module")
def finished(interview, tmp_path_factory):
    return soundtrack(interview, tmp_path_factory.mktemp("finished") / "sound.pcm")


def test_what_is_there_is_read_before_the_rest_and_is_what_it_will_be(interview, finished, tmp_path):
    out = tmp_path / "sound.pcm"
    with growing(interview, out, slowly(tmp_path)) as sound:
        assert np.array_equal(sound.samples(0, 1_000), finished.samples(0, 1_000))
        assert np.array_equal(sound.samples(29_000, 31_000), finished.samples(29_000, 31_000))
        assert (sound.reach(40_000), out.exists()) == (40_000, False)
        assert 0.5 < sound.expected_ms() / finished.duration_ms < 2
        assert (
            sound.samples(finished.duration_ms - 5, finished.duration_ms + 9_000).shape
            == finished.samples(finished.duration_ms - 5).shape
        )
        assert out.exists()
        assert sound.reach(finished.duration_ms + 1) == sound.expected_ms() == finished.duration_ms
        whole = sound.whole()
    assert out.read_bytes() == finished.path.read_bytes()
    assert (whole.path, whole.duration_ms, whole.lost_ms) == (out, finished.duration_ms, finished.lost_ms)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sound.pcm", "sound.pcm.json"]


def test_pieces_are_those_of_the_finished_sound_and_the_first_is_there_before_it(interview, finished, tmp_path):
    transcriber = Transcriber()
    with growing(interview, tmp_path / "sound.pcm", slowly(tmp_path)) as sound:
        pieces = transcriber.pieces(sound)
        first = next(pieces)
        assert not (tmp_path / "sound.pcm").exists()
        assert [first, *pieces] == list(transcriber.pieces(finished))


@pytest.mark.parametrize("length", [29_984 * 16, 29_984 * 16 + 7, 29_984 * 16 + 8, 29_984 * 16 - 8, 16_000, 1])
def test_where_the_sound_ends_the_last_piece_ends(make, recordings, tmp_path, length):
    spoken = soundtrack(recordings / "interview/bsha.mp3", tmp_path / "all.pcm").samples(10_000, 45_000)[:length]
    path = make("a.wav", "pcm_s16le", spoken, rate=16_000, layout="mono")
    whole = soundtrack(path, tmp_path / "whole.pcm")
    with growing(path, tmp_path / "sound.pcm") as sound:
        found = list(Transcriber().pieces(sound))
    assert found == list(Transcriber().pieces(whole))
    assert all(piece.end_ms <= whole.duration_ms for piece in found)


@pytest.mark.speech
def test_words_heard_while_the_sound_grows_are_those_of_the_finished_sound(interview, finished, tmp_path):
    transcriber = Transcriber(device="cpu", threads=2)
    with growing(interview, tmp_path / "sound.pcm", slowly(tmp_path)) as sound:
        piece = next(transcriber.pieces(sound))
        words = transcriber.hear(sound, piece, "en")
        assert not (tmp_path / "sound.pcm").exists()
    assert len(words) > 20
    assert words == transcriber.hear(finished, piece, "en")


def test_a_wish_to_stop_is_heard_while_one_waits_and_nothing_stays(interview, tmp_path):
    def enough(child: int) -> bool:
        return written(tmp_path) > 1_000_000

    with growing(interview, tmp_path / "sound.pcm", slowly(tmp_path, enough)) as sound:
        with pytest.raises(Stopped):
            sound.samples(200_000, 201_000)
        assert written(tmp_path) > 1_000_000
    assert (list(tmp_path.iterdir()), children()) == ([], [])


def test_a_block_that_is_left_early_leaves_nothing(interview, tmp_path):
    def leave():
        with growing(interview, tmp_path / "sound.pcm") as sound:
            sound.samples(0, 1_000)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    with growing(interview, tmp_path / "sound.pcm", slowly(tmp_path)) as sound:
        sound.samples(0, 1_000)
    assert (list(tmp_path.iterdir()), children()) == ([], [])
    with pytest.raises(RuntimeError, match="closed"):
        sound.samples(0, 1_000)


def test_a_child_that_fails_in_the_middle_is_told_to_who_waits(interview, finished, tmp_path):
    def fail(child: int) -> bool:
        if written(tmp_path) > 1_000_000:
            os.kill(child, signal.SIGKILL)
        return False

    with growing(interview, tmp_path / "sound.pcm", slowly(tmp_path, fail)) as sound:
        assert np.array_equal(sound.samples(9_000, 10_000), finished.samples(9_000, 10_000))
        with pytest.raises(Unplayable) as refused:
            sound.whole()
    assert refused.value.reason == Reason.BREAKS
    assert (list(tmp_path.iterdir()), children()) == ([], [])


def test_a_file_that_is_found_bad_in_its_middle_is_refused_as_when_it_is_read_at_once(make, tmp_path):
    path = gaps_after_sound(tmp_path / "a.mkv", make("a.mp3", "libmp3lame"))
    with pytest.raises(Unplayable) as at_once:
        soundtrack(path, tmp_path / "out" / "sound.pcm")
    with growing(path, tmp_path / "out" / "sound.pcm", slowly(tmp_path / "out")) as sound:
        assert sound.samples(0, 1_000).shape == (16_000,)
        with pytest.raises(Unplayable) as meanwhile:
            sound.whole()
    assert (at_once.value.reason, str(at_once.value)) == (Reason.ENDLESS, str(meanwhile.value))
    assert list((tmp_path / "out").iterdir()) == []
