"""The JSON API, /api/v1. Times are seconds from the start of the story."""

from flask import Blueprint

api = Blueprint("api", __name__, url_prefix="/api/v1")

from archive.web.api import jobs, mixtapes, openapi, passages, search, sessions, stories, themes  # noqa: E402
from archive.web.api.offers import keep_pace  # noqa: E402
from archive.web.api.pace import tell  # noqa: E402

api.before_request(keep_pace)
api.after_request(tell)

__all__ = ["api", "jobs", "mixtapes", "openapi", "passages", "search", "sessions", "stories", "themes"]
