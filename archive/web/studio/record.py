"""/studio/record: a conversation recorded in the browser. First its story, then the room with the microphone."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from archive.models import StoryState
from archive.services.access import Action
from archive.web.http import door, session
from archive.web.present import card
from archive.web.studio import conversation, intake, studio
from archive.web.studio.story import mine


@door(studio, "/studio/record", Action.RECORD)
def before_recording() -> ResponseReturnValue:
    return intake.page({}, {}, template=intake.ON_PAGES["record"])


@door(studio, "/studio/<slug>/record", Action.EDIT)
def room(slug: str) -> ResponseReturnValue:
    """The one page that may ask for the microphone."""
    story, who = mine(slug)
    page = render_template(
        "studio/room.html",
        card=card(story),
        is_public=story.state == StoryState.PUBLISHED,
        has_tapes=bool(story.recordings),
        sets=conversation.to_ask(session(), who),
        felt=conversation.felt(session(), story),
    )
    answer = make_response(page)
    answer.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return answer
