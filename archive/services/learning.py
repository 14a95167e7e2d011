"""What a change of the thesaurus asks for: stories are indexed anew, and the index learns what means the same."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Tagging, Theme, Wording, indexing
from archive.services.hierarchy import narrower_of
from archive.services.labels import CHUNK, LABELS

SOON = 4  # the priority of LEARN


def follow(session: Session, theme_ids: Iterable[int], *, links: bool = True) -> None:
    """Mark all stories that carry one of these themes or what is narrower, and leave a LEARN job. links: what is
    broader or narrower has changed too."""
    session.flush()
    held = set(theme_ids)
    meant = held.union(*narrower_of(session, held).values()) if links else held
    indexing.mark(session, stories_with(session, meant))
    learn_later(session)


def stories_with(session: Session, theme_ids: Iterable[int]) -> set[int]:
    ids, found = sorted(theme_ids), set[int]()
    for start in range(0, len(ids), CHUNK):
        query = select(Tagging.story_id).where(Tagging.theme_id.in_(ids[start : start + CHUNK])).distinct()
        found |= set(session.scalars(query))
    return found


def learn_later(session: Session) -> None:
    """One LEARN job waits at most. It is written to, not passed over, so that no worker takes it before the commit."""
    waiting = update(Job).where(Job.kind == JobKind.LEARN, Job.state == JobState.WAITING).values(priority=SOON)
    if not session.execute(waiting).rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
        session.add(Job(kind=JobKind.LEARN, priority=SOON, max_attempts=20))
        session.flush()


def alike(session: Session) -> list[list[str]]:
    """Groups of labels that mean the same: of themes that curators have put into the thesaurus, which is public. Others
    stand on stories that may close; nothing that is learnt may tell of them."""
    groups: dict[int, list[str]] = {}
    curated = Theme.curated.is_(True), Theme.merged_into_id.is_(None)
    other = select(Wording.theme_id, Wording.text).join(Theme, Theme.id == Wording.theme_id)
    other = other.where(*curated, Wording.kind.in_(LABELS)).order_by(Wording.theme_id, Wording.id)
    for theme_id, label in session.execute(other):
        groups.setdefault(theme_id, []).append(label)
    query = select(Theme.id, Theme.label).where(*curated)
    return [[row.label, *groups[row.id]] for row in session.execute(query.order_by(Theme.id)) if row.id in groups]
