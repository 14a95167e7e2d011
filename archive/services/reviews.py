"""Nothing is public before its narrators have gone through it, or a curator has said why not, in words that stand on
the story's page."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Act, Consent, Method, PassageState, Person, Review, Scope, Story
from archive.services import letters
from archive.services.access import Action, Actor, require
from archive.services.consent import last_word
from archive.services.errors import Conflict, Invalid
from archive.services.ledger import note
from archive.services.transcripts import passages_of

STEPS = 5


def review_of(session: Session, story: Story, person: Person) -> Review | None:
    query = select(Review).where(Review.story_id == story.id, Review.person_id == person.id)
    return session.scalars(query).one_or_none()


def still_to_review(session: Session, story: Story) -> list[Person]:
    """Narrators who have not signed that they went through it, and for whom no reason stands instead. Where nobody
    could be asked for a consent, nobody can be asked for this."""
    texts = select(Consent).where(Consent.story_id == story.id, Consent.scope == Scope.TEXT).order_by(Consent.id)
    lines = list(session.scalars(texts))
    missing: list[Person] = []
    for person in story.tellers:
        held, last = review_of(session, story, person), last_word(lines, person.id)
        waived = last is not None and last.method == Method.WAIVER
        if not waived and (held is None or held.signed_at is None):
            missing.append(person)
    return missing


def begun(session: Session, story: Story, person: Person) -> Review:
    """The review of this narrator, begun if it was not; raises Conflict for somebody who did not tell it."""
    if person.id not in {each.id for each in story.tellers}:
        raise Conflict(f"{person.name} is not a narrator of this story.")
    held = review_of(session, story, person)
    if held is None:
        held = Review(story_id=story.id, person_id=person.id, choices={})
        session.add(held)
        session.flush()
    return held


def went_through(held: Review | None) -> bool:
    """They did; a reason that stands instead of it is none."""
    return held is not None and held.signed_at is not None and held.method != Method.WAIVER


def keep(session: Session, story: Story, person: Person, step: int, choices: Mapping[str, Any], *, by: Actor) -> Review:
    """A step is done. What was chosen in it is kept for another day, and for another device."""
    require(by, Action.CONSENT, story)
    held = begun(session, story, person)
    held.choices = {**held.choices, **choices}
    held.step = max(held.step, min(step + 1, STEPS))
    session.flush()
    return held


def unseen(session: Session, story: Story) -> list[Review]:
    """Of narrators who went through it, or chose anew, and of whom those who keep the story have not taken note."""
    query = select(Review).where(Review.story_id == story.id, Review.seen_at.is_(None)).order_by(Review.id)
    return [held for held in session.scalars(query) if went_through(held)]


def seen(session: Session, story: Story, *, by: Actor) -> None:
    require(by, Action.EDIT, story)
    for held in unseen(session, story):
        held.seen_at = now()
    session.flush()


def sign(session: Session, story: Story, person: Person, method: Method, *, by: Actor) -> Review:
    """They have gone through it, with their key card, or together with somebody on whose word it stands here."""
    require(by, Action.CONSENT, story)
    if method == Method.WAIVER:
        raise Invalid("A reason instead of a review is a curator's to give.", "method")
    held = begun(session, story, person)
    held.signed_at, held.method, held.step = now(), method, STEPS
    held.seen_at = None if method == Method.KEYCARD else now()  # by any other way they were there
    _approved(session, story)
    note(session, Act.REVIEW, by=by, story=story, subject=f"person:{person.id}", details={"method": method.value})
    session.flush()
    letters.signed(session, story, person, by=by)
    return held


def _approved(session: Session, story: Story) -> None:
    """Where every narrator has gone through it, they stand behind its words."""
    if still_to_review(session, story):
        return
    for passage in passages_of(session, story):
        passage.state = PassageState.APPROVED


def waive(session: Session, story: Story, reason: str, *, by: Actor) -> None:
    """Instead of the review of those who have not signed. The reason stands on the story's page."""
    require(by, Action.WAIVE, story)
    why = reason.strip()
    if not why:
        raise Invalid("Please say why it is opened before its narrator has gone through it.", "unseen")
    for person in still_to_review(session, story):
        held = begun(session, story, person)
        held.signed_at, held.method, held.choices = now(), Method.WAIVER, {**held.choices, "reason": why}
        details = {"method": Method.WAIVER.value, "reason": why}
        note(session, Act.REVIEW, by=by, story=story, subject=f"person:{person.id}", details=details)
    session.flush()


def reopened(session: Session, story: Story) -> None:
    """A story says more than its narrators have seen: another recording came to it. It is theirs to see again."""
    for held in session.scalars(select(Review).where(Review.story_id == story.id)):
        held.signed_at, held.step = None, 1
    session.flush()
