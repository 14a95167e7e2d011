"""A story that is brought in to answer another: what the address carries along, into the form and out of it."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services import replies
from archive.services.access import Action
from archive.services.askings import Answered
from archive.services.errors import NotAllowed, NotFound
from archive.services.stories import story_by_slug
from archive.web.answering import seconds
from archive.web.http import account, door, session
from archive.web.links import visitor
from archive.web.present import card
from archive.web.studio import studio
from archive.web.studio.shapes import Answers

LONGEST_S = 1_000_000
GONE = "The story that this one answers is not open any more. What you bring in is kept all the same."


def _target() -> tuple[Story, int | None] | None:
    """What the form or the address says is answered, and at which moment of its timeline, in ms."""
    if not (slug := request.values.get("answers", "")):
        return None
    try:
        given = float(request.values.get("answers_at", ""))
    except ValueError:
        given = LONGEST_S
    held = story_by_slug(session(), slug, visitor())
    return held, round(given * 1000) if abs(given) < LONGEST_S else None


def shown() -> Answers | None:
    """For the form; None where nothing is answered, or nothing that this person may read."""
    try:
        target = _target()
    except (NotFound, NotAllowed):
        return None
    if target is None:
        return None
    story, at_ms = target
    asking = replies.asked_at(session(), story, at_ms)
    return Answers(card(story), seconds(at_ms) if asking and at_ms is not None else "", asking.text if asking else None)


def meant() -> Answered | None:
    """For the story that is made. One that has closed meanwhile is no reason to lose a recording: it is said, and the
    two are not linked."""
    try:
        target = _target()
    except (NotFound, NotAllowed):
        flash(GONE, "fault")
        return None
    return replies.answered(session(), *target) if target else None


@door(studio, "/studio/replies/<int(max=2147483647):reply_id>/remove", Action.EDIT, methods=("POST",))
def unlink(reply_id: int) -> ResponseReturnValue:
    story = replies.unlink(session(), reply_id, by=account())
    flash("The two stories are not linked any more.", "done")
    return redirect(f"/studio/{story.slug}#askings", 303)
