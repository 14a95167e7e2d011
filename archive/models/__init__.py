"""What we keep: a noun a file. Importing this package makes every table known."""

from archive.models import indexing
from archive.models.about import About
from archive.models.account import Account, Role, RoleName, SigninLink
from archive.models.answer import ContentWarning, Guess, Message, Takedown, TakedownState
from archive.models.consent import Consent, Method, Scope
from archive.models.conversation import Conversation, How
from archive.models.desk import Saved, SavedSearch, Shelf
from archive.models.edit import Edit, EditAct
from archive.models.event import Act, Event, EventDetail
from archive.models.heard import Heard
from archive.models.job import Job, JobKind, JobState, WorkerBeat
from archive.models.keycard import KeyCard, Review
from archive.models.mixtape import Mixtape, MixtapeItem
from archive.models.mood import Mood, MoodMoment
from archive.models.person import Part, Participation, Person, Shown
from archive.models.public_shelf import PublicShelf, PublicShelfItem
from archive.models.question import Asking, Question, QuestionSet
from archive.models.reading import Reader, Reading
from archive.models.recording import Copy, CopyKind, Recording, Uncut
from archive.models.rendering import Rendering, RenderingKind
from archive.models.reply import Reply
from archive.models.rights import Rights
from archive.models.story import Story, StoryState
from archive.models.strike import Strike
from archive.models.theme import Declined, LinkKind, Tagging, Theme, ThemeLink, Wording, WordingKind
from archive.models.transcript import Passage, PassageState
from archive.models.upload import Upload, UploadState
from archive.models.vector import PassageVector
from archive.models.withdrawal import Embargo, Tombstone, Withdrawal, WithdrawalKind

__all__ = [
    "About",
    "Account",
    "Act",
    "Asking",
    "Consent",
    "ContentWarning",
    "Conversation",
    "Copy",
    "CopyKind",
    "Declined",
    "Edit",
    "EditAct",
    "Embargo",
    "Event",
    "EventDetail",
    "Guess",
    "Heard",
    "How",
    "Job",
    "JobKind",
    "JobState",
    "KeyCard",
    "LinkKind",
    "Message",
    "Method",
    "Mixtape",
    "MixtapeItem",
    "Mood",
    "MoodMoment",
    "Part",
    "Participation",
    "Passage",
    "PassageState",
    "PassageVector",
    "Person",
    "PublicShelf",
    "PublicShelfItem",
    "Question",
    "QuestionSet",
    "Reader",
    "Reading",
    "Recording",
    "Rendering",
    "RenderingKind",
    "Reply",
    "Review",
    "Rights",
    "Role",
    "RoleName",
    "Saved",
    "SavedSearch",
    "Scope",
    "Shelf",
    "Shown",
    "SigninLink",
    "Story",
    "StoryState",
    "Strike",
    "Tagging",
    "Takedown",
    "TakedownState",
    "Theme",
    "ThemeLink",
    "Tombstone",
    "Uncut",
    "Upload",
    "UploadState",
    "Withdrawal",
    "WithdrawalKind",
    "Wording",
    "WordingKind",
    "WorkerBeat",
    "indexing",
]
