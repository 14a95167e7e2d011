"""Searches that somebody wants to ask again, each with the address it had."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import SavedSearch, Story
from archive.services.access import Actor, account_of, visible_to
from archive.services.desk import one_line, owner
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.finding import Asked, answered, question
from search.documents import Field
from search.index import SearchIndex
from search.query import AllOf, Mode, OneOf

MAX_QUERY = 2000
MOST = 100
MOST_NEW = 1000  # stories: an index takes no list without end


def save_search(session: Session, query: str, name: str, *, by: Actor) -> SavedSearch:
    """query is what stands after the question mark. A second time it is named anew, and counts as saved now."""
    account_id, query = owner(by), query.strip().lstrip("?")
    if not query or len(query) > MAX_QUERY or not query.isprintable():
        raise Invalid("This search cannot be kept: it asks for nothing, or for more than an address holds.", "query")
    name = one_line(name or "Everything", "search")
    held = session.scalars(
        select(SavedSearch).where(SavedSearch.account_id == account_id, SavedSearch.query == query)
    ).one_or_none()
    if held is None:
        _refuse_full(session, account_id)
        held = SavedSearch(account_id=account_id, query=query, name=name)
        session.add(held)
    held.name, held.saved_at = name, now()
    session.flush()
    return held


def _refuse_full(session: Session, account_id: int) -> None:
    mine = select(func.count(SavedSearch.id)).where(SavedSearch.account_id == account_id)
    if (session.scalar(mine) or 0) >= MOST:
        raise Conflict(f"A desk has room for {MOST} searches. Take one away first.")


def searches_of(session: Session, *, by: Actor) -> Sequence[SavedSearch]:
    """The latest first."""
    query = select(SavedSearch).where(SavedSearch.account_id == owner(by))
    return session.scalars(query.order_by(SavedSearch.saved_at.desc(), SavedSearch.id.desc())).all()


def search_of(session: Session, search_id: int, *, by: Actor) -> SavedSearch:
    mine = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.account_id == owner(by))
    held = session.scalars(mine).one_or_none()
    if held is None:
        raise NotFound("That search is not at your desk any more.")
    return held


def rename_search(session: Session, search_id: int, name: str, *, by: Actor) -> SavedSearch:
    held = search_of(session, search_id, by=by)
    held.name = one_line(name, "search")
    session.flush()
    return held


def remove_search(session: Session, search_id: int, *, by: Actor) -> None:
    session.delete(search_of(session, search_id, by=by))
    session.flush()


def is_saved(session: Session, query: str, *, by: Actor) -> bool:
    account = account_of(by)
    if account is None:
        return False
    mine = select(SavedSearch.id).where(SavedSearch.account_id == account.id, SavedSearch.query == query)
    return session.scalar(mine) is not None


def new_since(session: Session, index: SearchIndex, asked: Asked, since: datetime) -> int:
    """How many passages it finds in stories that became public since then, by their words. Raises Resting."""
    later = select(Story.id).where(visible_to(None), Story.published_at > since).order_by(Story.published_at.desc())
    ids = tuple(str(story_id) for story_id in session.scalars(later.limit(MOST_NEW)))
    if not ids:
        return 0
    query = question(session, index, replace(asked, mode=Mode.WORDS, offset=0, limit=0))
    within = OneOf(Field.STORY, ids)
    where = AllOf((within, query.where)) if query.where is not None else within
    return answered(index, replace(query, where=where, facets=())).total
