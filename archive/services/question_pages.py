"""What the public sees of a question: everybody's answers, out of stories that everyone may read.

An answer is what is said from the moment at which the question was asked until the next one that was asked in that
recording, or its end, without what the interviewer says first. A passage belongs where its middle lies: moments are
marked by hand. Answers stand in the order of the conversations, never by how often they are heard.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from archive.models import Asking, Part, Participation, Passage, Person, Question, QuestionSet, Recording, Story, Strike
from archive.services.access import visible_to
from archive.services.browse import LATEST_FIRST
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS

LONGEST_MS = 5 * 60_000  # whoever goes on for longer is heard in the story


@dataclass(frozen=True, slots=True)
class Answer:
    """passages: at least one, the first of them not the interviewer's. until_ms, on the recording's clock: where the
    answer is over at the latest."""

    asking: Asking
    story: Story
    passages: Sequence[Passage]
    until_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """people: narrators of stories in which it is answered."""

    question: Question
    people: int


def _next() -> ScalarSelect[int]:
    """When the next question was asked in the same recording; null where none was."""
    later = aliased(Asking)
    after = and_(later.recording_id == Asking.recording_id, later.at_ms > Asking.at_ms)
    return select(func.min(later.at_ms)).where(after).correlate(Asking).scalar_subquery()


def _between(at_ms: SQLColumnExpression[int] | int, until_ms: SQLColumnExpression[int] | int) -> ColumnElement[bool]:
    """Passages with words whose middle lies there."""
    twice = Passage.start_ms + func.coalesce(Passage.end_ms, Passage.start_ms)
    return and_(twice >= 2 * at_ms, twice < 2 * until_ms, Passage.text.not_in(("", MARK)))


def _is_answered() -> ColumnElement[bool]:
    """Askings that everyone may know of, and after which somebody speaks who is no interviewer."""
    askers = select(Person.name).join(Participation, Participation.person_id == Person.id)
    askers = askers.where(Participation.story_id == Asking.story_id, Participation.part == Part.INTERVIEWER)
    latest = Asking.at_ms + LONGEST_MS
    said = and_(
        Passage.recording_id == Asking.recording_id,
        _between(Asking.at_ms, func.coalesce(_next(), latest)),
        _between(Asking.at_ms, latest),
        or_(Passage.speaker.is_(None), Passage.speaker.not_in(askers.correlate(Asking))),
    )
    told = exists(select(Passage.id).where(said).correlate(Asking))
    return and_(visible_to(None), told, ~_is_struck())


def _is_struck() -> ColumnElement[bool]:
    """Askings at a moment that is taken out."""
    struck = and_(
        Strike.recording_id == Asking.recording_id,
        Strike.lifted_at.is_(None),
        Strike.start_ms <= Asking.at_ms,
        Strike.end_ms > Asking.at_ms,
    )
    return exists(select(Strike.id).where(struck).correlate(Asking))


def count_asked(session: Session, story_ids: Collection[int]) -> tuple[int, int]:
    """How many questions everyone may know of in these stories, and how many of them were answered."""
    counted = select(func.count(Asking.id)).join(Story, Story.id == Asking.story_id).where(Story.id.in_(story_ids))
    asked = session.scalar(counted.where(visible_to(None), ~_is_struck())) or 0
    return asked, session.scalar(counted.where(_is_answered())) or 0


def count_answers(session: Session, question: Question) -> int:
    counted = select(func.count(Asking.id)).join(Story, Story.id == Asking.story_id)
    return session.scalar(counted.where(_is_answered(), Asking.question_id == question.id)) or 0


def count_people(session: Session, question_ids: Sequence[int]) -> dict[int, int]:
    """How many people have answered each; those that nobody has answered are left out."""
    query = select(Asking.question_id, func.count(func.distinct(Participation.person_id)))
    query = query.join(Story, Story.id == Asking.story_id)
    query = query.join(Participation, and_(Participation.story_id == Story.id, Participation.part == Part.NARRATOR))
    query = query.where(_is_answered(), Asking.question_id.in_(question_ids)).group_by(Asking.question_id)
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def told_sets(session: Session) -> list[tuple[QuestionSet, list[Told]]]:
    """Sets with their questions, answered or not; one that is asked no more only where somebody has answered it."""
    sets = select(QuestionSet).order_by(QuestionSet.ordinal, QuestionSet.id)
    held = list(session.scalars(sets.options(selectinload(QuestionSet.questions))))
    people = count_people(session, [each.id for one in held for each in one.questions])
    told = [
        (one, [Told(each, people.get(each.id, 0)) for each in one.questions if not each.retired or each.id in people])
        for one in held
    ]
    return [(one, questions) for one, questions in told if questions]


def answers_to(session: Session, question: Question, *, offset: int = 0, limit: int = 10) -> list[Answer]:
    """The latest conversation first, in each in the order spoken."""
    query = select(Asking, Story, _next()).join(Story, Story.id == Asking.story_id)
    query = query.join(Recording, Recording.id == Asking.recording_id).options(*FOR_CARDS)
    query = query.where(_is_answered(), Asking.question_id == question.id)
    query = query.order_by(*LATEST_FIRST, Recording.ordinal, Asking.at_ms, Asking.id).offset(offset).limit(limit)
    return [_answer(session, asking, story, later) for asking, story, later in session.execute(query)]


def answered_in(session: Session, story_id: int) -> dict[int, tuple[str, ...]]:
    """Of a story that everyone may read: slugs of the questions that each passage answers, by its id."""
    query = select(Asking, Story, _next(), Question.slug).join(Story, Story.id == Asking.story_id)
    query = query.join(Question, Question.id == Asking.question_id).where(_is_answered(), Story.id == story_id)
    found: dict[int, tuple[str, ...]] = {}
    for asking, story, later, slug in session.execute(query.order_by(Asking.at_ms, Asking.id)):
        for passage in _answer(session, asking, story, later).passages:
            found[passage.id] = tuple(dict.fromkeys((*found.get(passage.id, ()), slug)))
    return found


def _answer(session: Session, asking: Asking, story: Story, later: int | None) -> Answer:
    latest = asking.at_ms + LONGEST_MS
    until = min(later, latest) if later is not None else latest
    within = and_(Passage.recording_id == asking.recording_id, _between(asking.at_ms, until))
    passages = session.scalars(select(Passage).where(within).order_by(Passage.ordinal))
    askers = {person.name for person in story.interviewers}
    return Answer(asking, story, list(dropwhile(lambda each: each.speaker in askers, passages)), latest)
