"""Chance encounters: a passage that nobody has looked for."""

import re
from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import Actor, visible_to
from archive.services.cautions import placed, stretches_of
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS

T = TypeVar("T")
QUOTABLE = re.compile(r"[^\Wa-z].{50,240}[.!?…。]", re.DOTALL)  # begins and ends as a sentence does


def a_voice(
    session: Session, by: Actor, dice: float, dice_within: float, *, without: Collection[int] = ()
) -> Passage | None:
    """A passage by chance: first a story, each as likely as the other, then a passage in it that stands alone as a
    quote, as far as its first and last letter tell. Never by popularity. Both dice lie in 0..1. without: ids of stories
    that are passed over."""
    query = select(Story.id).where(visible_to(by), Story.id.not_in(without)).order_by(Story.id)
    ids = list(session.scalars(query))
    if not ids:
        return None
    story = session.get_one(Story, pick(ids, dice), options=FOR_CARDS)
    passages = told_alone(session, story)
    quotable = [passage for passage in passages if QUOTABLE.fullmatch(passage.text)]
    return pick(quotable or passages, dice_within) if passages else None


def told_alone(session: Session, story: Story, *also: ColumnElement[bool]) -> list[Passage]:
    """What may meet somebody who has not looked for it: nothing of which words are struck, that an interviewer says, or
    of which one should be warned."""
    said = select(Passage).where(Passage.story_id == story.id, ~Passage.text.contains(MARK), Passage.text != "", *also)
    askers = {person.name for person in story.interviewers}
    rows = session.scalars(said.order_by(Passage.ordinal).limit(2_000))
    passages = [passage for passage in rows if passage.speaker not in askers]
    for stretch in stretches_of(session, story):
        passages = [passage for passage in passages if not placed(story, [passage], [stretch])]
    return passages


def pick(from_these: Sequence[T], dice: float) -> T:
    return from_these[min(int(dice * len(from_these)), len(from_these) - 1)]
