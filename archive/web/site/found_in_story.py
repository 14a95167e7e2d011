"""What somebody looks for within one story: on its page, and for the script that goes from place to place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services.access import Action, Actor
from archive.services.find_in_story import Place, Places, find_in_story
from archive.services.stories import story_by_slug
from archive.web.http import door, session
from archive.web.links import visitor
from archive.web.shapes import Sought, Spot, Turn
from archive.web.site import site
from search.query import MAX_TEXT


def wanted() -> str:
    return request.args.get("find", "")[:MAX_TEXT]


def places_in(story: Story, by: Actor) -> Places:
    text = wanted()
    return find_in_story(session(), story, text, by=by) if text.strip() else Places()


def sought(places: Places) -> Sought:
    text = wanted().strip()
    return Sought(text, told(text, places), places.total)


def told(text: str, places: Places) -> str:
    if not text:
        return ""
    if not places.total:
        return f"Nobody says “{text}” in this story."
    many = f"{places.total} {'place' if places.total == 1 else 'places'}"
    return f"Nobody says just that. {many} come close." if places.forgiven else many


def spotted(turns: Sequence[Turn], places: Places) -> tuple[Turn, ...]:
    """The turns, with what was looked for marked in them."""
    by_passage: dict[int, list[Place]] = defaultdict(list)
    for place in places.listed:
        by_passage[place.passage_id].append(place)
    return tuple(
        replace(turn, spot=_spot(turn.text, by_passage[turn.id], places)) if turn.id in by_passage else turn
        for turn in turns
    )


def _spot(text: str, here: Sequence[Place], places: Places) -> Spot:
    pieces: list[tuple[str, bool]] = []
    done = 0
    for place in here:
        pieces += [(text[done : place.begin], False), (text[place.begin : place.end], True)]
        done = place.end
    pieces.append((text[done:], False))
    last = here[-1].n
    following = places.listed[last] if last < len(places.listed) else None
    return Spot(tuple(each for each in pieces if each[0]), here[0].n, last, _href(following) if following else None)


def _href(place: Place) -> str:
    return f"?{urlencode({'find': wanted(), 'page': place.page})}#p{place.passage_id}"


@door(site, "/stories/<slug>/find.json", Action.READ)
def find(slug: str) -> ResponseReturnValue:
    """{"total", "told", "places": [[passage, page, from, to], …]}: in order, from and to in the passage's text."""
    by = visitor()
    places = places_in(story_by_slug(session(), slug, by), by)
    listed = [[place.passage_id, place.page, place.begin, place.end] for place in places.listed]
    return jsonify({"total": places.total, "told": told(wanted().strip(), places), "places": listed})
