"""What became of a withdrawal, looked up at the moment somebody asks: nothing in it is a promise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, Story, StoryState, Withdrawal, WithdrawalKind
from archive.services.artefacts import COUNTED, INDEX, left
from archive.services.errors import NotFound
from archive.services.ledger import fits
from search.documents import Audience, Field
from search.index import IndexUnavailable, SearchIndex
from search.query import OneOf, Query
from uploads.storage import Storage

CODE = re.compile(r"[0-9a-f]{24}")
BETWEEN = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file, or so many rows of a kind. left: how much of it the archive holds now; None where that cannot be asked
    at this moment."""

    what: str
    name: str
    sha256: str | None
    count: int
    left: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """closed: nobody outside sees the story now. line_fits: the line of the ledger that says so stands in the chain as
    it was written; None while it has no place yet."""

    code: str
    kind: WithdrawalKind
    made_at: datetime
    by_narrator: bool
    erase_on: date | None
    erased_at: datetime | None
    restored_at: datetime | None
    closed: bool
    artefacts: tuple[Artefact, ...]
    place: int | None
    hash: str | None
    line_fits: bool | None


def printed(code: str) -> str:
    """In groups, as people read it out and type it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def receipt(session: Session, storage: Storage, index: SearchIndex, code: str) -> Receipt:
    """code as somebody typed it, in groups or not. Raises NotFound for one that is no receipt's."""
    wanted = BETWEEN.sub("", code).lower()
    made = session.scalars(select(Withdrawal).where(Withdrawal.code == wanted)).one_or_none()
    if CODE.fullmatch(wanted) is None or made is None:
        raise NotFound("There is no receipt of this code. Please look at it once more: it has six groups of four.")
    story = session.get(Story, made.story_id)
    if story is not None and story.created_at > made.made_at:
        story = None  # it was removed since, and another one got its number
    line = session.get(Event, made.event_id)
    return Receipt(
        code=made.code,
        kind=made.kind,
        made_at=made.made_at,
        by_narrator=made.person_id is not None or (line is not None and line.actor.startswith("narrator:")),
        erase_on=made.erase_on,
        erased_at=made.erased_at,
        restored_at=made.restored_at,
        closed=story is None or story.state in (StoryState.WITHDRAWN, StoryState.ERASED),
        artefacts=tuple(
            Artefact(
                what=each["what"],
                name=each["name"],
                sha256=each.get("sha256"),
                count=each.get("count", 1),
                left=_left(session, storage, index, each, story),
            )
            for each in made.artefacts.get("artefacts", [])
        ),
        place=line.place if line else None,
        hash=line.hash if line else None,
        line_fits=fits(session, line) if line is not None and line.place else None if line else False,
    )


def _left(
    session: Session, storage: Storage, index: SearchIndex, each: Mapping[str, Any], story: Story | None
) -> int | None:
    if "key" in each:
        return int(storage.exists(each["key"]))
    if story is None:
        return 0
    if each["what"] in COUNTED:
        return left(session, story.id, each["what"])
    return _findable(index, story) if each["what"] == INDEX else 0


def _findable(index: SearchIndex, story: Story) -> int | None:
    """Entries in the search itself, whether or not it would show them."""
    try:
        return index.search(Query(audience=Audience.PUBLIC, where=OneOf(Field.STORY, (str(story.id),)), limit=0)).total
    except IndexUnavailable:
        return None
