"""/desk/mixtapes: where mixtapes are made. Each act is a form; scripts only spare the way to its button."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Mixtape, Recording
from archive.services import mixtapes, renderings, verses
from archive.services.access import Action
from archive.services.anchors import said_around
from archive.services.clips import AROUND_MS
from archive.services.errors import Conflict, Invalid
from archive.web.clip_shapes import Word
from archive.web.desk import desk
from archive.web.http import account, back, door, house, session
from archive.web.mixtape_shapes import TrimPage
from archive.web.present import bars, card, clip_media
from archive.web.tapes import tape_lines, tape_page
from archive.web.typed import whole

HERE = "/desk/mixtapes"
ONE = "/desk/mixtapes/<slug>"
BARS = 120
ITEM = "/desk/mixtapes/<slug>/items/<int(max=2147483647):item_id>"


@door(desk, HERE, Action.MIX)
def tapes() -> ResponseReturnValue:
    return _mine({})


def _mine(errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    tapes = tape_lines(mixtapes.mine(session(), by=account()))
    return render_template("desk/mixtapes.html", tapes=tapes, errors=errors, values=request.form), code


@door(desk, HERE, Action.MIX, methods=("POST",))
def begin_tape() -> ResponseReturnValue:
    return _begun()


def _begun() -> ResponseReturnValue:
    """A new one, with a clip on it where the form holds its key."""
    try:
        with session().begin_nested():  # both, or neither
            made = mixtapes.begin(session(), request.form.get("title", ""), by=account())
            if key := request.form.get("clip"):
                mixtapes.add_clip(session(), made, key, by=account(), secret=house().secret_key)
    except Invalid as refusal:
        return _mine({_field(refusal): str(refusal)}, 422)
    return _onward(made) if key else redirect(f"{HERE}/{made.slug}", 303)


def _onward(held: Mixtape) -> ResponseReturnValue:
    """Back to the story, where the next words are; to the mixtape for whoever wants to see it."""
    here = f"{HERE}/{held.slug}#end"
    flash(f"Put on “{held.title}”, at the end.", "done")
    return redirect(here, 303) if "see" in request.form else back(here)


def _field(refusal: Invalid) -> str:
    return {"name": "title", "clip": "act"}.get(refusal.field or "", refusal.field or "act")


@door(desk, f"{HERE}/put", Action.MIX, methods=("POST",))
def put_on() -> ResponseReturnValue:
    """A clip on the mixtape that was chosen; on a new one where none was."""
    if not (slug := request.form.get("mixtape", "")):
        return _begun()
    held = mixtapes.at_work(session(), slug, by=account())
    mixtapes.add_clip(session(), held, request.form.get("clip", ""), by=account(), secret=house().secret_key)
    return _onward(held)


@door(desk, ONE, Action.MIX)
def tape(slug: str) -> ResponseReturnValue:
    return _page(_own(slug), {})


def _own(slug: str) -> Mixtape:
    held = mixtapes.mixtape(session(), slug, by=account())
    mixtapes.require_own(held, by=account())
    return held


def _page(held: Mixtape, errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    page = tape_page(held, account())
    return render_template("desk/mixtape.html", page=page, errors=errors, values=request.form), code


def _at_work(slug: str) -> Mixtape:
    return mixtapes.at_work(session(), slug, whole(request.form.get("version", "")), by=account())


@door(desk, ONE, Action.MIX, methods=("POST",))
def describe_tape(slug: str) -> ResponseReturnValue:
    given = [request.form.get(name, "") for name in ("title", "maker", "reason")]
    try:
        mixtapes.describe(session(), _at_work(slug), *given)
    except Invalid as refusal:
        return _page(_own(slug), {_field(refusal): str(refusal)}, 422)
    except Conflict as refusal:  # what was typed stands in the form again
        return _page(_own(slug), {"act": str(refusal)}, 409)
    flash("Written down.", "done")
    return redirect(f"{HERE}/{slug}", 303)


@door(desk, f"{ONE}/show", Action.MIX, methods=("POST",))
def show_tape(slug: str) -> ResponseReturnValue:
    held, open_ = _at_work(slug), request.form.get("open") == "1"
    try:
        mixtapes.show(session(), held, to_everyone=open_)
    except Invalid as refusal:
        return _page(_own(slug), {"act": str(refusal)}, 422)
    flash("Everyone can hear it now." if open_ else "It is for you alone again.", "done")
    return redirect(f"{HERE}/{slug}", 303)


@door(desk, f"{ONE}/file", Action.MIX, methods=("POST",))
def ask_for_file(slug: str) -> ResponseReturnValue:
    held = mixtapes.mixtape(session(), slug, by=account())
    renderings.ask(session(), held, by=account())
    flash("It is being made. Look again in a minute or two.", "done")
    return back(f"{HERE}/{held.slug}#file")


@door(desk, f"{ONE}/remove", Action.MIX)
def before_throwing_away(slug: str) -> ResponseReturnValue:
    return render_template("desk/remove_mixtape.html", tape=tape_lines([_own(slug)])[0])


@door(desk, f"{ONE}/remove", Action.MIX, methods=("POST",))
def throw_away(slug: str) -> ResponseReturnValue:
    held = _own(slug)
    title = held.title
    mixtapes.remove(session(), held)
    flash(f"The mixtape “{title}” is gone. The stories stand where they stood.", "done")
    return redirect(HERE, 303)


@door(desk, f"{ONE}/words", Action.MIX, methods=("POST",))
def write_between(slug: str) -> ResponseReturnValue:
    try:
        held = _at_work(slug)
        made = mixtapes.add_words(session(), held, request.form.get("words", ""))
    except Invalid as refusal:
        return _page(_own(slug), {"words": str(refusal)}, 422)
    except Conflict as refusal:  # what was typed stands in the form again
        return _page(_own(slug), {"act": str(refusal)}, 409)
    after = whole(request.form.get("at", ""))
    if after is not None:
        mixtapes.move(session(), held, made, after)
    return redirect(f"{HERE}/{slug}#item-{made.id}", 303)


@door(desk, ITEM, Action.MIX)
def before_trimming(slug: str, item_id: int) -> ResponseReturnValue:
    """The words around a clip, of which a first and a last one are chosen."""
    return _trimming(_own(slug), item_id, {})


def _trimming(held: Mixtape, item_id: int, errors: dict[str, str], code: int = 200) -> ResponseReturnValue:
    item = mixtapes.item_of(session(), held, item_id)
    clip = mixtapes.clip_of(session(), item, by=account(), secret=house().secret_key)
    placed, recording = clip.placed, clip.recording
    start, end = placed.start_ms - AROUND_MS, placed.end_ms + AROUND_MS
    words = tuple(
        Word(text, from_, to, from_ >= placed.start_ms and to <= placed.end_ms)
        for text, from_, to in said_around(session(), recording.id, start, end)
    )
    page = TrimPage(
        held.slug, held.title, held.version, item.id, card(clip.story).title, words, clip.begins,
        clip_media(recording, clip.anchor.key), _bars(recording, words),
    )  # fmt: skip
    return render_template("desk/trim.html", page=page, errors=errors), code


def _bars(recording: Recording, words: tuple[Word, ...]) -> tuple[int, ...]:
    """The part of the recording's waveform in which these words are said."""
    peaks = recording.peaks or b""
    if not words or not recording.duration_ms:
        return ()
    first, last = (round(len(peaks) * ms / recording.duration_ms) for ms in (words[0].start_ms, words[-1].end_ms))
    return bars(peaks[first : max(last, first + 1)], BARS)


