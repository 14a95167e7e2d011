"""Consent is data: what was agreed is read from the ledger, the strictest narrator wins, silence means no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, Job, JobKind, JobState, Method, Person, Scope, Story, StoryState
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid
from archive.services.people import clean_name

# For each scope its values from strictest to freest (CONTRACT: consent.json).
VALUES: dict[Scope, tuple[str, ...]] = {
    Scope.EXISTENCE: ("hidden", "listed", "open"),
    Scope.MACHINE: ("no", "yes"),
    Scope.TEXT: ("closed", "link", "open"),
    Scope.SOUND: ("closed", "link", "open"),
    Scope.REMIX: ("no", "yes"),
    Scope.EMBED: ("no", "yes"),
    Scope.MINING: ("no", "yes"),
}
OPENING = frozenset({Scope.EXISTENCE, Scope.TEXT, Scope.SOUND})  # what the public may have of a story
EVERYTHING_BUT_REUSE = {
    Scope.EXISTENCE: "open",
    Scope.MACHINE: "yes",
    Scope.TEXT: "open",
    Scope.SOUND: "open",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One act of consent, or a waiver with a reason. person is the narrator's name; None for a waiver."""

    method: Method
    scopes: Mapping[Scope, str]
    person: str | None = None
    signed_on: date | None = None
    reason: str | None = None
    until: date | None = None


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
    def text_open(self) -> bool:
        return self.of(Scope.TEXT) == "open" and self.of(Scope.EXISTENCE) == "open"

    @property
    def sound_open(self) -> bool:
        return self.of(Scope.SOUND) == "open" and self.text_open


def waiver(reason: str) -> Agreement:
    """A curator's reason instead of a consent: text, sound and machine, but no reuse beyond listening."""
    if not reason.strip():
        raise Invalid("A waiver needs a reason: it is shown on the story's page.", "waiver")
    return Agreement(Method.WAIVER, EVERYTHING_BUT_REUSE, reason=reason.strip())


def _day(given: Any, name: str) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Invalid(f"The consent's {name} is no date like 2026-05-04: {given!r}.", name) from None


def _scope(name: Any, value: Any) -> tuple[Scope, str]:
    try:
        scope = Scope(name)
    except ValueError:
        raise Invalid(f"{name!r} is no scope of consent. Those are: {', '.join(Scope)}.", "scopes") from None
    if value not in VALUES[scope]:
        raise Invalid(f"{scope} cannot be {value!r}, only {', '.join(VALUES[scope])}.", "scopes")
    return scope, str(value)


def agreement(data: Any) -> Agreement:
    """Read consent.json as CONTRACT gives it. Raises Invalid with the fault."""
    if not isinstance(data, dict) or not isinstance(data.get("scopes"), dict):
        raise Invalid("A consent is an object with person, method, signed_on and scopes.", "consent")
    try:
        method = Method(str(data.get("method")))
    except ValueError:
        raise Invalid(f"A consent's method is one of {', '.join(Method)}.", "method") from None
    person, reason = data.get("person"), data.get("reason")
    if method != Method.WAIVER and not (isinstance(person, str) and person.strip()):
        raise Invalid("A consent names the person who gave it.", "person")
    if method == Method.WAIVER and not (isinstance(reason, str) and reason.strip()):
        raise Invalid("A waiver needs a reason: it is shown on the story's page.", "reason")
    signed_on = _day(data.get("signed_on"), "signed_on")
    if signed_on is not None and signed_on > datetime.now(UTC).date():
        raise Invalid("The day of the signature lies in the future.", "signed_on")
    return Agreement(
        method,
        dict(_scope(name, value) for name, value in data["scopes"].items()),
        person=None if method == Method.WAIVER else person,
        signed_on=signed_on,
        reason=reason,
        until=_day(data.get("until"), "until"),
    )


def terms(session: Session, story: Story) -> Terms:
    """The strictest of what each person said last; a waiver fills silence, and never speaks over anybody.

    Who has spoken in the ledger counts for good, also when no longer named as a narrator: taking a name off must not
    open what that person had closed.
    """
    lines = list(session.scalars(select(Consent).where(Consent.story_id == story.id).order_by(Consent.id)))
    people = {person.id for person in story.narrators} | {line.person_id for line in lines if line.person_id}
    today = datetime.now(UTC).date()
    scopes: dict[Scope, str] = {}
    ends: list[date] = []
    for scope, values in VALUES.items():
        said: list[str] = []
        for person in people:
            last = _last_word([line for line in lines if line.scope == scope], person)
            held = last if last and (last.until is None or last.until >= today) else None
            said.append(held.value if held else values[0])
            if held and held.until and scope in OPENING and held.value != values[0]:
                ends.append(held.until)
        scopes[scope] = min(said, key=values.index, default=values[0])
    return Terms(scopes, min(ends, default=None))


