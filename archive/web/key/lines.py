"""How a story stands, in a sentence to the person who told it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import here
from archive.models import Person, Review, Shown, Story, StoryState, Withdrawal, WithdrawalKind
from archive.services.embargoes import why_closed
from archive.services.reviews import went_through
from archive.web.words import day

GONE = frozenset({StoryState.WITHDRAWN, StoryState.ERASED})
TO_GO_THROUGH = frozenset({StoryState.DRAFT, StoryState.REVIEW, StoryState.PUBLISHED, StoryState.SEALED})


def sentence(session: Session, story: Story, held: Review | None) -> str:
    match story.state:
        case StoryState.PROCESSING:
            return "The machine is still writing down what you said. You need not do anything yet."
        case StoryState.FAILED:
            return "The machine could not hear all of it. Nothing is lost, and those who keep the archive see to it."
        case StoryState.WITHDRAWN | StoryState.ERASED:
            return _taken_back(session, story)
        case StoryState.SEALED:
            return why_closed(session, story)
        case StoryState.PUBLISHED:
            return _open(story)
    if not went_through(held):
        return "Nobody outside can read or hear it. It waits until you have gone through it."
    if story.text_link or story.listed:
        return "You went through it. It opens as you chose, as soon as those who keep the archive open it."
    return "You went through it, and keep it closed. Nobody outside can read or hear it."


def _taken_back(session: Session, story: Story) -> str:
    held = withdrawal(session, story)
    if story.state == StoryState.ERASED or held is None:
        return "It was taken back. Nobody reads or hears it any more."
    since = f"It was taken back on {day(here(held.made_at).date())}. Nobody reads or hears it any more."
    return f"{since} On {day(held.erase_on)} it is erased." if held.kind == WithdrawalKind.ERASED else since


def _open(story: Story) -> str:
    if story.suspended_at is not None:
        return "It is closed for the moment, while somebody’s request about it is looked at."
    if story.text_open:
        return f"Everyone can read it{' and hear it' if story.sound_open else ', and nobody hears your voice'}."
    if story.text_link:
        return f"Whoever has its link can read it{' and hear it' if story.sound_link else ''}. Nobody else can."
    return "Others may know that it is here. Nobody outside can read or hear it."


def waits_for(story: Story, held: Review | None) -> int | None:
    """The step of the review that is theirs to take next, None where none is."""
    if story.state not in TO_GO_THROUGH or went_through(held):
        return None
    return held.step if held else 1


def named(story: Story, person: Person) -> tuple[Shown, str]:
    """How they are named in this story, and the name that stands there."""
    taken = next(each for each in story.participations if each.who.id == person.id)
    return taken.shown, taken.person.name


def named_words(story: Story, person: Person) -> str:
    shown, name = named(story, person)
    return "No name of yours stands with it." if shown == Shown.NONE else f"You are named as {name.rstrip('.')}."


def withdrawal(session: Session, story: Story) -> Withdrawal | None:
    """The latest, of this story: one that was removed may have had its number before."""
    own = Withdrawal.story_id == story.id, Withdrawal.made_at >= story.created_at
    return session.scalars(select(Withdrawal).where(*own).order_by(Withdrawal.id.desc())).first()


def receipt(session: Session, story: Story) -> str | None:
    """Where it says what was done when the story was taken back."""
    held = withdrawal(session, story)
    return f"/receipts/{held.code}" if held else None
