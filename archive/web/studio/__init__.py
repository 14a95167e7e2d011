"""The working place of interviewers and curators."""

from flask import Blueprint

studio = Blueprint("studio", __name__)

from archive.web.studio import (  # noqa: E402
    acts,
    cards,
    cautions,
    embargo,
    index,
    intake,
    letters,
    marks,
    messages,
    passages,
    questions,
    queue,
    record,
    recordings,
    replying,
    story,
    striking,
    takedowns,
    themes,
    thesaurus,
    uploads,
    waits,
    withdraw,
)

__all__ = [
    "acts",
    "cards",
    "cautions",
    "embargo",
    "index",
    "intake",
    "letters",
    "marks",
    "messages",
    "passages",
    "questions",
    "queue",
    "record",
    "recordings",
    "replying",
    "story",
    "striking",
    "studio",
    "takedowns",
    "themes",
    "thesaurus",
    "uploads",
    "waits",
    "withdraw",
]
