"""Warnings on a story, set and taken off by those who keep it."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Story
from archive.services import cautions
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.web.http import account, door, session
from archive.web.studio import forms, studio
from archive.web.studio.acts import attempt
from archive.web.studio.story import mine


@door(studio, "/studio/<slug>/cautions", Action.WARN, methods=("POST",))
def warn(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        start, end = _moment("from"), _moment("to")
        try:
            cautions.warn(opened, story, start, end, request.form.get("warn_text", ""), by=who)
        except Invalid as refusal:  # the page has other fields of these names
            raise Invalid(str(refusal), f"warn_{refusal.field}") from None
        return "It stands there now."

    return attempt(slug, change)


def _moment(which: str) -> int:
    found = forms.moment(request.form.get(f"warn_{which}", ""), f"warn_{which}")
    if found is None:
        raise Invalid("Please write the time like 12:41.", f"warn_{which}")
    return found


@door(studio, "/studio/cautions/<int(max=2147483647):caution_id>/remove", Action.WARN, methods=("POST",))
def unwarn(caution_id: int) -> ResponseReturnValue:
    story = cautions.take_off(session(), caution_id, by=account())
    flash("The warning is gone.", "done")
    return redirect(f"/studio/{story.slug}#cautions", 303)
