"""The public pages."""

from flask import Blueprint

site = Blueprint("site", __name__)

from archive.web.site import (  # noqa: E402
    about,
    clips,
    found_in_story,
    likeness,
    lists,
    mixtapes,
    programs,
    questions,
    reached,
    receipts,
    renderings,
    replying,
    search,
    signin,
    story,
    suggest,
    suggesting,
    tagging,
    takedown,
    theme,
    theme_files,
    themes,
)

__all__ = [
    "about",
    "clips",
    "found_in_story",
    "likeness",
    "lists",
    "mixtapes",
    "programs",
    "questions",
    "reached",
    "receipts",
    "renderings",
    "replying",
    "search",
    "signin",
    "site",
    "story",
    "suggest",
    "suggesting",
    "tagging",
    "takedown",
    "theme",
    "theme_files",
    "themes",
]
