"""A transcript as plain text: a paragraph a passage, with its speaker where the speaker changes."""

from collections.abc import Iterable

from archive.formats.webvtt import Cue

MEDIA_TYPE = "text/plain; charset=utf-8"


def write(cues: Iterable[Cue]) -> str:
    paragraphs: list[str] = []
    speaker: str | None = None
    for cue in cues:
        named = cue.voice is not None and cue.voice != speaker
        paragraphs.append(f"{cue.voice}: {cue.text}" if named else cue.text)
        speaker = cue.voice
    return "\n\n".join(paragraphs)
