"""A walk: from a passage to another voice on it, and on from there. Nobody is met twice, and nothing is counted.

Where there are several ways, chance decides, and never how many have gone there before.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from archive.models import Asking, Part, Participation, Passage, Question, Story, Tagging, Theme
from archive.services import question_pages
from archive.services.access import visible_to
from archive.services.askings import askings_of
from archive.services.chance import a_voice, pick, told_alone
from archive.services.errors import Resting
from archive.services.hierarchy import within
from archive.services.likeness import voices_like
from archive.services.stories import FOR_CARDS
from archive.services.strikes import strikes_of, told_openly
from search.index import SearchIndex

MOST_MET = 12  # passages that an address remembers
MOST_TRIED = 20  # stories, or answers, among which a way on is looked for
T = TypeVar("T")
Dice = Callable[[], float]  # each throw lies in 0..1


class Way(StrEnum):
    MEANING = "meaning"
    THEME = "theme"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Onward:
    """A passage to go on to. about: the theme's label, or the question."""

    way: Way
    passage: Passage
    story: Story
    about: str | None = None


def met_in(session: Session, passage_ids: Collection[int]) -> frozenset[int]:
    """Stories that are not met again: those of these passages, and others that the same people tell. Passages that are
    closed to everyone are as if they never were, or it would show who told them."""
    open_ones = select(Passage.story_id).join(Story, Story.id == Passage.story_id).where(visible_to(None))
    seen = open_ones.where(Passage.id.in_(passage_ids))
    telling = Participation.part == Part.NARRATOR
    people = select(Participation.person_id).where(Participation.story_id.in_(seen), telling)
    theirs = select(Participation.story_id).where(Participation.person_id.in_(people), telling)
    return frozenset(session.scalars(select(Story.id).where(or_(Story.id.in_(seen), Story.id.in_(theirs)))))


def somewhere(session: Session, met: Collection[int], dice: Dice) -> Passage | None:
    """Anywhere at all; None where everybody was met. A story in which nothing stands alone is passed over."""
    throws = (a_voice(session, None, dice(), dice(), without=met) for _ in range(MOST_TRIED))
    return next((passage for passage in throws if passage is not None), None)


def ways_on(
    session: Session, index: SearchIndex, passage: Passage, story: Story, met: Collection[int], dice: Dice
) -> list[Onward]:
    """At most one of each kind, to three different voices."""
    found: list[Onward] = []
    tried = set(met)
    ways: tuple[Callable[[], Onward | None], ...] = (
        lambda: _near(session, index, passage, tried),
        lambda: _same_theme(session, passage, story, tried, dice),
        lambda: _same_question(session, passage, story, tried, dice),
    )
    for way in ways:
        if onward := way():
            found.append(onward)
            tried |= met_in(session, [onward.passage.id])
    return found


def _near(session: Session, index: SearchIndex, passage: Passage, met: Collection[int]) -> Onward | None:
    try:
        matches = voices_like(session, index, passage, by=None, limit=MOST_TRIED)
    except Resting:
        return None
    for match in matches:
        if match.story.id not in met and _stands_alone(session, match.passage, match.story):
            return Onward(Way.MEANING, match.passage, match.story)
    return None


def _stands_alone(session: Session, passage: Passage, story: Story) -> bool:
    return bool(told_alone(session, story, Passage.id == passage.id))


def _same_theme(session: Session, passage: Passage, story: Story, met: Collection[int], dice: Dice) -> Onward | None:
    for theme in _shuffled(_themes_on(session, passage, story), dice):
        carrying = select(Tagging.passage_id).where(
            Tagging.theme_id.in_(within(theme.id)), Tagging.passage_id.is_not(None)
        )
        for other, there in _told_in(session, Passage.id.in_(carrying), met, dice):
            return Onward(Way.THEME, other, there, theme.label)
    return None


def _themes_on(session: Session, passage: Passage, story: Story) -> list[Theme]:
    """Those of the passage; where it has none, those of its whole story."""
    query = select(Theme).join(Tagging, Tagging.theme_id == Theme.id).order_by(Theme.id).distinct()
    own = list(session.scalars(query.where(Tagging.passage_id == passage.id)))
    whole = and_(Tagging.story_id == story.id, Tagging.words.is_(None))
    return own or list(session.scalars(query.where(whole)))


def _told_in(
    session: Session, where: ColumnElement[bool], met: Collection[int], dice: Dice
) -> Iterator[tuple[Passage, Story]]:
    """A passage of each story that has one, the stories by chance."""
    query = select(Passage.story_id).join(Story, Story.id == Passage.story_id)
    ids = session.scalars(query.where(where, visible_to(None), Story.id.not_in(met)).distinct()).all()
    for story_id in _shuffled(sorted(ids), dice)[:MOST_TRIED]:
        story = session.get_one(Story, story_id, options=FOR_CARDS)
        if passages := told_alone(session, story, where):
            yield pick(passages, dice()), story


def _same_question(session: Session, passage: Passage, story: Story, met: Collection[int], dice: Dice) -> Onward | None:
    asking = _asked_before(session, passage, story)
    question = session.get(Question, asking.question_id) if asking and asking.question_id else None
    if question is None:
        return None
    answers = question_pages.answers_to(session, question, limit=MOST_TRIED)
    for answer in _shuffled(answers, dice):
        first = answer.passages[0]
        if answer.story.id not in met and _stands_alone(session, first, answer.story):
            return Onward(Way.QUESTION, first, answer.story, question.text)
    return None


def _asked_before(session: Session, passage: Passage, story: Story) -> Asking | None:
    """The question that this passage answers, as far as everyone may know of it."""
    if passage.recording_id is None or passage.start_ms is None:
        return None
    openly = told_openly(askings_of(session, story), strikes_of(session, story))
    middle = (passage.start_ms + (passage.end_ms or passage.start_ms)) // 2
    before = [each for each in openly if each.recording_id == passage.recording_id and each.at_ms <= middle]
    return max(before, key=lambda each: each.at_ms, default=None)


def _shuffled(those: Sequence[T], dice: Dice) -> list[T]:
    return sorted(those, key=lambda _: dice())
