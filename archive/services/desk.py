"""Shelves at somebody's desk, and the passages they keep there. Whoever asks meets their own alone: another's shelf is
not there for them."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Passage, Saved, Shelf, Story
from archive.services.access import Action, Actor, account_of, require, sees
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.sealing import MARK

FIRST = "Kept"  # the shelf that is there as soon as something is kept
MAX_NAME, MAX_NOTE = 80, 4000
MOST_SHELVES, MOST_ON_A_SHELF = 100, 2000


def owner(by: Actor) -> int:
    """The id of the account whose desk this is. Raises NotAllowed where nobody is signed in."""
    require(by, Action.KEEP)
    held = account_of(by)
    if held is None:
        raise NotFound("Only an account has a desk.")
    return held.id


def one_line(given: str, what: str, most: int = MAX_NAME) -> str:
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in given).split())
    if not cleaned:
        raise Invalid(f"Please give the {what} a name.", "name")
    if len(cleaned) > most:
        raise Invalid(f"The name of a {what} is {most} characters long at most.", "name")
    return cleaned


def shelves_of(session: Session, *, by: Actor) -> list[tuple[Shelf, int]]:
    """With how many passages lie on each, in the order in which they were put up."""
    query = select(Shelf, func.count(Saved.id)).outerjoin(Saved, Saved.shelf_id == Shelf.id)
    rows = session.execute(query.where(Shelf.account_id == owner(by)).group_by(Shelf.id).order_by(Shelf.id))
    return [(shelf, count) for shelf, count in rows]


def shelf_of(session: Session, shelf_id: int, *, by: Actor) -> Shelf:
    held = session.scalars(select(Shelf).where(Shelf.id == shelf_id, Shelf.account_id == owner(by))).one_or_none()
    if held is None:
        raise NotFound("That shelf is not there any more.")
    return held


def add_shelf(session: Session, name: str, *, by: Actor) -> Shelf:
    account_id, name = owner(by), one_line(name, "shelf")
    _refuse_twice(session, account_id, name)
    if (session.scalar(select(func.count(Shelf.id)).where(Shelf.account_id == account_id)) or 0) >= MOST_SHELVES:
        raise Conflict(f"A desk has room for {MOST_SHELVES} shelves. Take one away first.")
    made = Shelf(account_id=account_id, name=name)
    session.add(made)
    session.flush()
    return made


def rename_shelf(session: Session, shelf_id: int, name: str, *, by: Actor) -> Shelf:
    shelf, name = shelf_of(session, shelf_id, by=by), one_line(name, "shelf")
    if name != shelf.name:
        _refuse_twice(session, shelf.account_id, name)
    shelf.name = name
    session.flush()
    return shelf


def remove_shelf(session: Session, shelf_id: int, *, by: Actor) -> str:
    """With what lies on it; gives its name."""
    shelf = shelf_of(session, shelf_id, by=by)
    session.delete(shelf)
    session.flush()
    return shelf.name


def _refuse_twice(session: Session, account_id: int, name: str) -> None:
    if session.scalar(select(Shelf.id).where(Shelf.account_id == account_id, Shelf.name == name)):
        raise Invalid(f"There is a shelf called “{name}” already.", "name")


def keep(session: Session, passage_id: int, *, by: Actor) -> Saved:
    """On the shelf that was used last; a second time changes nothing."""
    account_id = owner(by)
    passage = session.get(Passage, passage_id)
    story = session.get(Story, passage.story_id) if passage else None
    if passage is None or story is None or not sees(by, story) or passage.text in ("", MARK):
        raise NotFound("That passage is not there any more.")
    mine = select(Saved).join(Shelf).where(Shelf.account_id == account_id)
    if held := session.scalars(mine.where(Saved.passage_id == passage_id)).first():
        return held
    last = session.scalars(mine.order_by(Saved.saved_at.desc(), Saved.id.desc()).limit(1)).first()
    shelf = last.shelf if last else _first(session, account_id)
    _refuse_full(session, shelf)
    made = Saved(
        shelf_id=shelf.id, story_id=story.id, recording_id=passage.recording_id, passage_id=passage.id,
        start_ms=passage.start_ms, end_ms=passage.end_ms,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _first(session: Session, account_id: int) -> Shelf:
    held = session.scalars(select(Shelf).where(Shelf.account_id == account_id).order_by(Shelf.id).limit(1)).first()
    if held is None:
        held = Shelf(account_id=account_id, name=FIRST)
        session.add(held)
        session.flush()
    return held


def _refuse_full(session: Session, shelf: Shelf) -> None:
    if (session.scalar(select(func.count(Saved.id)).where(Saved.shelf_id == shelf.id)) or 0) >= MOST_ON_A_SHELF:
        raise Conflict(f"The shelf “{shelf.name}” is full: it holds {MOST_ON_A_SHELF} passages. Put up another one.")


def saved_of(session: Session, saved_id: int, *, by: Actor) -> Saved:
    held = session.scalars(
        select(Saved).join(Shelf).where(Saved.id == saved_id, Shelf.account_id == owner(by))
    ).one_or_none()
    if held is None:
        raise NotFound("That passage does not lie on your shelves any more.")
    return held


def annotate(session: Session, saved_id: int, note: str, *, by: Actor) -> Saved:
    held, note = saved_of(session, saved_id, by=by), note.replace("\0", "").strip()
    if len(note) > MAX_NOTE:
        raise Invalid(f"A note is {MAX_NOTE:,} characters long at most.", "note")
    held.note = note or None
    session.flush()
    return held


def move(session: Session, saved_id: int, shelf_id: int, *, by: Actor) -> Saved:
    """To another of one's own shelves. Where that holds the passage already, one is left, with both notes."""
    held, shelf = saved_of(session, saved_id, by=by), shelf_of(session, shelf_id, by=by)
    if held.shelf_id == shelf.id:
        return held
    _refuse_full(session, shelf)
    there = select(Saved).where(Saved.shelf_id == shelf.id, Saved.passage_id == held.passage_id)
    twin = session.scalars(there).first() if held.passage_id is not None else None
    if twin is not None:
        twin.note = "\n\n".join(filter(None, (twin.note, held.note))) or None
        session.delete(held)
        held = twin
    held.shelf_id, held.saved_at = shelf.id, now()
    session.flush()
    return held


def let_go(session: Session, saved_id: int, *, by: Actor) -> Shelf:
    """Take a passage off its shelf; gives the shelf."""
    held = saved_of(session, saved_id, by=by)
    shelf = held.shelf
    session.delete(held)
    session.flush()
    return shelf


def kept_among(session: Session, passage_ids: Collection[int], *, by: Actor) -> frozenset[int]:
    """Those of the passages that lie on a shelf of whoever asks; none for who has no desk."""
    account = account_of(by)
    if account is None or not passage_ids:
        return frozenset()
    query = select(Saved.passage_id).join(Shelf).where(Shelf.account_id == account.id)
    return frozenset(each for each in session.scalars(query.where(Saved.passage_id.in_(passage_ids))) if each)


def lying_on(session: Session, shelf: Shelf, *, offset: int = 0, limit: int = MOST_ON_A_SHELF) -> Sequence[Saved]:
    """What lies on a shelf, the latest first."""
    query = select(Saved).where(Saved.shelf_id == shelf.id).order_by(Saved.saved_at.desc(), Saved.id.desc())
    return session.scalars(query.offset(offset).limit(limit)).all()
