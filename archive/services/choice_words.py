"""What a narrator chose, and what was done with a story, in sentences to them."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.models import Act, Event, Person, Story
from archive.services.choices import Choices, Who

DID = {
    Act.CONSENT: "wrote down who may read and hear it.",
    Act.STRIKE: "took a part out.",
    Act.LIFT: "brought a part back.",
    Act.PUBLISH: "opened it.",
    Act.UNPUBLISH: "closed it.",
    Act.EMBARGO: "set a day until which it stays closed.",
    Act.OPEN: "opened it, because its day had come.",
    Act.WITHDRAW: "took it back.",
    Act.ERASE: "erased it.",
    Act.RESTORE: "brought it back.",
    Act.NAME: "changed how somebody is named in it.",
    Act.RIGHTS: "wrote down whose rights it is under.",
    Act.CARD: "made a key card for you.",
    Act.REVOKE: "made your key card void.",
    Act.REVIEW: "noted that it was gone through.",
    Act.REMOVE: "removed it.",
    Act.SUSPEND: "closed it while somebody's request is looked at.",
    Act.RESUME: "opened it again after a request was looked at.",
    Act.TAKEDOWN: "looked at a request to take it down.",
    Act.WARN: "wrote down what a listener should know before.",
    Act.KEEPSAKE: "took a copy of it to keep.",
}


def sentences(chosen: Choices) -> list[str]:
    """What is chosen, as its summary is read before signing."""
    said = [_who(chosen)]
    if chosen.who != Who.EVERYONE:
        said.append("Others may know that it is here." if chosen.listed else "Nobody else learns that it is here.")
    said.append(
        "Others may use passages of it in something new."
        if chosen.remix
        else "Nobody may use passages of it in something new."
    )
    if chosen.embed:
        said.append("Other sites may show it.")
    if chosen.mining:
        said.append("Machines may learn from it.")
    if chosen.machine is not None:
        said.append("A machine may write down your words." if chosen.machine else "No machine may hear it any more.")
    return said


def _who(chosen: Choices) -> str:
    """until is told by the page, which knows how days are written."""
    if chosen.who == Who.LATER:
        return "Nobody outside may read or hear it for now."
    may = "read it, and nobody hears your voice." if chosen.only_words else "read it and hear it."
    return f"Everyone may {may}" if chosen.who == Who.EVERYONE else f"Only those who are given its link may {may}"


def told_events(session: Session, story: Story, person: Person, limit: int = 60) -> list[tuple[Event, str]]:
    """Lines of the ledger about this story, and about this person's key cards, the latest first, each in a sentence."""
    cards = Event.subject == f"person:{person.id}", Event.act.in_([Act.CARD, Act.REVOKE])
    query = select(Event).where(or_(Event.story_id == story.id, cards[0] & cards[1])).order_by(Event.id.desc())
    return [(event, f"{_actor(event, person)} {DID[event.act]}") for event in session.scalars(query.limit(limit))]


def _actor(event: Event, person: Person) -> str:
    if event.actor == f"narrator:{person.id}":
        return "You"
    kind = event.actor.partition(":")[0]
    return {"narrator": "Somebody who told it with you", "clock": "The archive’s clock", "visitor": "A visitor"}.get(
        kind, "Somebody who keeps this archive"
    )
