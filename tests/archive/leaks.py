"""Looking from outside for what was struck: in every written form, and in the sound of every public copy."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.archive.sounds import SPEECH_RATE, heard
from tests.conftest import Visitor

TONE_S = 0.35  # the announcement at the beginning of a span
SEAM_S = 0.05
FORMS = ("", "/transcript.vtt", "/transcript.txt", "/transcript.json", "/words.json")


@dataclass(frozen=True)
class Said:
    """A stretch of a recording and its words, as people who wrote them down say: not as a machine heard them."""

    start_s: float
    end_s: float
    words: tuple[str, ...]

    @property
    def span(self) -> tuple[int, int]:
        return round(self.start_s * 1000), round(self.end_s * 1000)


def bare(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def references(file: Path) -> list[Said]:
    """Those whose text is known."""
    lines = json.loads(file.read_text())
    return [Said(each["start_s"], each["end_s"], tuple(bare(each["text"]))) for each in lines if each["text"]]


def told(by: Visitor, slug: str) -> str:
    """All that somebody can read of a story."""
    answers = [by.get(f"/stories/{slug}{form}").text for form in FORMS]
    answers += [by.get(f"/api/v1/stories/{slug}{more}").text for more in ("", "/passages")]
    return "\n".join([*answers, by.get("/stories").text, by.get("/").text])


def spoken(by: Visitor, slug: str) -> list[str]:
    """The words of a story in their order, as anybody may have them."""
    return bare(by.get(f"/stories/{slug}/transcript.txt").text)


def runs(words: Iterable[str], length: int = 4) -> set[tuple[str, ...]]:
    """Every so many words in a row: single ones are said elsewhere too."""
    held = list(words)
    return {tuple(held[at : at + length]) for at in range(len(held) - length + 1)}


def public_copies(by: Visitor, slug: str, folder: Path) -> list[Path]:
    """The story's sound as it is served, in files."""
    found: list[Path] = []
    for recording in by.get(f"/api/v1/stories/{slug}").json["recordings"]:  # type: ignore[index]
        for medium in recording["media"]:
            path = folder / f"{len(found)}.{'webm' if 'webm' in medium['type'] else 'm4a'}"
            path.write_bytes(by.get(medium["url"]).data)
            found.append(path)
    return found


def loudness_db(sound: NDArray[np.float32], start_s: float, end_s: float) -> float:
    """RMS in dB of full scale."""
    part = sound[round(start_s * SPEECH_RATE) : round(end_s * SPEECH_RATE)]
    return 20 * float(np.log10(max(float(np.sqrt(np.mean(np.square(part, dtype=np.float64)))), 1e-9)))


def silent_db(path: Path, each: Said) -> float:
    """How loud a public copy is where something is struck, beside the tone that says so."""
    return loudness_db(heard(path), each.start_s + TONE_S, each.end_s - SEAM_S)
