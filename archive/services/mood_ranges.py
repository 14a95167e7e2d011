"""mood= in a search: a piece of the square of feelings, and the passages that somebody has read so.

Each reading is one key of its passage, so that hope and conviction of the same reading are meant. A reading of a whole
story is of none of its passages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Reading
from archive.services.errors import Invalid
from archive.services.moods import EDGE, STEP

HOW = "mood is written like hope:1..2,conviction:-2..0, each from -2 to 2; one of the two is enough."
_NUMBER = r"-?\d{1,3}(?:\.\d{1,3})?"
_PART = re.compile(rf"(hope|conviction):({_NUMBER})\.\.({_NUMBER})", re.ASCII)
_LAST = round(2 * EDGE / STEP)
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MoodRange:
    """From the lower end to the upper one, both of it; None where anything goes, or nothing was said."""

    hope: Ends | None = None
    conviction: Ends | None = None

    def __str__(self) -> str:
        said = (("hope", self.hope), ("conviction", self.conviction))
        return " and ".join(f"{name} {ends[0]:g} to {ends[1]:g}".replace("-", "−") for name, ends in said if ends)


def read_range(text: str) -> MoodRange:
    """Raises Invalid for what is not written as HOW says."""
    found: dict[str, Ends] = {}
    for part in text.replace(" ", "").split(","):
        given = _PART.fullmatch(part)
        if given is None or given[1] in found or float(given[2]) > float(given[3]):
            raise Invalid(HOW, "mood")
        found[given[1]] = float(given[2]), float(given[3])
    return MoodRange(**found)


def key(hope: float | None, conviction: float | None) -> str:
    return f"h{_step(hope)}-c{_step(conviction)}"


def _step(value: float | None) -> str:
    return "x" if value is None else str(round((value + EDGE) / STEP))


def keys_in(meant: MoodRange) -> tuple[str, ...]:
    return tuple(f"h{hope}-c{sure}" for hope, sure in product(_steps(meant.hope), _steps(meant.conviction)))


def _steps(ends: Ends | None) -> Iterator[str]:
    if ends is None:
        yield "x"
    low, high = ends or (-EDGE, EDGE)
    yield from map(str, range(max(ceil((low + EDGE) / STEP), 0), min(floor((high + EDGE) / STEP), _LAST) + 1))


def moods_in(session: Session, story_id: int) -> dict[int, tuple[str, ...]]:
    """The keys of each passage of a story, by its id."""
    query = select(Reading.passage_id, Reading.hope, Reading.conviction)
    query = query.where(Reading.story_id == story_id, Reading.passage_id.is_not(None))
    found: dict[int, set[str]] = {}
    for passage_id, hope, conviction in session.execute(query):
        found.setdefault(passage_id or 0, set()).add(key(hope, conviction))
    return {passage_id: tuple(sorted(keys)) for passage_id, keys in found.items()}
