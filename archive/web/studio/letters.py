"""/curator/letters: what the archive wrote to people, sent or not."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.mail import KEPT, LetterState, Written
from archive.services.access import Action
from archive.services.errors import NotFound
from archive.web.http import door, house
from archive.web.studio import studio
from archive.web.studio.shapes import LetterLine
from archive.web.words import day

MOST = 200
STANDS = {
    LetterState.NEW: "It is sent in a moment.",
    LetterState.UNSENT: "It could not be sent yet, and is tried again for three days.",
    LetterState.SENT: "Sent.",
}


def line(held: Written) -> LetterLine:
    by_hand = "Nobody has sent it: this archive has no mail server." if held.to else "It is to be handed over."
    return LetterLine(
        id=held.id,
        subject=held.subject,
        to=held.to,
        day=day(here(held.at).date()),
        stands=STANDS.get(held.state, by_hand),
        text=held.text,
    )


def _held(id_: str) -> Written:
    held = house().letters.letter(id_)
    if held is None:
        raise NotFound("This letter is not here any more.")
    return held


@door(studio, "/curator/letters", Action.DECIDE)
def letters() -> ResponseReturnValue:
    listed = tuple(line(each) for each in house().letters.written()[:MOST])
    return render_template("studio/letters.html", letters=listed, days=KEPT.days)


@door(studio, "/curator/letters/<letter>", Action.DECIDE)
def one_letter(letter: str) -> ResponseReturnValue:
    return render_template("studio/letter.html", letter=line(_held(letter)))


@door(studio, "/curator/letters/<letter>/throw-away", Action.DECIDE, methods=("POST",))
def throw_letter_away(letter: str) -> ResponseReturnValue:
    house().letters.throw_away(_held(letter).id)
    flash("The letter is thrown away.", "done")
    return redirect("/curator/letters", 303)
