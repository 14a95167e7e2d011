"""What the archive writes to people. Whoever has an address gets it by mail, where mail is set up; every letter can be
read by curators. What strangers wrote goes to those who keep the story and to nobody else: a form that sends its own
words to any address would be used to pester people."""

import re
from datetime import date

from sqlalchemy.orm import Session

from archive.mail import Letter, post
from archive.models import Account, Message, Person, Story, Takedown, TakedownState
from archive.services.about import about
from archive.services.access import Actor, account_of

EMAIL = re.compile(r"""[^@\s<>,;:"()\\]+@[^@\s<>,;:"()\\]+\.[^@\s<>,;:"()\\]+""")


def asked(session: Session, held: Takedown, due: date) -> None:
    """To whoever asked, if they left an address: it is here, and by when it is answered."""
    if to := address_in(held.contact):
        text = (
            "Your request that something be taken down is here. A person reads it, and answers by "
            f"{_day(due)}.\n\nIts reference is {held.code}. With it you can look how it stands:"
        )
        _write(session, to, "Your request is here", text, f"/takedown/{held.code}")


def answered(session: Session, held: Takedown) -> None:
    """To whoever asked: what came of it, and the reasons."""
    if to := address_in(held.contact):
        changed = held.state == TakedownState.CHANGED
        came_of_it = "and changed something" if changed else "and the page stays as it is"
        text = f"We looked at your request, {came_of_it}. The reasons:\n\n{held.reasons}\n\nThey stand here as well:"
        _write(session, to, "Your request is answered", text, f"/takedown/{held.code}")


def passed_on(session: Session, held: Message) -> None:
    """To the owner of the story, who knows the narrator; without one it waits in the folder for a curator."""
    story = held.story
    who = " and ".join(person.name for person in story.tellers) or "whoever told it"
    text = (
        f"A listener of “{story.title}” wrote a few words to {who}. Please hand them over, by whatever way the two of "
        f"you have. Nobody expects an answer.\n\n{held.text}"
    )
    owner = _owner(session, story)
    _write(session, owner.email if owner else None, f"Words for {who}", text)


def signed(session: Session, story: Story, person: Person, *, by: Actor) -> None:
    """To the owner, unless it was the owner who sat beside the narrator."""
    owner, account = _owner(session, story), account_of(by)
    if owner is None or (account is not None and account.id == owner.id):
        return
    text = f"{person.name} went through “{story.title}” and signed. It can be opened, as far as was agreed:"
    _write(session, owner.email, f"{person.name} has signed", text, f"/studio/{story.slug}")


def opened(session: Session, story: Story) -> None:
    """To the owner: an embargo has ended by itself."""
    if owner := _owner(session, story):
        text = f"“{story.title}” was closed until today, and is open now, as far as was agreed:"
        _write(session, owner.email, "A story has opened", text, f"/stories/{story.slug}")


def _write(session: Session, to: str | None, subject: str, text: str, path: str | None = None) -> None:
    name = about(session).name
    post(session, Letter(to, f"{subject} · {name}", text, path))


def address_in(contact: str | None) -> str | None:
    """Where a contact is an e-mail address, and one alone."""
    given = (contact or "").strip()
    return given if EMAIL.fullmatch(given) and len(given) <= 254 else None


def _owner(session: Session, story: Story) -> Account | None:
    owner = session.get(Account, story.owner_id) if story.owner_id is not None else None
    return owner if owner is not None and owner.active else None


def _day(given: date) -> str:
    return f"{given.day} {given:%B %Y}"
