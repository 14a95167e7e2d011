"""Consent is data: what was agreed is read from the ledger, the strictest narrator wins, silence means no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from archive.days import today
from archive.db import now
from archive.models import Act, Consent, Job, JobKind, JobState, Method, Person, Scope, Story, StoryState
from archive.services.access import Action, Actor, require
from archive.services.agreements import OPENING, VALUES, Agreement
from archive.services.errors import Conflict, Invalid
from archive.services.ledger import note
from archive.services.people import clean_name
from archive.services.restoring import bring_back


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds today. until is the last day on which all of it is open that is open today."""

    scopes: Mapping[Scope, str] = field(default_factory=dict)
    until: date | None = None

    def of(self, scope: Scope) -> str:
        return self.scopes.get(scope, VALUES[scope][0])

    @property
    def machine(self) -> bool:
        return self.of(Scope.MACHINE) == "yes"

    @property
    def listed(self) -> bool:
        return self.of(Scope.EXISTENCE) != "hidden"

    @property
    def text_open(self) -> bool:
        return self.of(Scope.TEXT) == "open" and self.of(Scope.EXISTENCE) == "open"

    @property
    def sound_open(self) -> bool:
        return self.of(Scope.SOUND) == "open" and self.text_open

    @property
    def text_link(self) -> bool:
        """Whoever was given the link may read it: that says nothing about who may know of it otherwise."""
        return self.of(Scope.TEXT) != "closed"

    @property
    def sound_link(self) -> bool:
        return self.of(Scope.SOUND) != "closed" and self.text_link

    @property
    def shows_something(self) -> bool:
        return self.listed or self.text_link


def terms(session: Session, story: Story) -> Terms:
    """The strictest of what each person said last; a waiver fills silence, and never speaks over anybody.

    Who has spoken in the ledger counts for good, also when no longer named as a narrator: taking a name off must not
    open what that person had closed.
    """
    lines = list(session.scalars(select(Consent).where(Consent.story_id == story.id).order_by(Consent.id)))
    people = {person.id for person in story.tellers} | {line.person_id for line in lines if line.person_id}
    scopes: dict[Scope, str] = {}
    ends: list[date] = []
    for scope, values in VALUES.items():
        said: list[str] = []
        for person in people:
            last = last_word([line for line in lines if line.scope == scope], person)
            held = last if last and not _is_over(last) else None
            said.append(held.value if held else values[0])
            if held and held.until and scope in OPENING and held.value != values[0]:
                ends.append(held.until)
        scopes[scope] = min(said, key=values.index, default=values[0])
    return Terms(scopes, min(ends, default=None))


def _is_over(line: Consent) -> bool:
    return line.until is not None and line.until < today()


def last_word(lines: Sequence[Consent], person: int | None) -> Consent | None:
    """Of the lines of one scope, the one that holds for this person. A restriction that has come to its end is as if it
    had not been said; what was open until a day is not open afterwards, whatever was said before."""
    heard = [line for line in lines if not (_is_over(line) and line.value == VALUES[line.scope][0])]
    own = [line for line in heard if line.person_id == person]
    waivers = [line for line in heard if line.person_id is None]
    return own[-1] if own else waivers[-1] if waivers else None


def _narrator(story: Story, name: str | None) -> Person | None:
    if name is None:
        return None
    for person in story.tellers:
        if person.name == clean_name(name, "person"):
            return person
    names = ", ".join(person.name for person in story.tellers) or "nobody yet"
    raise Invalid(f"{name!r} is not a narrator of this story, which is told by {names}.", "person")


def record_consent(session: Session, story: Story, given: Agreement, *, by: Actor) -> Terms:
    """Add the lines to the ledger and let them take effect at once.

    A withdrawn story comes back to review with a consent that opens it; a waiver cannot do that.
    """
    require(by, Action.WAIVE if given.method == Method.WAIVER else Action.CONSENT, story)
    if not given.scopes:
        raise Invalid("A consent says something about at least one scope.", "scopes")
    if given.signed_on is not None and given.signed_on > today():
        raise Invalid("The day of the signature lies in the future.", "signed_on")
    if story.state == StoryState.ERASED or (story.state == StoryState.WITHDRAWN and given.method == Method.WAIVER):
        raise Conflict("This story was withdrawn, and no waiver brings it back.")
    lock(session, story)
    person = _narrator(story, given.person)
    lines = [_line(story, person, scope, value, given, by) for scope, value in given.scopes.items()]
    session.add_all(lines)
    session.flush()
    said = {"lines": [as_said(line) for line in lines]}
    note(session, Act.CONSENT, by=by, story=story, subject=f"consent:{lines[0].id}", details=said)
    if story.state == StoryState.WITHDRAWN and _opens(given):
        bring_back(session, story, by=by)
    return apply_terms(session, story)


