"""Themes in lists and as a tree: as the public meets them, and as curators do."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.models import LinkKind, Tagging, Theme, ThemeLink, Wording
from archive.models.theme import folded
from archive.services.access import Action, Actor, require
from archive.services.concepts import public_ids
from archive.services.hierarchy import broader_links
from archive.services.labels import LABELS
from archive.services.theme_pages import Numbers, all_counts, counts

NO_NUMBERS = Numbers()


@dataclass(frozen=True, slots=True)
class Row:
    """A theme in a list. numbers are the public's, with what is narrower; taggings all that stand on anything."""

    theme: Theme
    numbers: Numbers = NO_NUMBERS
    taggings: int = 0

    @property
    def letter(self) -> str:
        return letter_of(self.theme.label)


@dataclass(slots=True)
class Node:
    """again: what is narrower stands where this theme was met before."""

    row: Row
    below: list["Node"] = field(default_factory=list)
    again: bool = False


def letter_of(label: str) -> str:
    """Under which letter a label stands: its first, without an accent; # where it has none."""
    plain = unicodedata.normalize("NFD", label)
    return next((mark.upper()[0] for mark in plain if mark.isalpha()), "#")


def by_label(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (folded(row.theme.label), row.theme.label))


def public_rows(session: Session) -> list[Row]:
    """Every theme under which the public finds something, by the alphabet."""
    counted = all_counts(session)
    themes = session.scalars(select(Theme).where(Theme.merged_into_id.is_(None)))
    return by_label(Row(theme, counted[theme.id]) for theme in themes if theme.id in counted)


def all_rows(session: Session, *, by: Actor) -> list[Row]:
    """For curators: every theme that was not merged."""
    require(by, Action.EDIT_THEMES)
    counted = all_counts(session)
    number = select(Tagging.theme_id, func.count(Tagging.id)).group_by(Tagging.theme_id)
    taggings = {row[0]: row[1] for row in session.execute(number)}
    themes = session.scalars(select(Theme).where(Theme.merged_into_id.is_(None)))
    return by_label(Row(each, counted.get(each.id, NO_NUMBERS), taggings.get(each.id, 0)) for each in themes)


def matching(session: Session, rows: Iterable[Row], text: str) -> list[Row]:
    """Those of the rows with a label that holds the words, whatever their capitals and accents."""
    key = folded(text)
    if not key:
        return [row for row in rows if text.casefold() in row.theme.label.casefold()]
    other = select(Wording.theme_id).where(Wording.kind.in_(LABELS), Wording.folded.contains(key, autoescape=True))
    found = set(
        session.scalars(select(Theme.id).where(or_(Theme.folded.contains(key, autoescape=True), Theme.id.in_(other))))
    )
    return [row for row in rows if row.theme.id in found]


def tree(session: Session, rows: Iterable[Row]) -> list[Node]:
    """Below each theme what is narrower, among these rows alone. What stands in two places unfolds in the first."""
    held = {row.theme.id: row for row in rows}
    links = broader_links(session)
    below: dict[int, list[Row]] = {}
    tops: list[Row] = []
    for row in held.values():
        above = [number for number in links.get(row.theme.id, ()) if number in held]
        for number in above:
            below.setdefault(number, []).append(row)
        if not above:
            tops.append(row)
    met: set[int] = set()
    return [_unfolded(row, below, met) for row in tops]


def _unfolded(row: Row, below: Mapping[int, list[Row]], met: set[int]) -> Node:
    top = Node(row)
    left = [top]
    while left:
        node = left.pop()
        number = node.row.theme.id
        node.again = number in met and number in below
        if number not in met:
            met.add(number)
            node.below = [Node(each) for each in below.get(number, ())]
            left += reversed(node.below)
    return top


def orphans(session: Session, rows: Iterable[Row]) -> list[Row]:
    """In the thesaurus, and with neither a broader nor a narrower theme."""
    linked: set[int] = set()
    for low, highs in broader_links(session).items():
        linked |= {low, *highs}
    return [row for row in rows if row.theme.curated and row.theme.id not in linked]


@dataclass(frozen=True, slots=True)
class Around:
    """paths: for each broader theme the way down to it, from the top."""

    paths: tuple[tuple[Theme, ...], ...]
    narrower: tuple[Row, ...]
    related: tuple[Row, ...]


def around(session: Session, theme: Theme, *, by: Actor = None) -> Around:
    """What stands around a theme; for the public, of what it may know. by: a curator sees all."""
    known = None if by is not None else public_ids(session)
    links = broader_links(session)
    near = _near(session, theme.id)
    meant = {*near["narrower"], *near["related"], *(up for path in _paths(theme.id, links, known) for up in path)}
    themes = {each.id: each for each in session.scalars(select(Theme).where(Theme.id.in_(meant)))}
    counted = counts(session, [*near["narrower"], *near["related"]])
    rows = {
        word: tuple(
            by_label(
                Row(themes[n], counted.get(n, NO_NUMBERS))
                for n in numbers
                if known is None or n in known and n in counted
            )
        )
        for word, numbers in near.items()
    }
    paths = tuple(tuple(themes[up] for up in path) for path in _paths(theme.id, links, known))
    return Around(paths, rows["narrower"], rows["related"])


def _near(session: Session, theme_id: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"narrower": [], "related": []}
    ends = or_(ThemeLink.from_id == theme_id, ThemeLink.to_id == theme_id)
    for link in session.scalars(select(ThemeLink).where(ends)):
        if link.kind == LinkKind.RELATED:
            found["related"].append(link.to_id if link.from_id == theme_id else link.from_id)
        elif link.to_id == theme_id:
            found["narrower"].append(link.from_id)
    return found


def _paths(theme_id: int, links: Mapping[int, Iterable[int]], known: set[int] | None) -> list[list[int]]:
    """One for each broader theme; higher up the oldest one is followed."""
    paths: list[list[int]] = []
    for above in sorted(links.get(theme_id, ())):
        path: list[int] = []
        step: int | None = above
        while step is not None and (known is None or step in known):
            path.insert(0, step)
            step = min(links.get(step, ()), default=None)
        if path:
            paths.append(path)
    return paths
