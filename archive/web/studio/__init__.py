"""The working place of interviewers and curators."""

from flask import Blueprint

studio = Blueprint("studio", __name__)

from archive.web.studio import (  # noqa: E402
    acts,
    cautions,
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
    story,
    takedowns,
    uploads,
    waits,
)

__all__ = [
    "acts",
    "cautions",
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
    "story",
    "studio",
    "takedowns",
    "uploads",
    "waits",
]
