"""What the templates of questions are given: plain values, as in web.shapes."""

from dataclasses import dataclass

from archive.web.shapes import Card, Found, Link, Pages, Turn


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question of a set. count of its link: people who have answered it."""

    link: Link
    retired: bool


@dataclass(frozen=True, slots=True)
class QuestionSetTold:
    title: str
    slug: str
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """turns: how it begins. hit: its first passage, which plays to the end of the answer. goes_on: there is more of it
    than turns. cautions: what a listener should know before, without full stops. reply: where one answers it."""

    hit: Found
    turns: tuple[Turn, ...]
    goes_on: bool
    cautions: tuple[str, ...]
    reply: str


@dataclass(frozen=True, slots=True)
class QuestionPage:
    slug: str
    text: str
    set_title: str
    retired: bool
    people: int
    total: int
    answers: tuple[AnswerTold, ...]
    first: int  # how many answers stand on the pages before
    pages: Pages


@dataclass(frozen=True, slots=True)
class Answered:
    """What one is about to answer. asked: the question, None where one answers what was told as a whole. href: there in
    the story; here: this page. ways: for whoever may record here; none for everybody else."""

    card: Card
    asked: str | None
    href: str
    here: str
    ways: tuple[Link, ...] = ()
