"""WebVTT captions (W3C Candidate Recommendation, 4 April 2019).

HH:MM:SS.mmm always in full, one voice a cue, no end tag: other readers drop cues written MM:SS.mmm and leave
`</v>` standing in the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MEDIA_TYPE = "text/vtt; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Cue:
    """Times in milliseconds. A cue without both times cannot be a caption and is left out."""

    start_ms: int | None
    end_ms: int | None
    text: str
    voice: str | None = None


def timestamp(ms: int) -> str:
    hours, rest = divmod(max(ms, 0), 3_600_000)
    return f"{hours:02}:{rest // 60_000:02}:{rest // 1000 % 60:02}.{rest % 1000:03}"


def _escape(text: str) -> str:
    """`-->` may not stand in a cue, and a blank line would end it; > as &gt; takes care of the first."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write(cues: Iterable[Cue], language: str | None = None) -> str:
    lines = ["WEBVTT" + (f"\nLanguage: {language}" if language else ""), ""]
    for cue in cues:
        if cue.start_ms is None or cue.end_ms is None or cue.end_ms <= cue.start_ms:
            continue
        lines.append(f"{timestamp(cue.start_ms)} --> {timestamp(cue.end_ms)}")
        lines.append((f"<v {_escape(cue.voice)}>" if cue.voice else "") + _escape(cue.text))
        lines.append("")
    return "\n".join(lines)
