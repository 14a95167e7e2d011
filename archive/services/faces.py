"""How people are named in public: in full, by their first name, by one they choose, or not at all.

A face is a row of Person like any other, so that lists, facets, addresses, captions and search meet it instead of the
person and cannot name the wrong one. Whose face it is stands in Participation.real_id, which no public page reads.
"""

import secrets
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Act, Part, Participation, Passage, Person, Shown, Story, indexing
from archive.services.access import Action, Actor, require
from archive.services.consent import lock
from archive.services.errors import Conflict, Invalid
from archive.services.ledger import note
from archive.services.people import clean_name
from archive.services.slugs import free_slug
from archive.services.transcripts import opening, passages_of

NAMELESS = {Part.NARRATOR: "A narrator", Part.INTERVIEWER: "An interviewer"}


def show_as(
    session: Session, story: Story, person: Person, shown: Shown, chosen: str | None = None, *, by: Actor
) -> None:
    """Name this person so in this story, everywhere and at once. person is the person themselves.

    The addresses under which they stood before lead nowhere afterwards: a redirect would tell who is behind a name.
    Raises Invalid without a chosen name where one is needed, Conflict for somebody who is not in the story.
    """
    require(by, Action.NAME, story)
    lock(session, story)
    taking = [taken for taken in story.participations if taken.who.id == person.id]
    if not taking:
        raise Conflict(f"{person.name} is not in this story.")
    for taken in taking:
        before, real = taken.person.name, taken.who
        face = _face(session, story, taken, shown, chosen)
        taken.shown, taken.person = shown, face
        taken.real = real if face is not real else None
        session.flush()
        _speaks_as(session, story, {before, real.name}, face.name)
    story.opening = opening(passages_of(session, story, limit=20), story.interviewers)
    note(session, Act.NAME, by=by, story=story, subject=f"person:{person.id}", details={"shown": shown.value})
    session.flush()
    indexing.mark(session, [], [story.id])


def _face(session: Session, story: Story, taken: Participation, shown: Shown, chosen: str | None) -> Person:
    real = taken.who
    match shown:
        case Shown.FULL:
            return real
        case Shown.FIRST:
            name = real.name.split(" ")[0]
        case Shown.CHOSEN:
            if not (chosen or "").strip():
                raise Invalid("Please say which name it should be.", "chosen")
            name = clean_name(chosen or "", "chosen")
        case Shown.NONE:
            return _nobody(session, taken)
    theirs = select(Participation.person_id).where(Participation.real_id == real.id)
    held = session.scalars(select(Person).where(Person.face, Person.name == name, Person.id.in_(theirs))).first()
    return held or _made(session, name, name)


def _nobody(session: Session, taken: Participation) -> Person:
    """One for each story: else the stories of one person could be put together."""
    if taken.shown == Shown.NONE:
        return taken.person
    return _made(session, NAMELESS[taken.part], f"{NAMELESS[taken.part]} {secrets.token_hex(4)}")


def _made(session: Session, name: str, address: str) -> Person:
    made = Person(name=name, slug=free_slug(session, Person.slug, address, "person"), face=True)
    session.add(made)
    session.flush()
    return made


def _speaks_as(session: Session, story: Story, before: Iterable[str], name: str) -> None:
    query = select(Passage).where(Passage.story_id == story.id, Passage.speaker.in_(list(before)))
    for passage in session.scalars(query):
        passage.speaker = name
    session.flush()


def veiled(story: Story, speaker: str | None) -> str | None:
    """The name under which a voice of this story is shown: that of the face, where somebody wrote the person's own."""
    for taken in story.participations:
        if taken.real is not None and speaker == taken.real.name:
            return taken.person.name
    return speaker
