"""Somebody asks that something be taken down: whoever asks gets an answer, by a day that is told to them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import here
from archive.db import now
from archive.models import Act, Story, Takedown, TakedownState, indexing
from archive.services import letters
from archive.services.access import Action, Actor, Guest, require
from archive.services.consent import lock
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.ledger import note

MAX_TEXT = 5000
MAX_ADDRESS = 600
MAX_LINE = 300
DAYS = 14
OF_A_STORY = re.compile(r"(?:^|/)stories/([^/]+)|^([^/\s]+)$")
NO_SUCH = "No request with this reference is here. Please look at it again, letter by letter."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wrote. address is theirs: it may lead to a story, to another page, or nowhere."""

    address: str
    why: str
    name: str = ""
    contact: str = ""


def ask(session: Session, wish: Wish, *, by: Actor) -> Takedown:
    """Whatever the address is, what happens is the same: nobody learns from it which stories are here."""
    require(by, Action.WRITE)
    address, why = _line(wish.address, "address", MAX_ADDRESS), _prose(wish.why, "why")
    if not address:
        raise Invalid("Please say which page you mean: its address, or its title.", "address")
    if not why:
        raise Invalid("Please say what should go, and why.", "why")
    story = _meant(session, address)
    made = Takedown(
        address=address,
        why=why,
        name=_line(wish.name, "name") or None,
        contact=_line(wish.contact, "contact") or None,
        story_id=story.id if story else None,
    )
    session.add(made)
    session.flush()
    note(session, Act.TAKEDOWN, by=by or Guest(), story=story, subject=f"takedown:{made.id}", details={"state": "open"})
    letters.asked(session, made, due(made))
    return made


def _prose(given: str, field: str, most: int = MAX_TEXT) -> str:
    cleaned = given.replace("\r\n", "\n").strip()
    if len(cleaned) > most:
        raise Invalid(f"This text is longer than {most} characters.", field)
    return cleaned


def _line(given: str, field: str, most: int = MAX_LINE) -> str:
    return _prose(" ".join(given.split()), field, most)


def _meant(session: Session, address: str) -> Story | None:
    """The story at an address, or of a bare slug; also one that nobody outside may know of, which is for curators."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    found = OF_A_STORY.search(path)
    slug = unquote(found[1] or found[2]) if found else ""
    return session.scalars(select(Story).where(Story.slug == slug)).one_or_none()


def due(held: Takedown) -> date:
    """The day by which it is answered."""
    return here(held.made_at).date() + timedelta(days=DAYS)


def by_code(session: Session, code: str) -> Takedown:
    """For whoever asked: the reference is all that they need, and all that opens it."""
    wanted = "".join(code.split()).lower()
    held = session.scalars(select(Takedown).where(Takedown.code == wanted)).one_or_none()
    if held is None:
        raise NotFound(NO_SUCH)
    return held


def by_id(session: Session, takedown_id: int, *, by: Actor) -> Takedown:
    require(by, Action.DECIDE)
    held = session.get(Takedown, takedown_id)
    if held is None:
        raise NotFound("There is no such request.")
    return held


def open_ones(session: Session, *, by: Actor) -> list[Takedown]:
    """Those that wait for an answer, the oldest first."""
    require(by, Action.DECIDE)
    query = select(Takedown).where(Takedown.state == TakedownState.OPEN)
    return list(session.scalars(query.order_by(Takedown.made_at, Takedown.id)))


def about(session: Session, story: Story, *, by: Actor) -> list[Takedown]:
    """What was asked about a story, the latest first."""
    require(by, Action.DECIDE)
    query = select(Takedown).where(Takedown.story_id == story.id)
    return list(session.scalars(query.order_by(Takedown.id.desc())))


def decide(session: Session, held: Takedown, outcome: TakedownState, reasons: str, *, by: Actor) -> None:
    """Answer it once and for all. The reasons are told to whoever asked, so there have to be some."""
    require(by, Action.DECIDE)
    session.refresh(held, with_for_update=True)  # of two who answer at once, the second one sees the first
    if held.state != TakedownState.OPEN:
        raise Conflict("This request was answered already.")
    if outcome == TakedownState.OPEN:
        raise Invalid("Say whether something was changed.", "outcome")
    why = _prose(reasons, "reasons")
    if not why:
        raise Invalid("Please write the reasons. Whoever asked reads them.", "reasons")
    held.state, held.reasons = outcome, why
    held.closed_at, held.closed_by = now(), by.id if by else None
    told = {"state": outcome.value}
    note(session, Act.TAKEDOWN, by=by, story=held.story_id, subject=f"takedown:{held.id}", details=told)
    session.flush()
    letters.answered(session, held)


def suspend(session: Session, story: Story, *, by: Actor) -> None:
    """From the commit on nobody outside sees it: no page, no sound, no search. Nothing is lost."""
    require(by, Action.DECIDE, story)
    lock(session, story)
    session.refresh(story, ["suspended_at"])
    if story.suspended_at is not None:
        raise Conflict("This story is out of sight already.")
    story.suspended_at = now()
    note(session, Act.SUSPEND, by=by, story=story)
    session.flush()
    indexing.mark(session, [], [story.id])


def resume(session: Session, story: Story, *, by: Actor) -> None:
    """Back to what its state and its consent open."""
    require(by, Action.DECIDE, story)
    lock(session, story)
    session.refresh(story, ["suspended_at"])
    if story.suspended_at is None:
        raise Conflict("This story is not out of sight.")
    story.suspended_at = None
    note(session, Act.RESUME, by=by, story=story)
    session.flush()
