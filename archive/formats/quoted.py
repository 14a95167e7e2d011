"""Passages as somebody takes them along in a table: each with where it is from."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from archive.formats import tables


@dataclass(frozen=True, slots=True)
class Quoted:
    """Times as a clock shows them, empty where nobody knows; themes by their names."""

    story: str
    narrator: str
    passage: str
    start: str
    end: str
    state: str
    themes: str
    note: str
    citation: str
    link: str


HEAD = tuple(each.name for each in fields(Quoted))


def write(rows: Iterable[Quoted], *told: str) -> str:
    """A table as in archive.formats.tables. told: sentences about all of it, such as what is left out, each in a last
    line of its own."""
    return tables.write(
        HEAD, [*map(astuple, rows), *((sentence, *[""] * (len(HEAD) - 1)) for sentence in told if sentence)]
    )


def left_out(many: int) -> str:
    """The sentence for passages that are closed by now; empty where there are none."""
    if many == 1:
        return "1 passage is left out, closed by the wish of its narrator."
    return f"{many} passages are left out, closed by the wish of their narrators." if many else ""
