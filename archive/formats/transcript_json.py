"""A transcript as JSON, with word times: passages of {id, speaker, start, end, text, confidence, state, words}.

words are {w, s, e, p}: the word, its start and end in seconds, the model's probability. Times are null where the
source had none.
"""

import json
from collections.abc import Iterable
from typing import Any

from archive.models import Passage, Story

MEDIA_TYPE = "application/json"


def seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def passage(story: Story, each: Passage) -> dict[str, Any]:
    """Times are on the story's timeline."""
    return {
        "id": each.id,
        "speaker": each.speaker,
        "start": seconds(story.at(each.recording_id, each.start_ms)),
        "end": seconds(story.at(each.recording_id, each.end_ms)),
        "text": each.text,
        "confidence": each.confidence,
        "state": each.state.value,
    }


def _words(story: Story, each: Passage) -> list[dict[str, Any]]:
    times, begins = each.words, story.begins(each.recording_id) / 1000
    spoken = each.text.split(" ")
    if times is None or len(times["s"]) != len(spoken):
        return []
    rows = zip(spoken, times["s"], times["e"], times["p"], strict=True)
    return [{"w": word, "s": begins + start / 1000, "e": begins + end / 1000, "p": p} for word, start, end, p in rows]


def write(story: Story, passages: Iterable[Passage]) -> str:
    listed = [{**passage(story, each), "words": _words(story, each)} for each in passages]
    return json.dumps({"slug": story.slug, "title": story.title, "passages": listed}, ensure_ascii=False)
