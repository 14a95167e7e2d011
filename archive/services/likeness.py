"""Other voices on this: passages of other stories that are near to one in what they mean."""

from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import Actor, sees
from archive.services.errors import NotFound
from archive.services.finding import Match, about_to_close, answered, matches_of
from archive.services.sealing import MARK
from archive.services.vectors import vector_of
from search.documents import Audience, Field
from search.index import SearchIndex
from search.query import NEAREST, REACH, Mode, Not, OneOf, Query, Sort

MOST = 50
FAR = 1.0


def passage_to_read(session: Session, passage_id: int, *, by: Actor) -> tuple[Passage, Story]:
    """Raises NotFound, in the same words, for what is not there, what is closed, and what is struck as a whole."""
    passage = session.get(Passage, passage_id)
    story = session.get(Story, passage.story_id) if passage and passage.text not in ("", MARK) else None
    if passage is None or story is None or not sees(by, story):
        raise NotFound("There is no such passage here.")
    return passage, story


def voices_like(session: Session, index: SearchIndex, passage: Passage, *, by: Actor, limit: int = 10) -> list[Match]:
    """The nearest passage of each story, the nearest story first; never what an interviewer says there. None where
    nobody has read the passage for what it means, or nothing comes near. Raises Resting, and NotFound as
    passage_to_read does."""
    passage_to_read(session, passage.id, by=by)
    vector = vector_of(session, passage)
    if vector is None:
        return []
    query = Query(
        audience=Audience.PUBLIC,
        where=Not(OneOf(Field.STORY, (str(passage.story_id),))),
        without_stories=about_to_close(session),
        mode=Mode.MEANING,
        vector=vector,
        sort=Sort.RELEVANCE,
        limit=NEAREST,
        reach=FAR,  # measured from the nearest that is told, not from a question
    )
    voices: dict[int, Match] = {}
    for match in matches_of(session, answered(index, query), ""):
        if match.passage.speaker not in {person.name for person in match.story.interviewers}:
            voices.setdefault(match.story.id, match)
    nearest = max((match.score for match in voices.values()), default=0.0)
    return [match for match in voices.values() if match.score >= nearest - REACH][: min(limit, MOST)]
