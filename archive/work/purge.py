"""PURGE: delete the files of what was taken out of the archive."""

from sqlalchemy import select

from archive.models import Copy, Recording
from archive.work.house import House
from archive.work.jobs import Ticket, finish
from archive.work.watch import Watch


def purge(house: House, ticket: Ticket, watch: Watch) -> None:
    """A file that something else in the archive still stands on is left alone."""
    keys = [str(key) for key in ticket.details.get("keys", [])]
    with house.db.reading() as session:
        used = set(session.scalars(select(Recording.storage_key).where(Recording.storage_key.in_(keys))))
        used |= set(session.scalars(select(Copy.storage_key).where(Copy.storage_key.in_(keys))))
    for key in keys:
        if key not in used:
            house.storage.delete(key)
    with house.db.writing() as session:
        finish(session, ticket)
