"""Who may read and hear a story: the form, in the review and at any time after it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Scope, Story, StoryState
from archive.services import choices
from archive.services.access import Action
from archive.services.choices import Choices, Who
from archive.services.consent import terms
from archive.services.errors import Invalid, NotFound
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import STORY, mine, narrator, person, story_path
from archive.web.key.story import shape
from archive.web.typed import day


def read(form: Mapping[str, str]) -> Choices:
    if form.get("who") not in set(Who):
        raise Invalid("Please choose who may read and hear it.", "who")
    machine = {"yes": True, "no": False}.get(form.get("machine", ""))
    return Choices(
        Who(form["who"]),
        remix=form.get("remix") == "yes",
        only_words="only_words" in form,
        listed="listed" in form,
        embed="embed" in form,
        mining="mining" in form,
        machine=machine,
        until=day(form.get("until", ""), "until"),
    )


def values(chosen: Choices | None) -> dict[str, str]:
    """The form, filled in."""
    if chosen is None:
        return {}
    ticked = {name: "yes" for name in ("only_words", "listed", "embed", "mining") if getattr(chosen, name)}
    machine = {True: "yes", False: "no", None: ""}[chosen.machine]
    until = chosen.until.isoformat() if chosen.until else ""
    return {
        "who": chosen.who.value, "remix": "yes" if chosen.remix else "no", "machine": machine, "until": until, **ticked
    }  # fmt: skip


def machine_hears(story: Story) -> bool:
    return terms(session(), story).of(Scope.MACHINE) == "yes"


def _here(slug: str) -> Story:
    """Also one that was taken back: it comes back with a choice that opens it."""
    story = mine(slug)
    if story.state == StoryState.ERASED:
        raise NotFound("This story was erased. There is nothing left to choose for.")
    return story


def _page(story: Story, held: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "key/choices.html", page=shape(story), values=held, errors=errors, machine_hears=machine_hears(story)
    )


@door(key, f"{STORY}/choices", Action.HOLD_CARD)
def choose(slug: str) -> ResponseReturnValue:
    story = _here(slug)
    return _page(story, values(choices.in_force(session(), story, person())), {})


@door(key, f"{STORY}/choices", Action.HOLD_CARD, methods=("POST",))
def chosen(slug: str) -> ResponseReturnValue:
    story = _here(slug)
    was_open = story.state == StoryState.PUBLISHED
    try:
        with session().begin_nested():
            choices.agree(session(), story, person(), read(request.form), by=narrator())
    except Invalid as refusal:
        session().refresh(story)
        return _page(story, request.form.to_dict(), {refusal.field or "who": str(refusal)}), 422
    if was_open and story.state == StoryState.PUBLISHED:
        flash("This holds from now on.", "done")
    else:
        flash(
            "This holds from now on. What you closed is closed; what you open, those who keep the archive open.", "done"
        )
    return redirect(story_path(story), 303)
