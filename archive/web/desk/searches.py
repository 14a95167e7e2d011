"""Searches that somebody keeps."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.models import SavedSearch
from archive.services import saved_searches
from archive.services.access import Action
from archive.services.errors import Resting
from archive.web.desk import desk
from archive.web.desk.shapes import SearchLine
from archive.web.http import account, back, door, house, session
from archive.web.site.asking import args_of, asked

SEARCH = "/desk/searches/<int(max=2147483647):search_id>"
COUNTED = 20  # so many of the latest ones are asked again, each time the desk is opened


def lines() -> tuple[SearchLine, ...]:
    held = saved_searches.searches_of(session(), by=account())
    return tuple(
        SearchLine(
            each.id,
            each.name,
            f"/search?{each.query}",
            here(each.saved_at).date(),
            _new(each) if number < COUNTED else None,
        )
        for number, each in enumerate(held)
    )


def _new(each: SavedSearch) -> int | None:
    wish = asked(size=1, page=1, args=args_of(each.query))
    try:
        return saved_searches.new_since(session(), house().index, wish, each.saved_at)
    except Resting:
        return None


@door(desk, "/desk/searches", Action.KEEP, methods=("POST",))
def save_search() -> ResponseReturnValue:
    query = request.form.get("query", "")
    name = request.form.get("name", "") or args_of(query).get("q", "")[:80]
    saved_searches.save_search(session(), query, name, by=account())
    flash("This search is at your desk. From there you can ask it again, and see what is new.", "done")
    return back("/desk#searches")


@door(desk, SEARCH, Action.KEEP, methods=("POST",))
def rename_search(search_id: int) -> ResponseReturnValue:
    saved_searches.rename_search(session(), search_id, request.form.get("name", ""), by=account())
    return redirect("/desk#searches", 303)


@door(desk, f"{SEARCH}/remove", Action.KEEP, methods=("POST",))
def remove_search(search_id: int) -> ResponseReturnValue:
    saved_searches.remove_search(session(), search_id, by=account())
    flash("The search is not kept any more.", "done")
    return redirect("/desk#searches", 303)
