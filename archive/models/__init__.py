"""What we keep: a noun a file. Importing this package makes every table known."""

from archive.models import indexing
from archive.models.about import About
from archive.models.account import Account, Role, RoleName, SigninLink
from archive.models.consent import Consent, Method, Scope
from archive.models.edit import Edit, EditAct
from archive.models.heard import Heard
from archive.models.job import Job, JobKind, JobState, WorkerBeat
from archive.models.mood import Mood, MoodMoment
from archive.models.person import Part, Participation, Person
from archive.models.question import Asking, Question, QuestionSet
from archive.models.recording import Copy, CopyKind, Recording
from archive.models.story import Story, StoryState
from archive.models.theme import Tagging, Theme
from archive.models.transcript import Passage, PassageState
from archive.models.upload import Upload, UploadState

__all__ = [
    "About",
    "Account",
    "Asking",
    "Consent",
    "Copy",
    "CopyKind",
    "Edit",
    "EditAct",
    "Heard",
    "Job",
    "JobKind",
    "JobState",
    "Method",
    "Mood",
    "MoodMoment",
    "Part",
    "Participation",
    "Passage",
    "PassageState",
    "Person",
    "Question",
    "QuestionSet",
    "Recording",
    "Role",
    "RoleName",
    "Scope",
    "SigninLink",
    "Story",
    "StoryState",
    "Tagging",
    "Theme",
    "Upload",
    "UploadState",
    "WorkerBeat",
    "indexing",
]
