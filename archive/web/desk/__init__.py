"""The desk of whoever is signed in: what they keep, what they coded, what they look for."""

from flask import Blueprint

desk = Blueprint("desk", __name__)

from archive.web.desk import codings, keeping, mixtapes, searches, shelves, taking  # noqa: E402

__all__ = ["codings", "desk", "keeping", "mixtapes", "searches", "shelves", "taking"]
