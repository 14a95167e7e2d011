"""What was left open with a narrator: questions that somebody wrote down after a conversation, and questions of the set
that was taken along last and that were not asked. Found, never made up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.models import Asking, Question, QuestionSet
from archive.services.meetings import Known, Meeting


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """on: the conversation after which it was written down, or in which its set was used. set_title: None where
    somebody wrote it down."""

    text: str
    on: date
    set_title: str | None = None


def left_open(session: Session, everybody: Sequence[Known]) -> dict[int, list[LeftOpen]]:
    """By person's id: first what was written down, the latest first, then the rest of the set in its order."""
    asked = _askings(session, everybody)
    sets = _sets(session, {each.question_id for rows in asked.values() for each in rows})
    return {each.person.id: [*_written(each, asked), *_of_the_set(each, asked, sets)] for each in everybody}


def _askings(session: Session, everybody: Sequence[Known]) -> dict[int, list[Asking]]:
    """By story."""
    ids = {met.story.id for known in everybody for met in known.meetings if met.story}
    found: dict[int, list[Asking]] = {number: [] for number in ids}
    for each in session.scalars(select(Asking).where(Asking.story_id.in_(ids)).order_by(Asking.id)):
        found[each.story_id].append(each)
    return found


def _sets(session: Session, question_ids: Collection[int | None]) -> dict[int, QuestionSet]:
    """By the id of a question in it."""
    used = select(Question.set_id).where(Question.id.in_([each for each in question_ids if each is not None]))
    query = select(QuestionSet).where(QuestionSet.id.in_(used)).options(selectinload(QuestionSet.questions))
    return {each.id: held for held in session.scalars(query) for each in held.questions}


def plain(text: str) -> str:
    """Two questions that differ in capitals and in signs are one."""
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def _in(met: Meeting, asked: dict[int, list[Asking]]) -> list[Asking]:
    return asked.get(met.story.id, []) if met.story else []


def _written(known: Known, asked: dict[int, list[Asking]]) -> list[LeftOpen]:
    """Until it was asked in a recording of that day or later."""
    found: dict[str, LeftOpen] = {}
    for noted, on in ((met.noted, met.on) for met in known.meetings if met.noted):
        since = {plain(each.text) for met in known.meetings if met.on >= on for each in _in(met, asked)}
        for line in (noted.left_open or "").splitlines():
            text = " ".join(line.split())
            if plain(text) and plain(text) not in since:
                found.setdefault(plain(text), LeftOpen(text, on))
    return list(found.values())


def _of_the_set(known: Known, asked: dict[int, list[Asking]], sets: dict[int, QuestionSet]) -> list[LeftOpen]:
    last = next((met for met in known.meetings if any(each.question_id in sets for each in _in(met, asked))), None)
    if last is None:
        return []
    rows = [each for met in known.meetings for each in _in(met, asked)]
    ids, texts = {each.question_id for each in rows}, {plain(each.text) for each in rows}
    used = dict.fromkeys(sets[each.question_id] for each in _in(last, asked) if each.question_id in sets)
    return [
        LeftOpen(question.text, last.on, held.title)
        for held in used
        for question in held.questions
        if not question.retired and question.id not in ids and plain(question.text) not in texts
    ]
