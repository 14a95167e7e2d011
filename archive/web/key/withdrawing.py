"""A narrator takes a story back: two plain choices, and one page that asks once more."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Story, WithdrawalKind
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.services.withdrawal import DAYS, withdraw
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator
from archive.web.key.story import here, shape


def _kind(given: str | None) -> WithdrawalKind | None:
    return WithdrawalKind(given) if given in set(WithdrawalKind) else None


def _page(story: Story, kind: WithdrawalKind | None, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "key/withdraw.html",
        page=shape(story),
        kind=kind.value if kind else None,
        days=DAYS,
        values=request.form.to_dict(),
        errors=errors or {},
    )


@door(key, f"{STORY}/withdraw", Action.HOLD_CARD)
def ask(slug: str) -> ResponseReturnValue:
    """?kind= is the choice: the page asks once more, and only its form takes the story back."""
    return _page(here(slug), _kind(request.args.get("kind")))


@door(key, f"{STORY}/withdraw", Action.HOLD_CARD, methods=("POST",))
def take_back(slug: str) -> ResponseReturnValue:
    story, kind = here(slug), _kind(request.form.get("kind"))
    if kind is None:
        return _page(story, None), 422
    try:
        with session().begin_nested():
            made = withdraw(session(), story, kind, reason=request.form.get("reason"), by=narrator())
    except Invalid as refusal:
        return _page(story, kind, {"reason": str(refusal)}), 422
    flash("It is taken back. Nobody outside reads or hears it any more.", "done")
    return redirect(f"/receipts/{made.code}", 303)
