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


def passage(each: Passage) -> dict[str, Any]:
    return {
        "id": each.id,
        "speaker": each.speaker,
        "start": seconds(each.start_ms),
        "end": seconds(each.end_ms),
        "text": each.text,
        "confidence": each.confidence,
        "state": each.state.value,
    }


def _words(each: Passage) -> list[dict[str, Any]]:
    times = each.words
    spoken = each.text.split(" ")
    if times is None or len(times["s"]) != len(spoken):
        return []
    rows = zip(spoken, times["s"], times["e"], times["p"], strict=True)
    return [{"w": word, "s": start / 1000, "e": end / 1000, "p": p} for word, start, end, p in rows]


def write(story: Story, passages: Iterable[Passage]) -> str:
    listed = [{**passage(each), "words": _words(each)} for each in passages]
    return json.dumps({"slug": story.slug, "title": story.title, "passages": listed}, ensure_ascii=False)
