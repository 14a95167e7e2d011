"""Themes put on stories and passages by signed-in people, and taken off again."""

from flask import request
from flask.typing import ResponseReturnValue

from archive.models import Passage, Story
from archive.services import tagging
from archive.services.access import Action, sees
from archive.services.errors import NotFound
from archive.services.stories import story_by_slug
from archive.web.http import account, back, door, session
from archive.web.present import story_path
from archive.web.site import site


def _given() -> str:
    return request.form.get("theme", "")


@door(site, "/stories/<slug>/themes", Action.TAG, methods=("POST",))
def tag_story(slug: str) -> ResponseReturnValue:
    story = story_by_slug(session(), slug, account())
    tagging.tag_story(session(), story, _given(), by=account())
    return back(story_path(story))


@door(site, "/passages/<int(max=2147483647):passage_id>/themes", Action.TAG, methods=("POST",))
def tag_passage(passage_id: int) -> ResponseReturnValue:
    passage = session().get(Passage, passage_id)
    story = session().get(Story, passage.story_id) if passage else None
    if passage is None or story is None or not sees(account(), story):
        raise NotFound("That passage is not there any more.")
    tagging.tag_passage(session(), passage, _given(), by=account())
    return back(f"{story_path(story)}#p{passage_id}")


@door(site, "/taggings/<int(max=2147483647):tagging_id>/remove", Action.TAG, methods=("POST",))
def untag(tagging_id: int) -> ResponseReturnValue:
    return back(story_path(tagging.untag(session(), tagging_id, by=account())))
