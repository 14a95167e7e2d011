"""/walk: a passage, large, with its sound, and two or three ways on from it. The way walked stays in the address."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services import cautions, walks
from archive.services.access import Action, visible_to
from archive.services.likeness import passage_to_read
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS
from archive.services.walks import MOST_MET, Onward, Way
from archive.web.feeling import warnings
from archive.web.http import door, house, session
from archive.web.present import card, moment_path, sound_of, turn
from archive.web.shapes import Link, Voice
from archive.web.site import site
from archive.web.typed import whole
from archive.web.warned import for_the_player

OPENS = 140  # characters of what is said there
WAYS = {
    Way.MEANING: "Another voice, near to this in what it means",
    Way.THEME: "Another voice on",
    Way.QUESTION: "Another answer to",
}
throw = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class WayOn:
    """opens: how it begins there. who: whose voice it is."""

    href: str
    told: str
    about: str | None
    who: str
    opens: str
    language: str | None


@dataclass(frozen=True, slots=True)
class WalkPage:
    """back: where one stood before. walked: whom one met, the first one first."""

    voice: Voice
    warnings: tuple[str, ...]
    ways: tuple[WayOn, ...]
    elsewhere: str
    back: Link | None
    walked: tuple[Link, ...]


@door(site, "/walk", Action.VISIT)
def walk() -> ResponseReturnValue:
    """Somewhere else entirely, or the first step: leads to an address that stays."""
    way = _way()
    passage = walks.somewhere(session(), walks.met_in(session(), way), throw)
    if passage is not None:
        return redirect(_path(passage.id, way), 303)
    steps = _steps(session(), way)
    return render_template("site/walk_ends.html", back=steps[-1] if steps else None)


@door(site, "/walk/<int(max=2147483647):passage_id>", Action.READ)
def step(passage_id: int) -> ResponseReturnValue:
    """For everybody: a walk shows and plays what a stranger may read and hear."""
    passage, story = passage_to_read(session(), passage_id, by=None)
    way = [each for each in _way() if each != passage_id]
    here = [*way, passage_id]
    found = walks.ways_on(session(), house().index, passage, story, walks.met_in(session(), here), throw)
    steps = _steps(session(), way)
    page = WalkPage(
        voice=_voice(passage, story),
        warnings=warnings(story, passage),
        ways=tuple(_on(each, here) for each in found),
        elsewhere=f"/walk?from={_joined(here)}",
        back=steps[-1] if steps else None,
        walked=steps,
    )
    return render_template("site/walk.html", page=page)


def _way() -> list[int]:
    """?from=3,17,4: passages that were met, the first one first. What is no number is passed over."""
    numbers = (whole(each) for each in request.args.get("from", "")[:400].split(","))
    return list(dict.fromkeys(each for each in numbers if each is not None))[-MOST_MET:]


def _joined(way: Sequence[int]) -> str:
    return ",".join(str(each) for each in way[-MOST_MET:])


def _path(passage_id: int, way: Sequence[int]) -> str:
    return f"/walk/{passage_id}" + (f"?from={_joined(way)}" if way else "")


def _voice(passage: Passage, story: Story) -> Voice:
    href = moment_path(story, passage, passage.start_ms)
    told = cautions.by_recording(session(), [story.id]).get(passage.recording_id or 0, ())
    return Voice(card(story), turn(passage, story), href, sound_of(story, passage, None), for_the_player(told))


def _who(passage: Passage, story: Story) -> str:
    return passage.speaker or ", ".join(each.name for each in story.narrators) or "a narrator who is not named"


def _on(onward: Onward, here: Sequence[int]) -> WayOn:
    passage, story = onward.passage, onward.story
    opens = passage.text if len(passage.text) <= OPENS else passage.text[:OPENS].rsplit(" ", 1)[0] + " …"
    who = _who(passage, story)
    return WayOn(_path(passage.id, here), WAYS[onward.way], onward.about, who, opens, story.language)


def _steps(opened: Session, way: Sequence[int]) -> tuple[Link, ...]:
    """Those of the way that everyone may still read, each with what came before it."""
    query = select(Passage, Story).join(Story, Story.id == Passage.story_id).options(*FOR_CARDS)
    open_ones = query.where(Passage.id.in_(way), visible_to(None), Passage.text.not_in(("", MARK)))
    held = {passage.id: _who(passage, story) for passage, story in opened.execute(open_ones)}
    return tuple(Link(held[each], _path(each, way[:place])) for place, each in enumerate(way) if each in held)
