"""What shows that somebody agreed: a photograph of a form, a letter. Kept as it came, for those who keep the story."""

import hashlib
import re
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, Story
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid, NotFound
from uploads.storage import Storage

MOST_BYTES = 25_000_000
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


def keep_evidence(storage: Storage, path: Path, name: str) -> tuple[str, str]:
    """Store a file; gives its key and its SHA-256, for Agreement.evidence. Raises Invalid for an empty or endless one.

    It is stored before the consent that names it: where that is refused nothing names the file, and `check` says so."""
    size = path.stat().st_size
    if not size:
        raise Invalid("This file is empty.", "evidence")
    if size > MOST_BYTES:
        raise Invalid(f"A file that shows a consent holds {MOST_BYTES // 1_000_000} MB at most.", "evidence")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    suffix = Path(name).suffix.lower()
    key = f"evidence/{sha256[:2]}/{sha256}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    storage.put(path, key)
    return key, sha256


def evidence_of(session: Session, story: Story) -> list[Consent]:
    """One line of the ledger for each file, the latest first."""
    query = select(Consent).where(Consent.story_id == story.id, Consent.evidence_key.is_not(None))
    found: dict[str | None, Consent] = {}
    for line in session.scalars(query.order_by(Consent.id.desc())):
        found.setdefault(line.evidence_key, line)
    return list(found.values())


def evidence_key(session: Session, story: Story, consent_id: int, *, by: Actor) -> str:
    """Where the file of this line is stored."""
    require(by, Action.EDIT, story)
    line = session.get(Consent, consent_id)
    if line is None or line.story_id != story.id or line.evidence_key is None:
        raise NotFound("There is no such file with this story.")
    return line.evidence_key
