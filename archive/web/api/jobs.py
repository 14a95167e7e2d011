"""GET /jobs/ID: how far the machine is."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from archive.models import Job, Story
from archive.services.access import Action, require, sees
from archive.services.errors import NotFound
from archive.web.api import api
from archive.web.http import account, door, session


@door(api, "/jobs/<int(max=2147483647):job_id>", Action.FOLLOW_JOB)
def job(job_id: int) -> ResponseReturnValue:
    held = session().get(Job, job_id)
    story = session().get(Story, held.story_id) if held and held.story_id else None
    if held is None or story is None or not sees(account(), story):
        raise NotFound("There is no such job.")
    require(account(), Action.EDIT, story)
    return jsonify(
        id=held.id,
        kind=held.kind.value,
        story=story.slug,
        state=held.state.value,
        stage=held.stage,
        progress=held.progress,
        attempt=held.attempt,
        error=held.error,
    )
