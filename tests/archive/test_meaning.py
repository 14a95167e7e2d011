"""What passages mean is worked out after their words are found, kept with them, and gone when the words are gone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from archive.models import Job, JobKind, JobState, Passage, PassageVector, Story
from archive.services.access import OPERATOR
from archive.services.corrections import Correction, correct
from archive.services.erasing import erase
from archive.services.finding import Asked, Findings, find
from archive.services.strikes import Span, strike
from archive.services.vectors import lacking
from archive.wiring import House
from archive.work.index import public_documents
from archive.worker import Worker
from search.documents import Audience, stamp
from search.query import Mode
from tests.factories import a_story

BREAD = "Every morning my mother kneaded the dough and put the loaves into the oven."
WAR = "When the soldiers came we hid in the cellar and heard the bombs fall on the town."
SHORT = "Yes, I did."


def vectors(house: House) -> int:
    with house.db.reading() as session:
        return session.scalar(select(func.count(PassageVector.passage_id))) or 0


def meant(house: House, text: str, mode: Mode = Mode.MEANING) -> Findings:
    with house.db.reading() as session:
        return find(session, house.index, Asked(text, mode=mode), None, house.embedder)


def texts(found: Findings) -> list[str]:
    return [match.passage.text for match in found.matches]


def agrees(house: House, slug: str) -> bool:
    with house.db.reading() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        wanted = {each.id: stamp(each) for each in public_documents(session, story.id)}
        held = {id_: mark for id_, of, mark in house.index.inventory(Audience.PUBLIC) if of == str(story.id)}
    return wanted == held


def test_a_passage_is_found_that_says_it_in_other_words(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, SHORT, WAR))
    work()
    assert vectors(knowing_house) == 2  # what says too little needs none
    found = meant(knowing_house, "a bakery at home")
    assert texts(found)[0] == BREAD
    assert found.mode is Mode.MEANING
    assert texts(meant(knowing_house, "bakery", Mode.BOTH))[0] == BREAD
    assert meant(knowing_house, "bakery", Mode.WORDS).answer.total == 0
    assert agrees(knowing_house, slug)


def test_words_are_found_before_anything_is_known_of_their_meaning(knowing_house: House) -> None:
    a_story(knowing_house, texts=(BREAD, WAR))
    Worker(knowing_house, [JobKind.INDEX]).run(drain=True)
    assert vectors(knowing_house) == 0
    assert meant(knowing_house, "oven", Mode.WORDS).answer.total == 1
    assert texts(meant(knowing_house, "oven", Mode.BOTH)) == [BREAD]
    with knowing_house.db.reading() as session:
        waiting = session.scalars(select(Job).where(Job.state == JobState.WAITING)).all()
    assert [job.kind for job in waiting] == [JobKind.MEANING]


def test_nothing_is_computed_twice(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, WAR))
    work()
    asked: list[Sequence[str]] = []
    model = knowing_house.embedder
    assert model is not None
    knowing_house.__dict__["embedder"] = Listening(model, asked)
    with knowing_house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        story.place = "Leith"
        session.add(Job(kind=JobKind.INDEX))
    work()
    assert asked == []
    assert agrees(knowing_house, slug)
    with knowing_house.db.reading() as session:
        assert lacking(session, model) == []


class Listening:
    """The model, and what it is asked."""

    def __init__(self, model: object, asked: list[Sequence[str]]) -> None:
        self._model, self._asked = model, asked
        self.name = model.name  # type: ignore[attr-defined]

    def knows(self, language: str | None) -> bool:
        return bool(self._model.knows(language))  # type: ignore[attr-defined]

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        self._asked.append(texts)
        return list(self._model.vectors(texts))  # type: ignore[attr-defined]


def test_only_what_was_changed_is_read_again(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, WAR))
    work()
    asked: list[Sequence[str]] = []
    knowing_house.__dict__["embedder"] = Listening(knowing_house.embedder, asked)
    with knowing_house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        passage = session.scalars(select(Passage).where(Passage.text == BREAD)).one()
        correct(session, story, passage, Correction(BREAD.replace("mother", "grandmother")), by=OPERATOR)
    assert vectors(knowing_house) == 1  # gone with the commit, whenever a worker comes
    work()
    assert [list(texts) for texts in asked] == [[BREAD.replace("mother", "grandmother")]]
    assert agrees(knowing_house, slug)


def test_what_is_struck_leaves_no_vector_behind(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, WAR))
    work()
    with knowing_house.db.reading() as session:
        [_, before] = public_documents(session, session.scalars(select(Story.id)).one())
    assert before.vector is not None
    kept = np.frombuffer(before.vector, "<f2").astype("<f4").tobytes()
    assert holding(knowing_house, kept)
    assert texts(meant(knowing_house, "hiding from the bombs of a war"))[0] == WAR
    with knowing_house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        strike(session, story, Span(None, 10_000, 19_000), by=OPERATOR)
    assert vectors(knowing_house) == 1
    assert meant(knowing_house, "hiding from the bombs of a war").answer.total == 0  # the index still holds it
    work()
    assert agrees(knowing_house, slug)
    assert meant(knowing_house, "hiding from the bombs of a war").answer.total == 0
    assert not holding(knowing_house, kept)


def holding(house: House, content: bytes) -> list[Path]:
    """Files of the index with this in them."""
    files = (house.settings.data / "index").rglob("*")
    return [path for path in files if path.is_file() and content in path.read_bytes()]


def test_the_context_of_others_forgets_what_was_struck(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, WAR))
    work()
    with knowing_house.db.reading() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        together = public_documents(session, story.id)[0].vector
    with knowing_house.db.writing() as session:
        strike(session, session.get_one(Story, story.id), Span(None, 10_000, 19_000), by=OPERATOR)
    work()
    with knowing_house.db.reading() as session:
        [alone] = [each.vector for each in public_documents(session, story.id)]
        own = session.scalars(select(PassageVector.vector)).one()
    assert alone == own != together


def test_erasing_takes_the_vectors(knowing_house: House, work: Callable[[], None]) -> None:
    slug = a_story(knowing_house, texts=(BREAD, WAR))
    work()
    with knowing_house.db.writing() as session:
        erase(session, session.scalars(select(Story).where(Story.slug == slug)).one(), by=OPERATOR)
    assert vectors(knowing_house) == 0
    work()
    assert list(knowing_house.index.inventory(Audience.PUBLIC)) == []


def test_a_language_that_the_model_does_not_know_is_found_by_its_words(
    knowing_house: House, work: Callable[[], None]
) -> None:
    slug = a_story(knowing_house, texts=("Jeden Morgen backte meine Mutter das Brot im Ofen.",))
    with knowing_house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().language = "de"
    work()
    assert vectors(knowing_house) == 0
    assert meant(knowing_house, "Brot", Mode.BOTH).answer.total == 1


def test_a_closed_story_is_not_read(knowing_house: House, work: Callable[[], None]) -> None:
    a_story(knowing_house, texts=(BREAD,), public=False)
    work()
    assert vectors(knowing_house) == 0


def test_a_story_closed_meanwhile_gets_no_vectors(knowing_house: House) -> None:
    slug = a_story(knowing_house, texts=(BREAD,))
    Worker(knowing_house, [JobKind.INDEX]).run(drain=True)
    with knowing_house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().text_open = False
    Worker(knowing_house, [JobKind.MEANING]).run(drain=True)
    assert vectors(knowing_house) == 0


def test_without_the_model_everything_is_found_by_its_words(house: House, work: Callable[[], None]) -> None:
    a_story(house, texts=(BREAD, WAR))
    work()
    found = meant(house, "oven", Mode.BOTH)
    assert texts(found) == [BREAD]
    assert found.mode is Mode.WORDS
    with house.db.reading() as session:
        assert session.scalars(select(Job.kind)).all() == [JobKind.INDEX]


@pytest.mark.parametrize("text", ["-bread", '""', "   ", "\x01 \u202e", "🙂" * 400, "a" * 10_000])
def test_any_text_may_be_meant(knowing_house: House, work: Callable[[], None], text: str) -> None:
    a_story(knowing_house, texts=(BREAD, WAR))
    work()
    for mode in Mode:
        found = meant(knowing_house, text, mode)
        assert set(texts(found)) <= {BREAD, WAR}
        assert found.answer.total == len(found.matches)
