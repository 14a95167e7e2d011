"""Whose a story is by law, and under which licence copies of it may be used. Consent is another matter, and comes
first: a licence opens nothing that was not agreed to."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Act, Rights, Story
from archive.services.access import Action, Actor, require
from archive.services.errors import Invalid
from archive.services.ledger import note

MAX_HOLDER = 300
MAX_STATEMENT = 2000
CREATIVE_COMMONS = "http://creativecommons.org"
STATEMENTS = "http://rightsstatements.org/vocab"
# Addresses as machines know them: both houses name themselves by http, also where their pages are served by https.
LICENCES = {
    f"{CREATIVE_COMMONS}/licenses/by/4.0/": "CC BY 4.0",
    f"{CREATIVE_COMMONS}/licenses/by-sa/4.0/": "CC BY-SA 4.0",
    f"{CREATIVE_COMMONS}/licenses/by-nc/4.0/": "CC BY-NC 4.0",
    f"{CREATIVE_COMMONS}/licenses/by-nc-nd/4.0/": "CC BY-NC-ND 4.0",
    f"{CREATIVE_COMMONS}/publicdomain/zero/1.0/": "CC0 1.0, given to everyone",
    f"{STATEMENTS}/InC/1.0/": "In copyright",
    f"{STATEMENTS}/InC-EDU/1.0/": "In copyright, educational use permitted",
    f"{STATEMENTS}/NoC-US/1.0/": "No copyright in the United States",
    f"{STATEMENTS}/CNE/1.0/": "Copyright not evaluated",
    f"{STATEMENTS}/UND/1.0/": "Copyright undetermined",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Empty means that nothing is said. licence is one of LICENCES."""

    holder: str = ""
    licence: str = ""
    statement: str = ""


def declare(session: Session, story: Story, claim: Claim, *, by: Actor) -> None:
    """From now on this holds; what was said before stays on record. The same a second time changes nothing."""
    require(by, Action.EDIT, story)
    holder, statement = " ".join(claim.holder.split()), claim.statement.replace("\r\n", "\n").strip()
    if len(holder) > MAX_HOLDER:
        raise Invalid(f"A name is {MAX_HOLDER} characters long at most.", "holder")
    if claim.licence and claim.licence not in LICENCES:
        raise Invalid("Please choose a licence of the list.", "licence")
    if len(statement) > MAX_STATEMENT:
        raise Invalid(f"This text is longer than {MAX_STATEMENT} characters.", "statement")
    said = (holder or None, claim.licence or None, statement or None)
    held = rights_of(session, story)
    if said == ((held.holder, held.licence, held.statement) if held else (None, None, None)):
        return
    made = Rights(story_id=story.id, holder=said[0], licence=said[1], statement=said[2], by_id=by.id if by else None)
    session.add(made)
    session.flush()
    told = {"holder": said[0], "licence": said[1], "statement": said[2]}
    note(session, Act.RIGHTS, by=by, story=story, subject=f"rights:{made.id}", details=told)


def rights_of(session: Session, story: Story) -> Rights | None:
    """What was said last, if anything was."""
    query = select(Rights).where(Rights.story_id == story.id).order_by(Rights.id.desc())
    return session.scalars(query.limit(1)).first()