@door(desk, f"{ITEM}/trim", Action.MIX, methods=("POST",))
def trim_clip(slug: str, item_id: int) -> ResponseReturnValue:
    held = _at_work(slug)
    item = mixtapes.item_of(session(), held, item_id)
    start, end = (whole(request.form.get(name, "")) for name in ("from", "to"))
    try:
        if start is None or end is None:
            raise Invalid("Please choose the first word and the last.", "from")
        mixtapes.trim(session(), item, start, end, by=account(), secret=house().secret_key)
    except Invalid as refusal:
        return _trimming(_own(slug), item_id, {"act": str(refusal)}, 422)
    return redirect(f"{HERE}/{slug}#item-{item_id}", 303)


@door(desk, f"{ITEM}/split", Action.MIX, methods=("POST",))
def split_clip(slug: str, item_id: int) -> ResponseReturnValue:
    held = _at_work(slug)
    item = mixtapes.item_of(session(), held, item_id)
    at = whole(request.form.get("at", ""))
    try:
        verses.split(session(), held, item, -1 if at is None else at, by=account(), secret=house().secret_key)
    except Invalid as refusal:
        return _trimming(_own(slug), item_id, {"act": str(refusal)}, 422)
    return redirect(f"{HERE}/{slug}#item-{item_id}", 303)


@door(desk, ITEM, Action.MIX, methods=("POST",))
def change_piece(slug: str, item_id: int) -> ResponseReturnValue:
    """act: up, down, to (with a place from 1), words, repeat, blank, off."""
    held = _at_work(slug)
    item = mixtapes.item_of(session(), held, item_id)
    here = [each.id for each in mixtapes.items_of(session(), held)].index(item.id)
    match request.form.get("act"):
        case "up" | "down" | "to" as way:
            places = {"up": here - 1, "down": here + 1, "to": (whole(request.form.get("to", "")) or 1) - 1}
            mixtapes.move(session(), held, item, places[way])
        case "words":
            mixtapes.rewrite(session(), item, request.form.get("words", ""))
        case "repeat":
            item = verses.repeat(session(), held, item)
        case "blank":
            item = verses.breathe(session(), held, item)
        case "off":
            mixtapes.take_off(session(), item)
            return redirect(f"{HERE}/{slug}", 303)
        case _:
            raise Invalid("Please choose what to do with it.", "act")
    return redirect(f"{HERE}/{slug}#item-{item.id}", 303)
