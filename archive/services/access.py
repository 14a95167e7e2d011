"""Who may do what: the one table, and one SQL clause for what may be seen.

A route names its Action; services ask `require` once more with the story at hand, because a door that is only
watched at the front is open at the back.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, or_, select, true

from archive.days import today
from archive.models import Account, Part, Participation, RoleName, Story, StoryState
from archive.services.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever sits at the command line holds the database and the files anyway."""

    id: None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was given the links of these stories; with an account, or without."""

    links: frozenset[int] = field(default_factory=frozenset)
    account: Account | None = None

    @property
    def id(self) -> int | None:
        return self.account.id if self.account else None


@dataclass(frozen=True, slots=True)
class Narrator:
    """Who holds the key card of this person."""

    person_id: int
    id: None = None


OPERATOR: Final = Operator()
Actor = Account | Guest | Narrator | Operator | None


class Action(StrEnum):
    VISIT = "visit"  # pages that hold nothing of anybody's, and lists of what is visible
    SIGN_IN = "sign in"
    READ = "read a story"
    HEAR = "hear a story"
    WRITE = "write to those who keep the archive"
    HOLD_CARD = "come in with a key card"
    ENTER_STUDIO = "enter the studio"
    RECORD = "bring in a recording"
    EDIT = "edit a story"
    CORRECT = "correct a transcript"
    PUBLISH = "publish a story"
    CONSENT = "record a consent"
    STRIKE = "strike a passage"
    NAME = "say how somebody is named"
    EMBARGO = "keep a story closed for a time"
    WITHDRAW = "withdraw a story"
    ISSUE_CARD = "make a key card"
    STAY_IN_TOUCH = "stay in touch with narrators"
    WARN = "warn of what a story holds"
    KEEP_COPY = "take a copy to keep"
    WAIVE = "waive a consent"
    REMOVE = "remove a story"
    TAG = "tag"
    READ_FEELING = "say how a passage feels"
    KEEP = "keep a desk"
    MIX = "make a mixtape"
    EDIT_THEMES = "edit the thesaurus"
    EDIT_ABOUT = "say what the archive is"
    EDIT_QUESTIONS = "change the questions"
    EDIT_SHELVES = "change the public shelves"
    FOLLOW_JOB = "follow a job"
    SEE_QUEUE = "see what the machines do"
    DECIDE = "decide what is asked of the archive"


class Who(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    OWNER = "owner"
    NARRATOR = "narrator"
    INTERVIEWER = RoleName.INTERVIEWER.value
    CONTRIBUTOR = RoleName.CONTRIBUTOR.value
    CURATOR = RoleName.CURATOR.value


RECORDERS = frozenset({Who.INTERVIEWER, Who.CURATOR})
KEEPERS = frozenset({Who.OWNER, Who.CURATOR})
TELLERS = KEEPERS | {Who.NARRATOR}

TABLE: Final[dict[Action, frozenset[Who]]] = {
    Action.VISIT: frozenset({Who.ANYONE}),
    Action.SIGN_IN: frozenset({Who.ANYONE}),
    Action.READ: frozenset({Who.ANYONE}),  # of what is visible: see `visible_to`
    Action.HEAR: frozenset({Who.ANYONE}),
    Action.WRITE: frozenset({Who.ANYONE}),
    Action.HOLD_CARD: frozenset({Who.ANYONE}),  # the card is the proof: see services.keycards
    Action.ENTER_STUDIO: RECORDERS,
    Action.RECORD: RECORDERS,
    Action.EDIT: KEEPERS,
    Action.CORRECT: TELLERS,
    Action.PUBLISH: KEEPERS,
    Action.CONSENT: TELLERS,
    Action.STRIKE: TELLERS,
    Action.NAME: TELLERS,
    Action.EMBARGO: TELLERS,
    Action.WITHDRAW: TELLERS,
    Action.ISSUE_CARD: KEEPERS,
    Action.STAY_IN_TOUCH: RECORDERS,  # with those whose stories are theirs: see services.meetings
    Action.WARN: KEEPERS,
    Action.KEEP_COPY: TELLERS,  # of all others see services.keepsakes
    Action.WAIVE: frozenset({Who.CURATOR}),
    Action.REMOVE: KEEPERS,
    Action.KEEP: frozenset({Who.SIGNED_IN}),  # one's own: no desk opens to anybody else
    Action.MIX: frozenset({Who.SIGNED_IN}),
    Action.TAG: frozenset({Who.SIGNED_IN, Who.NARRATOR}),
    Action.READ_FEELING: frozenset({Who.SIGNED_IN, Who.NARRATOR}),
    Action.EDIT_THEMES: frozenset({Who.CURATOR}),
    Action.EDIT_ABOUT: frozenset({Who.CURATOR}),
    Action.EDIT_QUESTIONS: frozenset({Who.CURATOR}),
    Action.EDIT_SHELVES: frozenset({Who.CURATOR}),
    Action.FOLLOW_JOB: RECORDERS,
    Action.SEE_QUEUE: frozenset({Who.CURATOR}),
    Action.DECIDE: frozenset({Who.CURATOR}),
}
GONE = frozenset({StoryState.WITHDRAWN, StoryState.ERASED})
# What those who keep or told a withdrawn story may still do with it, though nobody reads it any more.
BEHIND_CLOSED_DOORS = frozenset({Action.CONSENT, Action.WITHDRAW, Action.REMOVE})
# Put together once, because nearly every question to the database holds it. The day is asked when the question is put.
_TODAY: Final = bindparam("today", callable_=today, type_=Date())
_SHOWN: Final = and_(
    Story.state == StoryState.PUBLISHED,
    Story.suspended_at.is_(None),
    or_(Story.open_until.is_(None), Story.open_until >= _TODAY),
)


def account_of(by: Actor) -> Account | None:
    return by.account if isinstance(by, Guest) else by if isinstance(by, Account) else None


def standing(by: Actor, story: Story | None = None) -> frozenset[Who]:
    """All that this person is, towards this story if one is given."""
    found = {Who.ANYONE}
    if isinstance(by, Narrator) and story is not None and by.person_id in {each.id for each in story.tellers}:
        found.add(Who.NARRATOR)
    if account := account_of(by):
        found |= {Who.SIGNED_IN} | {Who(role.name.value) for role in account.roles}
        if story is not None and story.owner_id == account.id and account.may_record:
            found.add(Who.OWNER)
    return frozenset(found)


def may(by: Actor, action: Action, story: Story | None = None) -> bool:
    return by is OPERATOR or bool(TABLE[action] & standing(by, story))


def may_somewhere(by: Actor, action: Action) -> bool:
    """As `may`, before it is known which story is meant: an owner's right counts for whoever can own."""
    account = account_of(by)
    owner = {Who.OWNER} if account and account.may_record else set()
    return by is OPERATOR or bool(TABLE[action] & (standing(by) | owner))


