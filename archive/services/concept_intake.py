"""Concepts of a file become themes, all of them or none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, selectinload

from archive.models import LinkKind, Theme, ThemeLink, WordingKind
from archive.services.access import Action, Actor, require
from archive.services.concepts import Concept, Faulty
from archive.services.errors import Invalid
from archive.services.hierarchy import broader_links, circle
from archive.services.integrity import faults
from archive.services.labels import CHUNK, plain, target, themes_named
from archive.services.learning import follow
from archive.services.merging import merge
from archive.services.slugs import RESERVED, slugify
from archive.services.thesaurus import Said, clean, write_wordings

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many themes are new, were changed, stayed as they are, were merged; left_out: concepts that are out of use
    and were never here."""

    new: int = 0
    changed: int = 0
    same: int = 0
    merged: int = 0
    left_out: int = 0

    @property
    def sentence(self) -> str:
        told = f"{self.new} new, {self.changed} changed, {self.same} as they were"
        told += f", {self.merged} merged" * bool(self.merged)
        return told + f", {self.left_out} left out because they are out of use" * bool(self.left_out)


def take_in(session: Session, concepts: Collection[Concept], *, by: Actor, base: str = "") -> TakenIn:
    """A concept that is known by its URI is written anew; one that has the name of a theme here becomes that theme; the
    rest is new. base: the archive's own address, whose URIs are known too. Raises Faulty, with nothing changed."""
    require(by, Action.EDIT_THEMES)
    used = [each for each in concepts if not each.deprecated]
    known = _known(session, base)
    if lines := faults(concepts, known.keys()):
        raise Faulty(lines)
    themes, fresh = _themes_for(session, used, known)
    changed = _write(used, themes)
    session.add_all(fresh)
    session.flush()
    moved = _link(session, used, themes, known)
    if lines := _against_rules(session):
        raise Faulty(lines)
    follow(session, {each.id for each in changed} | moved)
    old = {each.id for each in changed if each not in fresh} | (moved - {each.id for each in fresh})
    merged = _merge(session, concepts, {**known, **themes}, by)
    out = sum(each.deprecated for each in concepts) - merged
    return TakenIn(len(fresh), len(old), len(used) - len(fresh) - len(old), merged, out)


def _known(session: Session, base: str) -> dict[str, Theme]:
    found: dict[str, Theme] = {}
    for theme in session.scalars(select(Theme).options(selectinload(Theme.wordings)).order_by(Theme.id)):
        found[f"{base}/themes/{theme.slug}"] = theme
        if theme.uri:
            found[theme.uri] = theme
    return found


def _themes_for(
    session: Session, concepts: Iterable[Concept], known: dict[str, Theme]
) -> tuple[dict[str, Theme], list[Theme]]:
    """By URI; and those of them that are new."""
    names = {each.uri: each.first.text for each in concepts if each.first and each.uri not in known}
    by_name = themes_named(session, names.values())
    claimed = {id(known[each.uri]) for each in concepts if each.uri in known}
    taken = RESERVED | set(session.scalars(select(Theme.slug)))
    found: dict[str, Theme] = {}
    fresh: list[Theme] = []
    for concept in concepts:
        theme = known.get(concept.uri)
        if theme is None:
            theme = by_name.get(plain(names[concept.uri]))
            theme = None if id(theme) in claimed else theme  # two concepts are never one theme
        if theme is None:
            theme = Theme(label=names[concept.uri], slug=_slug(names[concept.uri], taken), uri=concept.uri)
            fresh.append(theme)
        found[concept.uri] = target(session, theme)
        claimed.add(id(found[concept.uri]))
    return found, fresh


def _slug(label: str, taken: set[str]) -> str:
    """As services.slugs.free_slug, without asking the database for each of thousands."""
    base = slugify(label, "theme")
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug


def _write(concepts: Iterable[Concept], themes: dict[str, Theme]) -> list[Theme]:
    """Gives those that say something else now."""
    changed: list[Theme] = []
    for concept in concepts:
        theme, before = themes[concept.uri], _as_it_is(themes[concept.uri])
        theme.uri = theme.uri or concept.uri
        try:
            _say(theme, concept)
        except Invalid as fault:
            raise Faulty([f"{concept.name}: {fault}"]) from fault
        theme.curated = True
        if before != _as_it_is(theme):
            changed.append(theme)
    return changed


