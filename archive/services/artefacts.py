"""All that the archive holds of a story, as a receipt lists it: kinds, numbers and hashes, no names and no words."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.db import Base
from archive.models import (
    Asking,
    Consent,
    ContentWarning,
    Edit,
    Embargo,
    Heard,
    Message,
    Mood,
    Participation,
    Passage,
    Reading,
    Recording,
    Review,
    Rights,
    Story,
    Strike,
    Tagging,
    Upload,
)
from archive.services.access import sees
from archive.services.sealing import MARK

INDEX = "index entries"
COUNTED: dict[str, type[Base]] = {
    "passages": Passage,
    "heard pieces": Heard,
    "edits": Edit,
    "strikes": Strike,
    "themes": Tagging,
    "questions asked": Asking,
    "moods": Mood,
    "readings": Reading,
    "names": Participation,
    "consent lines": Consent,
    "reviews": Review,
    "messages": Message,
    "warnings": ContentWarning,
    "rights": Rights,
    "embargoes": Embargo,
    "uploads": Upload,
}


def artefacts_of(session: Session, story: Story) -> list[dict[str, Any]]:
    """[{"what", "name", "sha256"?, "key"?, "count"?}, …]; files first. name tells several of a kind apart."""
    found = [_file("master", f"recording {n}", each) for n, each in enumerate(story.recordings, 1)]
    for n, recording in enumerate(story.recordings, 1):
        found += [_file("listening copy", f"recording {n}, {copy.kind}", copy) for copy in recording.copies]
        found += [_file("uncut copy", f"recording {n}, {whole.kind}", whole) for whole in recording.uncut]
    evidence = select(Consent.evidence_key, Consent.evidence_sha256).where(Consent.story_id == story.id).distinct()
    shown = [row for row in session.execute(evidence) if row[0]]
    found += [
        {"what": "evidence of consent", "name": f"file {n}", "sha256": sha256, "key": key}
        for n, (key, sha256) in enumerate(shown, 1)
    ]
    counts = {what: left(session, story.id, what) for what in COUNTED}
    counts[INDEX] = _findable(session, story)
    return found + [{"what": what, "name": "", "count": count} for what, count in counts.items() if count]


def _file(what: str, name: str, row: Any) -> dict[str, Any]:
    return {"what": what, "name": name, "sha256": row.sha256, "key": row.storage_key}


def left(session: Session, story_id: int, what: str) -> int:
    """How many rows of this kind the database holds of the story now."""
    table = COUNTED[what]
    return session.scalar(select(func.count()).select_from(table).where(_of(table, story_id))) or 0


def _of(table: type[Base], story_id: int) -> ColumnElement[bool]:
    if table is Heard:
        return Heard.recording_id.in_(select(Recording.id).where(Recording.story_id == story_id))
    of: ColumnElement[int] = table.story_id  # type: ignore[attr-defined]  # every other one has it
    return of == story_id


def _findable(session: Session, story: Story) -> int:
    """Passages that the public index holds of it, or should."""
    if not sees(None, story):
        return 0
    said = select(func.count(Passage.id)).where(Passage.story_id == story.id, Passage.text.not_in(("", MARK)))
    return session.scalar(said) or 0
