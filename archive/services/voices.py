"""Who speaks in a story: voices as they were told apart, and whom each may be. A guess is never written down."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Recording, Story
from uploads.speech.segments import Segment

UNNAMED = re.compile(r"Voice \d+")
ASKS = 0.2  # of its passages that hold a question: who asks more often than this, and says less, may be the interviewer


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """A voice and how often it speaks. guess is whom it may be, as far as asking and telling say."""

    name: str
    passages: int
    words: int
    questions: int
    guess: str | None = None


def voices_in(session: Session, story: Story) -> list[VoiceHeard]:
    """As named so far, in the order in which they first speak."""
    said: dict[str, list[str]] = {}
    query = select(Passage.speaker, Passage.text).where(Passage.story_id == story.id, Passage.speaker.is_not(None))
    for speaker, text in session.execute(query.order_by(Passage.ordinal)):
        said.setdefault(str(speaker), []).append(text)
    heard = [
        VoiceHeard(name, len(texts), sum(text.count(" ") + 1 for text in texts), sum("?" in text for text in texts))
        for name, texts in said.items()
    ]
    return _guessed(heard, story)


def _guessed(heard: list[VoiceHeard], story: Story) -> list[VoiceHeard]:
    """Only where one tells, one asks, and both are unnamed: else a guess would be none."""
    unnamed = [voice for voice in heard if UNNAMED.fullmatch(voice.name)]
    if len(unnamed) != 2 or len(heard) != 2 or len(story.narrators) != 1 or len(story.interviewers) != 1:
        return heard
    teller, asker = sorted(heard, key=lambda voice: voice.words, reverse=True)
    if asker.passages < 3 or asker.questions < ASKS * asker.passages or asker.words * 2 > teller.words:
        return heard
    names = {teller.name: story.narrators[0].name, asker.name: story.interviewers[0].name}
    return [VoiceHeard(v.name, v.passages, v.words, v.questions, names[v.name]) for v in heard]


def numbered_on(session: Session, recording: Recording, segments: list[Segment]) -> list[Segment]:
    """Voices as this run has told them apart, under the names that the archive has for them.

    A voice that speaks mostly where somebody has been named already is that person; the others count on from the
    voices of the story's other recordings, for the same number there need not be the same person.
    """
    held = list(
        session.scalars(select(Passage).where(Passage.recording_id == recording.id, Passage.speaker.is_not(None)))
    )
    others = select(Passage.speaker).where(
        Passage.story_id == recording.story_id, Passage.recording_id != recording.id, Passage.speaker.like("Voice %")
    )
    taken = {int(str(name).split()[-1]) for name in session.scalars(others) if UNNAMED.fullmatch(str(name))}
    names: dict[str, str] = {}
    number = 0
    for voice in dict.fromkeys(segment.voice for segment in segments if segment.voice):
        number = next(n for n in range(number + 1, number + len(taken) + 2) if n not in taken)
        names[voice] = _named_before(held, [each for each in segments if each.voice == voice]) or f"Voice {number}"
    return [Segment(each.words, names.get(each.voice or "")) for each in segments]


def _named_before(held: list[Passage], said: list[Segment]) -> str | None:
    """The name that a person gave to whoever speaks at most of these times."""
    shares: dict[str, int] = {}
    for segment in said:
        for passage in held:
            if passage.start_ms is None or passage.end_ms is None:
                continue
            shared = min(passage.end_ms, segment.end_ms) - max(passage.start_ms, segment.start_ms)
            if shared > 0:
                shares[str(passage.speaker)] = shares.get(str(passage.speaker), 0) + shared
    best = max(shares, key=lambda name: shares[name], default=None)
    whole = sum(segment.end_ms - segment.start_ms for segment in said)
    named = best is not None and not UNNAMED.fullmatch(best) and shares[best] * 2 > whole
    return best if named else None
