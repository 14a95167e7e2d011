"""/studio/people: whom to ask again, and with which questions; what there was with one of them."""

from urllib.parse import quote

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.days import today
from archive.services import conversations, meetings
from archive.services.access import Action
from archive.services.batteries import Proposal, at_rest, proposals
from archive.services.conversations import Spoke
from archive.services.errors import Invalid
from archive.services.meetings import Known
from archive.services.open_questions import LeftOpen, left_open
from archive.web.http import account, door, session
from archive.web.studio import forms, studio
from archive.web.studio.people_lines import meter, reason, why_resting
from archive.web.studio.people_shapes import PeoplePage, Proposed, Rests
from archive.web.studio.person_page import person_page

HERE = "/studio/people"
PERSON = f"{HERE}/<person>"
NUMBER = "<int(max=2147483647)"
FIELDS = frozenset({"on", "how", "note", "left_open"})


@door(studio, HERE, Action.STAY_IN_TOUCH)
def people() -> ResponseReturnValue:
    known = meetings.everybody(session(), by=account())
    proposed, open_with = proposals(known, today()), left_open(session(), known)
    lines = [(each.soon, _proposed(each, open_with[each.known.person.id])) for each in proposed]
    resting = sorted((each for each in known if at_rest(each)), key=lambda each: each.person.name)
    page = PeoplePage(
        soon=tuple(line for soon, line in lines if soon),
        later=tuple(line for soon, line in lines if not soon),
        resting=tuple(Rests(each.person.name, here(each), why_resting(each)) for each in resting),
    )
    return render_template("studio/people.html", page=page)


def here(known: Known) -> str:
    return f"{HERE}/{quote(known.person.slug)}"


def _proposed(each: Proposal, left: list[LeftOpen]) -> Proposed:
    return Proposed(each.known.person.name, here(each.known), meter(each.battery, today()), reason(each.battery, left))


@door(studio, PERSON, Action.STAY_IN_TOUCH)
def person(person: str) -> ResponseReturnValue:
    return _page(meetings.acquaintance(session(), person, by=account()))


def _page(known: Known, errors: dict[str, str] | None = None) -> str:
    chosen = request.args.get("one", ""), request.args.get("other", "")
    page = person_page(session(), known, chosen)
    return render_template("studio/person.html", page=page, values=request.form.to_dict(), errors=errors or {})


@door(studio, f"{PERSON}/conversations", Action.STAY_IN_TOUCH, methods=("POST",))
def note_down(person: str) -> ResponseReturnValue:
    """Keep it, or show the page again with the sentence where it belongs and everything that was typed."""
    known = meetings.acquaintance(session(), person, by=account())
    try:
        with session().begin_nested():
            conversations.note_down(session(), known, _said(), by=account())
    except Invalid as refusal:
        return _page(known, forms.faults(refusal, FIELDS, "act")), 422
    flash("Noted. The battery is charged to that day.", "done")
    return redirect(here(known), 303)


def _said() -> Spoke:
    form = request.form
    return Spoke(
        on=forms.day(form.get("on", ""), "on"),
        how=form.get("how", ""),
        with_id=forms.whole(form.get("with", "")),
        note=form.get("note", ""),
        left_open=form.get("left_open", ""),
    )


@door(studio, f"{PERSON}/conversations/{NUMBER}:note_id>/remove", Action.STAY_IN_TOUCH, methods=("POST",))
def remove_note(person: str, note_id: int) -> ResponseReturnValue:
    known = meetings.acquaintance(session(), person, by=account())
    conversations.remove(session(), known, note_id, by=account())
    flash("The note is gone.", "done")
    is_left = known.told or len(known.meetings) > 1
    return redirect(here(known) if is_left else HERE, 303)


@door(studio, f"{PERSON}/let-be", Action.STAY_IN_TOUCH, methods=("POST",))
def let_be(person: str) -> ResponseReturnValue:
    wish = request.form.get("let_be") == "yes"
    known = meetings.acquaintance(session(), person, by=account())
    conversations.let_be(session(), known, wish, by=account())
    flash("Nobody is told to ask them again." if wish else "They may be asked again.", "done")
    return redirect(here(known), 303)
