"""Names of themes: made clean, and found again whatever their capitals, by any label that a theme has."""

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Theme, Wording, WordingKind
from archive.models.theme import folded
from archive.services.errors import Invalid

MAX_LABEL = 80
CHUNK = 500  # values in one query
LABELS = (WordingKind.PREFERRED, WordingKind.OTHER, WordingKind.HIDDEN)


def clean_label(label: str, most: int = MAX_LABEL, field: str = "theme") -> str:
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in label).split())
    if not cleaned:
        raise Invalid("Please name a theme.", field)
    if len(cleaned) > most:
        raise Invalid(f"A theme's name is {most} characters long at most.", field)
    return cleaned


def plain(label: str) -> str:
    """The same for labels that are one: without capitals, however their accents are written."""
    return unicodedata.normalize("NFC", " ".join(label.split())).casefold()


def themes_named(session: Session, labels: Iterable[str]) -> dict[str, Theme]:
    """By `plain` label, for those of the labels that a theme has: its preferred one before any other, then the older
    theme. One that was merged leads to where it went."""
    wanted = {plain(label): folded(label) for label in labels}
    found: dict[str, Theme] = {}
    for label, theme in _candidates(session, sorted(set(wanted.values()))):
        if plain(label) in wanted:
            found.setdefault(plain(label), theme)
    return {label: target(session, theme) for label, theme in found.items()}


def theme_with(session: Session, label: str) -> Theme | None:
    return themes_named(session, [label]).get(plain(label))


def _candidates(session: Session, keys: Sequence[str]) -> list[tuple[str, Theme]]:
    """(label, theme) of labels that are folded to these, the best first."""
    ranked: list[tuple[int, int, str, Theme]] = []
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        for theme in session.scalars(select(Theme).where(Theme.folded.in_(some))):
            ranked.append((0 if theme.merged_into_id is None else 9, theme.id, theme.label, theme))
        other = select(Wording, Theme).join(Theme, Theme.id == Wording.theme_id)
        other = other.where(Wording.folded.in_(some), Wording.kind.in_(LABELS), Theme.merged_into_id.is_(None))
        for wording, theme in session.execute(other):
            ranked.append((1 + LABELS.index(wording.kind), theme.id, wording.text, theme))
    return [(label, theme) for _, _, label, theme in sorted(ranked, key=lambda each: each[:2])]


def target(session: Session, theme: Theme) -> Theme:
    """The theme, or the one that it was merged into. No chain: merging shortens them."""
    return theme if theme.merged_into_id is None else session.get_one(Theme, theme.merged_into_id)


def slugs_named(session: Session, given: Sequence[str]) -> list[str]:
    """Slugs of themes given as slug or as any label; what is no theme stays as it is and so matches nothing."""
    by_slug = {theme.slug: theme for theme in session.scalars(select(Theme).where(Theme.slug.in_(given)))}
    by_label = themes_named(session, [value for value in given if value not in by_slug])
    found = (by_label.get(plain(value)) or by_slug.get(value) for value in given)
    return [target(session, theme).slug if theme else value for theme, value in zip(found, given, strict=True)]
