"""Where words are from, in a sentence, in the manner of a note of the Chicago Manual of Style on an interview: who
spoke, what it is called, whom they told it to, when, at which moment, and where it is kept."""

from dataclasses import dataclass
from datetime import date

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
NOBODY = "A narrator who is not named"


@dataclass(frozen=True, slots=True)
class Cited:
    """at_ms is on the story's timeline; archive and link are left out where they are empty."""

    narrators: tuple[str, ...]
    title: str
    interviewers: tuple[str, ...] = ()
    recorded_on: date | None = None
    at_ms: int | None = None
    archive: str = ""
    link: str = ""


def clock(ms: int | None) -> str:
    """0:12:41; nothing where nobody knows when."""
    if ms is None:
        return ""
    seconds = abs(ms) // 1000
    return f"{'-' if ms < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def cite(source: Cited) -> str:
    told = f", interview by {_and(source.interviewers)}" if source.interviewers else ""
    day = source.recorded_on
    when = f", {MONTHS[day.month - 1]} {day.day}, {day.year}" if day else ""
    at = f", at {clock(source.at_ms)}" if source.at_ms is not None else ""
    kept = "".join(f", {each}" for each in (source.archive, source.link) if each)
    return f"{_and(source.narrators) or NOBODY}, “{source.title}”{told}{when}{at}{kept}."


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
