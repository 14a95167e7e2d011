"""acts.jsonl: what was closed, written a second time beside the database, so that no old backup opens it again.

One line of JSON for each act that the public may notice, appended after the commit: numbers, kinds, dates, hashes of
recordings and spans in ms; no name, no word, no reason. A line is made from the rows of the database and from nothing
else, so one that a crash has swallowed between commit and file is written at the next look (`heal`).
services.replay reads the file when a database knows less than it does.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.db import Database
from archive.models import Act, Event, Story, Strike, Withdrawal
from archive.services.ledger import NOTED

log = structlog.get_logger()

KEPT = frozenset({
    Act.CONSENT, Act.STRIKE, Act.LIFT, Act.UNPUBLISH, Act.EMBARGO, Act.OPEN, Act.WITHDRAW, Act.ERASE, Act.RESTORE,
    Act.NAME, Act.SUSPEND, Act.RESUME, Act.REMOVE, Act.REVOKE,
})  # fmt: skip
SAID = ("scope", "value", "person", "method", "signed_on", "until", "review_on")  # of a line of consent
Line = dict[str, Any]


def line_of(session: Session, event: Event) -> Line:
    """All that is needed to do it again. digest tells this act from every other one, also when a number was given out
    a second time; again is the digest of the act that this one has done again."""
    data = event.detail.data if event.detail else {}
    line: Line = {
        "id": event.id,
        "digest": event.digest,
        "act": event.act.value,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "story": _story(session, event, data),
        **_told(session, event, data),
    }
    return line | ({"again": data["again"]} if "again" in data else {})


def _story(session: Session, event: Event, data: Line) -> Line | None:
    """Its number, and when it was begun: a number alone may be given out again."""
    if event.story_id is None:
        return None
    if event.act == Act.REMOVE:
        return {"id": event.story_id, "created": data.get("created")}
    story = session.get(Story, event.story_id)
    return {"id": event.story_id, "created": story.created_at.isoformat() if story else None}


def _told(session: Session, event: Event, data: Line) -> Line:
    number = int((event.subject or ":0").partition(":")[2] or 0)
    match event.act:
        case Act.CONSENT:
            return {"lines": [{name: line.get(name) for name in SAID} for line in data.get("lines", [])]}
        case Act.STRIKE | Act.LIFT:
            return _span(session.get(Strike, number))
        case Act.WITHDRAW:
            return _withdrawn(session.get(Withdrawal, number))
        case Act.EMBARGO:
            return {"until": data.get("until")}
        case Act.NAME:
            return {"person": number, "shown": data.get("shown")}
        case Act.REVOKE:
            return {"person": number}
    return {}


def _withdrawn(made: Withdrawal | None) -> Line:
    if made is None:
        return {}
    return {
        "kind": made.kind.value,
        "erase_on": made.erase_on.isoformat() if made.erase_on else None,
        "code": made.code,
    }


def _span(strike: Strike | None) -> Line:
    if strike is None:
        return {}
    sha256 = strike.recording.sha256 if strike.recording else None
    return {"recording": sha256, "from": strike.start_ms, "to": strike.end_ms}


def witness(path: Path) -> Callable[[Session], Callable[[], None] | None]:
    """For archive.db: asked before each commit, gives what is to be done after it."""

    def asked(session: Session) -> Callable[[], None] | None:
        numbers = set(session.info.pop(NOTED, ()))
        if not numbers:
            return None
        between = select(Event).where(Event.id.between(min(numbers), max(numbers)), Event.act.in_(KEPT))
        events = session.scalars(between.order_by(Event.id))
        lines = [line_of(session, event) for event in events if event.id in numbers]
        return lambda: _append_or_say(path, lines)

    return asked


def _append_or_say(path: Path, lines: list[Line]) -> None:
    """The act is done and stands; that the file could not follow is no reason to tell its author otherwise."""
    try:
        append(path, lines)
    except OSError:
        log.exception("acts.jsonl could not be written; the worker tries again", path=str(path))


def append(path: Path, lines: Iterable[Line]) -> None:
    """In one write, and on the disk when this returns; a line that a crash has torn is left behind whole ones."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    if not text:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, ("\n" * torn + text).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> list[Line]:
    """In the order in which the acts were done. Torn lines are passed over, and of the same act told twice one is."""
    if not path.exists():
        return []
    found: dict[str, Line] = {}
    for text in path.read_text(errors="replace").splitlines():
        try:
            line = json.loads(text)
            found.setdefault(line["digest"], line)
        except (ValueError, TypeError, KeyError):
            continue
    return sorted(found.values(), key=lambda line: (line["at"], line["id"]))


def heal(db: Database, path: Path) -> int:
    """Write what the database knows and the file does not; how many lines that were."""
    told = {line["digest"] for line in read(path)}
    with db.reading() as session:
        query = select(Event.id, Event.digest).where(Event.act.in_(KEPT)).order_by(Event.id)
        missing = [row.id for row in session.execute(query) if row.digest not in told]
        lines = [
            line_of(session, session.get_one(Event, number, options=[selectinload(Event.detail)])) for number in missing
        ]
    append(path, lines)
    return len(lines)
