"""Key cards: how a narrator comes in without an account. A card is 26 letters and digits on paper; the archive keeps
their hash alone.

A card opens everything that its person told. So it is made by whoever may make one for all of these stories: else
somebody could name a person as the narrator of a story of their own, and read what that person told to others.
"""

import hashlib
import re
import secrets

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Act, KeyCard, Part, Participation, Person, Story
from archive.services.access import Action, Actor, Narrator, may
from archive.services.errors import Conflict, NotAllowed, NotFound
from archive.services.ledger import note
from archive.services.stories import FOR_CARDS

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o or u
LENGTH = 26  # of five bits each: more than 128 bits
AS_READ = str.maketrans("oilu", "011v")  # what somebody types who has read a sign as its neighbour
# The same words for a card that never was and for one that was replaced: who tries out cards learns nothing.
UNKNOWN = (
    "This card opens nothing here. Of several cards only the newest one holds. Please compare each sign with your"
    " card, or ask those who recorded your story for a new one."
)


def clean(token: str) -> str:
    """As it is hashed: lower case, without hyphens and blanks, signs that are easily confused made one."""
    return re.sub(r"[\s\-–—.]+", "", token).lower().translate(AS_READ)


def grouped(token: str) -> str:
    """As it stands on a card, in groups of four."""
    return " ".join(token[at : at + 4] for at in range(0, len(token), 4))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def told_by(session: Session, person: Person) -> list[Story]:
    """All that this person told, under whatever name, the latest first."""
    who = func.coalesce(Participation.real_id, Participation.person_id)
    theirs = select(Participation.story_id).where(who == person.id, Participation.part == Part.NARRATOR)
    query = select(Story).where(Story.id.in_(theirs)).order_by(Story.created_at.desc(), Story.id.desc())
    return list(session.scalars(query.options(*FOR_CARDS)))


def require_keeper(session: Session, person: Person, *, by: Actor) -> None:
    """Raises Conflict for somebody who told nothing, NotAllowed for whoever may not make a card for all they told."""
    told = told_by(session, person)
    if not told:
        raise Conflict(f"{person.name} told no story here.")
    if not any(may(by, Action.ISSUE_CARD, story) for story in told):
        raise NotAllowed("You may not make a key card here.")
    if not all(may(by, Action.ISSUE_CARD, story) for story in told):
        raise NotAllowed("This key card is a curator's to make: it would open more than the stories you look after.")


def card_of(session: Session, person: Person) -> KeyCard | None:
    """The card that holds, if there is one."""
    held = select(KeyCard).where(KeyCard.person_id == person.id, KeyCard.revoked_at.is_(None))
    return session.scalars(held.order_by(KeyCard.id.desc())).first()


def issue(session: Session, person: Person, *, by: Actor) -> str:
    """A new card: its token, shown once, here. The cards before it open nothing from now on."""
    require_keeper(session, person, by=by)
    revoke(session, person, by=by)
    token = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    session.add(KeyCard(person_id=person.id, token_hash=_hash(token), issued_by=by.id if by else None))
    note(session, Act.CARD, by=by, subject=f"person:{person.id}")
    return token


def revoke(session: Session, person: Person, *, by: Actor) -> bool:
    """No card of this person opens anything any more. False where none did."""
    require_keeper(session, person, by=by)
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())  # of two at once, one card holds
    held = list(session.scalars(select(KeyCard).where(KeyCard.person_id == person.id, KeyCard.revoked_at.is_(None))))
    for card in held:
        card.revoked_at = now()
    if held:
        note(session, Act.REVOKE, by=by, subject=f"person:{person.id}")
    session.flush()
    return bool(held)


def card_by(session: Session, token: str) -> KeyCard:
    """Raises NotFound, with the same words, for a card that never was and for one that was revoked."""
    cleaned = clean(token)
    query = select(KeyCard).where(KeyCard.token_hash == _hash(cleaned), KeyCard.revoked_at.is_(None))
    card = session.scalars(query).one_or_none() if len(cleaned) == LENGTH else None
    if card is None:
        raise NotFound(UNKNOWN)
    return card


def narrator_by(session: Session, token: str) -> tuple[Narrator, Person]:
    """Who holds this card. Raises NotFound as card_by does."""
    card = card_by(session, token)
    return Narrator(card.person_id), card.person


def narrator_of(session: Session, card_id: int) -> Narrator | None:
    """Who holds the card of this number, None where it holds no more."""
    held = session.scalars(select(KeyCard).where(KeyCard.id == card_id, KeyCard.revoked_at.is_(None))).one_or_none()
    return Narrator(held.person_id) if held else None


def used(session: Session, card_id: int) -> None:
    session.execute(update(KeyCard).where(KeyCard.id == card_id).values(used_at=now()))


def story_told(session: Session, slug: str, by: Narrator) -> Story:
    """A story of this narrator's. Raises NotFound for every other one, be it public or not."""
    query = select(Story).where(Story.slug == slug).options(*FOR_CARDS)
    story = session.scalars(query).one_or_none()
    if story is None or by.person_id not in {person.id for person in story.tellers}:
        raise NotFound("There is no such story of yours here.")
    return story
