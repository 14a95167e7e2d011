"""What is done with one passage that somebody keeps."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from archive.services import desk as shelving
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.web.desk import desk
from archive.web.http import account, back, door, session
from archive.web.typed import whole

KEPT = "/desk/kept/<int(max=2147483647):kept_id>"


@door(desk, "/desk/kept", Action.KEEP, methods=("POST",))
def keep() -> ResponseReturnValue:
    passage_id = whole(request.form.get("passage", ""))
    if passage_id is None or passage_id > 2**31 - 1:
        raise Invalid("Please choose a passage to keep.", "passage")
    held = shelving.keep(session(), passage_id, by=account())
    flash(f"Kept on your shelf “{held.shelf.name}”. At your desk you can write a note beside it.", "done")
    return back(f"/desk/shelves/{held.shelf_id}")


@door(desk, KEPT, Action.KEEP, methods=("POST",))
def annotate(kept_id: int) -> ResponseReturnValue:
    """Writes the note, and moves the passage where another shelf was chosen."""
    held = shelving.annotate(session(), kept_id, request.form.get("note", ""), by=account())
    to = whole(request.form.get("shelf", ""))
    here = held.shelf_id
    if to is not None and to != here:
        held = shelving.move(session(), kept_id, min(to, 2**31 - 1), by=account())
        flash(f"It lies on “{held.shelf.name}” now.", "done")
        return redirect(f"/desk/shelves/{here}", 303)
    flash("Your note is kept.", "done")
    return redirect(f"/desk/shelves/{here}#kept-{kept_id}", 303)


@door(desk, f"{KEPT}/remove", Action.KEEP, methods=("POST",))
def let_go(kept_id: int) -> ResponseReturnValue:
    held = shelving.let_go(session(), kept_id, by=account())
    flash("It is off your shelf. The passage itself stands where it stood.", "done")
    return redirect(f"/desk/shelves/{held.id}", 303)
