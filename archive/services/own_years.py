"""A year told back to a narrator: what happened to their own stories, whoever else may see these.

Nobody counts who reads or hears a story, so that nothing of it can be told here either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import here, today
from archive.models import Edit, EditAct, Message, Mixtape, MixtapeItem, Person, Recording, Reply, Story
from archive.services.access import Narrator, sees, visible_to
from archive.services.choice_words import told_events
from archive.services.errors import NotFound
from archive.services.keycards import told_by
from archive.services.mixtape_reading import tracks
from archive.services.stories import FOR_CARDS

CHANGING = (EditAct.CORRECT, EditAct.SPLIT, EditAct.MERGE, EditAct.RENAME, EditAct.RESTORE)
MOST_LINES = 2_000
NOTHING = "There is nothing of yours in that year."


@dataclass(frozen=True, slots=True)
class Happening:
    """said: a sentence to the narrator. tape: the mixtape, other: the story of somebody else that it is about."""

    at: datetime
    story: Story
    said: str
    tape: Mixtape | None = None
    other: Story | None = None


def own_years(session: Session, person: Person, *, by: Narrator) -> list[int]:
    """From this year back to that in which their first story came in; none where there is no story of theirs."""
    first = min((here(story.created_at).year for story in _theirs(session, person, by)), default=None)
    return list(range(today().year, first - 1, -1)) if first else []


def own_year(session: Session, number: int, person: Person, *, by: Narrator, secret: str) -> list[Happening]:
    """What happened, in its order. Raises NotFound for a year before their first story, or that has not begun."""
    stories = _theirs(session, person, by)
    if number not in own_years(session, person, by=by):
        raise NotFound(NOTHING)
    found = [each for story in stories for each in _of(session, story, person, by, secret)]
    return sorted((each for each in found if here(each.at).year == number), key=lambda each: each.at)


def _theirs(session: Session, person: Person, by: Narrator) -> Sequence[Story]:
    return [story for story in told_by(session, person) if sees(by, story)]


def _of(session: Session, story: Story, person: Person, by: Narrator, secret: str) -> Iterator[Happening]:
    yield Happening(story.created_at, story, "It came into the archive.")
    for event, said in told_events(session, story, person, MOST_LINES):
        if event.story_id == story.id:  # the others are about their key cards
            yield Happening(event.at, story, said)
    yield from _corrections(session, story)
    yield from _on_mixtapes(session, story, secret)
    yield from _answers(session, story, by)
    for at in session.scalars(select(Message.passed_on_at).where(Message.story_id == story.id)):
        if at is None:  # nobody has passed it on
            continue
        yield Happening(at, story, "A listener wrote to you. Their words stand on the page of your story.")


def _corrections(session: Session, story: Story) -> Iterator[Happening]:
    """One a day, whatever was done on it."""
    query = select(Edit.made_at).where(Edit.story_id == story.id, Edit.act.in_(CHANGING)).order_by(Edit.id)
    for at in {here(at).date(): at for at in session.scalars(query)}.values():
        yield Happening(at, story, "Words in it were corrected.")


def _on_mixtapes(session: Session, story: Story, secret: str) -> Iterator[Happening]:
    """Once for each mixtape on which everyone can hear or read words of it today."""
    query = select(MixtapeItem, Mixtape).join(Mixtape, Mixtape.id == MixtapeItem.mixtape_id)
    query = query.join(Recording, Recording.id == MixtapeItem.recording_id)
    rows = session.execute(query.where(Recording.story_id == story.id, Mixtape.open).order_by(Mixtape.id))
    told: set[int] = set()
    for item, tape in rows:
        if tape.id not in told and tape.shown_at and tracks(session, [item], by=None, secret=secret)[0].clip:
            told.add(tape.id)
            yield Happening(tape.shown_at, story, "Somebody put words of it on a mixtape.", tape=tape)


def _answers(session: Session, story: Story, by: Narrator) -> Iterator[Happening]:
    query = select(Reply, Story).join(Story, Story.id == Reply.story_id).where(Reply.to_story_id == story.id)
    for reply, other in session.execute(query.where(visible_to(by)).options(*FOR_CARDS)):
        yield Happening(reply.made_at, story, "Another story answered it.", other=other)
