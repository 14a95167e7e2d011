"""How a narrator's own words feel to them, and what others said of them."""

from flask import flash
from flask.typing import ResponseReturnValue

from archive.models import Reading, Story
from archive.services import readings
from archive.services.access import Action
from archive.services.errors import NotFound
from archive.web import feeling, theming
from archive.web.feeling import Place
from archive.web.http import back, door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator, story_path
from archive.web.key.story import here

PASSAGE = f"{STORY}/passages/<int(max=2147483647):passage_id>/feeling"


def _place(story: Story, passage_id: int | None) -> Place:
    at = story_path(story)
    act, way = (f"{at}/feeling", at) if passage_id is None else (
        f"{at}/passages/{passage_id}/feeling", f"{at}/read#p{passage_id}",
    )  # fmt: skip
    return Place(act, way, f"{at}/readings", "key/base.html", "the narrator")


@door(key, PASSAGE, Action.HOLD_CARD)
def of_passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story = here(slug)
    return feeling.page(story, theming.passage_of(passage_id, story), narrator(), _place(story, passage_id))


@door(key, PASSAGE, Action.HOLD_CARD, methods=("POST",))
def read_passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story = here(slug)
    return feeling.put(story, theming.passage_of(passage_id, story), narrator(), _place(story, passage_id))


@door(key, f"{STORY}/feeling", Action.HOLD_CARD)
def of_story(slug: str) -> ResponseReturnValue:
    story = here(slug)
    return feeling.page(story, None, narrator(), _place(story, None))


@door(key, f"{STORY}/feeling", Action.HOLD_CARD, methods=("POST",))
def read_story(slug: str) -> ResponseReturnValue:
    story = here(slug)
    return feeling.put(story, None, narrator(), _place(story, None))


@door(key, f"{STORY}/readings/<int(max=2147483647):reading_id>/remove", Action.HOLD_CARD, methods=("POST",))
def take_off(slug: str, reading_id: int) -> ResponseReturnValue:
    story = here(slug)
    held = session().get(Reading, reading_id)
    if held is None or held.story_id != story.id:
        raise NotFound("That reading is not there any more.")
    readings.take_off(session(), reading_id, by=narrator())
    flash("That reading is taken off.", "done")
    return back(f"{story_path(story)}/read")
