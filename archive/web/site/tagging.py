"""Themes put on stories and passages by signed-in people, and taken off again."""

from flask import request
from flask.typing import ResponseReturnValue

from archive.models import Passage, Story
from archive.services import tagging
from archive.services.access import Action, sees
from archive.services.errors import NotFound
from archive.services.stories import story_by_slug
from archive.web import theming
from archive.web.http import account, back, door, session
from archive.web.present import story_path
from archive.web.site import site
from archive.web.theming import GONE, Place

PASSAGE = "/passages/<int(max=2147483647):passage_id>/themes"


@door(site, "/stories/<slug>/themes", Action.TAG, methods=("POST",))
def tag_story(slug: str) -> ResponseReturnValue:
    story = story_by_slug(session(), slug, account())
    tagging.tag_story(session(), story, request.form.get("theme", ""), by=account())
    return back(story_path(story))


def _there(passage_id: int) -> tuple[Story, Passage, Place]:
    """Raises NotFound with the same words for a passage that is gone and for one that this person may not read."""
    passage = theming.passage_of(passage_id)
    story = session().get(Story, passage.story_id)
    if story is None or not sees(account(), story):
        raise NotFound(GONE)
    at = f"{story_path(story)}?t={(story.at(passage.recording_id, passage.start_ms) or 0) / 1000:g}#p{passage_id}"
    return story, passage, Place(f"/passages/{passage_id}/themes", at, "/taggings", "base.html")


@door(site, PASSAGE, Action.TAG)
def theme_passage(passage_id: int) -> ResponseReturnValue:
    story, passage, place = _there(passage_id)
    return theming.page(story, passage, account(), place)


@door(site, PASSAGE, Action.TAG, methods=("POST",))
def tag_passage(passage_id: int) -> ResponseReturnValue:
    story, passage, place = _there(passage_id)
    return theming.put(story, passage, account(), place)


@door(site, "/taggings/<int(max=2147483647):tagging_id>/remove", Action.TAG, methods=("POST",))
def untag(tagging_id: int) -> ResponseReturnValue:
    return back(story_path(tagging.untag(session(), tagging_id, by=account())))
