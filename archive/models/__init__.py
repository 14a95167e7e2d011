"""What we keep: a noun a file. Importing this package makes every table known."""

from archive.models import indexing
from archive.models.about import About
from archive.models.account import Account, Role, RoleName, SigninLink
from archive.models.consent import Consent, Method, Scope
from archive.models.heard import Heard
from archive.models.job import Job, JobKind, JobState, WorkerBeat
from archive.models.person import Part, Participation, Person
from archive.models.recording import Copy, CopyKind, Recording
from archive.models.story import Story, StoryState
from archive.models.theme import Tagging, Theme
from archive.models.transcript import Passage, PassageState

__all__ = [
    "About",
    "Account",
    "Consent",
    "Copy",
    "CopyKind",
    "Heard",
    "Job",
    "JobKind",
    "JobState",
    "Method",
    "Part",
    "Participation",
    "Passage",
    "PassageState",
    "Person",
    "Recording",
    "Role",
    "RoleName",
    "Scope",
    "SigninLink",
    "Story",
    "StoryState",
    "Tagging",
    "Theme",
    "WorkerBeat",
    "indexing",
]
