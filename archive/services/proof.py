"""Proof of the ledger: a sentence for each thing in it that was altered behind the program's back."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from archive.models import Act, Consent, Event, EventDetail, Story, StoryState
from archive.services.consent import as_said
from archive.services.ledger import BEGINNING, digest_of, link

AT_ONCE = 1000  # lines in memory


def faults(session: Session) -> Iterator[str]:
    """Of the chain, of the details beside it, and of the consent lines that they tell of. Lines that are not chained
    yet have no place to be wrong in: call ledger.chain before."""
    yield from _chain(session)
    yield from _details(session)
    yield from _consents(session)


def _named(line: Event) -> str:
    of = f" of story {line.story_id}" if line.story_id is not None else ""
    return f"line {line.place} of the ledger (event {line.id}: {line.act}{of})"


def _chain(session: Session) -> Iterator[str]:
    """Each line is held against the hash that stands before it, so that one altered line is named alone."""
    place, before = 0, BEGINNING
    lines = select(Event).where(Event.place.is_not(None)).order_by(Event.place)
    for line in session.scalars(lines.execution_options(yield_per=AT_ONCE)):
        if line.place != place + 1:
            yield f"missing from the ledger: {_places(place + 1, (line.place or 0) - 1)}"
        elif link(before, line) != line.hash:
            yield f"altered: {_named(line)} does not fit its hash and the line before it"
        place, before = line.place or 0, line.hash or ""


def _places(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _details(session: Session) -> Iterator[str]:
    """They may be gone only where the story is gone or erased."""
    here = select(Story.id).where(Story.state != StoryState.ERASED)
    bare = ~select(EventDetail.event_id).where(EventDetail.event_id == Event.id).exists()
    kept = Event.story_id.is_(None) | Event.story_id.in_(here)
    for line in session.scalars(select(Event).where(bare, kept).order_by(Event.id)):
        yield f"missing: the details of {_named(line)}"
    told = select(Event).join(EventDetail).options(selectinload(Event.detail)).order_by(Event.id)
    for line in session.scalars(told.execution_options(yield_per=AT_ONCE)):
        if line.detail is not None and digest_of(line.detail.salt, line.detail.data) != line.digest:
            yield f"altered: the details of {_named(line)}"


def _consents(session: Session) -> Iterator[str]:
    """What each line said when it was written, against what its row says today."""
    rows = {row.id: row for row in session.scalars(select(Consent))}
    spoken: set[int] = set()
    for act in _acts(session):
        for said in (act.detail.data if act.detail else {}).get("lines", []):
            spoken.add(said["id"])
            row = rows.get(said["id"])
            if row is None or row.story_id != act.story_id:
                yield f"missing: line {said['id']} of the consents of story {act.story_id}"
            elif other := [name for name, value in as_said(row).items() if said.get(name) != value]:
                yield f"altered: line {row.id} of the consents of story {row.story_id} ({', '.join(other)})"
    first = session.scalar(select(func.min(Event.at)))
    for row in rows.values():
        if row.id not in spoken and first is not None and row.recorded_at >= first:
            yield f"without an act: line {row.id} of the consents of story {row.story_id} is not in the ledger"


def _acts(session: Session) -> Iterator[Event]:
    """Acts of consent to stories that are still here. A number may be given out again once its story was removed: what
    was said before that is about another one."""
    query = select(Event.story_id, func.max(Event.id)).where(Event.act == Act.REMOVE).group_by(Event.story_id)
    removed = {row[0]: row[1] for row in session.execute(query)}
    kept = select(Story.id).where(Story.state != StoryState.ERASED)
    acts = select(Event).where(Event.act == Act.CONSENT, Event.story_id.in_(kept)).options(selectinload(Event.detail))
    for act in session.scalars(acts.order_by(Event.id).execution_options(yield_per=AT_ONCE)):
        if act.id > removed.get(act.story_id, 0):
            yield act
