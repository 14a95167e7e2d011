"""PURGE: delete the files of what was taken out of the archive."""

from sqlalchemy import select

from archive.models import Consent, Copy, Recording, Rendering, Uncut
from archive.work.house import House
from archive.work.jobs import Ticket, finish
from archive.work.sound import track_path
from archive.work.watch import Watch
from uploads import resumable
from uploads.media import Soundtrack


def purge(house: House, ticket: Ticket, watch: Watch) -> None:
    """A file that something else in the archive still stands on is left alone. The decoded sound goes with its
    master: work on it may have been broken off; of uploads goes what has arrived."""
    keys = [str(key) for key in ticket.details.get("keys", [])]
    with house.db.reading() as session:
        used = set(session.scalars(select(Recording.storage_key).where(Recording.storage_key.in_(keys))))
        used |= {
            key for key in session.scalars(select(Consent.evidence_key).where(Consent.evidence_key.in_(keys))) if key
        }
        for table in (Copy, Uncut, Rendering):
            used |= set(session.scalars(select(table.storage_key).where(table.storage_key.in_(keys))))
    for key in keys:
        if key not in used:
            house.storage.delete(key)
            Soundtrack.discard(track_path(house, key.rpartition("/")[2]))
    for sha256 in ticket.details.get("sounds", []):
        Soundtrack.discard(track_path(house, str(sha256)))
    for upload in ticket.details.get("uploads", []):
        resumable.discard(house.incoming, str(upload))
    with house.db.writing() as session:
        finish(session, ticket)
