"""The stub of a withdrawn story, for those who keep it. It stands at the story's address in the studio."""

from flask import render_template

from archive.days import here
from archive.db import now
from archive.models import Story
from archive.services.restoring import standing
from archive.web.http import session
from archive.web.present import known
from archive.web.studio.shapes import Withdrawn


def shape(story: Story) -> Withdrawn:
    held = standing(session(), story)
    return Withdrawn(
        card=known(story),
        since=here(held.made_at if held else now()).date(),
        kind=held.kind.value if held else "sealed",
        erase_on=held.erase_on if held else None,
        receipt=f"/receipts/{held.code}" if held else None,
        teller=story.tellers[0].name if story.tellers else "",
    )


def page(story: Story, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    return render_template("studio/withdrawn.html", page=shape(story), values=values or {}, errors=errors or {})
