"""Shelves that curators put up for everyone. What lies on one is asked for its consent whenever somebody looks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.models import Passage, PublicShelf, PublicShelfItem, Story
from archive.services.access import Action, Actor, may, require, sees, visible_to
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.questions import Step
from archive.services.sealing import MARK
from archive.services.slugs import free_slug
from archive.services.stories import FOR_CARDS

MAX_TITLE, MAX_PROSE = 120, 4_000
MOST_ITEMS = 100
GONE = "There is no such shelf here."


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies at a place of a shelf. story is None where it is not open to whoever looks; passage is None for a whole
    story."""

    item: PublicShelfItem
    story: Story | None = None
    passage: Passage | None = None


def open_ones(session: Session) -> Sequence[PublicShelf]:
    query = select(PublicShelf).where(PublicShelf.open)
    return session.scalars(query.order_by(PublicShelf.ordinal, PublicShelf.id)).all()


def all_of_them(session: Session, *, by: Actor) -> Sequence[PublicShelf]:
    require(by, Action.EDIT_SHELVES)
    return session.scalars(select(PublicShelf).order_by(PublicShelf.ordinal, PublicShelf.id)).all()


def shelf_by_slug(session: Session, slug: str, *, by: Actor) -> PublicShelf:
    """One that is open, or any for a curator. Raises NotFound in the same words for the others."""
    held = session.scalars(select(PublicShelf).where(PublicShelf.slug == slug)).one_or_none()
    if held is None or not (held.open or may(by, Action.EDIT_SHELVES)):
        raise NotFound(GONE)
    return held


def lying_on(session: Session, held: PublicShelf, *, by: Actor) -> list[Lying]:
    """In the order of the shelf, all of it. What nobody may read any more, or is not said any more, has no story."""
    query = select(PublicShelfItem, Story, Passage).where(PublicShelfItem.shelf_id == held.id)
    query = query.outerjoin(Story, (Story.id == PublicShelfItem.story_id) & visible_to(by))
    query = query.outerjoin(Passage, Passage.id == PublicShelfItem.passage_id)
    rows = session.execute(query.order_by(PublicShelfItem.ordinal, PublicShelfItem.id).options(*FOR_CARDS))
    return [_lying(item, story, passage) for item, story, passage in rows]


def _lying(item: PublicShelfItem, story: Story | None, passage: Passage | None) -> Lying:
    if story is None or item.whole:
        return Lying(item, story)
    if passage is None or passage.text in ("", MARK):
        return Lying(item)
    return Lying(item, story, passage)


def waiting(session: Session) -> set[int]:
    """Open shelves on which lies nothing that everyone may read."""
    query = select(PublicShelfItem.shelf_id).join(Story, Story.id == PublicShelfItem.story_id)
    query = query.outerjoin(Passage, Passage.id == PublicShelfItem.passage_id)
    said = or_(PublicShelfItem.whole, Passage.text.not_in(("", MARK)))
    full = set(session.scalars(query.where(visible_to(None), said)))
    return {each.id for each in open_ones(session)} - full


def add(session: Session, title: str, *, by: Actor) -> PublicShelf:
    require(by, Action.EDIT_SHELVES)
    title = _title(title)
    last = session.scalar(select(func.max(PublicShelf.ordinal)))
    made = PublicShelf(title=title, slug=free_slug(session, PublicShelf.slug, title, "shelf"))
    made.ordinal = 0 if last is None else last + 1
    session.add(made)
    session.flush()
    return made


def describe(session: Session, held: PublicShelf, title: str, introduction: str, reason: str, *, by: Actor) -> None:
    """Its address stays."""
    require(by, Action.EDIT_SHELVES)
    title, introduction, reason = _title(title), _prose(introduction, "introduction"), _prose(reason, "reason")
    held.title, held.introduction, held.reason = title, introduction or None, reason or None
    session.flush()


def show(session: Session, held: PublicShelf, *, to_everyone: bool, by: Actor) -> None:
    require(by, Action.EDIT_SHELVES)
    held.open = to_everyone
    session.flush()


def move_shelf(session: Session, held: PublicShelf, step: Step, *, by: Actor) -> None:
    _step(list(all_of_them(session, by=by)), held, step)
    session.flush()


