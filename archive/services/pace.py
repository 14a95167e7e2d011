"""How often one source may write to the archive within an hour."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Guess
from archive.services.errors import TooMany

HOUR = timedelta(hours=1)


def keep(session: Session, source: str, most: int, sentence: str) -> None:
    """Count one more from this source, a salted hash of wherever it came from; raises TooMany with the sentence where
    there were `most` within the hour already. What is refused is not counted: it leaves nothing behind."""
    forget(session)
    held = select(func.count(Guess.id)).where(Guess.source == source)
    if (session.scalar(held) or 0) >= most:
        raise TooMany(sentence)
    session.add(Guess(source=source, at=now()))
    session.flush()


def forget(session: Session) -> None:
    """Throw away whatever is older than an hour: nobody is remembered for longer than the counting needs."""
    session.execute(delete(Guess).where(Guess.at < now() - HOUR))
