"""Questions that an archive takes along: sets in an order, and questions in each."""

from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from archive.models import Asking, Question, QuestionSet
from archive.models.indexing import mark
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid, NotFound
from archive.services.slugs import free_slug

MAX_TITLE = 120
MAX_TEXT = 500
MAX_NOTE = 1_000


class Step(StrEnum):
    UP = "up"
    DOWN = "down"


def all_sets(session: Session, *, by: Actor) -> list[QuestionSet]:
    """Every set with every question, the retired ones as well."""
    require(by, Action.ENTER_STUDIO)
    query = select(QuestionSet).order_by(QuestionSet.ordinal, QuestionSet.id)
    return list(session.scalars(query.options(selectinload(QuestionSet.questions))))


def offered(session: Session, *, by: Actor) -> list[tuple[QuestionSet, list[Question]]]:
    """What can be asked today: sets with the questions in them that are not retired; empty sets are left out."""
    held = [(each, [one for one in each.questions if not one.retired]) for each in all_sets(session, by=by)]
    return [(each, questions) for each, questions in held if questions]


def set_by_slug(session: Session, slug: str) -> QuestionSet:
    held = session.scalars(select(QuestionSet).where(QuestionSet.slug == slug)).one_or_none()
    if held is None:
        raise NotFound("There is no such set of questions here any more.")
    return held


def question_by_slug(session: Session, slug: str) -> Question:
    held = session.scalars(select(Question).where(Question.slug == slug)).one_or_none()
    if held is None:
        raise NotFound("There is no such question here any more.")
    return held


def add_set(session: Session, title: str, note: str | None = None, *, by: Actor) -> QuestionSet:
    require(by, Action.EDIT_QUESTIONS)
    title, note = _title(title), _note(note)
    last = session.scalar(select(func.max(QuestionSet.ordinal)))
    made = QuestionSet(title=title, note=note, slug=free_slug(session, QuestionSet.slug, title, "questions"))
    made.ordinal = 0 if last is None else last + 1
    session.add(made)
    session.flush()
    return made


def describe_set(session: Session, held: QuestionSet, title: str, note: str | None, *, by: Actor) -> None:
    """Its address stays."""
    require(by, Action.EDIT_QUESTIONS)
    held.title, held.note = _title(title), _note(note)
    session.flush()


def remove_set(session: Session, held: QuestionSet, *, by: Actor) -> None:
    """With its questions. Where they were asked, their words stay."""
    require(by, Action.EDIT_QUESTIONS)
    asked = select(Asking.story_id).join(Question, Question.id == Asking.question_id).where(Question.set_id == held.id)
    mark(session, session.scalars(asked))  # the database alone takes the question away there: no search offers it then
    session.delete(held)
    session.flush()


def move_set(session: Session, held: QuestionSet, step: Step, *, by: Actor) -> None:
    require(by, Action.EDIT_QUESTIONS)
    _move(all_sets(session, by=by), held, step)
    session.flush()


def add_question(session: Session, into: QuestionSet, text: str, *, by: Actor) -> Question:
    require(by, Action.EDIT_QUESTIONS)
    text = clean_question(text)
    made = Question(text=text, slug=free_slug(session, Question.slug, text, "question"))
    made.ordinal = max((each.ordinal for each in into.questions), default=-1) + 1
    into.questions.append(made)
    session.flush()
    return made


def reword(session: Session, question: Question, text: str, *, by: Actor) -> None:
    """Its address stays, and so do the words under which it was asked before."""
    require(by, Action.EDIT_QUESTIONS)
    question.text = clean_question(text)
    session.flush()


def retire(session: Session, question: Question, retired: bool, *, by: Actor) -> None:
    """Offer it no more, or again."""
    require(by, Action.EDIT_QUESTIONS)
    question.retired = retired
    session.flush()


def move_question(session: Session, question: Question, step: Step, *, by: Actor) -> None:
    """Past the next one that stands on the same side: those that are offered, or those that are retired."""
    require(by, Action.EDIT_QUESTIONS)
    beside = [each for each in question.set.questions if each.retired == question.retired]
    _move(beside, question, step)
    session.flush()
    session.expire(question.set, ["questions"])


def _move(row: list[QuestionSet] | list[Question], held: QuestionSet | Question, step: Step) -> None:
    """Change places with the neighbour; at the end of the row nothing happens. Ordinals are dealt out anew to these,
    out of those that they hold, so that two of one number come apart."""
    ids = [each.id for each in row]
    here = ids.index(held.id)
    there = here + (1 if step == Step.DOWN else -1)
    if not 0 <= there < len(row):
        return
    numbers = sorted(each.ordinal for each in row)
    if len(set(numbers)) < len(numbers):
        numbers = list(range(len(row)))
    ids[here], ids[there] = ids[there], ids[here]
    for each in row:
        each.ordinal = numbers[ids.index(each.id)]


def clean_question(text: str, field: str = "text") -> str:
    """One line of words. Raises Invalid for none, and for an endless one."""
    cleaned = _line(text)
    if not cleaned:
        raise Invalid("Please write the question.", field)
    if len(cleaned) > MAX_TEXT:
        raise Invalid(f"A question is {MAX_TEXT} characters long at most; the shorter, the better.", field)
    return cleaned


def _title(text: str) -> str:
    cleaned = _line(text)
    if not cleaned:
        raise Invalid("Please give the set a name.", "title")
    if len(cleaned) > MAX_TITLE:
        raise Invalid(f"A set's name is {MAX_TITLE} characters long at most.", "title")
    return cleaned


def _note(text: str | None) -> str | None:
    cleaned = (text or "").replace("\x00", "").strip()
    if len(cleaned) > MAX_NOTE:
        raise Invalid(f"The note is {MAX_NOTE} characters long at most.", "note")
    return cleaned or None


def _line(text: str) -> str:
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
