"""A mixtape for programs that cut sound: OpenTimelineIO (its JSON, schemas Timeline.1 and Clip.2) and an edit decision
list (CMX 3600). Both name each clip's own sound, so that what is closed later cannot be fetched through them either."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

OTIO_TYPE, EDL_TYPE = "application/json", "text/plain; charset=utf-8"
RATE = 48_000  # samples a second, in which OpenTimelineIO counts here
FRAMES = 25  # a second, in which an edit decision list counts


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip: its sound begins at 0 and lasts length_ms. citation says where it is from, words what is said."""

    name: str
    sound: str
    length_ms: int
    citation: str
    words: str


def otio(title: str, cuts: Sequence[Cut], told: str = "") -> str:
    """told: the reason of whoever made it."""
    track = _schema("Track.1", "voices", kind="Audio", children=[_clip(each) for each in cuts], source_range=None)
    stack = _schema("Stack.1", "tracks", children=[track], source_range=None)
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": title,
        "global_start_time": None,
        "tracks": stack,
        "metadata": {"reason": told},
    }
    return json.dumps(timeline, ensure_ascii=False, indent=2)


def _schema(schema: str, name: str, **more: Any) -> dict[str, Any]:
    return {"OTIO_SCHEMA": schema, "name": name, "effects": [], "markers": [], "enabled": True, "metadata": {}, **more}


def _clip(cut: Cut) -> dict[str, Any]:
    span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(0), "duration": _time(cut.length_ms)}
    sound = {
        "OTIO_SCHEMA": "ExternalReference.1", "name": "", "metadata": {}, "target_url": cut.sound,
        "available_range": span, "available_image_bounds": None,
    }  # fmt: skip
    told = {"words": cut.words, "citation": cut.citation}
    references = {"media_references": {"DEFAULT_MEDIA": sound}, "active_media_reference_key": "DEFAULT_MEDIA"}
    return _schema("Clip.2", cut.name, source_range=span, **references) | {"metadata": told}


def _time(ms: int) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(RATE), "value": float(ms * RATE // 1000)}


def edl(title: str, cuts: Sequence[Cut]) -> str:
    """Whole frames: each clip begins where the one before it ends."""
    lines = [f"TITLE: {_plain(title)}", "FCM: NON-DROP FRAME", ""]
    at = 0
    for number, cut in enumerate(cuts, 1):
        frames = max(round(cut.length_ms * FRAMES / 1000), 1)
        source, record = (_code(0), _code(frames)), (_code(at), _code(at + frames))
        lines.append(f"{number:03}  AX       A     C        {source[0]} {source[1]} {record[0]} {record[1]}")
        lines += [
            f"* FROM CLIP NAME: {_plain(cut.name)}",
            f"* COMMENT: {_plain(cut.citation)}",
            f"* SOURCE: {cut.sound}",
        ]
        at += frames
    return "\n".join([*lines, ""])


def _code(frames: int) -> str:
    seconds, rest = divmod(frames, FRAMES)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"


def _plain(text: str) -> str:
    """One line, however it was written."""
    return re.sub(r"\s+", " ", text).strip()
