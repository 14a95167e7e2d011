"""/key/TOKEN/stories/SLUG/review/N: five short steps before a story is opened. Each has an address of its own, and what
is done is kept, so that one may stop and go on another day, on another device."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Review, Story
from archive.services import choices, reviews
from archive.services.access import Action
from archive.services.choice_words import sentences
from archive.services.choices import remembered
from archive.services.errors import Invalid
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.changing import name_as_asked, naming_values
from archive.web.key.choosing import machine_hears, read, values
from archive.web.key.holding import STORY, narrator, person, story_path
from archive.web.key.lines import named_words, waits_for
from archive.web.key.story import here, read_page, shape
from archive.web.links import link

STEP = f"{STORY}/review/<int(min=1, max=5):step>"
# By step, the fields at which a fault is shown; any other stands above the step.
FIELDS = {1: (), 2: (), 3: ("shown", "chosen"), 4: ("who", "until"), 5: ("signed",)}
SIGNED = (
    "Thank you. You have signed. Those who keep the archive are told; until they open it, nobody outside can read or"
    " hear it. You can change your mind at any time, here."
)


def _waiting(story: Story) -> bool:
    return waits_for(story, reviews.review_of(session(), story, person())) is not None


@door(key, f"{STORY}/review", Action.HOLD_CARD)
def go_through(slug: str) -> ResponseReturnValue:
    """To the step that comes next."""
    story = here(slug)
    step = waits_for(story, reviews.review_of(session(), story, person()))
    return redirect(f"{story_path(story)}/review/{step}" if step else story_path(story), 303)


@door(key, STEP, Action.HOLD_CARD)
def review(slug: str, step: int) -> ResponseReturnValue:
    story = here(slug)
    if not _waiting(story):
        return redirect(story_path(story), 303)
    return _page(story, step, {}, {})


@door(key, STEP, Action.HOLD_CARD, methods=("POST",))
def go_on(slug: str, step: int) -> ResponseReturnValue:
    story = here(slug)
    if not _waiting(story):
        return redirect(story_path(story), 303)
    try:
        with session().begin_nested():
            done = DONE[step](story)
            if step < reviews.STEPS:
                reviews.keep(session(), story, person(), step, done, by=narrator())
    except Invalid as refusal:
        session().refresh(story)
        field = refusal.field if refusal.field in FIELDS[step] else "act"
        return _page(story, step, request.form.to_dict(), {field or "act": str(refusal)}), 422
    if step < reviews.STEPS:
        return redirect(f"{story_path(story)}/review/{step + 1}", 303)
    flash(SIGNED, "done")
    return redirect(story_path(story), 303)


def _heard(story: Story) -> dict[str, Any]:
    return {"heard": True}


def _nothing_more(story: Story) -> dict[str, Any]:
    return {"taken_out": True}


def _named(story: Story) -> dict[str, Any]:
    name_as_asked(story)
    return {"named": True}


def _chosen(story: Story) -> dict[str, Any]:
    return read(request.form).kept()


def _signed(story: Story) -> dict[str, Any]:
    if "signed" not in request.form:
        raise Invalid("Please tick the box if this is what you want.", "signed")
    choices.sign(session(), story, person(), by=narrator())
    return {}


DONE: dict[int, Callable[[Story], dict[str, Any]]] = {1: _heard, 2: _nothing_more, 3: _named, 4: _chosen, 5: _signed}


def _page(story: Story, step: int, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    held = reviews.review_of(session(), story, person())
    kept = remembered(held.choices) if held else None
    filled = {3: naming_values(story), 4: values(kept or choices.in_force(session(), story, person()))}.get(step, {})
    return render_template(
        f"key/review_{step}.html",
        page=shape(story),
        told=read_page(story) if step == 1 else None,
        step=step,
        steps=reviews.STEPS,
        values=dict(typed) or filled,
        errors=errors,
        name=person().name,
        machine_hears=machine_hears(story),
        summary=_summary(story, held),
        until=kept.until if kept else None,
        story_link=link(story) if kept and kept.who == choices.Who.LINK else None,
    )


def _summary(story: Story, held: Review | None) -> tuple[str, ...]:
    """What will be signed; nothing where the choice is still to be made."""
    kept = remembered(held.choices) if held else None
    return (*sentences(kept), named_words(story, person())) if kept else ()
