"""The working place of interviewers and curators."""

from flask import Blueprint

studio = Blueprint("studio", __name__)

from archive.web.studio import acts, index, intake, marks, questions, record, recordings, story, uploads  # noqa: E402

__all__ = ["acts", "index", "intake", "marks", "questions", "record", "recordings", "story", "studio", "uploads"]
