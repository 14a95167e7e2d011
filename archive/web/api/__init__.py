"""The JSON API, /api/v1. Times are seconds from the start of the story."""

from flask import Blueprint

api = Blueprint("api", __name__, url_prefix="/api/v1")

from archive.web.api import jobs, search, stories  # noqa: E402

__all__ = ["api", "jobs", "search", "stories"]
