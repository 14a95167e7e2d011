"""/studio/SLUG/strike: those who keep a story take something out of it."""

from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services.access import Action
from archive.web import striking
from archive.web.http import door
from archive.web.present import story_path
from archive.web.studio import studio
from archive.web.studio.story import mine


def _place(story: Story) -> striking.Place:
    at = f"/studio/{story.slug}"
    return striking.Place(f"{at}/strike", at, story.title, f"{story_path(story)}/words.json", "base.html")


@door(studio, "/studio/<slug>/strike", Action.STRIKE)
def strike_page(slug: str) -> ResponseReturnValue:
    story, who = mine(slug)
    return striking.page(story, who, _place(story))


@door(studio, "/studio/<slug>/strike", Action.STRIKE, methods=("POST",))
def strike(slug: str) -> ResponseReturnValue:
    story, who = mine(slug)
    return striking.strike(story, who, _place(story))


@door(studio, "/studio/<slug>/strike/<int(max=2147483647):strike_id>/lift", Action.STRIKE, methods=("POST",))
def lift(slug: str, strike_id: int) -> ResponseReturnValue:
    story, who = mine(slug)
    return striking.lift(story, strike_id, who, _place(story))
