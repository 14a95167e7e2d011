"""Who may do what: the one table, and one SQL clause for what may be seen.

A route names its Action; services ask `require` once more with the story at hand, because a door that is only
watched at the front is open at the back.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, true

from archive.models import Account, RoleName, Story, StoryState
from archive.services.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever sits at the command line holds the database and the files anyway."""

    id: None = None


OPERATOR: Final = Operator()
Actor = Account | Operator | None


class Action(StrEnum):
    VISIT = "visit"  # pages that hold nothing of anybody's, and lists of what is visible
    SIGN_IN = "sign in"
    READ = "read a story"
    HEAR = "hear a story"
    ENTER_STUDIO = "enter the studio"
    RECORD = "bring in a recording"
    EDIT = "edit a story"
    PUBLISH = "publish a story"
    WAIVE = "waive a consent"
    REMOVE = "remove a story"
    TAG = "tag"
    EDIT_ABOUT = "say what the archive is"
    EDIT_QUESTIONS = "change the questions"
    FOLLOW_JOB = "follow a job"
    SEE_QUEUE = "see what the machines do"


class Who(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    OWNER = "owner"
    INTERVIEWER = RoleName.INTERVIEWER.value
    CONTRIBUTOR = RoleName.CONTRIBUTOR.value
    CURATOR = RoleName.CURATOR.value


RECORDERS = frozenset({Who.INTERVIEWER, Who.CURATOR})
KEEPERS = frozenset({Who.OWNER, Who.CURATOR})

TABLE: Final[dict[Action, frozenset[Who]]] = {
    Action.VISIT: frozenset({Who.ANYONE}),
    Action.SIGN_IN: frozenset({Who.ANYONE}),
    Action.READ: frozenset({Who.ANYONE}),  # of what is visible: see `visible_to`
    Action.HEAR: frozenset({Who.ANYONE}),
    Action.ENTER_STUDIO: RECORDERS,
    Action.RECORD: RECORDERS,
    Action.EDIT: KEEPERS,
    Action.PUBLISH: KEEPERS,
    Action.WAIVE: frozenset({Who.CURATOR}),
    Action.REMOVE: KEEPERS,
    Action.TAG: frozenset({Who.SIGNED_IN}),
    Action.EDIT_ABOUT: frozenset({Who.CURATOR}),
    Action.EDIT_QUESTIONS: frozenset({Who.CURATOR}),
    Action.FOLLOW_JOB: RECORDERS,
    Action.SEE_QUEUE: frozenset({Who.CURATOR}),
}


def standing(by: Actor, story: Story | None = None) -> frozenset[Who]:
    """All that this person is, towards this story if one is given."""
    if by is None or isinstance(by, Operator):
        return frozenset({Who.ANYONE})
    found = {Who.ANYONE, Who.SIGNED_IN} | {Who(role.name.value) for role in by.roles}
    if story is not None and story.owner_id == by.id and by.may_record:
        found.add(Who.OWNER)
    return frozenset(found)


def may(by: Actor, action: Action, story: Story | None = None) -> bool:
    return by is OPERATOR or bool(TABLE[action] & standing(by, story))


def may_somewhere(by: Actor, action: Action) -> bool:
    """As `may`, before it is known which story is meant: an owner's right counts for whoever can own."""
    owner = {Who.OWNER} if isinstance(by, Account) and by.may_record else set()
    return by is OPERATOR or bool(TABLE[action] & (standing(by) | owner))


def sees(by: Actor, story: Story) -> bool:
    """The same answer as `visible_to`, for a row at hand."""
    if by is OPERATOR or may(by, Action.EDIT, story):
        return True
    today = datetime.now(UTC).date()
    in_time = story.open_until is None or story.open_until >= today
    return story.state == StoryState.PUBLISHED and story.text_open and in_time


def require(by: Actor, action: Action, story: Story | None = None) -> None:
    """Raises NotFound where even the existence is not this person's to know, else NotAllowed."""
    if story is not None and not sees(by, story):
        raise NotFound("There is no such story here.")
    if not may(by, action, story):
        raise NotAllowed(f"You may not {action.value} here.")


def visible_to(by: Actor) -> ColumnElement[bool]:
    """Stories whose text this person may read, as one clause for any query that has Story in it."""
    if by is OPERATOR or (isinstance(by, Account) and by.is_curator):
        return true()
    today = datetime.now(UTC).date()
    public = and_(
        Story.state == StoryState.PUBLISHED,
        Story.text_open,
        or_(Story.open_until.is_(None), Story.open_until >= today),
    )
    if isinstance(by, Account) and by.may_record:
        return or_(public, Story.owner_id == by.id)
    return public


def audible_to(by: Actor) -> ColumnElement[bool]:
    """Stories whose sound this person may hear."""
    if by is OPERATOR or (isinstance(by, Account) and by.is_curator):
        return true()
    open_sound = and_(visible_to(None), Story.sound_open)
    if isinstance(by, Account) and by.may_record:
        return or_(open_sound, Story.owner_id == by.id)
    return open_sound
