"""After an old backup was restored: what was closed since is closed again, before anybody may ask for anything.

Acts that acts.jsonl knows and the database does not are done again in their order, through the services. What opened
something since is done again only where it belongs to such an act (a consent, a lifted strike); where an act cannot be
done again as it was, the story is closed, and whoever runs the archive is told.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.db import Database, now
from archive.models import (
    Act,
    Event,
    KeyCard,
    Method,
    Person,
    Recording,
    Scope,
    Shown,
    Story,
    StoryState,
    Strike,
    Withdrawal,
    WithdrawalKind,
    indexing,
)
from archive.services import embargoes, strikes
from archive.services.access import GONE, OPERATOR
from archive.services.acts import Line, heal, read
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.erasing import erase
from archive.services.errors import Conflict, Refusal
from archive.services.faces import show_as
from archive.services.ledger import AGAIN, NOTED, note
from archive.services.stories import unpublish
from archive.services.withdrawal import withdraw

REASON = "Recorded before a backup was restored, which does not know the reason."
HAPPENS = "what was agreed on has happened"


def catch_up(db: Database, path: Path) -> list[str]:
    """Bring database and file to the same knowledge; gives sentences for whoever runs the archive. Several processes
    may start at once: one of them does it, and the others wait."""
    with _alone(path):
        lacking = _lacking(db, path)
        told: list[str] = []
        if lacking:
            with db.writing() as session:
                done = [_again(session, line) for line in lacking]
            many = sum(each is not None for each in done)
            told = [each for each in done if each]
            if many:
                told.insert(
                    0, f"An older state of the database was restored. Done again since: {many} act{'s' * (many != 1)}."
                )
        heal(db, path)
        return told


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _lacking(db: Database, path: Path) -> list[Line]:
    """Acts of the file that this database never had, and that were not done again in it either."""
    lines = read(path)
    if not lines:
        return []
    with db.reading() as session:
        known = set(session.scalars(select(Event.digest)))
    known |= {line["again"] for line in lines if "again" in line and line["digest"] in known}
    # A story comes back with the consent that brings it back; what a later version writes is not for this one.
    repeated = {*DOES, Act.REVOKE}
    return [line for line in lines if line["digest"] not in known and "again" not in line and line["act"] in repeated]


def _again(session: Session, line: Line) -> str | None:
    """None where there is nothing to do it to; else a sentence, empty where all went as it had gone before."""
    act, story = Act(line["act"]), _story(session, line)
    if (story is None and act != Act.REVOKE) or (story is not None and story.state == StoryState.ERASED):
        return None
    session.info[AGAIN] = (line["digest"], line["actor"])
    before = len(session.info.get(NOTED, ()))
    told = ""
    try:
        try:
            with session.begin_nested():
                if story is None:
                    _revoke(session, line)
                else:
                    told = DOES[act](session, story, line) or ""
        except (Refusal, KeyError, TypeError, ValueError) as fault:
            if story is not None:
                told = _close(session, story, f"could not be treated as before ({fault})")
        if len(session.info.get(NOTED, ())) == before:  # it is so already: remember that this was looked at
            note(session, act, by=OPERATOR, story=story)
    finally:
        session.info.pop(AGAIN)
    return told


def _story(session: Session, line: Line) -> Story | None:
    told = line["story"]
    story = session.get(Story, told["id"]) if told else None
    if story is None or told["created"] is None:
        return None
    return story if datetime.fromisoformat(told["created"]) == story.created_at else None


def _close(session: Session, story: Story, why: str) -> str:
    """The safe side: nobody outside sees it, nothing is lost."""
    if story.state not in GONE:
        story.state = StoryState.REVIEW if story.state in embargoes.MAY_WAIT else story.state
        indexing.mark(session, [], [story.id])
    note(session, Act.UNPUBLISH, by=OPERATOR, story=story)
    session.flush()
    return f"The story {story.slug} {why}. It is closed now: please look at it."


def _consent(session: Session, story: Story, line: Line) -> None:
    lines = line["lines"]
    if not lines:
        return
    first = lines[0]
    method = Method(first["method"])
    given = Agreement(
        method,
        {Scope(each["scope"]): each["value"] for each in lines},
        person=None if method == Method.WAIVER else _teller(story, first["person"]),
        signed_on=_day(first["signed_on"]),
        reason=REASON if method == Method.WAIVER else None,
        until=_day(first["until"]),
        review_on=_day(first["review_on"]),
    )
    record_consent(session, story, given, by=OPERATOR)


def _teller(story: Story, number: int) -> str:
    for person in story.tellers:
        if person.id == number:
            return person.name
    raise Conflict("one of those who told it is not in the backup")


def _day(given: str | None) -> date | None:
    return date.fromisoformat(given) if given else None


def _strike(session: Session, story: Story, line: Line) -> None:
    here, recording = _clock(session, story, line)
    if here and _struck(session, story, line, recording) is None:
        strikes.strike(session, story, strikes.Span(recording, line["from"], line["to"]), by=OPERATOR)


def _lift(session: Session, story: Story, line: Line) -> None:
    here, recording = _clock(session, story, line)
    held = _struck(session, story, line, recording) if here else None
    if held is not None:
        strikes.lift(session, story, held.id, by=OPERATOR)


def _clock(session: Session, story: Story, line: Line) -> tuple[bool, int | None]:
    """Whether what was struck is here at all, and the number of its recording, None for text without sound."""
    if "from" not in line:
        return False, None
    if line["recording"] is None:
        return not story.recordings, None
    query = select(Recording.id).where(Recording.story_id == story.id, Recording.sha256 == line["recording"])
    found = session.scalar(query)
    return found is not None, found


def _struck(session: Session, story: Story, line: Line, recording: int | None) -> Strike | None:
    held = select(Strike).where(
        Strike.story_id == story.id,
        Strike.recording_id.is_not_distinct_from(recording),
        Strike.start_ms == line["from"],
        Strike.end_ms == line["to"],
        Strike.lifted_at.is_(None),
    )
    return session.scalars(held).first()


def _withdraw(session: Session, story: Story, line: Line) -> None:
    """Under the same code: the receipt on paper goes on being one."""
    made = withdraw(session, story, WithdrawalKind(line["kind"]), by=OPERATOR)
    made.erase_on = _day(line["erase_on"])
    if line["code"] and session.scalar(select(Withdrawal.id).where(Withdrawal.code == line["code"])) is None:
        made.code = line["code"]
    who, _, number = line["actor"].partition(":")
    if who == "narrator" and int(number) in {person.id for person in story.tellers}:
        made.person_id = int(number)


def _erase(session: Session, story: Story, line: Line) -> None:
    if story.state != StoryState.WITHDRAWN:
        withdraw(session, story, WithdrawalKind.ERASED, by=OPERATOR, days=0)
    erase(session, story, by=None)


def _embargo(session: Session, story: Story, line: Line) -> None:
    until = _day(line["until"])
    if until is None or until > today():
        embargoes.embargo(session, story, until, None if until else HAPPENS, None, by=OPERATOR)


def _open(session: Session, story: Story, line: Line) -> None:
    """By hand: what the clock opens it opens by itself."""
    if line["actor"] != "clock" and embargoes.standing(session, story) is not None:
        embargoes.end(session, story, by=OPERATOR)


def _unpublish(session: Session, story: Story, line: Line) -> None:
    if story.state == StoryState.PUBLISHED:
        unpublish(session, story, by=OPERATOR)


def _remove(session: Session, story: Story, line: Line) -> str:
    """A backup may have been restored because of just that: it is not deleted once more unasked."""
    return _close(session, story, "was removed after this backup was made, and is back with it")


def _suspend(session: Session, story: Story, line: Line) -> None:
    story.suspended_at = now() if line["act"] == Act.SUSPEND else None
    note(session, Act(line["act"]), by=OPERATOR, story=story)
    session.flush()
    indexing.mark(session, [], [story.id])


def _name(session: Session, story: Story, line: Line) -> None:
    """A name that somebody chose is a name, and stands in no file: none at all takes its place."""
    person = session.get(Person, line["person"])
    if person is not None and person.id in {taken.who.id for taken in story.participations}:
        shown = Shown(line["shown"])
        show_as(session, story, person, Shown.NONE if shown == Shown.CHOSEN else shown, by=OPERATOR)


def _revoke(session: Session, line: Line) -> None:
    """Key cards that were made before this act open nothing."""
    until = datetime.fromisoformat(line["at"])
    cards = select(KeyCard).where(KeyCard.person_id == line["person"], KeyCard.revoked_at.is_(None))
    for card in session.scalars(cards.where(KeyCard.issued_at <= until)):
        card.revoked_at = now()
    note(session, Act.REVOKE, by=OPERATOR, subject=f"person:{line['person']}")


DOES: dict[Act, Callable[[Session, Story, Line], str | None]] = {
    Act.CONSENT: _consent,
    Act.STRIKE: _strike,
    Act.LIFT: _lift,
    Act.WITHDRAW: _withdraw,
    Act.ERASE: _erase,
    Act.EMBARGO: _embargo,
    Act.OPEN: _open,
    Act.UNPUBLISH: _unpublish,
    Act.REMOVE: _remove,
    Act.SUSPEND: _suspend,
    Act.RESUME: _suspend,
    Act.NAME: _name,
}
