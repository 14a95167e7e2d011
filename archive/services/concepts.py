"""Themes as concepts of SKOS: what a file says of them, and what the archive says of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.models import LinkKind, Tagging, Theme, ThemeLink, WordingKind
from archive.models.story import Story
from archive.services.access import Actor, visible_to
from archive.services.errors import Invalid
from archive.services.hierarchy import closure
from archive.services.tagging import stands
from archive.services.thesaurus import Said


@dataclass(frozen=True, slots=True)
class Concept:
    """broader and related are URIs, and so is replaced_by. slug is the archive's own, where it is from here."""

    uri: str
    said: tuple[Said, ...]
    broader: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()
    replaced_by: str | None = None
    deprecated: bool = False
    slug: str | None = None

    @property
    def first(self) -> Said | None:
        """The preferred label that a theme is called by here: the English one, else one without a language, else the
        first of the alphabet."""
        rank = {"en": 0, "": 1}
        preferred = [each for each in self.said if each.kind == WordingKind.PREFERRED]
        return min(preferred, key=lambda s: (rank.get(s.language.split("-")[0].lower(), 2), s.language), default=None)

    @property
    def name(self) -> str:
        first = self.first
        return f"“{first.text[:60]}”" if first else self.uri[:200]


class Faulty(Invalid):
    """lines: one sentence for each fault."""

    def __init__(self, lines: list[str]) -> None:
        first = f" {lines[0]}" if len(lines) == 1 else ""
        many = "" if len(lines) == 1 else f" It has {len(lines)} faults."
        super().__init__(f"This thesaurus was not taken in, and nothing was changed.{many}{first}", "file")
        self.lines = lines


def own_uri(theme: Theme, base: str) -> str:
    return theme.uri or f"{base}/themes/{theme.slug}"


def public_ids(session: Session) -> set[int]:
    """Themes that everyone may know of: those in the thesaurus, and those that stand, themselves or what is narrower,
    on a visible story."""
    curated = select(Theme.id).where(Theme.curated.is_(True), Theme.merged_into_id.is_(None))
    seen = select(Tagging.theme_id).join(Story, Story.id == Tagging.story_id).where(visible_to(None), stands())
    above = closure(seen.distinct(), upwards=True)
    return set(session.scalars(curated)) | set(session.scalars(select(above.c.reached).distinct()))


def is_public(session: Session, theme: Theme) -> bool:
    if theme.curated and theme.merged_into_id is None:
        return True
    return _visible(session, theme.id, None)


def _visible(session: Session, theme_id: int, by: Actor) -> bool:
    below = closure(select(Theme.id).where(Theme.id == theme_id), upwards=False)
    query = select(Story.id).join(Tagging, Tagging.story_id == Story.id)
    query = query.where(Tagging.theme_id.in_(select(below.c.reached)), visible_to(by), stands())
    return session.scalar(query.limit(1)) is not None


def concepts_here(session: Session, base: str, ids: set[int] | None = None) -> Iterator[Concept]:
    """The archive's own, in the order in which they were made, those that were merged too. base: the archive's address,
    without a slash at the end. ids: these alone, with links among them alone."""
    themes = {each.id: each for each in session.scalars(select(Theme).options(selectinload(Theme.wordings)))}
    kept = set(themes) if ids is None else ids
    broader, related = links_among(session, kept)
    for theme in sorted(themes.values(), key=lambda each: each.id):
        into = themes.get(theme.merged_into_id or 0)
        if (theme.id if into is None else into.id) not in kept:
            continue
        first = Said(WordingKind.PREFERRED, theme.label, theme.language or "")
        yield Concept(
            uri=own_uri(theme, base),
            said=(first, *(Said(each.kind, each.text, each.language) for each in theme.wordings)),
            broader=frozenset(own_uri(themes[each], base) for each in broader.get(theme.id, ())),
            related=frozenset(own_uri(themes[each], base) for each in related.get(theme.id, ())),
            replaced_by=own_uri(into, base) if into else None,
            deprecated=into is not None,
            slug=theme.slug,
        )


def links_among(session: Session, kept: set[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    broader: dict[int, set[int]] = {}
    related: dict[int, set[int]] = {}
    for kind, low, high in session.execute(select(ThemeLink.kind, ThemeLink.from_id, ThemeLink.to_id)):
        if low in kept and high in kept:
            (broader if kind == LinkKind.BROADER else related).setdefault(low, set()).add(high)
            if kind == LinkKind.RELATED:
                related.setdefault(high, set()).add(low)
    return broader, related
