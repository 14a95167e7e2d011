"""GET /jobs/ID: how far the machine is."""

from archive.models import Job, JobKind, JobState, Story
from archive.services.access import Action, require, sees
from archive.services.errors import NotFound
from archive.web.api.answers import Answer
from archive.web.api.offers import Reply, offer
from archive.web.http import account, session


class JobTold(Answer):
    id: int
    kind: JobKind
    story: str
    state: JobState
    stage: str | None
    progress: float | None
    attempt: int
    error: str | None


@offer("/jobs/<int(max=2147483647):job_id>", Action.FOLLOW_JOB, refuses=(401, 403, 404))
def job(job_id: int) -> Reply[JobTold]:
    """How far the machine is with a recording: for those who keep its story."""
    held = session().get(Job, job_id)
    story = session().get(Story, held.story_id) if held and held.story_id else None
    if held is None or story is None or not sees(account(), story):
        raise NotFound("There is no such job.")
    require(account(), Action.EDIT, story)
    return Reply(
        JobTold(
            id=held.id,
            kind=held.kind,
            story=story.slug,
            state=held.state,
            stage=held.stage,
            progress=held.progress,
            attempt=held.attempt,
            error=held.error,
        )
    )
