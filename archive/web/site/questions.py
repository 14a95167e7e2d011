"""/questions: what is asked here, and everybody's answers to one question."""

from dataclasses import replace
from urllib.parse import quote

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.models import Question
from archive.services import question_pages
from archive.services.access import Action
from archive.services.finding import Match
from archive.services.question_pages import Answer, Told
from archive.services.questions import question_by_slug
from archive.web.answering import reply_path
from archive.web.http import door, session
from archive.web.present import ends_at, found, pages, turn
from archive.web.shapes import Found, Link
from archive.web.site import site
from archive.web.site.question_shapes import AnswerTold, QuestionLine, QuestionPage, QuestionSetTold

SIZE = 10
BEGINS = 3  # passages of an answer that stand on the page


@door(site, "/questions", Action.VISIT)
def all_questions() -> ResponseReturnValue:
    sets = tuple(
        QuestionSetTold(held.title, held.slug, tuple(_line(each) for each in told))
        for held, told in question_pages.told_sets(session())
    )
    return render_template("site/questions.html", sets=sets)


def _line(told: Told) -> QuestionLine:
    held = told.question
    return QuestionLine(Link(held.text, question_path(held), told.people), held.retired)


def question_path(question: Question) -> str:
    return f"/questions/{quote(question.slug)}"


@door(site, "/questions/<slug>", Action.VISIT)
def question(slug: str) -> ResponseReturnValue:
    held = question_by_slug(session(), slug)
    total = question_pages.count_answers(session(), held)
    shown = pages(total, SIZE)
    first = (shown.number - 1) * SIZE
    answers = question_pages.answers_to(session(), held, offset=first, limit=SIZE)
    page = QuestionPage(
        slug=held.slug,
        text=held.text,
        set_title=held.set.title,
        retired=held.retired,
        people=question_pages.count_people(session(), [held.id]).get(held.id, 0),
        total=total,
        answers=tuple(_told(each, hit) for each, hit in zip(answers, _hits(answers), strict=True)),
        first=first,
        pages=shown,
    )
    return render_template("site/question.html", page=page)


def _hits(answers: list[Answer]) -> tuple[Found, ...]:
    """The first passage of each, for everybody: this page shows and plays what a stranger may read and hear."""
    begin = [(each.passages[0], each.story) for each in answers]
    return found(session(), [Match(passage, story, [], 0.0, passage.start_ms) for passage, story in begin], None)


def _told(answer: Answer, hit: Found) -> AnswerTold:
    until = min(ends_at(answer.passages[-1]) or 0, answer.until_ms)
    begins = answer.passages[0].start_ms or 0
    before = (each for each in hit.cautions if int(each["from"]) < until and int(each["to"]) > begins)
    return AnswerTold(
        hit=replace(hit, until_ms=until),
        turns=tuple(turn(each, answer.story) for each in answer.passages[:BEGINS]),
        goes_on=len(answer.passages) > BEGINS,
        cautions=tuple(str(each["text"]) for each in before),
        reply=reply_path(answer.story, answer.story.at(answer.asking.recording_id, answer.asking.at_ms)),
    )
