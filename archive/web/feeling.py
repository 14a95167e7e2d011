"""The page on which somebody says how a passage, or a whole story, feels: the same for everyone who may."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Passage, Reader, Reading, Story
from archive.services import cautions, readings
from archive.services.access import Action, Actor, may
from archive.services.errors import Invalid, TooMany
from archive.services.finding import Match
from archive.services.readings import Felt
from archive.web.http import back, session
from archive.web.present import card, found
from archive.web.shapes import Card, Found
from archive.web.typed import degree

SIGNED = {
    Reader.LISTENER: "a listener",
    Reader.INTERVIEWER: "the interviewer",
    Reader.NARRATOR: "the narrator",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: its own address, the way back, where a reading is taken off (its number comes after it),
    the frame of its pages, and how what is said here is signed."""

    act: str
    back: str
    off: str
    frame: str
    signed: str


@dataclass(frozen=True, slots=True)
class SaidOf:
    """Somebody's reading. by says what they are."""

    id: int
    by: str
    hope: float | None
    conviction: float | None


@dataclass(frozen=True, slots=True)
class FeelingPage:
    """hit is None for a whole story. felt: what this person said of it, or is about to."""

    card: Card
    hit: Found | None
    warnings: tuple[str, ...]
    felt: Felt
    held: bool
    others: tuple[SaidOf, ...]
    may_take_off: bool


def said_of(reading: Reading) -> SaidOf:
    return SaidOf(reading.id, SIGNED[reading.role], reading.hope, reading.conviction)


def page(
    story: Story,
    passage: Passage | None,
    by: Actor,
    place: Place,
    felt: Felt | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    held = readings.own(session(), story, passage, by=by)
    own = Felt(held.hope, held.conviction) if held else Felt()
    shown = FeelingPage(
        card=card(story),
        hit=found(session(), [whole_match(passage, story)], by, whole=True)[0] if passage else None,
        warnings=warnings(story, passage) if passage else (),
        felt=felt or own,
        held=held is not None,
        others=tuple(said_of(each) for each in readings.others(session(), story, passage, by=by)),
        may_take_off=may(by, Action.CORRECT, story),
    )
    return render_template("feeling.html", page=shown, place=place, errors=errors or {})


def whole_match(passage: Passage, story: Story) -> Match:
    """It plays from its first word on."""
    return Match(passage, story, [], 0.0, passage.start_ms)


def warnings(story: Story, passage: Passage) -> tuple[str, ...]:
    """What one should know before this passage."""
    told = cautions.told_before(session(), story, [passage])
    return tuple(each.rstrip(" .") for each in told.get(0, ()))


def put(story: Story, passage: Passage | None, by: Actor, place: Place) -> ResponseReturnValue:
    """Write it down, or show the page with the sentence and what was chosen."""
    felt = Felt()
    try:
        felt = _felt()
        if passage is None:
            made = readings.read_story(session(), story, felt, by=by)
        else:
            made = readings.read_passage(session(), passage, felt, by=by)
    except (Invalid, TooMany) as refusal:
        shown = page(story, passage, by, place, felt, {"act": str(refusal)})
        return shown, 429 if isinstance(refusal, TooMany) else 422
    flash("Kept, as one reading among others." if made else "You say nothing of it any more.", "done")
    return back(place.act)


def _felt() -> Felt:
    if "nothing" in request.form:
        return Felt()
    return Felt(*(degree(request.form.get(axis, ""), axis) for axis in ("hope", "conviction")))
