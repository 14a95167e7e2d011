"""/desk, and a shelf of it."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Shelf
from archive.services import desk as shelving
from archive.services import kept
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.services.kept import Kept
from archive.web.desk import desk
from archive.web.desk.codings import TOLD
from archive.web.desk.codings import lines as coding_lines
from archive.web.desk.searches import lines as search_lines
from archive.web.desk.shapes import DeskPage, KeptLine, ShelfLine, ShelfPage
from archive.web.http import account, door, page_number, session
from archive.web.present import found, pages

HERE = "/desk"
SHELF = "/desk/shelves/<int(max=2147483647):shelf_id>"
SIZE = 20  # passages on a page of a shelf
LATEST = 5  # codings on the desk itself


def lines_of_shelves() -> tuple[ShelfLine, ...]:
    return tuple(ShelfLine(each.id, each.name, count) for each, count in shelving.shelves_of(session(), by=account()))


def desk_page(errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    codings, total = coding_lines(0, LATEST)
    page = DeskPage(lines_of_shelves(), search_lines(), codings, total)
    return render_template("desk/desk.html", page=page, errors=errors, values=request.form), code


@door(desk, HERE, Action.KEEP)
def home() -> ResponseReturnValue:
    return desk_page({})


@door(desk, "/desk/shelves", Action.KEEP, methods=("POST",))
def add_shelf() -> ResponseReturnValue:
    try:
        made = shelving.add_shelf(session(), request.form.get("name", ""), by=account())
    except Invalid as refusal:
        return desk_page({"name": str(refusal)}, 422)
    flash(f"The shelf “{made.name}” is up.", "done")
    return redirect(HERE, 303)


@door(desk, SHELF, Action.KEEP)
def shelf(shelf_id: int) -> ResponseReturnValue:
    return shelf_page(shelving.shelf_of(session(), shelf_id, by=account()), {})


def shelf_page(held: Shelf, errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    all_shelves = lines_of_shelves()
    line = next(each for each in all_shelves if each.id == held.id)
    shown = pages(line.count, SIZE)
    rows = shelving.lying_on(session(), held, offset=(page_number() - 1) * SIZE, limit=SIZE)
    lying = _lines(kept.read(session(), rows, by=account()))
    others = tuple(each for each in all_shelves if each.id != held.id)
    page = ShelfPage(line, lying, others, shown)
    return render_template("desk/shelf.html", page=page, errors=errors, values=request.form), code


def _lines(rows: list[Kept]) -> tuple[KeptLine, ...]:
    matches = [each.match for each in rows if each.match]
    shown = iter(found(session(), matches, account(), whole=True))
    return tuple(
        KeptLine(each.saved.id, each.saved.note or "", next(shown))
        if each.match
        else KeptLine(each.saved.id, "", None, TOLD[each.fate])
        for each in rows
    )


@door(desk, SHELF, Action.KEEP, methods=("POST",))
def rename_shelf(shelf_id: int) -> ResponseReturnValue:
    held = shelving.shelf_of(session(), shelf_id, by=account())
    try:
        shelving.rename_shelf(session(), shelf_id, request.form.get("name", ""), by=account())
    except Invalid as refusal:
        return shelf_page(held, {"name": str(refusal)}, 422)
    return redirect(f"/desk/shelves/{shelf_id}", 303)


@door(desk, f"{SHELF}/remove", Action.KEEP)
def before_removing(shelf_id: int) -> ResponseReturnValue:
    held = shelving.shelf_of(session(), shelf_id, by=account())
    line = next(each for each in lines_of_shelves() if each.id == held.id)
    return render_template("desk/remove_shelf.html", shelf=line)


@door(desk, f"{SHELF}/remove", Action.KEEP, methods=("POST",))
def remove_shelf(shelf_id: int) -> ResponseReturnValue:
    name = shelving.remove_shelf(session(), shelf_id, by=account())
    flash(f"The shelf “{name}” is gone. The passages themselves stand where they stood.", "done")
    return redirect(HERE, 303)
