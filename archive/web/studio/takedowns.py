"""/curator/takedowns/ID: a request to take something down, and its answer."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Story, Takedown, TakedownState
from archive.services import takedowns
from archive.services.access import Action
from archive.services.errors import Conflict, Invalid
from archive.web.http import account, door, session
from archive.web.studio import answers, forms, studio
from archive.web.studio.acts import attempt
from archive.web.studio.story import mine

HERE = "/curator/takedowns/<int(max=2147483647):takedown_id>"
FIELDS = frozenset({"reasons", "outcome"})


def _page(held: Takedown, values: dict[str, str], errors: dict[str, str]) -> str:
    page = answers.takedown(held, account())
    return render_template("studio/takedown.html", page=page, values=values, errors=errors)


@door(studio, HERE, Action.DECIDE)
def takedown_request(takedown_id: int) -> ResponseReturnValue:
    return _page(takedowns.by_id(session(), takedown_id, by=account()), {}, {})


@door(studio, f"{HERE}/decide", Action.DECIDE, methods=("POST",))
def decide_takedown(takedown_id: int) -> ResponseReturnValue:
    held, given = takedowns.by_id(session(), takedown_id, by=account()), request.form.to_dict()
    try:
        takedowns.decide(session(), held, _outcome(given.get("outcome", "")), given.get("reasons", ""), by=account())
    except (Invalid, Conflict) as refusal:
        code = 422 if isinstance(refusal, Invalid) else 409
        return _page(held, given, forms.faults(refusal, FIELDS, "act")), code
    flash("Answered. Whoever asked can read it with their reference.", "done")
    return redirect("/curator", 303)


def _outcome(given: str) -> TakedownState:
    if given not in set(TakedownState):
        raise Invalid("Say whether something was changed.", "outcome")
    return TakedownState(given)


@door(studio, "/studio/<slug>/suspend", Action.DECIDE, methods=("POST",))
def suspend(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        takedowns.suspend(opened, story, by=who)
        return "From now on nobody outside sees this story."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/resume", Action.DECIDE, methods=("POST",))
def resume(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        takedowns.resume(opened, story, by=who)
        return "It can be seen again, as far as was agreed."

    return attempt(slug, change)
