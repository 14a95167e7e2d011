"""A transcript as plain text: a paragraph a passage, with its speaker where the speaker changes."""

from collections.abc import Iterable, Mapping, Sequence

from archive.formats.webvtt import Cue

MEDIA_TYPE = "text/plain; charset=utf-8"


def write(cues: Iterable[Cue], warnings: Mapping[int, Sequence[str]] | None = None) -> str:
    """warnings: what is told before a passage, by its number from 0."""
    paragraphs: list[str] = []
    speaker: str | None = None
    for number, cue in enumerate(cues):
        paragraphs += [f"[Before you go on: {each.rstrip(' .')}.]" for each in (warnings or {}).get(number, ())]
        named = cue.voice is not None and cue.voice != speaker
        paragraphs.append(f"{cue.voice}: {cue.text}" if named else cue.text)
        speaker = cue.voice
    return "\n\n".join(paragraphs)