def _last_word(lines: Sequence[Consent], person: int | None) -> Consent | None:
    own = [line for line in lines if line.person_id == person]
    waivers = [line for line in lines if line.person_id is None]
    return own[-1] if own else waivers[-1] if waivers else None


def _narrator(story: Story, name: str | None) -> Person | None:
    if name is None:
        return None
    for person in story.narrators:
        if person.name == clean_name(name, "person"):
            return person
    names = ", ".join(person.name for person in story.narrators) or "nobody yet"
    raise Invalid(f"{name!r} is not a narrator of this story, which is told by {names}.", "person")


def record_consent(session: Session, story: Story, given: Agreement, *, by: Actor) -> Terms:
    """Add the lines to the ledger and let them take effect at once."""
    require(by, Action.WAIVE if given.method == Method.WAIVER else Action.EDIT, story)
    if not given.scopes:
        raise Invalid("A consent says something about at least one scope.", "scopes")
    lock(session, story)
    person = _narrator(story, given.person)
    for scope, value in given.scopes.items():
        session.add(
            Consent(
                story_id=story.id,
                person_id=person.id if person else None,
                scope=scope,
                value=value,
                method=given.method,
                signed_on=given.signed_on,
                reason=given.reason,
                until=given.until,
                recorded_by=by.id if by else None,
            )
        )
    session.flush()
    return apply_terms(session, story)


def lock(session: Session, story: Story) -> None:
    """Whoever changes what a story's terms follow from does so one after another; else two could each work them out
    without the other's line (PostgreSQL reads what is committed; SQLite has one writer anyway)."""
    session.flush()
    session.execute(select(Story.id).where(Story.id == story.id).with_for_update())


def apply_terms(session: Session, story: Story) -> Terms:
    """Write what holds today onto the story; one that may no longer be read goes back to review, and a machine that
    may no longer hear it is stopped."""
    held = terms(session, story)
    if not held.machine:
        _stop_hearing(session, story)
    story.text_open, story.sound_open, story.open_until = held.text_open, held.sound_open, held.until
    if story.state == StoryState.PUBLISHED and not held.text_open:
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
    """Close what was open until a day that has passed. The worker asks now and then."""
    today = datetime.now(UTC).date()
    over = list(session.scalars(select(Story).where(Story.text_open, Story.open_until < today)))
    for story in over:
        apply_terms(session, story)
    return len(over)


HOW = {Method.FORM: "on a form", Method.RECORDED: "on the recording", Method.KEYCARD: "with a key card"}


def consent_sentences(session: Session, story: Story) -> list[str]:
    """What the public may know: which narrators agreed that it may be read, and how, or why there is a waiver."""
    query = select(Consent).where(Consent.story_id == story.id, Consent.scope == Scope.TEXT).order_by(Consent.id)
    lines = list(session.scalars(query))
    sentences: list[str] = []
    for narrator in story.narrators:
        last = _last_word(lines, narrator.id)
        if last is None or last.value == VALUES[Scope.TEXT][0]:
            continue
        if last.method == Method.WAIVER:
            sentences.append(f"No consent is recorded; a curator's reason stands instead: “{last.reason}”")
        else:
            sentences.append(f"{narrator.name} agreed {HOW[last.method]}.")
    return list(dict.fromkeys(sentences))


IN_WORDS = {
    Scope.MACHINE: {"no": "no machine may hear it", "yes": "a machine may hear it and write it down"},
    Scope.TEXT: {"closed": "nobody outside may read it", "link": "only by a link", "open": "everyone may read it"},
    Scope.SOUND: {"closed": "nobody outside may hear it", "link": "only by a link", "open": "everyone may hear it"},
}


def ledger_sentences(session: Session, story: Story) -> list[str]:
    """For those who work on the story: what each narrator said last, scope by scope."""
    lines = list(session.scalars(select(Consent).where(Consent.story_id == story.id).order_by(Consent.id)))
    sentences: list[str] = []
    for narrator in story.narrators:
        for method in Method:
            last = [_last_word([line for line in lines if line.scope == scope], narrator.id) for scope in IN_WORDS]
            said = [IN_WORDS[line.scope][line.value] for line in last if line and line.method == method]
            if said and method == Method.WAIVER:
                reasons = dict.fromkeys(line.reason for line in last if line and line.method == method)
                sentences += [f"No consent is recorded; a curator's reason stands instead: “{r}”" for r in reasons]
            elif said:
                sentences.append(f"{narrator.name} agreed {HOW[method]}: {', '.join(said)}.")
    return list(dict.fromkeys(sentences))
