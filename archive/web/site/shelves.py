"""/shelves: what curators have put together for everyone, and why."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.services import public_shelves
from archive.services.access import Action, may
from archive.web.http import account, door, session
from archive.web.shelving import public_page, shelf_line
from archive.web.site import site


@door(site, "/shelves", Action.VISIT)
def all_shelves() -> ResponseReturnValue:
    waiting = public_shelves.waiting(session())
    lines = tuple(shelf_line(each, waiting) for each in public_shelves.open_ones(session()))
    return render_template("site/shelves.html", shelves=lines, may_edit=may(account(), Action.EDIT_SHELVES))


@door(site, "/shelves/<slug>", Action.VISIT)
def public_shelf(slug: str) -> ResponseReturnValue:
    held = public_shelves.shelf_by_slug(session(), slug, by=account())
    may_edit = may(account(), Action.EDIT_SHELVES)
    return render_template("site/shelf.html", page=public_page(held), may_edit=may_edit)
