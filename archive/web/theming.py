"""The page on which somebody puts a theme on a passage, or on some words of it: the same for everyone who may.

With scripts the story's own page does as well; here two words are chosen from a list, or none for the whole passage.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive.models import Passage, Story, Theme
from archive.services import browse, tagging
from archive.services.access import Actor
from archive.services.corrections import CHANGED
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.sealing import MARK
from archive.services.tagging import Span
from archive.web.http import back, session
from archive.web.present import turns
from archive.web.shapes import Turn
from archive.web.typed import whole

GONE = "That passage is not there any more: it was joined with the one before, cut anew or taken out."
OFFERED = 300  # names of themes that a field offers


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: its own address, the way back to the passage, where a theme is taken off (its number
    comes after it), and the frame of its pages."""

    act: str
    back: str
    off: str
    frame: str


@dataclass(frozen=True, slots=True)
class ThemingPage:
    title: str
    language: str | None
    turn: Turn
    words: tuple[str, ...]
    known: tuple[str, ...]  # names of themes


def passage_of(passage_id: int, story: Story | None = None) -> Passage:
    """Raises NotFound; also where it belongs to another story than this."""
    passage = session().get(Passage, passage_id)
    if passage is None or (story is not None and passage.story_id != story.id) or passage.text in ("", MARK):
        raise NotFound(GONE)
    return passage


def page(
    story: Story,
    passage: Passage,
    by: Actor,
    place: Place,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    shown = ThemingPage(
        title=story.title,
        language=story.language,
        turn=turns(session(), story, [passage], by)[0],
        words=tuple(passage.text.split(" ")),
        known=known_themes(by),
    )
    values = typed if typed is not None else request.args.to_dict()
    return render_template("theming.html", page=shown, place=place, mark=MARK, values=values, errors=errors or {})


def known_themes(by: Actor) -> tuple[str, ...]:
    """Themes that stand somewhere first, the most used at the top; then what curators have put into the thesaurus."""
    used = sorted(browse.list_themes(session(), by), key=lambda each: -each.count)
    kept = select(Theme.label).where(Theme.curated, Theme.merged_into_id.is_(None)).order_by(Theme.folded)
    labels = [*(each.label for each in used), *session().scalars(kept.limit(OFFERED))]
    return tuple(dict.fromkeys(labels))[:OFFERED]


def put(story: Story, passage: Passage, by: Actor, place: Place) -> ResponseReturnValue:
    """Put the theme there, or show the page with the sentence and everything that was chosen."""
    before = tagging.numbers_on(session(), story)
    try:
        with session().begin_nested():
            span = _span(passage)
            held = tagging.tag_passage(session(), passage, request.form.get("theme", ""), by=by, span=span)
            label, new = held.theme.label, held.id not in before
    except (Invalid, Conflict) as refusal:
        session().refresh(passage)
        field = refusal.field if isinstance(refusal, Invalid) and refusal.field in ("theme", "words") else "words"
        shown = page(story, passage, by, place, request.form.to_dict(), {field: str(refusal)})
        return shown, 409 if isinstance(refusal, Conflict) else 422
    told = "stands there now" if new else "stood on this passage already; nothing was changed"
    flash(f"“{label}” {told}.", "done")
    return back(place.back)


def _span(passage: Passage) -> Span | None:
    """None is the whole passage. Words are counted as they stood when the page was opened: raises Conflict where they
    are others now."""
    first, last = (request.form.get(name, "").strip() for name in ("first", "last"))
    if "whole" in request.form or not (first or last):
        return None
    numbers = whole(first), whole(last)
    if numbers[0] is None or numbers[1] is None:
        raise Invalid("Please choose the first word and the last word, or the whole passage.", "words")
    version = whole(request.form.get("version", ""))
    if version is not None and version != passage.version:
        raise Conflict(CHANGED)
    return min(numbers[0], numbers[1]), max(numbers[0], numbers[1])
