"""Fixtures of the front door."""

from pathlib import Path

import pytest

from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import tone
from tests.web.spoken import Spoken, spoken_story
from tests.web.withdrawing import ABOUT, WORDS


@pytest.fixture
def recording(tmp_path: Path) -> bytes:
    return tone(tmp_path / "told.wav", 2).read_bytes()


@pytest.fixture
def spoken(house: House, tmp_path: Path) -> Spoken:
    """A story with sound, open to everyone and in the index."""
    held = spoken_story(house, tmp_path, ABOUT, WORDS, theme="kaleidoscopes")
    Worker(house).run(drain=True)
    return held
