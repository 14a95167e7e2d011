"""Keeping a story closed for a time, ending that, and taking note that it opened by itself."""

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Story, StoryState
from archive.services import embargoes
from archive.services.access import Action
from archive.web.http import account, back, door, session
from archive.web.studio import forms, studio
from archive.web.studio.acts import attempt
from archive.web.studio.story import mine


@door(studio, "/studio/<slug>/embargo", Action.EMBARGO, methods=("POST",))
def embargo(slug: str) -> ResponseReturnValue:
    def change(opened: Session, story: Story) -> str:
        until = forms.day(request.form.get("until", ""), "until")
        event, why = request.form.get("event"), request.form.get("why")
        embargoes.embargo(opened, story, until, event, why, by=account())
        return "The story is closed from now on, and opens when its time has come."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/embargo/end", Action.EMBARGO, methods=("POST",))
def end_embargo(slug: str) -> ResponseReturnValue:
    def change(opened: Session, story: Story) -> str:
        embargoes.end(opened, story, by=account())
        shown = story.state == StoryState.PUBLISHED
        return "The story is open, as far as was agreed." if shown else "It waits no more, and is not public yet."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/opened", Action.EDIT, methods=("POST",))
def opened(slug: str) -> ResponseReturnValue:
    story, who = mine(slug)
    embargoes.take_note(session(), story, by=who)
    return back("/studio")
