"""The working place of interviewers and curators."""

from flask import Blueprint

studio = Blueprint("studio", __name__)

from archive.web.studio import (  # noqa: E402
    acts,
    cards,
    index,
    intake,
    marks,
    passages,
    questions,
    queue,
    record,
    recordings,
    story,
    striking,
    uploads,
    withdraw,
)

__all__ = [
    "acts",
    "cards",
    "index",
    "intake",
    "marks",
    "passages",
    "questions",
    "queue",
    "record",
    "recordings",
    "story",
    "striking",
    "studio",
    "uploads",
    "withdraw",
]
