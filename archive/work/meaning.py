"""MEANING: vectors of a story's passages, so that they are found by what they mean as well."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Passage, PassageVector, Story, indexing
from archive.services.access import sees
from archive.services.vectors import lacking, unread
from archive.work.house import House
from archive.work.jobs import Ticket, finish, keep_trying
from archive.work.watch import Hopeless, Watch, still_wanted
from search.meaning.weights import NoModel

AT_ONCE = 64  # passages that are read and committed together: half a second
BEHIND = -1  # the priority: whoever waits for a recording to be heard waits for nothing else


def ask_what_is_meant(house: House, story_ids: Sequence[int] | None) -> None:
    """A MEANING job for each of these stories, or of all, that has passages without a vector and waits for none."""
    embedder = house.embedder
    if embedder is None:
        return
    with house.db.reading() as session:
        asked = lacking(session, embedder, story_ids)
    if asked:
        with house.db.writing() as session:
            waiting = select(Job.story_id).where(Job.kind == JobKind.MEANING, Job.state == JobState.WAITING)
            held = set(session.scalars(waiting))
            new = (Job(kind=JobKind.MEANING, story_id=story_id, priority=BEHIND) for story_id in asked)
            session.add_all(job for job in new if job.story_id not in held)


def read_for_meaning(house: House, ticket: Ticket, watch: Watch) -> None:
    """A batch at a time, each committed with its vectors: a run that breaks off is taken up where it ended."""
    embedder, story_id = house.embedder, ticket.story_id or 0
    if embedder is None:
        raise Hopeless("The model that knows what words mean is not installed here.")
    with house.db.reading() as session:
        left = unread(session, embedder, story_id)
    written = 0
    for start in range(0, len(left), AT_ONCE):
        watch.say("reading for what is meant", start / len(left))
        watch.check()
        batch = dict(left[start : start + AT_ONCE])
        try:
            made = embedder.vectors(list(batch.values()))
        except NoModel as reason:
            raise Hopeless(str(reason)) from reason
        with house.db.writing() as session:
            keep_trying(still_wanted(session, ticket))
            written += _keep(session, story_id, batch, dict(zip(batch, made, strict=True)), embedder.name)
    with house.db.writing() as session:
        if written:
            indexing.mark(session, [story_id])
        finish(session, ticket)


def _keep(session: Session, story_id: int, read: dict[int, str], made: dict[int, bytes], model: str) -> int:
    """Gives how many were kept: not those of passages that read otherwise by now, nor of a story that was closed.

    The passages are locked: who strikes one of them meanwhile waits, and then takes its vector away.
    """
    story = session.get(Story, story_id)
    if story is None or not sees(None, story):
        return 0
    rows = session.execute(select(Passage.id, Passage.text).where(Passage.id.in_(read)).with_for_update())
    same = [row.id for row in rows if row.text == read[row.id]]
    session.execute(delete(PassageVector).where(PassageVector.passage_id.in_(same)))
    session.add_all(PassageVector(passage_id=each, model=model, vector=made[each]) for each in same)
    session.flush()
    return len(same)
