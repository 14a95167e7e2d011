"""What the page of a story in the studio says of key cards, and of narrators who have gone through it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from archive.models import Person, Story
from archive.services import keycards, reviews
from archive.services.access import Actor
from archive.services.choice_words import sentences
from archive.services.choices import remembered
from archive.services.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class CardLine:
    """A narrator, and the key card that holds. why_not: what stands against making one here."""

    person_id: int
    name: str
    issued_at: datetime | None = None
    used_at: datetime | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A narrator who went through it, or chose anew, and what they chose."""

    name: str
    at: datetime
    chose: tuple[str, ...]


def cards(session: Session, story: Story, by: Actor) -> tuple[CardLine, ...]:
    return tuple(_card(session, person, by) for person in story.tellers)


def _card(session: Session, person: Person, by: Actor) -> CardLine:
    held = keycards.card_of(session, person)
    issued, used = (held.issued_at, held.used_at) if held else (None, None)
    try:
        keycards.require_keeper(session, person, by=by)
    except NotAllowed as refusal:
        return CardLine(person.id, person.name, issued, used, str(refusal))
    return CardLine(person.id, person.name, issued, used)


def signed(session: Session, story: Story) -> tuple[Signed, ...]:
    names = {person.id: person.name for person in story.tellers}
    return tuple(
        Signed(names[held.person_id], held.signed_at, tuple(sentences(chosen)) if chosen else ())
        for held in reviews.unseen(session, story)
        if held.signed_at and held.person_id in names
        for chosen in [remembered(held.choices)]
    )
