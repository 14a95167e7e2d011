"""Taking a story back, and bringing it back with a new consent."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Story, StoryState
from archive.services.access import Action
from archive.services.consent import record_consent
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.stories import start_hearing
from archive.services.withdrawal import DAYS, withdraw, withdrawn_by_slug
from archive.web.http import account, door, session
from archive.web.present import known
from archive.web.studio import forms, studio, withdrawn
from archive.web.studio.story import mine

FIELDS = frozenset({"kind", "days", "reason"})
AGREED = forms.DETAILS | {"person", "signed_on", "waiver"}


def _mine(slug: str) -> Story:
    """Mine to withdraw: a sealed one may be withdrawn once more, to be erased."""
    return withdrawn_by_slug(session(), slug, account()) or mine(slug)[0]


def _form(story: Story, values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "studio/withdraw.html",
        card=known(story),
        sealed=story.state == StoryState.WITHDRAWN,
        values={"days": str(DAYS)} | values,
        errors=errors,
    )


@door(studio, "/studio/<slug>/withdraw", Action.WITHDRAW)
def before_withdrawing(slug: str) -> ResponseReturnValue:
    return _form(_mine(slug), {}, {})


@door(studio, "/studio/<slug>/withdraw", Action.WITHDRAW, methods=("POST",))
def withdraw_story(slug: str) -> ResponseReturnValue:
    story = _mine(slug)
    try:
        kind, days = forms.withdrawal(request.form)
        withdraw(session(), story, kind, reason=request.form.get("reason"), by=account(), days=days)
    except (Invalid, Conflict) as refusal:
        code = 422 if isinstance(refusal, Invalid) else 409
        return _form(story, request.form.to_dict(), forms.faults(refusal, FIELDS, "act")), code
    flash("The story is withdrawn. Nobody sees or hears it any more.", "done")
    return redirect(f"/studio/{story.slug}", 303)


@door(studio, "/studio/<slug>/bring-back", Action.CONSENT, methods=("POST",))
def bring_back(slug: str) -> ResponseReturnValue:
    """A new consent, as on the page of any story; one that opens nothing brings nothing back."""
    story = withdrawn_by_slug(session(), slug, account())
    if story is None:
        raise NotFound("There is no such story here.")
    try:
        with session().begin_nested():
            record_consent(session(), story, forms.consent(request.form), by=account())
            if story.state == StoryState.WITHDRAWN:
                raise Conflict("This consent opens nothing of it, so the story stays withdrawn. Nothing was changed.")
            start_hearing(session(), story)
    except (Invalid, Conflict) as refusal:
        session().refresh(story)
        code = 422 if isinstance(refusal, Invalid) else 409
        return withdrawn.page(story, request.form.to_dict(), forms.faults(refusal, AGREED, "act")), code
    flash("The story is back. It waits to be read and opened.", "done")
    return redirect(f"/studio/{story.slug}", 303)
