"""/key/TOKEN: a narrator's stories, what waits for them first."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services import keycards, reviews
from archive.services.access import Action
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import person, story_path
from archive.web.key.lines import sentence, waits_for
from archive.web.key.shapes import KeyLine


@door(key, "/key/<token>", Action.HOLD_CARD)
def home() -> ResponseReturnValue:
    lines = [line(story) for story in keycards.told_by(session(), person())]
    return render_template(
        "key/home.html",
        name=person().name,
        waiting=tuple(each for each in lines if each.waits),
        rest=tuple(each for each in lines if not each.waits),
    )


def line(story: Story) -> KeyLine:
    held = reviews.review_of(session(), story, person())
    said = sentence(session(), story, held)
    here, step = story_path(story), waits_for(story, held)
    if step is None:
        return KeyLine(story.title, story.language, said, here)
    waits = "Go through it" if step == 1 else f"Go on at step {step} of {reviews.STEPS}"
    return KeyLine(story.title, story.language, said, here, waits, f"{here}/review/{step}")
