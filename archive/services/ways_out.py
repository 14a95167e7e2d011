"""Where a search found nothing: what would find something, and how much."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import LinkKind, Theme, ThemeLink
from archive.services.browse import Facet
from archive.services.finding import Asked, Trait, answered, question
from archive.services.labels import slugs_named
from search.index import SearchIndex
from search.meaning.embedder import Embedder
from search.query import Mode

EVERYTHING = "everything"  # all that was chosen is given up
MOST = 8  # questions that are asked instead: each costs as much as the first one


@dataclass(frozen=True, slots=True)
class WayOut:
    """The same search, changed: without a choice of `given_up`, by a broader theme, or in another mode. label is what
    the broader theme is called; found is how many passages it gives."""

    asked: Asked
    found: int
    given_up: Facet | Trait | str | None = None
    broader: str | None = None


def ways_out(session: Session, index: SearchIndex, asked: Asked, embedder: Embedder | None = None) -> list[WayOut]:
    """Those that find something, the ones closest to what was asked first. Raises Resting."""
    tried = list(_changed(session, asked, embedder))[:MOST]
    counted = [replace(way, found=_count(session, index, way.asked, embedder)) for way in tried]
    return [way for way in counted if way.found]


def _count(session: Session, index: SearchIndex, asked: Asked, embedder: Embedder | None) -> int:
    query = question(session, index, replace(asked, offset=0, limit=0), embedder)
    return answered(index, replace(query, facets=())).total


def _changed(session: Session, asked: Asked, embedder: Embedder | None) -> Iterator[WayOut]:
    if embedder and asked.text.strip() and asked.mode is Mode.WORDS:
        yield WayOut(replace(asked, mode=Mode.BOTH), 0)
    yield from _broader(session, asked)
    for facet in asked.chosen:
        rest = {key: values for key, values in asked.chosen.items() if key != facet}
        yield WayOut(replace(asked, chosen=rest), 0, facet)
    for trait in asked.traits:
        rest_of = {key: values for key, values in asked.traits.items() if key != trait}
        yield WayOut(replace(asked, traits=rest_of), 0, trait)
    if asked.verified:
        yield WayOut(replace(asked, verified=False), 0, "verified")
    if asked.mood is not None:
        yield WayOut(replace(asked, mood=None), 0, "mood")
    if asked.story_id is not None:
        yield WayOut(replace(asked, story_id=None), 0, "story")
    if asked.chosen or asked.traits or asked.verified or asked.mood or asked.story_id is not None:
        mode = Mode.BOTH if embedder else asked.mode
        everywhere = replace(asked, chosen={}, traits={}, story_id=None, verified=False, mood=None, mode=mode)
        yield WayOut(everywhere, 0, EVERYTHING)


def _broader(session: Session, asked: Asked) -> Iterator[WayOut]:
    """The themes above the chosen ones. A count says whether something stands there that everyone may read."""
    if given := asked.chosen.get(Facet.THEME):
        up = select(ThemeLink.to_id).join(Theme, Theme.id == ThemeLink.from_id)
        up = up.where(ThemeLink.kind == LinkKind.BROADER, Theme.slug.in_(slugs_named(session, given)))
        for theme in session.scalars(select(Theme).where(Theme.id.in_(up)).order_by(Theme.label).limit(2)):
            instead = {**asked.chosen, Facet.THEME: [theme.slug]}
            yield WayOut(replace(asked, chosen=instead), 0, broader=theme.label)
