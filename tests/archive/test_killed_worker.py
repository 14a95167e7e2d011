"""kill -9 in mid-transcription loses nothing and says nothing twice. Twenty rounds: tests/bench/bench_kill.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.wiring import House
from tests.archive.killing import hear_killed, hear_undisturbed


@pytest.mark.speech
def test_a_worker_killed_three_times_hears_the_same_words(
    house: House, another_house: Callable[[], tuple[House, dict[str, str]]], environment: dict[str, str], shared: Path
) -> None:
    recording = shared / "audio/speech/sonnet1.en.mp3"
    undisturbed, seconds = hear_undisturbed(house, environment, recording)
    assert len(undisturbed) > 1
    second, its_environment = another_house()
    killed, moments = hear_killed(second, its_environment, recording, kills=3, within=(1.0, seconds))
    assert moments, "no blow fell in time"
    assert killed == undisturbed
