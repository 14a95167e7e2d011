"""/studio: what waits for me, then my stories."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.models import Embargo, JobKind, Story, StoryState
from archive.services.access import Action
from archive.services.embargoes import opened_unseen
from archive.services.stories import publish_needs, studio_stories
from archive.web.http import account, door, session
from archive.web.present import card
from archive.web.studio import studio
from archive.web.studio.lines import sentence
from archive.web.studio.shapes import StudioLine
from archive.web.studio.tapes import on_the_way
from archive.web.studio.waits import waits
from archive.web.words import day
from archive.work import jobs

WAITS = frozenset({StoryState.REVIEW, StoryState.FAILED})


@door(studio, "/studio", Action.ENTER_STUDIO)
def index() -> ResponseReturnValue:
    who = account()
    stories = studio_stories(session(), who) if who else []
    opened = opened_unseen(session(), stories)
    lines = tuple(line(story, opened.get(story.id)) for story in stories)
    return render_template(
        "studio/index.html",
        lines=lines,
        waits=waits(who),
        waiting=tuple(line for line in lines if line.waits_for_me),
        machine=_machine(),
        arriving=on_the_way(session(), who) if who else (),
    )


def line(story: Story, opened: Embargo | None = None) -> StudioLine:
    """opened: the embargo at whose end it opened, as long as its owner has not taken note."""
    return StudioLine(
        card=card(story),
        state=story.state.value,
        sentence=sentence(session(), story),
        href=f"/studio/{story.slug}",
        working=story.state == StoryState.PROCESSING,
        waits_for_me=story.state in WAITS or opened is not None,
        changed=story.changed_at,
        opened=_opened(story, opened) if opened else None,
    )


def _opened(story: Story, held: Embargo) -> str:
    when = day(here(held.ended_at).date()) if held.ended_at else ""
    if story.state == StoryState.PUBLISHED:
        return f"It opened by itself on {when}."
    return f"Its time came on {when}, and it could not open by itself: {publish_needs(session(), story)}"


def _machine() -> str:
    workers = jobs.living(session(), JobKind.PROCESS)
    if not workers:
        return "No worker is running: recordings are kept, but nobody listens to them yet."
    return "The machine is ready to listen." if workers == 1 else f"{workers} machines are ready to listen."
