"""/stories/SLUG/answer: somebody was moved to answer. Who may record here goes on from it; all others read how."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.services import replies
from archive.services.access import Action, may
from archive.services.stories import story_by_slug
from archive.web.answering import carried, reply_path, seconds
from archive.web.http import account, door, session
from archive.web.links import visitor
from archive.web.present import card, story_path
from archive.web.shapes import Link
from archive.web.site import site
from archive.web.site.question_shapes import Answered
from archive.web.site.story import start_ms


@door(site, "/stories/<slug>/answer", Action.READ)
def answer(slug: str) -> ResponseReturnValue:
    """?t= is the moment of the question that is answered; any other is no moment, and the whole story is answered."""
    held = story_by_slug(session(), slug, visitor())
    asking = replies.asked_at(session(), held, start_ms())
    at_ms = held.at(asking.recording_id, asking.at_ms) if asking else None
    given = carried(held, at_ms)
    ways = (Link("Record it here", f"/studio/record?{given}"), Link("Bring in a recording", f"/studio/new?{given}"))
    page = Answered(
        card=card(held),
        asked=asking.text if asking else None,
        href=story_path(held) + (f"?t={seconds(at_ms)}" if at_ms is not None else ""),
        here=reply_path(held, at_ms),
        ways=ways if may(account(), Action.RECORD) else (),
    )
    return render_template("site/answer.html", page=page)
