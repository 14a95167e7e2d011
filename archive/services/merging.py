"""Two themes become one: what carried the first carries the second, and the first one's address leads there."""

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from archive.models import Declined, LinkKind, Tagging, Theme, ThemeLink, Wording, WordingKind
from archive.models.indexing import mark
from archive.services.access import Action, Actor, require
from archive.services.errors import Conflict, Invalid
from archive.services.hierarchy import broader_of, narrower_of
from archive.services.labels import LABELS, plain, target
from archive.services.learning import follow, learn_later, stories_with
from archive.services.thesaurus import Said, related_link, wording

OTHER = {WordingKind.PREFERRED: WordingKind.OTHER}  # what was preferred is another label of the one that stays
MARKED = {"marks_stories": True, "synchronize_session": False}


def merge(session: Session, theme: Theme, into: Theme, *, by: Actor) -> Theme:
    """Gives the theme that stays. Taggings move without doubles; labels become other labels; links move, but none that
    would run in a circle. Raises Invalid for one and the same, Conflict for one that was merged already."""
    require(by, Action.EDIT_THEMES)
    into = target(session, into)
    if theme.merged_into_id is not None:
        raise Conflict("This theme was merged into another one already.")
    if theme is into:
        raise Invalid("These two are one theme already.", "into")
    concerned = stories_with(session, {theme.id, *narrower_of(session, [theme.id])[theme.id]})
    _move_taggings(session, theme, into)
    _move_declined(session, theme, into)
    _move_words(theme, into)
    _move_links(session, theme, into)
    session.execute(update(Theme).where(Theme.merged_into_id == theme.id).values(merged_into_id=into.id))
    theme.merged_into_id, theme.curated, into.curated = into.id, False, True
    session.flush()
    mark(session, concerned)
    follow(session, [into.id])
    learn_later(session)
    return into


def _move_taggings(session: Session, theme: Theme, into: Theme) -> None:
    """Where the other one stands already, it is enough. merge marks the stories."""
    passages = select(Tagging.passage_id).where(Tagging.theme_id == into.id, Tagging.passage_id.is_not(None))
    stories = select(Tagging.story_id).where(Tagging.theme_id == into.id, Tagging.words.is_(None))
    doubled = or_(Tagging.passage_id.in_(passages), Tagging.words.is_(None) & Tagging.story_id.in_(stories))
    gone = delete(Tagging).where(Tagging.theme_id == theme.id, doubled)
    session.execute(gone, execution_options=MARKED)
    moved = update(Tagging).where(Tagging.theme_id == theme.id).values(theme_id=into.id)
    session.execute(moved, execution_options=MARKED)
    session.expire_all()


def _move_declined(session: Session, theme: Theme, into: Theme) -> None:
    held = select(Declined.passage_id).where(Declined.theme_id == into.id)
    session.execute(delete(Declined).where(Declined.theme_id == theme.id, Declined.passage_id.in_(held)))
    session.execute(update(Declined).where(Declined.theme_id == theme.id).values(theme_id=into.id))


def _move_words(theme: Theme, into: Theme) -> None:
    """Notes move where the other theme has none of their kind and language."""
    labels = {plain(each.text) for each in into.wordings if each.kind in LABELS} | {plain(into.label)}
    notes = {(each.kind, each.language) for each in into.wordings if each.kind not in LABELS}
    first = Said(WordingKind.OTHER, theme.label, theme.language or "")
    for said in (first, *(_as_said(each) for each in theme.wordings)):
        if said.kind in LABELS and plain(said.text) not in labels:
            labels.add(plain(said.text))
            into.wordings.append(wording(said))
        elif said.kind not in LABELS and (said.kind, said.language) not in notes:
            into.wordings.append(wording(said))
    theme.wordings.clear()


def _as_said(row: Wording) -> Said:
    return Said(OTHER.get(row.kind, row.kind), row.text, row.language)


def _move_links(session: Session, theme: Theme, into: Theme) -> None:
    """One after the other, each only where it says something new and no circle comes of it."""
    ends = or_(ThemeLink.from_id == theme.id, ThemeLink.to_id == theme.id)
    links = [(each.kind, each.from_id, each.to_id) for each in session.scalars(select(ThemeLink).where(ends))]
    session.execute(delete(ThemeLink).where(ends))
    for kind, low, high in sorted(links):
        one, other = (into.id if each == theme.id else each for each in (low, high))
        if one == other:
            continue
        above, below = broader_of(session, [one, other]), narrower_of(session, [one])[one]
        if kind == LinkKind.BROADER and other not in above[one] | below:
            _unrelated(session, one, other)
            session.add(ThemeLink(kind=kind, from_id=one, to_id=other))
        elif kind == LinkKind.RELATED and other not in above[one] | below and not _linked(session, one, other):
            session.add(related_link(one, other))
        session.flush()


def _pair(one: int, other: int) -> ColumnElement[bool]:
    return (ThemeLink.from_id == min(one, other)) & (ThemeLink.to_id == max(one, other))


def _linked(session: Session, one: int, other: int) -> bool:
    return session.scalar(select(ThemeLink.id).where(_pair(one, other))) is not None


def _unrelated(session: Session, one: int, other: int) -> None:
    """Broader says more than related."""
    session.execute(delete(ThemeLink).where(_pair(one, other), ThemeLink.kind == LinkKind.RELATED))
