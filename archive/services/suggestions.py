"""Themes that a machine would put on a passage. It never does: a person says yes or no to each.

It goes by what people have done: the passages with a theme that are nearest to this one in what they mean, among those
that everyone may read. Where a theme has hardly been used, its name and what it is said to mean have to do.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from archive.models import Declined, Passage, Story, Tagging, Theme, WordingKind
from archive.services.access import Action, Actor, require, visible_to
from archive.services.errors import Invalid
from archive.services.finding import about_to_close, answered
from archive.services.vectors import vector_of, vector_read_now
from search.documents import Audience, Field
from search.index import Hit, SearchIndex
from search.meaning.embedder import Embedder
from search.meaning.weights import NoModel
from search.query import Mode, OneOf, Query

MOST = 5
NEIGHBOURS = 50  # passages with a theme that are looked at
USED = 2_000  # themes that are looked for on them, the most used ones
SHARE = 0.2  # of the neighbours, by nearness, that have to have a theme: below it one in eight was right
SELDOM = 3  # a theme on fewer passages is known by its description
DESCRIBED = 150  # such themes at most
NEAR = 0.5  # cosine of passage and description; one in three was right there
AS_A_SHARE = 0.1  # what a cosine is less than the share of neighbours that is right as often
KEPT = 5_000  # vectors of descriptions

_described: dict[tuple[str, str], bytes] = {}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """by_example: because of passages that people put this theme on; else because of how the theme is described."""

    theme: Theme
    by_example: bool
    score: float


def suggested(
    session: Session, index: SearchIndex, passage: Passage, embedder: Embedder | None, *, by: Actor
) -> list[Suggestion]:
    """The likeliest first; none where nothing is likely, or nobody can say. Raises Resting."""
    require(by, Action.TAG, session.get_one(Story, passage.story_id))
    try:
        vector = vector_of(session, passage) or (embedder and vector_read_now(session, passage, embedder)) or None
        if vector is None:
            return []
        known = _by_example(session, index, vector, passage)
        described = _by_description(session, vector, embedder) if embedder else {}
    except NoModel:
        return []
    scores = {**described, **{each: share for each, share in known.items() if share >= described.get(each, SHARE)}}
    settled = _settled(session, passage)
    best = sorted((each for each in scores if each not in settled), key=lambda each: (-scores[each], each))[:MOST]
    themes = {theme.id: theme for theme in session.scalars(select(Theme).where(Theme.id.in_(best)))}
    return [Suggestion(themes[each], scores[each] == known.get(each), scores[each]) for each in best]


def decline(session: Session, passage: Passage, theme_id: int, *, by: Actor) -> None:
    """Say no: it is not suggested for this passage again, to nobody. A second time changes nothing."""
    require(by, Action.TAG, session.get_one(Story, passage.story_id))
    if session.get(Theme, theme_id) is None:
        raise Invalid("There is no such theme any more.", "theme")
    held = select(Declined.id).where(Declined.theme_id == theme_id, Declined.passage_id == passage.id)
    if session.scalar(held) is None:
        session.add(Declined(theme_id=theme_id, passage_id=passage.id, by_id=by.id if by else None))
        session.flush()


def _settled(session: Session, passage: Passage) -> set[int]:
    """Themes that stand on the passage or on its whole story already, and those that somebody said no to."""
    stands = or_(Tagging.passage_id == passage.id, Tagging.words.is_(None))
    here = select(Tagging.theme_id).where(Tagging.story_id == passage.story_id, stands)
    declined = select(Declined.theme_id).where(Declined.passage_id == passage.id)
    return {*session.scalars(here), *session.scalars(declined)}


def _by_example(session: Session, index: SearchIndex, vector: bytes, passage: Passage) -> dict[int, float]:
    """For each theme the share of the nearest passages that have it, the nearer ones counting more."""
    many = func.count(Tagging.id)
    query = select(Theme.slug).join(Tagging, Tagging.theme_id == Theme.id).where(Tagging.passage_id.is_not(None))
    slugs = tuple(session.scalars(query.group_by(Theme.slug).order_by(many.desc(), Theme.slug).limit(USED)))
    asked = Query(
        audience=Audience.PUBLIC,
        where=OneOf(Field.THEME, slugs),
        without_stories=about_to_close(session),
        mode=Mode.MEANING,
        vector=vector,
        limit=NEIGHBOURS + 1,
    )
    hits = [hit for hit in answered(index, asked).hits if hit.id != str(passage.id)][:NEIGHBOURS]
    return _shares(_themes_on(session, hits), hits)


def _themes_on(session: Session, hits: Sequence[Hit]) -> dict[int, set[int]]:
    """By passage's id, of those that everyone may read."""
    found: dict[int, set[int]] = defaultdict(set)
    query = select(Tagging.passage_id, Tagging.theme_id).join(Story, Story.id == Tagging.story_id)
    for row in session.execute(query.where(Tagging.passage_id.in_([int(hit.id) for hit in hits]), visible_to(None))):
        found[row.passage_id].add(row.theme_id)
    return found


def _shares(themes: dict[int, set[int]], hits: Sequence[Hit]) -> dict[int, float]:
    """Only passages with a theme of their own count: others got theirs from the whole story."""
    shares: dict[int, float] = defaultdict(float)
    whole = sum(hit.score for hit in hits if int(hit.id) in themes)
    for hit in hits:
        for theme_id in themes.get(int(hit.id), ()):
            shares[theme_id] += hit.score / whole
    return shares


def _by_description(session: Session, vector: bytes, embedder: Embedder) -> dict[int, float]:
    """Themes of the thesaurus that hardly anything was tagged with, as shares that are right as often."""
    used = select(func.count(Tagging.id)).where(Tagging.theme_id == Theme.id).scalar_subquery()
    query = select(Theme).where(Theme.curated, Theme.merged_into_id.is_(None), used < SELDOM)
    query = query.order_by(Theme.id).limit(DESCRIBED).options(selectinload(Theme.wordings))
    themes = [theme for theme in session.scalars(query) if embedder.knows(theme.language)]
    own = np.frombuffer(vector, "<f2").astype(np.float32)
    found: dict[int, float] = {}
    for theme, told in zip(themes, _vectors(embedder, [_told(theme) for theme in themes]), strict=True):
        nearness = float(np.frombuffer(told, "<f2").astype(np.float32) @ own)
        if nearness >= NEAR:
            found[theme.id] = nearness - AS_A_SHARE
    return found


def _told(theme: Theme) -> str:
    """What a theme is called, and what it means, in words that a model of English knows."""
    kinds = (WordingKind.OTHER, WordingKind.DEFINITION, WordingKind.SCOPE)
    said = [each.text for kind in kinds for each in theme.wordings if each.kind == kind and each.language in ("", "en")]
    return ": ".join([theme.label, ". ".join(said)]) if said else theme.label


def _vectors(embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
    """Kept for the next passage: descriptions seldom change."""
    new = [text for text in dict.fromkeys(texts) if (embedder.name, text) not in _described]
    if len(_described) > KEPT:
        _described.clear()
        new = list(dict.fromkeys(texts))
    made = embedder.vectors(new) if new else []
    _described.update({(embedder.name, text): vector for text, vector in zip(new, made, strict=True)})
    return [_described[embedder.name, text] for text in texts]
