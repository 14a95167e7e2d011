"""/stories/SLUG/keepsake: one plain line before a copy goes out, and the copy."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.services.stories import story_by_slug
from archive.web.http import door, session
from archive.web.keepsakes import folder_of, sent, size_of
from archive.web.links import visitor
from archive.web.present import card
from archive.web.site import site


@door(site, "/stories/<slug>/keepsake", Action.READ)
def keepsake(slug: str) -> ResponseReturnValue:
    by = visitor()
    held = story_by_slug(session(), slug, by)
    return render_template("site/keepsake.html", card=card(held), size=size_of(folder_of(held, by)))


@door(site, "/stories/<slug>/keepsake.zip", Action.READ)
def keepsake_file(slug: str) -> ResponseReturnValue:
    by = visitor()
    return sent(story_by_slug(session(), slug, by), by)
