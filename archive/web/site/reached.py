""" "It reached me": a page of its own, so that a story's page needs no form, and sets no cookie for its readers."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Story, StoryState
from archive.services import messages, pace
from archive.services.access import Action
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.stories import story_by_slug
from archive.web.http import door, session
from archive.web.links import visitor
from archive.web.present import card, story_path
from archive.web.site import site
from archive.web.source import sender, source

HERE = "/stories/<slug>/reached"
AN_HOUR = 10
TOO_MANY = "Many messages came from you within the hour. What is here is kept; please write the next one later."


def _story(slug: str) -> Story:
    held = story_by_slug(session(), slug, visitor())
    if held.state != StoryState.PUBLISHED:
        raise NotFound("There is no such story here.")
    return held


def _page(held: Story, text: str = "", errors: dict[str, str] | None = None) -> str:
    written = messages.has_written(session(), held, sender("reached"))
    return render_template(
        "site/reached.html",
        card=card(held),
        values={"text": text},
        errors=errors or {},
        written=messages.TWICE if written else None,
        most=messages.MAX_TEXT,
    )


@door(site, HERE, Action.WRITE)
def reached(slug: str) -> ResponseReturnValue:
    return _page(_story(slug))


@door(site, HERE, Action.WRITE, methods=("POST",))
def say_it_reached(slug: str) -> ResponseReturnValue:
    held, text = _story(slug), request.form.get("text", "")
    try:
        messages.write(session(), held, text, sender=sender("reached"), by=visitor())
    except Invalid as refusal:
        return _page(held, text, {"text": str(refusal)}), 422
    except Conflict:
        return _page(held), 409
    pace.keep(session(), source("reached"), AN_HOUR, TOO_MANY)
    flash("Thank you. Somebody who keeps this archive reads your words and passes them on.", "done")
    return redirect(story_path(held), 303)
