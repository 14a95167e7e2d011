"""Acts of a story that are about its conversation: a question marked at its moment, a mood read."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Person, Story
from archive.services import askings, moods
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.web.http import account, door, session
from archive.web.studio import forms, studio
from archive.web.studio.acts import attempt
from archive.web.studio.story import mine


@door(studio, "/studio/<slug>/askings", Action.EDIT, methods=("POST",))
def mark(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        at_ms = forms.moment(request.form.get("at", ""), "at")
        if at_ms is None:
            raise Invalid("Please write the time like 12:41.", "at")
        askings.mark(opened, story, at_ms, forms.words(request.form), by=who)
        return "The question is marked at its moment."

    return attempt(slug, change)


@door(studio, "/studio/askings/<int:asking_id>/remove", Action.EDIT, methods=("POST",))
def unmark(asking_id: int) -> ResponseReturnValue:
    story = askings.unmark(session(), asking_id, by=account())
    flash("The mark is gone.", "done")
    return redirect(f"/studio/{story.slug}#askings", 303)


@door(studio, "/studio/<slug>/mood", Action.EDIT, methods=("POST",))
def mood(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        reading = forms.reading(request.form)
        given = request.form.get("narrator_id", "")
        person = opened.get(Person, int(given)) if given.isascii() and given.isdecimal() and len(given) < 10 else None
        if person is None:
            raise Invalid("Only somebody who tells this story can say how it felt.")
        moods.set_reading(opened, story, person, reading, by=who)
        return "Nothing is said of it now." if reading.is_empty else "Kept, for the narrator and for you."

    return attempt(slug, change)