def require(by: Actor, action: Action, story: Story | None = None) -> None:
    """Raises NotFound where even the existence is not this person's to know, else NotAllowed."""
    if story is not None and not sees(by, story):
        behind = story.state == StoryState.WITHDRAWN and action in BEHIND_CLOSED_DOORS and may(by, action, story)
        if not behind:
            raise NotFound("There is no such story here.")
    if not may(by, action, story):
        raise NotAllowed(f"You may not {action.value} here.")


def sees(by: Actor, story: Story) -> bool:
    """The same answer as `visible_to`, for a row at hand."""
    if by is OPERATOR:
        return True
    if story.state in GONE:
        return False
    given = isinstance(by, Guest) and story.id in by.links and story.text_link
    return may(by, Action.CORRECT, story) or (_is_shown(story) and (story.text_open or given))


def hears(by: Actor, story: Story) -> bool:
    """The same answer as `audible_to`, for a row at hand."""
    given = isinstance(by, Guest) and story.id in by.links and story.sound_link
    return sees(by, story) and (may(by, Action.CORRECT, story) or by is OPERATOR or story.sound_open or given)


def knows_of(by: Actor, story: Story) -> bool:
    """The same answer as `known_to`, for a row at hand."""
    listed = story.listed and (_is_shown(story) or (story.state == StoryState.SEALED and story.suspended_at is None))
    return sees(by, story) or listed


def _is_shown(story: Story) -> bool:
    in_time = story.open_until is None or story.open_until >= today()
    return story.state == StoryState.PUBLISHED and story.suspended_at is None and in_time


def _theirs(by: Actor) -> list[ColumnElement[bool]]:
    """Stories that are this person's own to work on, or that they told."""
    account = account_of(by)
    kept = Story.state.not_in(GONE)
    if account and account.is_curator:
        return [kept]
    found = [and_(kept, Story.owner_id == account.id)] if account and account.may_record else []
    if isinstance(by, Narrator):
        who = func.coalesce(Participation.real_id, Participation.person_id)
        told = select(Participation.story_id).where(who == by.person_id, Participation.part == Part.NARRATOR)
        found.append(and_(kept, Story.id.in_(told)))
    return found


def visible_to(by: Actor) -> ColumnElement[bool]:
    """Stories whose text this person may read, as one clause for any query that has Story in it."""
    if by is OPERATOR:
        return true()
    given = [and_(_SHOWN, Story.text_link, Story.id.in_(by.links))] if isinstance(by, Guest) and by.links else []
    return or_(and_(_SHOWN, Story.text_open), *given, *_theirs(by))


def audible_to(by: Actor) -> ColumnElement[bool]:
    """Stories whose sound this person may hear."""
    if by is OPERATOR:
        return true()
    links = isinstance(by, Guest) and by.links
    given = [and_(_SHOWN, Story.text_link, Story.sound_link, Story.id.in_(by.links))] if links else []  # type: ignore[union-attr]
    return or_(and_(_SHOWN, Story.text_open, Story.sound_open), *given, *_theirs(by))


def known_to(by: Actor) -> ColumnElement[bool]:
    """Stories of which this person may know that they are here."""
    waits = and_(Story.state == StoryState.SEALED, Story.suspended_at.is_(None))
    return or_(visible_to(by), and_(Story.listed, or_(_SHOWN, waits)))
