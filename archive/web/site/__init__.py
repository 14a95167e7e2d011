"""The public pages."""

from flask import Blueprint

site = Blueprint("site", __name__)

from archive.web.site import (  # noqa: E402
    about,
    card_images,
    clips,
    found_in_story,
    keepsake,
    likeness,
    lists,
    mixtapes,
    programs,
    questions,
    reached,
    receipts,
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
    "card_images",
    "clips",
    "found_in_story",
    "keepsake",
    "likeness",
    "lists",
    "mixtapes",
    "programs",
    "questions",
    "reached",
    "receipts",
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
