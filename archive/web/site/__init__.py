"""The public pages."""

from flask import Blueprint

site = Blueprint("site", __name__)

from archive.web.site import (  # noqa: E402
    about,
    lists,
    programs,
    reached,
    receipts,
    search,
    signin,
    story,
    tagging,
    takedown,
)

__all__ = [
    "about",
    "lists",
    "programs",
    "reached",
    "receipts",
    "search",
    "signin",
    "site",
    "story",
    "tagging",
    "takedown",
]
