"""Whoever changes what a search could show leaves an INDEX job behind, in the same transaction.

Nobody calls the indexer by hand. A passage that reads otherwise loses its vector in the same flush. The listener sees
what goes through a session's flush; bulk statements do not, so those on watched tables are refused unless they say
`execution_options(marks_stories=True)`, a promise that `mark` was called for each story concerned.
"""

from collections.abc import Iterable

from sqlalchemy import delete, event, inspect, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from archive.db import clock, now
from archive.models.job import WAITING_INDEX, Job, JobKind, JobState
from archive.models.person import Participation, Person
from archive.models.question import Asking
from archive.models.reading import Reading
from archive.models.story import Story
from archive.models.theme import Tagging, Theme
from archive.models.transcript import Passage
from archive.models.vector import PassageVector

OF_A_STORY = (Passage, Tagging, Participation, Asking)
WATCHED = (Story, *OF_A_STORY)


def mark(session: Session, story_ids: Iterable[int], restricting: Iterable[int] = ()) -> None:
    """See to it that one INDEX job waits for each story; it runs at a later time than this transaction.

    A job that waits already is written to, not passed over: that locks it, so that no worker (which skips locked
    rows) can take it and index the story as it was before this transaction. restricting names those of the stories
    that lose something a search may show; until they are indexed, searches leave them out.
    """
    less = set(restricting)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for story_id in sorted({*story_ids, *less}):  # in one order everywhere: two transactions never wait for each other
        new = insert(Job).values(
            kind=JobKind.INDEX, story_id=story_id, state=JobState.WAITING, priority=5, details={}, attempt=0,
            max_attempts=20, cancel=False, restricts=story_id in less, created_at=now(), run_at=clock(),
        )  # fmt: skip
        either = or_(Job.restricts, new.excluded.restricts)
        session.execute(
            new.on_conflict_do_update(
                index_elements=[Job.story_id], index_where=WAITING_INDEX, set_={"restricts": either}
            )
        )


@event.listens_for(Session, "after_flush")
def _leave_jobs(session: Session, context: UOWTransaction) -> None:
    marked: set[int] = set()
    less: set[int] = set()
    for thing in (*session.new, *session.dirty, *session.deleted):
        gone = thing in session.deleted
        if isinstance(thing, Story) and (thing in session.new or gone or session.is_modified(thing)):
            (less if gone or inspect(thing).attrs.title.history.deleted else marked).add(thing.id)
        elif isinstance(thing, OF_A_STORY):
            (less if gone else marked).add(thing.story_id)
        elif isinstance(thing, Reading):  # found by it and never counted: that it is gone need not close the story
            marked.add(thing.story_id)
        elif isinstance(thing, Person) and thing in session.dirty:
            less.update(session.scalars(select(Participation.story_id).where(Participation.person_id == thing.id)))
        elif isinstance(thing, Theme) and inspect(thing).attrs.label.history.deleted:
            less.update(session.scalars(select(Tagging.story_id).where(Tagging.theme_id == thing.id)))
    if marked or less:
        mark(session, marked, less)
    _forget_what_was_meant(session)


def _forget_what_was_meant(session: Session) -> None:
    """A vector lives as long as the words it was made of: what is struck could be guessed from it."""
    reworded = [each.id for each in session.dirty if isinstance(each, Passage) and _has_other_words(each)]
    if reworded:
        gone = delete(PassageVector).where(PassageVector.passage_id.in_(reworded))
        session.execute(gone, execution_options={"synchronize_session": False})


def _has_other_words(passage: Passage) -> bool:
    return bool(inspect(passage).attrs.text.history.has_changes())


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete) or state.execution_options.get("marks_stories"):
        return
    if any(mapper.class_ in WATCHED for mapper in state.all_mappers):
        raise RuntimeError("a bulk change of what is searched must mark its stories: see archive.models.indexing")
