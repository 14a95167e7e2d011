"""Vectors of passages: which are wanted, and what passages mean where they stand."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from archive.models import Passage, PassageVector, Story
from archive.services.access import visible_to
from archive.services.sealing import MARK
from search.meaning.context import FEWEST, SPAN, Said, in_context
from search.meaning.embedder import Embedder


def says_something() -> ColumnElement[bool]:
    """Enough words to have a vector, and not struck as a whole."""
    spaces = func.length(Passage.text) - func.length(func.replace(Passage.text, " ", ""))
    return and_(Passage.text.not_in(("", MARK)), spaces >= FEWEST - 1)


def _wanted(embedder: Embedder) -> ColumnElement[bool]:
    """Passages that ought to have a vector of this model, and have none."""
    other = or_(PassageVector.passage_id.is_(None), PassageVector.model != embedder.name)
    return and_(says_something(), other)


def lacking(session: Session, embedder: Embedder, story_ids: Sequence[int] | None = None) -> list[int]:
    """Of these stories, or of all, those that the public may read, in a language that the model knows, with passages
    whose vectors are missing."""
    query = (
        select(Story.id, Story.language)
        .join(Passage, Passage.story_id == Story.id)
        .outerjoin(PassageVector, PassageVector.passage_id == Passage.id)
        .where(visible_to(None), _wanted(embedder))
        .distinct()
        .order_by(Story.id)
    )
    if story_ids is not None:
        query = query.where(Story.id.in_(story_ids))
    return [story_id for story_id, language in session.execute(query) if embedder.knows(language)]


def unread(session: Session, embedder: Embedder, story_id: int) -> list[tuple[int, str]]:
    """The passages of a story whose vectors are missing: id and text; none where the story is in `lacking` no more."""
    if not lacking(session, embedder, [story_id]):
        return []
    query = (
        select(Passage.id, Passage.text)
        .outerjoin(PassageVector, PassageVector.passage_id == Passage.id)
        .where(Passage.story_id == story_id, _wanted(embedder))
        .order_by(Passage.ordinal)
    )
    return [(row.id, row.text) for row in session.execute(query)]


def own_vectors(session: Session, passages: Sequence[Passage]) -> dict[int, bytes]:
    """By passage's id. All of one story, or few."""
    story_ids = {passage.story_id for passage in passages}
    query = select(PassageVector.passage_id, PassageVector.vector)
    if len(story_ids) == 1:
        query = query.join(Passage, Passage.id == PassageVector.passage_id).where(Passage.story_id.in_(story_ids))
    else:
        query = query.where(PassageVector.passage_id.in_([passage.id for passage in passages]))
    return {row.passage_id: row.vector for row in session.execute(query)}


def told_in_context(session: Session, passages: Sequence[Passage]) -> list[bytes | None]:
    """For each of these, which are all that is said in one story, what the index is given."""
    own = own_vectors(session, passages)
    return in_context([Said(each.ordinal, _words(each.text), own.get(each.id)) for each in passages])


def vector_of(session: Session, passage: Passage) -> bytes | None:
    """The same for one passage, from those around it alone."""
    near = Passage.ordinal.between(passage.ordinal - SPAN, passage.ordinal + SPAN)
    query = (
        select(Passage.id, Passage.ordinal, Passage.text, PassageVector.vector)
        .join(PassageVector, PassageVector.passage_id == Passage.id)
        .where(Passage.story_id == passage.story_id, near, Passage.text.not_in(("", MARK)))
        .order_by(Passage.ordinal)
    )
    rows = session.execute(query).all()
    found = in_context([Said(row.ordinal, _words(row.text), row.vector) for row in rows])
    return next((vector for row, vector in zip(rows, found, strict=True) if row.id == passage.id), None)


def _words(text: str) -> int:
    return text.count(" ") + 1


def vector_read_now(session: Session, passage: Passage, embedder: Embedder) -> bytes | None:
    """The same for a passage of a story that nobody outside reads, of which no vector is kept: what it means is worked
    out and forgotten again. Raises search.meaning.weights.NoModel."""
    near = Passage.ordinal.between(passage.ordinal - SPAN, passage.ordinal + SPAN)
    query = select(Passage).where(Passage.story_id == passage.story_id, near, says_something())
    around = list(session.scalars(query.order_by(Passage.ordinal)))
    story = session.get_one(Story, passage.story_id)
    if passage not in around or not embedder.knows(story.language):
        return None
    made = embedder.vectors([each.text for each in around])
    found = in_context([Said(p.ordinal, _words(p.text), own) for p, own in zip(around, made, strict=True)])
    return found[around.index(passage)]
