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
    suggesting,
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
    "suggesting",
    "tagging",
    "takedown",
]