def _say(theme: Theme, concept: Concept) -> None:
    """A theme of this URI is written anew; one of another URI keeps what is said of it, and gets what is new."""
    if theme.uri != concept.uri:
        _add(theme, concept)
        return
    first = clean(concept.first or Said(WordingKind.PREFERRED, theme.label), "label")
    theme.label, theme.language = first.text, first.language or None
    write_wordings(theme, first, (each for each in concept.said if each != concept.first))


def _as_it_is(theme: Theme) -> tuple[object, ...]:
    words = {(each.kind, each.language, each.text) for each in theme.wordings}
    return theme.label, theme.language, theme.curated, theme.uri, frozenset(words)


def _add(theme: Theme, concept: Concept) -> None:
    first = Said(WordingKind.PREFERRED, theme.label, theme.language or "")
    held = [Said(each.kind, each.text, each.language) for each in theme.wordings]
    taken = {plain(each.text) for each in (first, *held)}
    spoken = {each.language for each in (first, *held) if each.kind == WordingKind.PREFERRED}
    for said in concept.said:
        if plain(said.text) not in taken:
            kind = WordingKind.OTHER if said.kind == WordingKind.PREFERRED and said.language in spoken else said.kind
            held.append(Said(kind, said.text, said.language))
    write_wordings(theme, first, held)


def _link(session: Session, concepts: Iterable[Concept], themes: dict[str, Theme], here: dict[str, Theme]) -> set[int]:
    """Links among the file's themes become the file's; those with other themes stay. Gives themes whose broader ones
    are others now."""
    inside = {theme.id for theme in themes.values()}
    wanted: set[tuple[LinkKind, Pair]] = set()
    known = {uri: target(session, theme).id for uri, theme in {**here, **themes}.items()}
    for concept in concepts:
        low = known[concept.uri]
        wanted |= {(LinkKind.BROADER, (low, known[uri])) for uri in concept.broader if uri in known}
        others = (known[uri] for uri in concept.related if uri in known)
        wanted |= {(LinkKind.RELATED, (min(low, high), max(low, high))) for high in others}
    wanted = {(kind, pair) for kind, pair in wanted if pair[0] != pair[1]}
    held = {(row.kind, (row.from_id, row.to_id)): row.id for row in session.scalars(select(ThemeLink))}
    gone = [key for key in held if key not in wanted and inside.issuperset(key[1])]
    new = sorted(key for key in wanted if key not in held)
    for start in range(0, len(gone), CHUNK):
        ids = [held[key] for key in gone[start : start + CHUNK]]
        session.execute(delete(ThemeLink).where(ThemeLink.id.in_(ids)))
    if new:
        session.execute(insert(ThemeLink), [{"kind": k, "from_id": low, "to_id": high} for k, (low, high) in new])
    return {pair[0] for kind, pair in (*gone, *new) if kind == LinkKind.BROADER}


def _against_rules(session: Session) -> list[str]:
    """What the file breaks together with what is here already."""
    around = circle(broader_links(session))
    if around is None:
        return []
    names = {each.id: each.label for each in session.scalars(select(Theme).where(Theme.id.in_(around)))}
    return ["Together with the themes here, broader themes run in a circle: "
            + " → ".join(f"“{names[each]}”" for each in around) + "."]  # fmt: skip


def _merge(session: Session, concepts: Iterable[Concept], known: dict[str, Theme], by: Actor) -> int:
    """Concepts that are replaced by another one, where they were here. How many those are."""
    done = 0
    for concept in concepts:
        theme, into = known.get(concept.uri), known.get(concept.replaced_by or "")
        if not concept.deprecated or theme is None or into is None or target(session, theme) is target(session, into):
            continue
        if theme.merged_into_id is None:
            merge(session, theme, into, by=by)
            done += 1
    return done


def as_they_stand(refusal: Invalid) -> list[str]:
    return refusal.lines if isinstance(refusal, Faulty) else [str(refusal)]
