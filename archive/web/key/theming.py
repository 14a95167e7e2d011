"""What a narrator's own words are about, as they say it."""

from flask import flash
from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services import tagging
from archive.services.access import Action
from archive.services.errors import NotFound
from archive.web import theming
from archive.web.http import back, door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator, story_path
from archive.web.key.story import here
from archive.web.theming import Place

PASSAGE = f"{STORY}/passages/<int(max=2147483647):passage_id>/themes"


def _place(story: Story, passage_id: int) -> Place:
    at = story_path(story)
    return Place(f"{at}/passages/{passage_id}/themes", f"{at}/read#p{passage_id}", f"{at}/taggings", "key/base.html")


@door(key, PASSAGE, Action.HOLD_CARD)
def theme_passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story = here(slug)
    return theming.page(story, theming.passage_of(passage_id, story), narrator(), _place(story, passage_id))


@door(key, PASSAGE, Action.HOLD_CARD, methods=("POST",))
def tag_passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story = here(slug)
    return theming.put(story, theming.passage_of(passage_id, story), narrator(), _place(story, passage_id))


@door(key, f"{STORY}/taggings/<int(max=2147483647):tagging_id>/remove", Action.HOLD_CARD, methods=("POST",))
def untag(slug: str, tagging_id: int) -> ResponseReturnValue:
    story = here(slug)
    if tagging_id not in tagging.numbers_on(session(), story):
        raise NotFound("That theme is not there any more.")
    tagging.untag(session(), tagging_id, by=narrator())
    flash("The theme is taken off.", "done")
    return back(f"{story_path(story)}/uses")
