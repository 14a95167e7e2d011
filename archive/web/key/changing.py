"""What a narrator changes in the words and in the names of a story."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Passage, Shown, Story
from archive.services import corrections, faces
from archive.services.access import Action
from archive.services.corrections import Correction
from archive.services.errors import Conflict, Invalid
from archive.web.http import door, session
from archive.web.key import key
from archive.web.key.holding import STORY, narrator, person, story_path
from archive.web.key.lines import named
from archive.web.key.shapes import KeyPassage
from archive.web.key.story import here, shape
from archive.web.present import sound_of
from archive.web.typed import whole

PASSAGE = f"{STORY}/passages/<int(max=2147483647):passage_id>"


def _passage(story: Story, passage: Passage) -> KeyPassage:
    sound = sound_of(story, passage, narrator())
    stretch = f"#t={(passage.start_ms or 0) / 1000},{(passage.end_ms or 0) / 1000}"
    timed = sound is not None and passage.start_ms is not None and passage.end_ms is not None
    media = tuple((f"{each.url}{stretch}", each.type) for each in sound.media) if sound and timed else ()
    at = story.at(passage.recording_id, passage.start_ms)
    return KeyPassage(passage.id, passage.version, passage.text, at, media)


def _shown(story: Story, passage: Passage, text: str | None = None, error: str | None = None) -> str:
    return render_template(
        "key/passage.html", page=shape(story), passage=_passage(story, passage), text=text, error=error
    )


@door(key, PASSAGE, Action.HOLD_CARD)
def passage(slug: str, passage_id: int) -> ResponseReturnValue:
    story = here(slug)
    return _shown(story, corrections.passage_at_work(session(), story, passage_id, by=narrator()))


@door(key, PASSAGE, Action.HOLD_CARD, methods=("POST",))
def correct(slug: str, passage_id: int) -> ResponseReturnValue:
    story, text = here(slug), request.form.get("text", "")
    try:
        with session().begin_nested():
            version = whole(request.form.get("version", "")) or 0
            held = corrections.passage_at_work(session(), story, passage_id, by=narrator(), version=version)
            given = Correction(text, held.speaker, held.start_ms, held.end_ms)
            corrections.correct(session(), story, held, given, by=narrator())
    except (Invalid, Conflict) as refusal:
        held = corrections.passage_at_work(session(), story, passage_id, by=narrator())
        return _shown(story, held, text, str(refusal)), 422 if isinstance(refusal, Invalid) else 409
    flash("Kept. It stands there in your words now.", "done")
    return redirect(f"{story_path(story)}/read#p{passage_id}", 303)


def naming_values(story: Story) -> dict[str, str]:
    """The form that asks for a name, as it stands now."""
    shown, name = named(story, person())
    return {"shown": shown.value, "chosen": name if shown == Shown.CHOSEN else ""}


def name_as_asked(story: Story) -> None:
    """Raises Invalid where the form says no way of naming, or names none where one is wanted."""
    given = request.form.get("shown", "")
    if given not in set(Shown):
        raise Invalid("Please choose how you want to be named.", "shown")
    chosen = request.form.get("chosen") if given == Shown.CHOSEN else None
    faces.show_as(session(), story, person(), Shown(given), chosen, by=narrator())


@door(key, f"{STORY}/name", Action.HOLD_CARD)
def name(slug: str) -> ResponseReturnValue:
    story = here(slug)
    return render_template(
        "key/name.html", page=shape(story), name=person().name, values=naming_values(story), errors={}
    )


@door(key, f"{STORY}/name", Action.HOLD_CARD, methods=("POST",))
def rename(slug: str) -> ResponseReturnValue:
    story = here(slug)
    try:
        with session().begin_nested():
            name_as_asked(story)
    except Invalid as refusal:
        session().refresh(story)
        values, errors = request.form.to_dict(), {refusal.field or "shown": str(refusal)}
        shown = render_template("key/name.html", page=shape(story), name=person().name, values=values, errors=errors)
        return shown, 422
    flash("You are named so from now on, everywhere in this story.", "done")
    return redirect(story_path(story), 303)
