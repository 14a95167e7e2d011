"""/curator/shelves: public shelves put up, filled, ordered, and opened to everyone."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Passage, PublicShelf, Story
from archive.services import public_shelves
from archive.services.access import Action
from archive.services.errors import Conflict, Invalid
from archive.services.likeness import passage_to_read
from archive.services.questions import Step
from archive.services.stories import story_by_slug
from archive.web.http import account, back, door, session
from archive.web.present import card, moment_path, story_path
from archive.web.shapes import Link
from archive.web.shelf_shapes import PutPage
from archive.web.shelving import shelf_line, shelf_page
from archive.web.studio import studio
from archive.web.typed import whole

HERE = "/curator/shelves"
ITEM = f"{HERE}/<slug>/items/<int(max=2147483647):item_id>"
NO_ACT = "Choose what to do with it."


def _all(errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    rows, waiting = public_shelves.all_of_them(session(), by=account()), public_shelves.waiting(session())
    lines = tuple(shelf_line(each, waiting) for each in rows)
    return render_template("studio/shelves.html", shelves=lines, errors=errors, values=request.form), code


def _one(held: PublicShelf, errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    values = request.form if errors else {}
    page = shelf_page(held, account())
    return render_template("studio/shelf.html", page=page, errors=errors, values=values), code


def _shelf(slug: str) -> PublicShelf:
    return public_shelves.shelf_by_slug(session(), slug, by=account())


@door(studio, HERE, Action.EDIT_SHELVES)
def all_shelves() -> ResponseReturnValue:
    return _all({})


@door(studio, HERE, Action.EDIT_SHELVES, methods=("POST",))
def add_shelf() -> ResponseReturnValue:
    try:
        made = public_shelves.add(session(), request.form.get("title", ""), by=account())
    except Invalid as refusal:
        return _all({"title": str(refusal)}, 422)
    flash("The shelf is up, for you alone so far. Say why it is there, and open it when it is ready.", "done")
    return redirect(f"{HERE}/{made.slug}", 303)


@door(studio, f"{HERE}/<slug>", Action.EDIT_SHELVES)
def edit_shelf(slug: str) -> ResponseReturnValue:
    return _one(_shelf(slug), {})


@door(studio, f"{HERE}/<slug>", Action.EDIT_SHELVES, methods=("POST",))
def change_shelf(slug: str) -> ResponseReturnValue:
    held = _shelf(slug)
    try:
        with session().begin_nested():
            sentence = _act(held)
    except (Invalid, Conflict) as refusal:
        field = refusal.field if isinstance(refusal, Invalid) and refusal.field else "act"
        return _one(held, {field: str(refusal)}, 409 if isinstance(refusal, Conflict) else 422)
    flash(sentence, "done")
    return redirect(HERE if request.form.get("act") in ("up", "down", "remove") else f"{HERE}/{slug}", 303)


def _act(held: PublicShelf) -> str:
    form, who = request.form, account()
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "keep": (lambda: _describe(held), "Saved."),
        "open": (lambda: public_shelves.show(session(), held, to_everyone=True, by=who), "Everyone sees it now."),
        "close": (lambda: public_shelves.show(session(), held, to_everyone=False, by=who), "It is for you alone now."),
        "up": (lambda: public_shelves.move_shelf(session(), held, Step.UP, by=who), "It stands elsewhere now."),
        "down": (lambda: public_shelves.move_shelf(session(), held, Step.DOWN, by=who), "It stands elsewhere now."),
        "remove": (lambda: public_shelves.remove(session(), held, by=who), "The shelf is gone."),
    }
    act, sentence = acts.get(form.get("act", ""), (None, ""))
    if act is None:
        raise Invalid(NO_ACT)
    act()
    return sentence


def _describe(held: PublicShelf) -> None:
    title, introduction, reason = (request.form.get(name, "") for name in ("title", "introduction", "reason"))
    public_shelves.describe(session(), held, title, introduction, reason, by=account())


@door(studio, ITEM, Action.EDIT_SHELVES, methods=("POST",))
def change_item(slug: str, item_id: int) -> ResponseReturnValue:
    held = _shelf(slug)
    item = public_shelves.item_of(session(), held, item_id)
    match request.form.get("act"):
        case "up" | "down" as step:
            public_shelves.move_item(session(), held, item, Step(step), by=account())
            flash("It lies elsewhere now.", "done")
        case "off":
            public_shelves.take_off(session(), item, by=account())
            flash("It is off the shelf. The story itself stands where it stood.", "done")
        case _:
            flash(NO_ACT, "fault")
    return redirect(f"{HERE}/{slug}#items", 303)


def _meant() -> tuple[Story, Passage | None]:
    """?passage= or ?story=. Raises NotFound for what is not there."""
    if given := request.values.get("passage", ""):
        passage, story = passage_to_read(session(), whole(given) or 0, by=account())
        return story, passage
    return story_by_slug(session(), request.values.get("story", ""), account()), None


@door(studio, f"{HERE}/put", Action.EDIT_SHELVES)
def choose_shelf() -> ResponseReturnValue:
    story, passage = _meant()
    shelves = public_shelves.all_of_them(session(), by=account())
    page = PutPage(
        field="passage" if passage else "story",
        value=str(passage.id) if passage else story.slug,
        card=card(story),
        words=passage.text if passage else None,
        back=moment_path(story, passage, passage.start_ms) if passage else story_path(story),
        shelves=tuple(Link(each.title, each.slug) for each in shelves),
    )
    return render_template("studio/put_on_shelf.html", page=page)


@door(studio, f"{HERE}/put", Action.EDIT_SHELVES, methods=("POST",))
def put_on_shelf() -> ResponseReturnValue:
    story, passage = _meant()
    held = _shelf(request.form.get("shelf", ""))
    if passage is None:
        public_shelves.put_story(session(), held, story, by=account())
    else:
        public_shelves.put_passage(session(), held, passage, by=account())
    flash(f"It lies on “{held.title}” now.", "done")
    return back(f"{HERE}/{held.slug}#items")
