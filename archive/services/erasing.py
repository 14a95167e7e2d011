"""The end of a withdrawal: everything that the archive held of a story goes, and so do people who are in no other.

What stays is a number: the story's row without a word in it, the lines of the ledger without their details, so that the
chain still fits, and the receipt.
"""

from collections.abc import Iterable

from sqlalchemy import Column, delete, select, update
from sqlalchemy.orm import Session

from archive.days import today
from archive.db import Base, now
from archive.mail import forget
from archive.models import (
    Act,
    Consent,
    Event,
    EventDetail,
    Job,
    JobKind,
    Mood,
    Person,
    Review,
    Story,
    StoryState,
    Takedown,
    Upload,
    Withdrawal,
    WithdrawalKind,
    indexing,
)
from archive.services.access import Actor
from archive.services.closing import all_files, purge, stop_work
from archive.services.consent import lock
from archive.services.ledger import note
from archive.services.restoring import standing
from archive.services.slugs import free_slug

DESCRIBES = ("why_told", "why_recorded", "for_whom", "language", "recorded_on", "place", "voices", "glossary",
             "sample_of", "opening", "duration_ms", "open_until", "suspended_at", "published_at")  # fmt: skip
OPENS = ("listed", "text_open", "sound_open", "text_link", "sound_link", "remix", "embed", "mining")


def erase_due(session: Session) -> list[Withdrawal]:
    """Erase what was to be erased by today and was not brought back; gives the withdrawals that ended so. The worker
    asks now and then."""
    due = select(Withdrawal).where(
        Withdrawal.kind == WithdrawalKind.ERASED,
        Withdrawal.erase_on <= today(),
        Withdrawal.erased_at.is_(None),
        Withdrawal.restored_at.is_(None),
    )
    ended: list[Withdrawal] = []
    for made in session.scalars(due.order_by(Withdrawal.id)).all():
        story = session.get(Story, made.story_id)
        if story is None or story.created_at > made.made_at:
            made.erased_at, made.reason = now(), None  # it was removed by hand meanwhile
            continue
        lock(session, story)
        session.refresh(story, ["state"])
        if story.state == StoryState.WITHDRAWN and standing(session, story) is not None:
            erase(session, story, by=None)
            ended.append(made)
    session.flush()
    return ended


def erase(session: Session, story: Story, *, by: Actor) -> None:
    """by None is the clock: nobody has to be awake."""
    people = _people(session, story)
    arriving = session.scalars(select(Upload.id).where(Upload.story_id == story.id)).all()
    stop_work(session, story)
    purge(session, story, all_files(session, story), arriving)
    session.flush()
    _forget_rows(session, story.id)
    session.expire_all()
    _empty(session, story)
    _forget_people(session, people)
    note(session, Act.ERASE, by=by, story=story)
    forget(session, story.id)
    indexing.mark(session, [], [story.id])


def _people(session: Session, story: Story) -> set[int]:
    """Everybody who is in the story, under whatever name, or ever said something about it."""
    found = {number for taken in story.participations for number in (taken.person_id, taken.who.id)}
    for table in (Consent, Mood, Review):
        found |= set(session.scalars(select(table.person_id).where(table.story_id == story.id)))
    return {number for number in found if number is not None}


def _columns(table: type[Base], rule: str | None) -> Iterable[Column[int]]:
    """Columns of the whole database that lead to this table's id by a foreign key with this ON DELETE."""
    for other in reversed(Base.metadata.sorted_tables):
        for key in other.foreign_keys:
            if key.column.table is table.__table__ and key.ondelete == rule:
                yield key.parent


def _forget_rows(session: Session, story_id: int) -> None:
    """Whatever hangs on the story, tables that are made one day included; recordings take what hangs on them along."""
    for column in _columns(Story, "CASCADE"):
        session.execute(delete(column.table).where(column == story_id))
    told = select(Event.id).where(Event.story_id == story_id)
    session.execute(delete(EventDetail).where(EventDetail.event_id.in_(told)))
    session.execute(delete(Job).where(Job.story_id == story_id, Job.kind.in_([JobKind.PROCESS, JobKind.DERIVE])))
    asked = {"name": None, "contact": None, "address": "", "why": "", "reasons": None}
    session.execute(update(Takedown).where(Takedown.story_id == story_id).values(asked))


def _empty(session: Session, story: Story) -> None:
    """The shell: a number, and that there was something."""
    story.state = StoryState.ERASED
    story.title, story.slug = "", free_slug(session, Story.slug, f"erased-{story.id}", "erased")
    for name in DESCRIBES:
        setattr(story, name, None)
    for name in OPENS:
        setattr(story, name, False)
    about_it = select(Withdrawal).where(Withdrawal.story_id == story.id, Withdrawal.made_at >= story.created_at)
    for made in session.scalars(about_it):
        made.reason = None
        if made.restored_at is None and made.erased_at is None:
            made.erased_at = now()
    session.flush()


def _forget_people(session: Session, people: set[int]) -> None:
    """Those whom nothing else names any more; their key cards go with them."""
    held = list(_columns(Person, None))
    for number in sorted(people):
        if not any(session.scalar(select(column).where(column == number).limit(1)) for column in held):
            session.execute(delete(Person).where(Person.id == number))
