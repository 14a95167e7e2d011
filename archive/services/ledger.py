"""The ledger: every act on what is a narrator's leaves a line, in the transaction of the act.

Afterwards the lines are chained: each has a place and a hash over itself and the hash before it, so that none can be
altered, taken out or put in without all that follow saying so. services.proof looks whether they fit.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Account, Act, Event, EventDetail, Story
from archive.services.access import Actor, Guest, Narrator, Operator

BEGINNING = "0" * 64  # what the first line follows
CHAINING = 0x6C656467  # PostgreSQL's advisory lock: two workers never chain at once
NOTED = "noted"  # in a session's info: the numbers of lines that were added, for services.acts
AGAIN = "again"  # in a session's info: (digest, actor) of the act that is being done again, by services.replay
LINES: Table = Event.__table__  # type: ignore[assignment]


class Line(Protocol):
    """What the chain covers of a line: a row of Event, or these columns of one."""

    @property
    def id(self) -> int: ...
    @property
    def act(self) -> Act: ...
    @property
    def actor(self) -> str: ...
    @property
    def story_id(self) -> int | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def digest(self) -> str: ...


def actor_of(by: Actor) -> str:
    """As the ledger names whoever acts: a number, which says nothing once the row behind it is gone."""
    match by:
        case Operator():
            return "operator"
        case Narrator():
            return f"narrator:{by.person_id}"
        case Account() | Guest() if by.id is not None:
            return f"account:{by.id}"
        case Guest():
            return "visitor"
    return "clock"


def digest_of(salt: str, data: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and of the details as canonical JSON: without the salt nobody can try out what they were."""
    return hashlib.sha256(f"{salt}\n{json.dumps(data, sort_keys=True, ensure_ascii=False)}".encode()).hexdigest()


def note(
    session: Session,
    act: Act,
    *,
    by: Actor,
    story: Story | int | None = None,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Add a line. details may be erased one day, the line stays; by None is the clock. The chain is made later, by
    chain(): were it made here, everybody who writes would queue for its end."""
    salt, data = secrets.token_hex(16), dict(details or {})
    before, actor = session.info.get(AGAIN, (None, actor_of(by)))
    if before is not None:
        data["again"] = before
    made = Event(
        act=act,
        actor=actor,
        story_id=story.id if isinstance(story, Story) else story,
        subject=subject,
        at=now(),
        digest=digest_of(salt, data),
        detail=EventDetail(salt=salt, data=data),
    )
    session.add(made)
    session.flush()
    session.info.setdefault(NOTED, []).append(made.id)
    return made


def link(before: str, line: Line) -> str:
    """SHA-256 over the hash before and the line in its canonical form: a JSON list without spaces, times in UTC to the
    microsecond."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [line.id, line.act.value, line.actor, line.story_id, line.subject, at, line.digest]
    return hashlib.sha256(f"{before}\n{json.dumps(told, separators=(',', ':'))}".encode()).hexdigest()


def chain(session: Session) -> int:
    """Give a place and a hash to lines that have none yet; how many there were. Nobody else writes these columns, and
    this does it past the models, which refuse every change of a line."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(select(func.pg_advisory_xact_lock(CHAINING)))
    last = select(Event.place, Event.hash).where(Event.place.is_not(None)).order_by(Event.place.desc()).limit(1)
    held = session.execute(last).one_or_none()
    place, before = (held.place or 0, held.hash or BEGINNING) if held else (0, BEGINNING)
    fresh = select(Event).where(Event.place.is_(None)).order_by(Event.id)
    given: list[dict[str, object]] = []
    for line in session.scalars(fresh):
        place, before = place + 1, link(before, line)
        given.append({"line": line.id, "place": place, "hash": before})
    if given:
        written = update(LINES).where(LINES.c.id == bindparam("line"))
        session.connection().execute(written.values(place=bindparam("place"), hash=bindparam("hash")), given)
        session.expire_all()
    return len(given)


def fits(session: Session, line: Event) -> bool:
    """Whether a chained line has the hash that is due to it, and the one after it follows from that."""
    if line.place is None or line.hash is None:
        return False
    beside = select(Event).where(Event.place.in_([line.place - 1, line.place + 1]))
    by_place = {each.place: each for each in session.scalars(beside)}
    before, after = by_place.get(line.place - 1), by_place.get(line.place + 1)
    begins = BEGINNING if line.place == 1 else (before.hash or "") if before else ""
    return link(begins, line) == line.hash and (after is None or link(line.hash, after) == after.hash)
