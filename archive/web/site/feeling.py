"""/passages/ID/feeling and /stories/SLUG/feeling: how it feels to whoever is signed in."""

from flask import flash
from flask.typing import ResponseReturnValue

from archive.models import Passage, Story
from archive.services import readings
from archive.services.access import Action, Actor, account_of
from archive.services.likeness import passage_to_read
from archive.services.stories import story_by_slug
from archive.web import feeling
from archive.web.feeling import Place
from archive.web.http import back, door, session
from archive.web.links import visitor
from archive.web.present import moment_path, story_path
from archive.web.site import site

PASSAGE = "/passages/<int(max=2147483647):passage_id>/feeling"
STORY = "/stories/<slug>/feeling"


def _signed(story: Story, by: Actor) -> str:
    account = account_of(by)
    return "the interviewer" if account and account.id == story.owner_id else "a listener"


def _there(passage_id: int, by: Actor) -> tuple[Story, Passage, Place]:
    """Raises NotFound with the same words for a passage that is gone and for one that this person may not read."""
    passage, story = passage_to_read(session(), passage_id, by=by)
    at = moment_path(story, passage, passage.start_ms)
    act = f"/passages/{passage_id}/feeling"
    return story, passage, Place(act, at, "/readings", "base.html", _signed(story, by))


def _of(slug: str, by: Actor) -> tuple[Story, Place]:
    story = story_by_slug(session(), slug, by)
    at = story_path(story)
    return story, Place(f"{at}/feeling", at, "/readings", "base.html", _signed(story, by))


@door(site, PASSAGE, Action.READ_FEELING)
def of_passage(passage_id: int) -> ResponseReturnValue:
    by = visitor()
    story, passage, place = _there(passage_id, by)
    return feeling.page(story, passage, by, place)


@door(site, PASSAGE, Action.READ_FEELING, methods=("POST",))
def read_passage(passage_id: int) -> ResponseReturnValue:
    by = visitor()
    story, passage, place = _there(passage_id, by)
    return feeling.put(story, passage, by, place)


@door(site, STORY, Action.READ_FEELING)
def of_story(slug: str) -> ResponseReturnValue:
    by = visitor()
    story, place = _of(slug, by)
    return feeling.page(story, None, by, place)


@door(site, STORY, Action.READ_FEELING, methods=("POST",))
def read_story(slug: str) -> ResponseReturnValue:
    by = visitor()
    story, place = _of(slug, by)
    return feeling.put(story, None, by, place)


@door(site, "/readings/<int(max=2147483647):reading_id>/remove", Action.READ_FEELING, methods=("POST",))
def take_off(reading_id: int) -> ResponseReturnValue:
    readings.take_off(session(), reading_id, by=visitor())
    flash("That reading is taken off.", "done")
    return back("/feelings")
