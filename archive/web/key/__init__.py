"""Pages of narrators: whoever holds a key card comes in, without an account."""

from flask import Blueprint

key = Blueprint("key", __name__)

from archive.web.key import (  # noqa: E402
    changing,
    choosing,
    enter,
    feeling,
    home,
    review,
    story,
    striking,
    theming,
    withdrawing,
    years,
)

__all__ = [
    "changing",
    "choosing",
    "enter",
    "feeling",
    "home",
    "key",
    "review",
    "story",
    "striking",
    "theming",
    "withdrawing",
    "years",
]
