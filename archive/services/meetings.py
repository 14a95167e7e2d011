"""When a narrator and somebody of the archive spoke with each other: in recordings, and in calls that somebody noted.

A curator sees all of it; an interviewer what is in the stories that they own, and what they noted themselves. The
narrator is the person and never a face; so are interviewers. No public page, index or API says anything of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, selectinload

from archive.days import here
from archive.models import Conversation, Part, Participation, Person, Story, StoryState
from archive.services.access import GONE, OPERATOR, Action, Actor, account_of, require
from archive.services.errors import NotFound

UNKNOWN = "There is nobody of that name among the people whose stories you look after."


@dataclass(frozen=True, slots=True)
class Meeting:
    """partners: interviewers; none where nobody is named. Either story or noted is there."""

    on: date
    partners: tuple[Person, ...]
    story: Story | None = None
    noted: Conversation | None = None

    @property
    def key(self) -> str:
        """What stands for it in an address."""
        return f"story-{self.story.id}" if self.story else f"note-{self.noted.id}" if self.noted else ""


@dataclass(slots=True)
class Known:
    """A narrator, and what there was with them, the latest first. gone: they took back all that they told."""

    person: Person
    meetings: list[Meeting] = field(default_factory=list)
    told: int = 0
    withdrawn: int = 0

    @property
    def gone(self) -> bool:
        """True also of somebody whose stories were removed, and who told nothing else."""
        return self.told == self.withdrawn


def everybody(session: Session, *, by: Actor) -> list[Known]:
    return _known(session, true(), true(), by)


def acquaintance(session: Session, slug: str, *, by: Actor) -> Known:
    """Raises NotFound, in the same words, for somebody who is not there and for somebody who is not theirs to see."""
    person = session.scalars(select(Person).where(Person.slug == slug, ~Person.face)).one_or_none()
    if person is None:
        raise NotFound(UNKNOWN)
    who = func.coalesce(Participation.real_id, Participation.person_id)
    told = select(Participation.story_id).where(who == person.id, Participation.part == Part.NARRATOR)
    found = _known(session, Story.id.in_(told), Conversation.person_id == person.id, by)
    held = next((each for each in found if each.person.id == person.id), None)
    if held is None:
        raise NotFound(UNKNOWN)
    return held


def _known(session: Session, stories: ColumnElement[bool], notes: ColumnElement[bool], by: Actor) -> list[Known]:
    require(by, Action.STAY_IN_TOUCH)
    people: dict[int, Known] = {}
    for story in _stories(session, stories, by):
        met = Meeting(_when(story), tuple(story.themselves(Part.INTERVIEWER)), story=story)
        for person in dict.fromkeys(story.tellers):
            held = people.setdefault(person.id, Known(person))
            held.told += 1
            held.withdrawn += story.state in GONE
            held.meetings += [met] if story.state not in GONE else []
    for noted in _notes(session, notes, by):
        held = people.setdefault(noted.person_id, Known(noted.person))
        held.meetings.append(Meeting(noted.spoken_on, (noted.partner,) if noted.partner else (), noted=noted))
    for each in people.values():
        each.meetings.sort(key=lambda met: (met.on, met.key), reverse=True)
    return list(people.values())


def _stories(session: Session, which: ColumnElement[bool], by: Actor) -> Sequence[Story]:
    """Withdrawn ones among them: of these nothing is told but that they were taken back. Samples that came with the
    program are nobody's conversation."""
    query = select(Story).where(which, Story.state != StoryState.ERASED, Story.sample_of.is_(None))
    if not _sees_all(by):
        query = query.where(Story.owner_id == (by.id if by else None))
    taking = selectinload(Story.participations)
    named = taking.selectinload(Participation.person), taking.selectinload(Participation.real)
    return session.scalars(query.options(*named)).all()


def _notes(session: Session, which: ColumnElement[bool], by: Actor) -> Sequence[Conversation]:
    query = select(Conversation).where(which)
    if not _sees_all(by):
        query = query.where(Conversation.by_id == (by.id if by else None))
    return session.scalars(query.options(selectinload(Conversation.person), selectinload(Conversation.partner))).all()


def _sees_all(by: Actor) -> bool:
    account = account_of(by)
    return by is OPERATOR or (account is not None and account.is_curator)


def _when(story: Story) -> date:
    return story.recorded_on or here(story.created_at).date()
