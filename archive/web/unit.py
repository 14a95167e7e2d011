"""The request's own session: one for all that a request does, and closed when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from archive.wiring import House


def house() -> House:
    return cast(House, current_app.extensions["house"])


def session() -> Session:
    """The session that a door has opened; before any door (an error page, say) one that reads."""
    if "session" not in g:
        g.reading = house().db.reading()
        g.session = g.reading.__enter__()
    return cast(Session, g.session)


def close(error: BaseException | None = None) -> None:
    if reading := g.pop("reading", None):
        g.pop("session", None)
        reading.__exit__(None, None, None)


@contextmanager
def unit(*, writes: bool) -> Iterator[Session]:
    """The unit of work of a request: committed when the view has answered, or not at all."""
    close()
    db = house().db
    with db.writing() if writes else db.reading() as opened:
        g.session = opened
        try:
            yield opened
        finally:
            g.pop("session", None)
