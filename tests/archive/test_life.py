"""kill -9 of web server and worker during the whole life of a story: nothing is lost, and nothing is there twice."""

import hashlib
import random
from pathlib import Path

import pytest

from archive.wiring import House
from tests.archive.lives import Killer, Life
from tests.archive.sounds import joined
from tests.conftest import Ran

APART_S = 11.0


@pytest.mark.speech
@pytest.mark.wide
@pytest.mark.parametrize("lives", [1, 3])
def test_lives_with_kills_at_random_are_the_undisturbed_one(
    house: House, shared: Path, tmp_path: Path, peer_stories: object, lives: int
) -> None:
    recording = joined(tmp_path / "told.wav", sorted((shared / "audio/lj").glob("*.mp3"))[:3], APART_S)
    life = Life(house)
    with life.served():
        slug = life.live(recording)
        wanted = life.read(slug)
        assert sum(text.count(" ") for _, _, text, _, _ in wanted) > 30
        for seed in range(lives):
            life.take_out(slug)
            killer = Killer(life, random.Random(seed), 4, (0.3, 3.0))
            killer.start()
            slug = life.live(recording)
            killer.stop.set()
            killer.join()
            assert life.read(slug) == wanted
            assert life.recorded(slug) == hashlib.sha256(recording.read_bytes()).hexdigest()
            assert life.doubles() == 0
    assert len(life.killed) >= lives
    checked: Ran = peer_stories("check")  # type: ignore[operator]
    assert (checked.code, checked.err) == (0, "")