def _opens(given: Agreement) -> bool:
    return any(scope in OPENING and value != VALUES[scope][0] for scope, value in given.scopes.items())


def _line(story: Story, person: Person | None, scope: Scope, value: str, given: Agreement, by: Actor) -> Consent:  # noqa: PLR0913
    key, sha256 = given.evidence or (None, None)
    return Consent(
        story_id=story.id,
        person_id=person.id if person else None,
        scope=scope,
        value=value,
        method=given.method,
        signed_on=given.signed_on,
        reason=given.reason,
        until=given.until,
        review_on=given.review_on,
        evidence_key=key,
        evidence_sha256=sha256,
        recorded_by=by.id if by else None,
    )


def as_said(line: Consent) -> dict[str, Any]:
    """All of a line that matters, as the chain of the ledger remembers it, so that `check` sees a change."""
    days = (line.signed_on, line.until, line.review_on)
    signed_on, until, review_on = (day.isoformat() if day else None for day in days)
    return {
        "id": line.id,
        "person": line.person_id,
        "scope": line.scope.value,
        "value": line.value,
        "method": line.method.value,
        "reason": line.reason,
        "signed_on": signed_on,
        "until": until,
        "review_on": review_on,
        "evidence": line.evidence_sha256,
    }


def lock(session: Session, story: Story) -> None:
    """Whoever changes what a story's terms follow from does so one after another; else two could each work them out
    without the other's line (PostgreSQL reads what is committed; SQLite has one writer anyway)."""
    session.flush()
    session.execute(select(Story.id).where(Story.id == story.id).with_for_update())


def apply_terms(session: Session, story: Story) -> Terms:
    """Write what holds today onto the story; one of which nothing may be shown goes back to review, and a machine that
    may no longer hear it is stopped."""
    held = terms(session, story)
    if not held.machine:
        _stop_hearing(session, story)
    story.listed, story.open_until = held.listed, held.until
    story.text_open, story.text_link = held.text_open, held.text_link
    story.sound_open, story.sound_link = held.sound_open, held.sound_link
    if held.listed and story.state == StoryState.PUBLISHED:
        story.listed_at = story.listed_at or now()
    story.remix, story.embed, story.mining = (
        held.of(scope) == "yes" for scope in (Scope.REMIX, Scope.EMBED, Scope.MINING)
    )
    if story.state == StoryState.PUBLISHED and not held.shows_something:
        story.state = StoryState.REVIEW
    session.flush()
    return held


def _stop_hearing(session: Session, story: Story) -> None:
    """A job that waits ends here; one that runs sees the wish before it writes another word."""
    query = select(Job).where(Job.story_id == story.id, Job.kind == JobKind.PROCESS)
    for job in session.scalars(query.where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))):
        job.cancel = True
        if job.state == JobState.WAITING:
            job.state = JobState.CANCELLED
    if story.state in (StoryState.PROCESSING, StoryState.FAILED):
        story.state = StoryState.DRAFT


def refresh_expired(session: Session) -> int:
    """Close what was open until a day that has passed, and end what was closed until then. The worker asks now and
    then."""
    over = list(session.scalars(select(Story).where(Story.open_until < today())))
    restricting = or_(*(and_(Consent.scope == scope, Consent.value == values[0]) for scope, values in VALUES.items()))
    ended = select(Consent.story_id).where(Consent.until < today(), restricting)
    over += [each for each in session.scalars(select(Story).where(Story.id.in_(ended))) if _holds_anew(session, each)]
    for story in over:
        apply_terms(session, story)
    return len(over)


def _holds_anew(session: Session, story: Story) -> bool:
    held = terms(session, story)
    now = (held.listed, held.text_open, held.text_link, held.sound_open, held.sound_link)
    return now != (story.listed, story.text_open, story.text_link, story.sound_open, story.sound_link)
