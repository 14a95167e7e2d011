"""A mixtape of a low tone and a high one, made into one file; and what is heard in such a file."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from archive.models import Passage, Story
from archive.services.stories import About
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story
from tests.web.test_mixtapes import BREAD, HARBOUR, act, items, key, made, opened

RATE = 48_000
LOW, HIGH = 330.0, 880.0
CUE = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})\n(.+)\n")


def two_tones(house: House, tmp_path: Path) -> tuple[Spoken, Spoken]:
    """A low one and a high one."""
    told = [
        spoken_story(house, tmp_path, About(title, [name], interviewers=["M."]), texts, theme="ice", hertz=hertz)
        for title, name, texts, hertz in (("Ice", "Ana R.", HARBOUR, LOW), ("Bread", "Bo L.", BREAD, HIGH))
    ]
    with house.db.writing() as session:
        for each in told:
            session.get_one(Story, each.id).remix = True
        for passage in session.scalars(select(Passage)):
            passage.speaker = "Ana R." if passage.story_id == told[0].id else "Bo L."
    Worker(house).run(drain=True)
    return told[0], told[1]


@dataclass(frozen=True)
class Tape:
    desk: str
    page: str

    def file(self, name: str) -> str:
        return f"{self.page}/{name}"


def a_tape(house: House, two: tuple[Spoken, Spoken], contributor: Visitor) -> Tape:
    """Low, high, words, low; open to everyone; and made into one file."""
    ice, bread = two
    spans = ((ice, 0, 1.9), (bread, 0, 1.9), (ice, 2, 3.9))
    here = made(contributor, *(key(contributor, *each) for each in spans))
    assert act(contributor, here, "/words", words="And then <i>came</i>:\nwarmth --> bread.") == 303
    assert act(contributor, here, f"/items/{items(contributor, here)[3]}", act="up") == 303
    assert act(contributor, here, title="Cold, warm", maker="A listener", reason="That one calls home.") == 303
    page = opened(contributor, here)
    assert contributor.post(f"{here}/file", at=here).status_code == 303
    Worker(house).run(drain=True)
    return Tape(here, page)


def decoded(data: bytes) -> NDArray[np.float32]:
    with av.open(io.BytesIO(data)) as container:
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
        return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def cues(text: str) -> list[tuple[float, float, str]]:
    """Begin and end in seconds, and what is read."""
    found = []
    for each in CUE.findall(text):
        h, m, s, ms, h2, m2, s2, ms2, said = each
        begin, end = (
            3600 * int(a) + 60 * int(b) + int(c) + int(d) / 1000 for a, b, c, d in ((h, m, s, ms), (h2, m2, s2, ms2))
        )
        found.append((begin, end, said))
    return found


def voice_at(sound: NDArray[np.float32], hertz: float) -> NDArray[np.bool_]:
    """Every 5 ms: whether this tone is heard there, in a window of 20 ms."""
    found = []
    for at in range(0, len(sound) - RATE // 50, RATE // 200):
        window = sound[at : at + RATE // 50] * np.hanning(RATE // 50)
        turn = np.exp(-2j * np.pi * hertz * np.arange(len(window)) / RATE)
        found.append(abs(np.dot(window, turn)) > 0.02 * len(window))
    return np.array(found)


def edges(heard: NDArray[np.bool_]) -> tuple[list[float], list[float]]:
    """In seconds: where the tone begins, and where it ends."""
    change = np.diff(np.concatenate([[0], heard.astype(int), [0]]))
    middle = 0.01  # of the window
    return [at * 0.005 + middle for at in np.flatnonzero(change > 0)], [
        at * 0.005 + middle for at in np.flatnonzero(change < 0)
    ]
