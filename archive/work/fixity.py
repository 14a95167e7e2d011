"""Fixity (PREMIS): every file that a row names is there and has the hash it came with; and every file that is there is
named by a row."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, Copy, Job, JobKind, JobState, Recording, Rendering, Uncut
from archive.work.house import House
from archive.work.jobs import OPEN
from uploads.storage import LocalStorage

DAY_S = 86_400.0
HOUR_S = 3_600.0


def faulty_files(house: House) -> Iterator[str]:
    """A sentence for each file that is missing or is not what it was."""
    for key, sha256, name in _named(house):
        if not house.storage.exists(key):
            yield f"missing file: {name} ({key})"
            continue
        digest = hashlib.sha256()
        for block in house.storage.open_range(key):
            digest.update(block)
        if digest.hexdigest() != sha256:
            yield f"altered file: {name} ({key})"


def _named(house: House) -> list[tuple[str, str, str]]:
    """Key, SHA-256 and name of all that is stored. An uncut copy may be what another recording's copy is as well."""
    with house.db.reading() as session:
        masters = select(Recording.storage_key, Recording.sha256, Recording.original_name)
        found = [(key, sha256, name) for key, sha256, name in session.execute(masters)]
        for table in (Copy, Uncut, Rendering):
            found += [(key, sha256, key) for key, sha256 in session.execute(select(table.storage_key, table.sha256))]
        evidence = select(Consent.evidence_key, Consent.evidence_sha256)
        found += [(key, sha256, key) for key, sha256 in session.execute(evidence) if key and sha256]
    return list(dict.fromkeys(found))


def strays(house: House, *, older_than_s: float = 0.0) -> list[str]:
    """Keys of files that nothing names. Files that wait to be deleted are not meant, nor those that a job is making."""
    if not isinstance(house.storage, LocalStorage):
        return []
    folder = house.storage.folder
    named = {key for key, _, _ in _named(house)}
    with house.db.reading() as session:
        named |= _going(session)
        least = max(older_than_s, HOUR_S if _making(session) else 0.0)
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    old = (path for path in files if _age(path) >= least)
    return sorted({path.relative_to(folder).as_posix() for path in old} - named)


def _going(session: Session) -> set[str]:
    query = select(Job.details).where(Job.kind == JobKind.PURGE, Job.state.in_(OPEN))
    return {str(key) for details in session.scalars(query) for key in details.get("keys", [])}


def _making(session: Session) -> bool:
    """A copy is stored before its row is written."""
    query = select(Job.id).where(Job.kind.in_([JobKind.DERIVE, JobKind.RENDER]), Job.state == JobState.RUNNING)
    return session.scalar(query.limit(1)) is not None


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # gone meanwhile
        return -1.0
