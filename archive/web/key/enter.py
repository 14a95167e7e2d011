"""/key: the words of a card, typed in."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.services import keycards
from archive.services.access import Action
from archive.services.errors import NotFound
from archive.web.http import door
from archive.web.key import key
from archive.web.key.holding import opened_with


@door(key, "/key", Action.HOLD_CARD)
def enter() -> ResponseReturnValue:
    return render_template("key/enter.html", error=None, words="")


@door(key, "/key", Action.HOLD_CARD, methods=("POST",), slow=True)
def typed() -> ResponseReturnValue:
    """slow: a wrong try is kept in a unit of work of its own."""
    words = request.form.get("words", "")
    try:
        opened_with(words)
    except NotFound as refusal:
        return render_template("key/enter.html", error=str(refusal), words=words), 404
    return redirect(f"/key/{keycards.clean(words)}", 303)
