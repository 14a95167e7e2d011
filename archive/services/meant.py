"""What a question means: its own words, and what the passages are about that hold them.

A question is a few words, often a name that no model knows. The passages that hold these words say more of what is
wanted, so that the others about it are found too. Measured on human codings: docs/decisions/0030.
"""

from dataclasses import replace

import numpy as np
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import visible_to
from archive.services.vectors import vector_of
from search.index import SearchIndex
from search.meaning.embedder import Embedder
from search.meaning.weights import NoModel
from search.query import Mode, Query, Sort, parse

log = structlog.get_logger()

HEARD = 5  # passages that hold the words and are listened to
SHARE = 0.5  # of the vector that is theirs, where they hold all words
SHARE_OF_SOME = 0.3  # where words had to be left off the end to find any


def with_meaning(session: Session, index: SearchIndex, query: Query, embedder: Embedder | None, mode: Mode) -> Query:
    """The question in this mode; by its words alone where nothing knows what it means. Raises IndexUnavailable."""
    text = _without_excluded(query.text)
    if embedder is None or mode is Mode.WORDS or not text:
        return query
    try:
        vector = embedder.vectors([text])[0]
    except NoModel as reason:
        log.error("nothing is searched by meaning", reason=str(reason))
        return query
    if mode is Mode.BOTH:
        vector = _drawn(session, index, query, vector)
    return replace(query, mode=mode, vector=vector)


def _without_excluded(text: str) -> str:
    """What the person wants, as they typed it; what they do not want is left out."""
    words = parse(text)
    if words.excluded_words or words.excluded_phrases:
        return " ".join([*words.words, *words.phrases])
    return " ".join(text.replace('"', " ").split())


def _drawn(session: Session, index: SearchIndex, query: Query, vector: bytes) -> bytes:
    """The vector drawn towards the best passages that hold the words."""
    answer = index.search(replace(query, facets=(), sort=Sort.RELEVANCE, offset=0, limit=HEARD))
    ids = [int(hit.id) for hit in answer.hits]
    readable = select(Passage).join(Story, Story.id == Passage.story_id).where(Passage.id.in_(ids), visible_to(None))
    heard = [found for each in session.scalars(readable) if (found := vector_of(session, each)) is not None]
    if not heard:
        return vector
    share = SHARE if answer.shown_for is None else SHARE_OF_SOME
    middle = _unit(np.sum([_numbers(each) for each in heard], axis=0))
    drawn = _unit((1 - share) * _numbers(vector) + share * middle)
    return drawn.astype("<f2").tobytes()


def _numbers(vector: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(vector, "<f2").astype(np.float64)


def _unit(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    length = float(np.linalg.norm(numbers))
    return numbers / length if length else numbers
