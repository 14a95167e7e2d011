"""How a passage, or a whole story, feels to somebody: their own reading, signed by what they are and never by who.

No reading is ever reckoned together with another one: there is no mean, and no word about a passage or a person.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Passage, Reader, Reading, Story
from archive.services.access import Action, Actor, Narrator, account_of, may, require, sees
from archive.services.errors import Invalid, NotAllowed, NotFound, TooMany
from archive.services.moods import on_its_axis
from archive.services.sealing import MARK

MOST_A_DAY = 500
DAY = timedelta(days=1)
NOTHING = "Nothing is said there any more that could be read."
FULL = (
    f"You have said of {MOST_A_DAY} places within a day how they feel, which is as many as one person can here. What "
    "you said is kept; please come back tomorrow."
)


@dataclass(frozen=True, slots=True)
class Felt:
    """hope from despair (−2) to hope (2), conviction from uncertainty (−2) to conviction (2), in steps of a half; None
    where nothing was said."""

    hope: float | None = None
    conviction: float | None = None

    @property
    def is_empty(self) -> bool:
        return self.hope is None and self.conviction is None


def read_passage(session: Session, passage: Passage, felt: Felt, *, by: Actor) -> Reading | None:
    """In the place of what this person said of it before; an empty one takes that away."""
    story = session.get_one(Story, passage.story_id)
    require(by, Action.READ_FEELING, story)
    if passage.text in ("", MARK):
        raise Invalid(NOTHING)
    made = Reading(
        story_id=story.id, recording_id=passage.recording_id, passage_id=passage.id, start_ms=passage.start_ms,
        end_ms=passage.end_ms,
    )  # fmt: skip
    return _keep(session, own(session, story, passage, by=by), made, felt, by)


def read_story(session: Session, story: Story, felt: Felt, *, by: Actor) -> Reading | None:
    """The same, of the story as a whole."""
    require(by, Action.READ_FEELING, story)
    return _keep(session, own(session, story, None, by=by), Reading(story_id=story.id, whole=True), felt, by)


def _keep(session: Session, held: Reading | None, made: Reading, felt: Felt, by: Actor) -> Reading | None:
    on_its_axis(felt.hope, "hope")
    on_its_axis(felt.conviction, "conviction")
    if felt.is_empty:
        if held is None:
            raise Invalid("Please choose a place on one of the two scales, or on both.", "hope")
        session.delete(held)
        session.flush()
        return None
    if held is None:
        _refuse_many(session, by)
        held = made
        held.role = _role(by, session.get_one(Story, made.story_id))
        held.by_id, held.person_id = (None, by.person_id) if isinstance(by, Narrator) else (_account(by), None)
    held.hope, held.conviction, held.made_at = felt.hope, felt.conviction, now()
    session.add(held)
    session.flush()
    return held


def _account(by: Actor) -> int:
    account = account_of(by)
    if account is None:
        raise NotFound("Only somebody who is here can say how it feels.")
    return account.id


def _mine(by: Actor) -> ColumnElement[bool]:
    return Reading.person_id == by.person_id if isinstance(by, Narrator) else Reading.by_id == _account(by)


def _refuse_many(session: Session, by: Actor) -> None:
    """Somebody who goes through an archive with a script would drown everybody else's."""
    many = select(func.count(Reading.id)).where(_mine(by), Reading.made_at > now() - DAY)
    if (session.scalar(many) or 0) >= MOST_A_DAY:
        raise TooMany(FULL)


def _role(by: Actor, story: Story) -> Reader:
    if isinstance(by, Narrator):
        return Reader.NARRATOR
    return Reader.INTERVIEWER if _account(by) == story.owner_id else Reader.LISTENER


def _at(story: Story, passage: Passage | None) -> ColumnElement[bool]:
    if passage is None:
        return (Reading.story_id == story.id) & Reading.whole
    return (Reading.passage_id == passage.id) & ~Reading.whole


def own(session: Session, story: Story, passage: Passage | None, *, by: Actor) -> Reading | None:
    """What this person said of it; passage None is the whole story."""
    return session.scalars(select(Reading).where(_at(story, passage), _mine(by))).one_or_none()


def others(session: Session, story: Story, passage: Passage | None, *, by: Actor) -> list[Reading]:
    """What everybody else said of it, the latest first."""
    mine = own(session, story, passage, by=by)
    query = select(Reading).where(_at(story, passage), Reading.id != (mine.id if mine else 0))
    return list(session.scalars(query.order_by(Reading.made_at.desc(), Reading.id.desc()).limit(MOST_A_DAY)))


def take_off(session: Session, reading_id: int, *, by: Actor) -> Reading:
    """Those who keep the story, and who told it, may take any off; everybody else changes their own."""
    held = session.get(Reading, reading_id)
    story = session.get(Story, held.story_id) if held else None
    if held is None or story is None or not sees(by, story):
        raise NotFound("That reading is not there any more.")
    require(by, Action.READ_FEELING, story)
    if not may(by, Action.CORRECT, story):
        raise NotAllowed("Somebody else read it so. Whoever keeps the story can take it off.")
    session.delete(held)
    session.flush()
    return held
