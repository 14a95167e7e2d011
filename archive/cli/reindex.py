"""peer-stories reindex"""

import click
from sqlalchemy import select

from archive.cli.house import follow, opened, say
from archive.models import Job, JobKind, JobState
from archive.services.errors import Resting
from archive.work.jobs import OPEN
from search.documents import Audience


@click.command()
def reindex() -> None:
    """Make the search index anew from the database; the old one answers until the new one is ready."""
    with opened() as house:
        with house.db.writing() as session:
            job = Job(kind=JobKind.INDEX, story_id=None, priority=4)  # no story: all of them
            session.add(job)
            session.flush()
            number = job.id
        ended = follow(house, job_ids=[number])
        with house.db.reading() as session:
            after_it = select(Job.story_id).where(Job.kind.in_([JobKind.MEANING, JobKind.INDEX]), Job.state.in_(OPEN))
            stories = [story_id for story_id in session.scalars(after_it) if story_id is not None]
        follow(house, stories)
        if ended[0].state != JobState.DONE:
            raise Resting(ended[0].error or "The index could not be made anew.")
        say(f"{sum(1 for _ in house.index.inventory(Audience.PUBLIC))} passages are in the index.")
