"""Fixtures of the front door."""

from pathlib import Path

import pytest

from tests.archive.sounds import tone


@pytest.fixture
def recording(tmp_path: Path) -> bytes:
    return tone(tmp_path / "told.wav", 2).read_bytes()
