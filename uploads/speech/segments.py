"""Words, and the stretches of sound and text that they stand in. All times are integer milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word as heard, with its punctuation. probability is the model's own, 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound that is transcribed in one go, [start_ms, end_ms) from the start of the recording."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words for reading, one speaker where known, at most MAX_SEGMENT_MS long."""

    words: tuple[Word, ...]
    voice: str | None = None

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.words[-1].end_ms

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


MAX_SEGMENT_MS = 60_000
