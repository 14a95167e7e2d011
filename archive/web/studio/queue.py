"""/curator: what waits for a curator, and what the machines do."""

from collections.abc import Callable

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState
from archive.services.access import Action
from archive.services.errors import Conflict
from archive.services.stories import studio_stories
from archive.web.http import account, door, session
from archive.web.studio import studio
from archive.web.studio.index import WAITS, line
from archive.web.studio.shapes import QueueLine
from archive.web.studio.waits import waits
from archive.web.words import left
from archive.work import jobs, queue

DOES = {
    JobKind.PROCESS: "hears the recording",
    JobKind.DERIVE: "prepares the sound",
    JobKind.INDEX: "keeps the search up to date",
    JobKind.PURGE: "deletes files",
    JobKind.MEANING: "reads for what is meant",
    JobKind.LEARN: "tells the search what themes are called",
    JobKind.RENDER: "makes one file of a mixtape",
}


@door(studio, "/curator", Action.SEE_QUEUE)
def curator() -> ResponseReturnValue:
    who = account()
    listed = [_line(each) for each in queue.queue(session(), by=who)]
    stories = studio_stories(session(), who) if who else []
    return render_template(
        "studio/curator.html",
        waits=waits(who),
        waiting=tuple(line(story) for story in stories if story.state in WAITS),
        running=tuple(each for each in listed if each.state == JobState.RUNNING),
        queued=tuple(each for each in listed if each.state == JobState.WAITING),
        failed=tuple(each for each in listed if each.state == JobState.FAILED),
        workers=len(queue.workers(session())),
    )


def _line(each: queue.Queued) -> QueueLine:
    job = each.job
    return QueueLine(
        id=job.id,
        state=job.state.value,
        does=DOES[job.kind],
        title=each.title,
        href=f"/studio/{each.slug}" if each.slug else None,
        stage=job.stage,
        share=job.progress,
        left=left(each.left_s),
        attempt=job.attempt,
        error=job.error,
    )


def _act(job_id: int, act: Callable[[Session, Job], str]) -> ResponseReturnValue:
    try:
        flash(act(session(), queue.job_by_id(session(), job_id, by=account())), "done")
    except Conflict as refusal:
        flash(str(refusal), "fault")
    return redirect("/curator", 303)


JOB = "/curator/jobs/<int(max=2147483647):job_id>"


@door(studio, f"{JOB}/again", Action.SEE_QUEUE, methods=("POST",))
def try_again(job_id: int) -> ResponseReturnValue:
    def act(opened: Session, job: Job) -> str:
        queue.again(opened, job, by=account())
        return "It is tried again."

    return _act(job_id, act)


@door(studio, f"{JOB}/first", Action.SEE_QUEUE, methods=("POST",))
def put_first(job_id: int) -> ResponseReturnValue:
    def act(opened: Session, job: Job) -> str:
        queue.first(opened, job, by=account())
        return "It is taken next."

    return _act(job_id, act)


@door(studio, f"{JOB}/stop", Action.SEE_QUEUE, methods=("POST",))
def stop_job(job_id: int) -> ResponseReturnValue:
    def act(opened: Session, job: Job) -> str:
        jobs.cancel(opened, job)
        return "It stops at the next good place. What is done is kept."

    return _act(job_id, act)