def remove(session: Session, held: PublicShelf, *, by: Actor) -> None:
    """Only an empty one, so that nobody's order is lost by one press."""
    require(by, Action.EDIT_SHELVES)
    if session.scalar(select(PublicShelfItem.id).where(PublicShelfItem.shelf_id == held.id).limit(1)):
        raise Conflict("Something lies on this shelf. Take it off first, or close the shelf.")
    session.delete(held)
    session.flush()


def put_story(session: Session, held: PublicShelf, story: Story, *, by: Actor) -> PublicShelfItem:
    """At its end; a second time changes nothing."""
    require(by, Action.EDIT_SHELVES)
    there = select(PublicShelfItem).where(
        PublicShelfItem.shelf_id == held.id, PublicShelfItem.story_id == story.id, PublicShelfItem.whole
    )
    return session.scalars(there).one_or_none() or _added(
        session, held, PublicShelfItem(story_id=story.id, whole=True), story, by
    )


def put_passage(session: Session, held: PublicShelf, passage: Passage, *, by: Actor) -> PublicShelfItem:
    require(by, Action.EDIT_SHELVES)
    there = select(PublicShelfItem).where(PublicShelfItem.shelf_id == held.id, PublicShelfItem.passage_id == passage.id)
    made = PublicShelfItem(
        story_id=passage.story_id, recording_id=passage.recording_id, passage_id=passage.id,
        start_ms=passage.start_ms, end_ms=passage.end_ms,
    )  # fmt: skip
    story = session.get_one(Story, passage.story_id)
    return session.scalars(there).one_or_none() or _added(session, held, made, story, by)


def _added(session: Session, held: PublicShelf, item: PublicShelfItem, story: Story, by: Actor) -> PublicShelfItem:
    if not sees(by, story):
        raise NotFound("There is no such story here.")
    there = _items(session, held)
    if len(there) >= MOST_ITEMS:
        raise Conflict(f"A shelf holds {MOST_ITEMS} things at most. Take something off, or put up another one.")
    item.shelf_id, item.ordinal = held.id, there[-1].ordinal + 1 if there else 0
    item.by_id = by.id if by else None
    session.add(item)
    session.flush()
    return item


def _items(session: Session, held: PublicShelf) -> list[PublicShelfItem]:
    query = select(PublicShelfItem).where(PublicShelfItem.shelf_id == held.id)
    return list(session.scalars(query.order_by(PublicShelfItem.ordinal, PublicShelfItem.id)))


def item_of(session: Session, held: PublicShelf, item_id: int) -> PublicShelfItem:
    item = session.get(PublicShelfItem, item_id)
    if item is None or item.shelf_id != held.id:
        raise NotFound("That does not lie on this shelf any more.")
    return item


def move_item(session: Session, held: PublicShelf, item: PublicShelfItem, step: Step, *, by: Actor) -> None:
    require(by, Action.EDIT_SHELVES)
    _step(_items(session, held), item, step)
    session.flush()


def take_off(session: Session, item: PublicShelfItem, *, by: Actor) -> None:
    require(by, Action.EDIT_SHELVES)
    session.delete(item)
    session.flush()


def _step(row: list[PublicShelf] | list[PublicShelfItem], held: PublicShelf | PublicShelfItem, step: Step) -> None:
    """Change places with the neighbour; at the end of the row nothing happens."""
    order = [each.id for each in row]
    here = order.index(held.id)
    there = here + (1 if step == Step.DOWN else -1)
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for each in row:
        each.ordinal = order.index(each.id)


def _title(given: str) -> str:
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in given).split())
    if not cleaned:
        raise Invalid("Please give the shelf a name.", "title")
    if len(cleaned) > MAX_TITLE:
        raise Invalid(f"The name of a shelf is {MAX_TITLE} characters long at most.", "title")
    return cleaned


def _prose(given: str, field: str) -> str:
    cleaned = given.replace("\0", "").replace("\r\n", "\n").strip()
    if len(cleaned) > MAX_PROSE:
        raise Invalid(f"That is longer than {MAX_PROSE:,} characters. Please say it in fewer.", field)
    return cleaned
