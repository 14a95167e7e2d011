"""Passages as JSON lines: {collection, interview, speaker|null, start_s|null, end_s|null, text, themes[]}.

Lines of one interview stand together, in the order spoken. Times are seconds from the start and may be missing,
or negative (a space mission counts from lift-off).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

MOST_S = 2_000_000  # 23 days, which still fits a column of milliseconds
MOST_OF_A_NAME = 300


class BadLine(ValueError):
    """str() is one sentence with the number of the line."""


@dataclass(frozen=True, slots=True)
class Line:
    collection: str
    interview: str
    text: str
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interview:
    collection: str
    name: str
    lines: list[Line] = field(default_factory=list)

    @property
    def main_speaker(self) -> str | None:
        """Whoever says the most words."""
        said: dict[str, int] = {}
        for line in self.lines:
            if line.speaker:
                said[line.speaker] = said.get(line.speaker, 0) + len(line.text)
        return max(said, key=lambda name: said[name], default=None)


def _ms(value: Any) -> int | None:
    if value is None:
        return None
    if not abs(float(value)) < MOST_S:
        raise ValueError(f"no recording reaches {value} seconds")
    return round(float(value) * 1000)


def _text(value: Any) -> str:
    """One line. No database keeps half of a surrogate pair, and PostgreSQL no NUL."""
    return " ".join(str(value).replace("\0", " ").encode("utf-8", "replace").decode().split())


def _line(number: int, raw: str) -> Line:
    try:
        data = json.loads(raw)
        start, end = _ms(data.get("start_s")), _ms(data.get("end_s"))
        return Line(
            collection=_text(data["collection"]),
            interview=_text(data["interview"]),
            text=_text(data["text"]),
            speaker=_text(data.get("speaker") or "")[:MOST_OF_A_NAME] or None,
            start_ms=start,
            end_ms=end if start is not None and end is not None and end >= start else None,
            themes=tuple(dict.fromkeys(filter(None, map(_text, data.get("themes") or [])))),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadLine(f"Line {number} is no passage ({type(fault).__name__}: {fault}).") from fault


def interviews(lines: Iterable[str]) -> Iterator[Interview]:
    """Raises BadLine at the first line that is no passage; blank lines and empty texts are passed over."""
    read = (_line(number, raw) for number, raw in enumerate(lines, start=1) if raw.strip())
    for (collection, name), group in groupby(read, key=lambda line: (line.collection, line.interview)):
        said = [line for line in group if line.text]
        if said:
            yield Interview(collection, name, said)
