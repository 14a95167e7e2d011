"""The ledger: every act on what is a narrator's leaves a line, in the transaction of the act."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Account, Act, Event, EventDetail, Story
from archive.services.access import Actor, Guest, Narrator, Operator


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
    made = Event(
        act=act,
        actor=actor_of(by),
        story_id=story.id if isinstance(story, Story) else story,
        subject=subject,
        at=now(),
        digest=digest_of(salt, data),
        detail=EventDetail(salt=salt, data=data),
    )
    session.add(made)
    session.flush()
    return made
