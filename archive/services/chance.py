"""Chance encounters: a passage that nobody has looked for."""

import re
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import Actor, visible_to
from archive.services.cautions import placed, stretches_of
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS

T = TypeVar("T")
QUOTABLE = re.compile(r"[^\Wa-z].{50,240}[.!?…。]", re.DOTALL)  # begins and ends as a sentence does


def a_voice(session: Session, by: Actor, dice: float, dice_within: float) -> Passage | None:
    """A passage by chance: first a story, each as likely as the other, then a passage in it that stands alone as a
    quote, as far as its first and last letter tell. Never by popularity. Both dice lie in 0..1."""
    ids = list(session.scalars(select(Story.id).where(visible_to(by)).order_by(Story.id)))
    if not ids:
        return None
    story = session.get_one(Story, _pick(ids, dice), options=FOR_CARDS)
    said = (
        select(Passage)
        .where(Passage.story_id == story.id, ~Passage.text.contains(MARK), Passage.text != "")
        .order_by(Passage.ordinal)
    )
    askers = {person.name for person in story.interviewers}
    passages = [passage for passage in session.scalars(said.limit(2_000)) if passage.speaker not in askers]
    for stretch in stretches_of(session, story):  # nobody meets by chance what they should be warned of
        passages = [passage for passage in passages if not placed(story, [passage], [stretch])]
    quotable = [passage for passage in passages if QUOTABLE.fullmatch(passage.text)]
    return _pick(quotable or passages, dice_within) if passages else None


def _pick(from_these: Sequence[T], dice: float) -> T:
    return from_these[min(int(dice * len(from_these)), len(from_these) - 1)]
