"""Passages as JSON lines: {collection, interview, speaker|null, start_s|null, end_s|null, text, themes[]}.

Lines of one interview stand together, in the order spoken. Times are seconds from the start and may be missing,
or negative (a space mission counts from lift-off).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any


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
    return None if value is None else round(float(value) * 1000)


def _line(number: int, raw: str) -> Line:
    try:
        data = json.loads(raw)
        start, end = _ms(data.get("start_s")), _ms(data.get("end_s"))
        return Line(
            collection=str(data["collection"]),
            interview=str(data["interview"]),
            text=" ".join(str(data["text"]).split()),
            speaker=str(data["speaker"]).strip() or None if data.get("speaker") else None,
            start_ms=start,
            end_ms=end if start is not None and end is not None and end >= start else None,
            themes=tuple(dict.fromkeys(str(theme) for theme in data.get("themes") or [] if str(theme).strip())),
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
