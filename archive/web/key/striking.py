"""/key/TOKEN/stories/SLUG/strike: a narrator takes something out."""

from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services.access import Action
from archive.services.reviews import review_of
from archive.web import striking
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator, person, story_path
from archive.web.key.lines import waits_for
from archive.web.key.story import here


def _place(story: Story) -> striking.Place:
    """Back to where they came from: into the review, while it is not signed."""
    at = story_path(story)
    amid = waits_for(story, review_of(session(), story, person())) is not None
    back, back_to = (f"{at}/review/2", "back to step 2") if amid else (at, story.title)
    return striking.Place(f"{at}/strike", back, back_to, f"{at}/words.json", "key/base.html")


@door(key, f"{STORY}/strike", Action.HOLD_CARD)
def strike_page(slug: str) -> ResponseReturnValue:
    story = here(slug)
    return striking.page(story, narrator(), _place(story))


@door(key, f"{STORY}/strike", Action.HOLD_CARD, methods=("POST",))
def strike(slug: str) -> ResponseReturnValue:
    story = here(slug)
    return striking.strike(story, narrator(), _place(story))


@door(key, f"{STORY}/strike/<int(max=2147483647):strike_id>/lift", Action.HOLD_CARD, methods=("POST",))
def lift(slug: str, strike_id: int) -> ResponseReturnValue:
    story = here(slug)
    return striking.lift(story, strike_id, narrator(), _place(story))
