"""What a narrator chooses for a story, in three plain choices and a few more, and how that becomes consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.models import Consent, Method, Person, Scope, Story, StoryState
from archive.services import reviews
from archive.services.access import Action, Actor, require
from archive.services.agreements import VALUES, Agreement
from archive.services.consent import last_word, record_consent
from archive.services.errors import Invalid
from archive.services.reviews import review_of
from archive.services.stories import start_hearing


class Who(StrEnum):
    EVERYONE = "everyone"
    LINK = "link"
    LATER = "later"


FIRST_OF_ALL = "Please choose first who may read and hear it."


@dataclass(frozen=True, slots=True)
class Choices:
    """only_words: nobody hears the voice. listed: others may know that it is here, where not everyone may read it.
    machine None: as it was. until: the last day on which it is open."""

    who: Who
    remix: bool = False
    only_words: bool = False
    listed: bool = False
    embed: bool = False
    mining: bool = False
    machine: bool | None = None
    until: date | None = None

    def scopes(self) -> dict[Scope, str]:
        text = {Who.EVERYONE: "open", Who.LINK: "link", Who.LATER: "closed"}[self.who]
        hidden = "listed" if self.listed else "hidden"
        found: dict[Scope, str] = {
            Scope.EXISTENCE: "open" if self.who == Who.EVERYONE else hidden,
            Scope.TEXT: text,
            Scope.SOUND: "closed" if self.only_words else text,
            Scope.REMIX: _yes(self.remix),
            Scope.EMBED: _yes(self.embed),
            Scope.MINING: _yes(self.mining),
        }
        return found if self.machine is None else found | {Scope.MACHINE: _yes(self.machine)}

    def kept(self) -> dict[str, Any]:
        """As a review remembers it for another day."""
        flags = {name: getattr(self, name) for name in ("remix", "only_words", "listed", "embed", "mining", "machine")}
        return {"who": self.who.value, **flags, "until": self.until.isoformat() if self.until else None}


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def remembered(kept: Mapping[str, Any]) -> Choices | None:
    """What `Choices.kept` wrote; None where nothing was chosen yet."""
    if "who" not in kept:
        return None
    flags = {name: bool(kept.get(name)) for name in ("remix", "only_words", "listed", "embed", "mining")}
    until = date.fromisoformat(kept["until"]) if kept.get("until") else None
    return Choices(Who(kept["who"]), **flags, machine=kept.get("machine"), until=until)


def in_force(session: Session, story: Story, person: Person) -> Choices | None:
    """What this person's own last words come to; None where they said nothing of who may read it."""
    own = select(Consent).where(Consent.story_id == story.id, Consent.person_id == person.id).order_by(Consent.id)
    lines = list(session.scalars(own))
    last = {scope: last_word([line for line in lines if line.scope == scope], person.id) for scope in Scope}
    said = {scope: _holding(line) for scope, line in last.items() if line is not None}
    if Scope.TEXT not in said:
        return None
    is_open = said[Scope.TEXT] == "open" and said.get(Scope.EXISTENCE) == "open"
    given = said[Scope.TEXT] != "closed"
    text = last[Scope.TEXT]
    return Choices(
        Who.EVERYONE if is_open else Who.LINK if given else Who.LATER,
        remix=said.get(Scope.REMIX) == "yes",
        only_words=given and said.get(Scope.SOUND, "closed") == "closed",
        listed=not is_open and said.get(Scope.EXISTENCE, "hidden") != "hidden",
        embed=said.get(Scope.EMBED) == "yes",
        mining=said.get(Scope.MINING) == "yes",
        until=text.until if text and given else None,
    )


def _holding(line: Consent) -> str:
    over = line.until is not None and line.until < today()
    return VALUES[line.scope][0] if over else line.value


def agree(session: Session, story: Story, person: Person, chosen: Choices, *, by: Actor) -> None:
    """Write the choices into the ledger as this person's consent, and let them take effect at once. Those who keep a
    story that is not open are told of it: opening it is theirs."""
    require(by, Action.CONSENT, story)
    if chosen.until is not None and chosen.until < today():
        raise Invalid("This day has passed. Leave it empty, or give a later one.", "until")
    for scopes, until in _dated(chosen):
        given = Agreement(Method.KEYCARD, scopes, person=person.name, signed_on=today(), until=until)
        record_consent(session, story, given, by=by)
    if chosen.machine:
        start_hearing(session, story)
    held = reviews.begun(session, story, person)
    held.choices = {**held.choices, **chosen.kept()}
    if story.state != StoryState.PUBLISHED:
        held.seen_at = None
    session.flush()


def _dated(chosen: Choices) -> list[tuple[dict[Scope, str], date | None]]:
    """A day ends what is open, never what is closed: after it, an earlier and more open word would hold again. And a
    machine that has heard it has heard it."""
    scopes = chosen.scopes()
    if chosen.until is None:
        return [(scopes, None)]
    opened: dict[Scope, str] = {
        scope: said for scope, said in scopes.items() if said != VALUES[scope][0] and scope != Scope.MACHINE
    }
    closed: dict[Scope, str] = {scope: said for scope, said in scopes.items() if scope not in opened}
    return [(part, until) for part, until in ((closed, None), (opened, chosen.until)) if part]


def sign(session: Session, story: Story, person: Person, *, by: Actor) -> None:
    """They have gone through it, and what they chose on the way is their consent from now on."""
    require(by, Action.CONSENT, story)
    held = review_of(session, story, person)
    chosen = remembered(held.choices) if held else None
    if chosen is None:
        raise Invalid(FIRST_OF_ALL, "who")
    agree(session, story, person, chosen, by=by)
    reviews.sign(session, story, person, Method.KEYCARD, by=by)
