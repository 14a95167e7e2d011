"""/studio: what waits for me, then my stories."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.models import JobKind, Story, StoryState
from archive.services.access import Action
from archive.services.stories import studio_stories
from archive.web.http import account, door, session
from archive.web.present import card
from archive.web.studio import studio
from archive.web.studio.lines import sentence
from archive.web.studio.shapes import StudioLine
from archive.web.studio.tapes import on_the_way
from archive.web.studio.waits import waits
from archive.work import jobs

WAITS = frozenset({StoryState.REVIEW, StoryState.FAILED})


@door(studio, "/studio", Action.ENTER_STUDIO)
def index() -> ResponseReturnValue:
    who = account()
    lines = tuple(line(story) for story in (studio_stories(session(), who) if who else ()))
    return render_template(
        "studio/index.html",
        lines=lines,
        waits=waits(who),
        waiting=tuple(line for line in lines if line.waits_for_me),
        machine=_machine(),
        arriving=on_the_way(session(), who) if who else (),
    )


def line(story: Story) -> StudioLine:
    return StudioLine(
        card=card(story),
        state=story.state.value,
        sentence=sentence(session(), story),
        href=f"/studio/{story.slug}",
        working=story.state == StoryState.PROCESSING,
        waits_for_me=story.state in WAITS,
        changed=story.changed_at,
    )


def _machine() -> str:
    workers = jobs.living(session(), JobKind.PROCESS)
    if not workers:
        return "No worker is running: recordings are kept, but nobody listens to them yet."
    return "The machine is ready to listen." if workers == 1 else f"{workers} machines are ready to listen."
