"""/studio/questions: the sets of questions that this archive takes along; curators change them here."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.services import questions
from archive.services.access import Action, may
from archive.services.errors import Invalid
from archive.services.questions import Step
from archive.web.http import account, door, session
from archive.web.studio import studio
from archive.web.studio.conversation import shaped

HERE = "/studio/questions"
NO_ACT = "Choose what to do with it."


def _page(errors: dict[str, str], at: str = "", code: int = 200) -> ResponseReturnValue:
    """at names the form whose words come back, where they are of no use."""
    who = account()
    page = render_template(
        "studio/questions.html",
        sets=tuple(shaped(each, each.questions) for each in questions.all_sets(session(), by=who)),
        may_change=may(who, Action.EDIT_QUESTIONS),
        errors=errors,
        at=at,
        values=request.form.to_dict(),
    )
    return page, code


def _attempt(at: str, change: Callable[[], str]) -> ResponseReturnValue:
    """Do it and go back to where it was done, or show the page again with the sentence and what was typed."""
    try:
        with session().begin_nested():
            sentence = change()
    except Invalid as refusal:
        session().expire_all()
        return _page({refusal.field or "act": str(refusal)}, at, 422)
    flash(sentence, "done")
    return redirect(f"{HERE}#{at}" if at else HERE, 303)


@door(studio, HERE, Action.ENTER_STUDIO)
def question_sets() -> ResponseReturnValue:
    return _page({})


@door(studio, HERE, Action.EDIT_QUESTIONS, methods=("POST",))
def begin_set() -> ResponseReturnValue:
    def change() -> str:
        made = questions.add_set(session(), request.form.get("title", ""), request.form.get("note"), by=account())
        return f"The set “{made.title}” is here. Put its first question in."

    return _attempt("", change)


@door(studio, f"{HERE}/sets/<slug>", Action.EDIT_QUESTIONS, methods=("POST",))
def change_set(slug: str) -> ResponseReturnValue:
    held, form, who = questions.set_by_slug(session(), slug), request.form, account()

    def change() -> str:
        match form.get("act"):
            case "keep":
                questions.describe_set(session(), held, form.get("title", ""), form.get("note"), by=who)
                return "Saved."
            case "up" | "down" as step:
                questions.move_set(session(), held, Step(step), by=who)
                return f"“{held.title}” stands elsewhere now."
            case "remove":
                questions.remove_set(session(), held, by=who)
                return f"“{held.title}” is gone. Where its questions were asked, their words stay."
        raise Invalid(NO_ACT, "act")

    return _attempt("" if form.get("act") == "remove" else f"set-{slug}", change)


@door(studio, f"{HERE}/sets/<slug>/new", Action.EDIT_QUESTIONS, methods=("POST",))
def new_question(slug: str) -> ResponseReturnValue:
    held = questions.set_by_slug(session(), slug)

    def change() -> str:
        questions.add_question(session(), held, request.form.get("text", ""), by=account())
        return "The question is in the set."

    return _attempt(f"set-{slug}", change)


@door(studio, f"{HERE}/<slug>", Action.EDIT_QUESTIONS, methods=("POST",))
def change_question(slug: str) -> ResponseReturnValue:
    held, form, who = questions.question_by_slug(session(), slug), request.form, account()

    def change() -> str:
        match form.get("act"):
            case "keep":
                questions.reword(session(), held, form.get("text", ""), by=who)
                return "Saved."
            case "up" | "down" as step:
                questions.move_question(session(), held, Step(step), by=who)
                return "It stands elsewhere now."
            case "retire":
                questions.retire(session(), held, True, by=who)
                return "It is offered no more. Where it was asked, it is still named."
            case "offer":
                questions.retire(session(), held, False, by=who)
                return "It is offered again."
        raise Invalid(NO_ACT, "act")

    return _attempt(f"set-{held.set.slug}", change)


@door(studio, f"{HERE}/sets/<slug>/remove", Action.EDIT_QUESTIONS)
def ask_before_removing(slug: str) -> ResponseReturnValue:
    """Once, as it cannot be taken back."""
    held = questions.set_by_slug(session(), slug)
    return render_template("studio/remove_set.html", set=shaped(held, held.questions))
