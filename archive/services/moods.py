"""How a narrator feels before and after a conversation, in their own reading.

Kept for the narrator and for whoever asks: no public page, index or API says anything of it.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Mood, MoodMoment, Person, Story
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid

EDGE = 2.0
STEP = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """hope runs from despair (−2) to hope (2), conviction from uncertainty (−2) to conviction (2), in steps of a half;
    None where nothing was said."""

    moment: MoodMoment
    hope: float | None
    conviction: float | None

    @property
    def is_empty(self) -> bool:
        return self.hope is None and self.conviction is None


def set_reading(session: Session, story: Story, person: Person, reading: Reading, *, by: Actor) -> Mood | None:
    """Write a reading down, in the place of the one that was there; an empty one takes it away."""
    require(by, Action.EDIT, story)
    if person.id not in {each.id for each in story.tellers}:
        raise Invalid("Only somebody who tells this story can say how it felt.")
    on_its_axis(reading.hope, "hope")
    on_its_axis(reading.conviction, "conviction")
    query = select(Mood).where(Mood.story_id == story.id, Mood.person_id == person.id, Mood.moment == reading.moment)
    held = session.scalars(query).one_or_none()
    if reading.is_empty:
        if held is not None:
            session.delete(held)
            session.flush()
        return None
    if held is None:
        held = Mood(story_id=story.id, person_id=person.id, moment=reading.moment)
        session.add(held)
    held.hope, held.conviction = reading.hope, reading.conviction
    held.by_id, held.read_at = by.id if by else None, now()
    session.flush()
    return held


def on_its_axis(value: float | None, axis: str) -> None:
    """Raises Invalid for what lies beside it, or between two steps."""
    if value is not None and (abs(value) > EDGE or not (value / STEP).is_integer()):
        raise Invalid("Each reading lies between −2 and 2, in steps of a half.", axis)


def moods_of(session: Session, story: Story) -> dict[tuple[int, MoodMoment], Mood]:
    """By person's id and moment."""
    rows = session.scalars(select(Mood).where(Mood.story_id == story.id))
    return {(each.person_id, each.moment): each for each in rows}
