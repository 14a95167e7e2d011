"""The public pages."""

from flask import Blueprint

site = Blueprint("site", __name__)

from archive.web.site import about, lists, reached, search, signin, story, tagging, takedown  # noqa: E402

__all__ = ["about", "lists", "reached", "search", "signin", "site", "story", "tagging", "takedown"]
