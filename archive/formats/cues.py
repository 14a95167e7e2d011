"""Passages as cues, on the story's timeline or on the clock of one recording."""

from collections.abc import Iterable

from archive.formats.webvtt import Cue
from archive.models import Passage, Story


def cues(story: Story, passages: Iterable[Passage], recording_id: int | None = None) -> list[Cue]:
    """recording_id: only this recording's, on its own clock."""
    if recording_id is not None:
        own = (each for each in passages if each.recording_id == recording_id)
        return [Cue(each.start_ms, each.end_ms, each.text, each.speaker) for each in own]
    return [
        Cue(
            story.at(each.recording_id, each.start_ms),
            story.at(each.recording_id, each.end_ms),
            each.text,
            each.speaker,
        )
        for each in passages
    ]
