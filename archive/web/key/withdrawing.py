"""A narrator takes a story back: two plain choices, and one page that asks once more."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import WithdrawalKind
from archive.services import withdrawal as services
from archive.services.access import Action
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator
from archive.web.key.story import here, shape


def _kind(given: str | None) -> WithdrawalKind | None:
    return WithdrawalKind(given) if given in set(WithdrawalKind) else None


@door(key, f"{STORY}/withdraw", Action.HOLD_CARD)
def withdraw(slug: str) -> ResponseReturnValue:
    """?kind= is the choice: the page asks once more, and only its form takes the story back."""
    kind = _kind(request.args.get("kind"))
    return render_template("key/withdraw.html", page=shape(here(slug)), kind=kind.value if kind else None)


@door(key, f"{STORY}/withdraw", Action.HOLD_CARD, methods=("POST",))
def take_back(slug: str) -> ResponseReturnValue:
    story, kind = here(slug), _kind(request.form.get("kind"))
    if kind is None:
        return render_template("key/withdraw.html", page=shape(story), kind=None), 422
    made = services.withdraw(session(), story, kind, reason=request.form.get("reason"), by=narrator())
    return redirect(f"/receipts/{made.code}", 303)
