"""What is broader and what is narrower, through all steps, for many themes at once; and that there is no circle."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import CTE, Select, select
from sqlalchemy.orm import Session

from archive.models import LinkKind, Theme, ThemeLink, Wording
from archive.services.errors import Invalid
from archive.services.labels import CHUNK, LABELS

Links = Mapping[int, Iterable[int]]
Themes = dict[str, tuple[str, ...]]  # what an index is told of a passage: slug -> labels


def broader_of(session: Session, theme_ids: Iterable[int]) -> dict[int, set[int]]:
    """Each theme's broader ones, through all steps; without itself."""
    return _reached(session, theme_ids, upwards=True)


def narrower_of(session: Session, theme_ids: Iterable[int]) -> dict[int, set[int]]:
    return _reached(session, theme_ids, upwards=False)


def _reached(session: Session, theme_ids: Iterable[int], *, upwards: bool) -> dict[int, set[int]]:
    ids = sorted(set(theme_ids))
    found: dict[int, set[int]] = {number: set() for number in ids}
    for start in range(0, len(ids), CHUNK):
        pairs = closure(select(Theme.id).where(Theme.id.in_(ids[start : start + CHUNK])), upwards=upwards)
        for held, reached in session.execute(select(pairs.c.held, pairs.c.reached)):
            if held != reached:
                found[held].add(reached)
    return found


def closure(themes: Select[int], *, upwards: bool) -> CTE:
    """Rows (held, reached): each of these themes with itself and with all that is broader, or narrower."""
    first = themes.subquery()
    begins = first.c[0]
    pairs = select(begins.label("held"), begins.label("reached")).cte(recursive=True)
    near, far = (ThemeLink.from_id, ThemeLink.to_id) if upwards else (ThemeLink.to_id, ThemeLink.from_id)
    step = select(pairs.c.held, far).join(ThemeLink, near == pairs.c.reached).where(ThemeLink.kind == LinkKind.BROADER)
    return pairs.union(step)  # not union_all: rows that are there are not gone through again


def within(theme_id: int) -> Select[int]:
    """The theme and all that is narrower, as ids."""
    pairs = closure(select(Theme.id).where(Theme.id == theme_id), upwards=False)
    return select(pairs.c.reached)


def broader_links(session: Session) -> dict[int, set[int]]:
    """Theme -> broader themes, one step, of the whole thesaurus."""
    found: dict[int, set[int]] = {}
    query = select(ThemeLink.from_id, ThemeLink.to_id).where(ThemeLink.kind == LinkKind.BROADER)
    for theme_id, broader in session.execute(query):
        found.setdefault(theme_id, set()).add(broader)
    return found


def circle(links: Links) -> list[int] | None:
    """A circle of these links, its first theme at the end again; None where there is none."""
    done: set[int] = set()
    for start in links:
        path: dict[int, None] = {}  # in the order in which it was walked
        walks: list[Iterator[int]] = [iter((start,))]
        while walks:
            node = next(walks[-1], None)
            if node is None:
                walks.pop()
                if path:
                    done.add(path.popitem()[0])
            elif node in path:
                around = list(path)
                return [*around[around.index(node) :], node]
            elif node not in done:
                path[node] = None
                walks.append(iter(tuple(links.get(node, ()))))
    return None


def refuse_circle(session: Session, links: Links, field: str = "broader") -> None:
    """Raises Invalid with a sentence that names the circle."""
    around = circle(links)
    if around is None:
        return
    names = {row.id: row.label for row in session.execute(select(Theme.id, Theme.label).where(Theme.id.in_(around)))}
    told = " → ".join(f"“{names[each]}”" for each in around)
    raise Invalid(f"Broader themes would run in a circle: {told}. Nothing was changed.", field)


def words_for(session: Session, theme_ids: Iterable[int]) -> dict[int, Themes]:
    """What an index is told of passages that carry these: each theme with all its labels, and what is broader with the
    preferred one."""
    ids = set(theme_ids)
    broader = broader_of(session, ids)
    everything = ids.union(*broader.values())
    themes = {each.id: each for each in session.scalars(select(Theme).where(Theme.id.in_(everything)))}
    other: dict[int, list[str]] = {}
    query = select(Wording.theme_id, Wording.text).where(Wording.theme_id.in_(ids), Wording.kind.in_(LABELS))
    for theme_id, label in session.execute(query.order_by(Wording.id)):
        other.setdefault(theme_id, []).append(label)
    return {
        each: {
            themes[each].slug: tuple(dict.fromkeys([themes[each].label, *other.get(each, ())])),
            **{themes[above].slug: (themes[above].label,) for above in sorted(broader[each])},
        }
        for each in ids
    }


def add_words(to: Themes, more: Themes) -> Themes:
    """A theme that stands there itself and as a broader one of another keeps all its labels."""
    for slug, labels in more.items():
        to[slug] = max(to.get(slug, ()), labels, key=len)
    return to
