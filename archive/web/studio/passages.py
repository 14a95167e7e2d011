"""/studio/SLUG/passages/ID: one passage, its sound, and what people make right in it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services import corrections, history
from archive.services.access import Action
from archive.services.corrections import Correction
from archive.services.errors import Conflict, Invalid
from archive.web.http import door, session
from archive.web.studio import forms, studio
from archive.web.studio.passage_shapes import passage_page
from archive.web.studio.story import mine
from archive.web.words import exact

FIELDS = frozenset({"text", "speaker", "start", "end", "word"})
PASSAGE = "/studio/<slug>/passages/<int(max=2147483647):passage_id>"
Change = Callable[[Session, Story, Passage], str]


def _typed(field: str, held_ms: int | None) -> int | None:
    """What was typed, or, where that is what the form showed, the time itself: the form shows tenths."""
    given = request.form.get(field, "")
    return held_ms if given == exact(held_ms) else forms.moment(given, field)


def _address(story: Story, passage: Passage) -> str:
    return f"/studio/{story.slug}/passages/{passage.id}"


def _render(story: Story, passage: Passage, values: dict[str, str], errors: dict[str, str]) -> str:
    page = passage_page(session(), story, passage)
    return render_template("studio/passage.html", page=page, values=values, errors=errors)


@door(studio, PASSAGE, Action.EDIT)
def passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story, who = mine(slug)
    return _render(story, corrections.passage_at_work(session(), story, passage_id, by=who), {}, {})


def _attempt(slug: str, passage_id: int, change: Change) -> ResponseReturnValue:
    """Do it and go where it leads, or show the page again with the sentence and everything that was typed."""
    story, who = mine(slug)
    try:
        with session().begin_nested():
            version = forms.whole(request.form.get("version", "")) or 0
            held = corrections.passage_at_work(session(), story, passage_id, by=who, version=version)
            return redirect(change(session(), story, held), 303)
    except (Invalid, Conflict) as refusal:
        held = corrections.passage_at_work(session(), story, passage_id, by=who)
        code = 422 if isinstance(refusal, Invalid) else 409
        return _render(story, held, request.form.to_dict(), forms.faults(refusal, FIELDS, "act")), code


@door(studio, PASSAGE, Action.EDIT, methods=("POST",))
def correct(slug: str, passage_id: int) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story, held: Passage) -> str:
        given = Correction(
            text=request.form.get("text", ""),
            speaker=request.form.get("speaker"),
            start_ms=_typed("start", held.start_ms),
            end_ms=_typed("end", held.end_ms),
            heard="heard" in request.form,
        )
        corrections.correct(opened, story, held, given, by=who)
        _, after = corrections.neighbours(opened, story, held)
        if "on" in request.form and after is not None:
            return _address(story, after)
        flash("Saved." if held.text else "The words are taken out. What was changed, below, brings them back.", "done")
        return f"/studio/{story.slug}#p{held.id}" if held.text else f"/studio/{story.slug}#changes"

    return _attempt(slug, passage_id, change)


@door(studio, f"{PASSAGE}/split", Action.EDIT, methods=("POST",))
def split(slug: str, passage_id: int) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story, held: Passage) -> str:
        word = forms.whole(request.form.get("word", ""))
        corrections.split(opened, story, held, word or 0, by=who)
        flash("These are two passages now. This is the first of them.", "done")
        return _address(story, held)

    return _attempt(slug, passage_id, change)


@door(studio, f"{PASSAGE}/merge", Action.EDIT, methods=("POST",))
def merge(slug: str, passage_id: int) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story, held: Passage) -> str:
        corrections.merge(opened, story, held, by=who)
        flash("Both are one passage now.", "done")
        return _address(story, held)

    return _attempt(slug, passage_id, change)


@door(studio, "/studio/<slug>/voices", Action.EDIT, methods=("POST",))
def rename(slug: str) -> ResponseReturnValue:
    """A voice gets its name, wherever it speaks in the story."""
    story, who = mine(slug)
    voice, name = request.form.get("voice", ""), request.form.get("name", "")
    try:
        many = corrections.rename_voice(session(), story, voice, name, by=who)
    except Invalid as refusal:
        flash(str(refusal), "fault")
    else:
        flash(f"Named in {many} passage{'s' * (many != 1)}.", "done")
    return redirect(f"/studio/{slug}#voices", 303)


@door(studio, "/studio/<slug>/edits/<int(max=2147483647):edit_id>/restore", Action.EDIT, methods=("POST",))
def restore(slug: str, edit_id: int) -> ResponseReturnValue:
    story, who = mine(slug)
    try:
        with session().begin_nested():
            history.restore(session(), story, edit_id, by=who)
    except Conflict as refusal:
        flash(str(refusal), "fault")
    else:
        flash("It stands again as it was.", "done")
    return redirect(f"/studio/{slug}#changes", 303)
