"""The public pages."""

from flask import Blueprint

site = Blueprint("site", __name__)

from archive.web.site import (  # noqa: E402
    about,
    likeness,
    lists,
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
    "likeness",
    "lists",
    "reached",
    "receipts",
    "search",
    "signin",
    "site",
    "story",
    "tagging",
    "takedown",
]
