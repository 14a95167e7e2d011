"""Whoever tries out many keys or passwords is slowed down. What is kept of them is a salted hash, for an hour."""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Guess

MOST = 20  # wrong tries of one source
WITHIN = timedelta(minutes=10)
KEPT = timedelta(hours=1)


def source(secret: str, *named: str) -> str:
    """A source as it is kept: without the archive's secret key nobody can try out which address it was."""
    return hmac.new(secret.encode(), "\n".join(("guess", *named)).encode(), hashlib.sha256).hexdigest()


def wait_s(session: Session, source: str, most: int = MOST) -> int:
    """Seconds until this source may try again, 0 where it may now: after `most` wrong tries the oldest of them has to
    be ten minutes old."""
    recent = select(Guess.at).where(Guess.source == source, Guess.at > now() - WITHIN).order_by(Guess.at.desc())
    oldest = session.scalars(recent.offset(most - 1).limit(1)).first()
    return 0 if oldest is None else max(int((oldest + WITHIN - now()).total_seconds()) + 1, 1)


def allowed(session: Session, source: str, most: int = MOST) -> bool:
    return wait_s(session, source, most) == 0


def wrong(session: Session, *sources: str) -> None:
    """Remember a wrong try of each. Needs a unit of work of its own: a request that is refused keeps nothing."""
    session.execute(delete(Guess).where(Guess.at < now() - KEPT))
    session.add_all(Guess(source=each) for each in sources)
    session.flush()
