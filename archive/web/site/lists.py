"""Home, stories, people."""

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.models import Story
from archive.services import browse, cautions, people
from archive.services.access import Action
from archive.services.browse import Facet
from archive.services.chance import a_voice
from archive.services.embargoes import why_closed
from archive.services.stories import newest, totals
from archive.web.http import LONGEST_ARG, door, page_number, session
from archive.web.narrowing import chosen_links, facets
from archive.web.present import (
    card,
    cards,
    known,
    moment_path,
    pages,
    sound_of,
    theme_link,
    turn,
)
from archive.web.shapes import ClosedPage, Voice
from archive.web.site import site
from archive.web.warned import for_the_player

SIZE = 20


def chosen(args: MultiDict[str, str] | None = None) -> dict[Facet, list[str]]:
    """What an address narrows the list to: that of this request, if no other is given."""
    args = request.args if args is None else args
    given = {facet: [value[:LONGEST_ARG] for value in args.getlist(facet.value) if value] for facet in Facet}
    return {facet: values[:20] for facet, values in given.items() if values}


@door(site, "/", Action.VISIT)
def home() -> ResponseReturnValue:
    count, minutes = totals(session(), None)
    themes = sorted(browse.list_themes(session(), None), key=lambda each: -each.count)[:24]
    return render_template(
        "site/home.html",
        empty=count == 0,
        voice=_voice(),
        newest=cards(session(), newest(session(), None)),
        themes=tuple(theme_link(each.value, each.label, each.count) for each in themes),
        stories_total=count,
        minutes_total=minutes,
    )


def _voice() -> Voice | None:
    """By chance; each visible story is as likely as the other."""
    dice = secrets.SystemRandom()
    passage = a_voice(session(), None, dice.random(), dice.random())
    if passage is None:
        return None
    story = session().get_one(Story, passage.story_id)
    href = moment_path(story, passage, passage.start_ms)
    warnings = cautions.by_recording(session(), [story.id]).get(passage.recording_id or 0, ())
    return Voice(card(story), turn(passage, story), href, sound_of(story, passage, None), for_the_player(warnings))


@door(site, "/stories", Action.VISIT)
def stories() -> ResponseReturnValue:
    listing = browse.list_stories(session(), chosen(), None, offset=(page_number() - 1) * SIZE, limit=SIZE)
    shown = facets(listing.facets, chosen())
    return render_template(
        "site/stories.html",
        cards=cards(session(), listing.stories),
        facets=shown,
        pages=pages(listing.total, SIZE),
        total=listing.total,
        chosen=chosen_links(shown),
        closed=_closed() if not chosen() and page_number() == 1 else (),
    )


def _closed() -> tuple[ClosedPage, ...]:
    held, _ = browse.closed_stories(session())
    return tuple(ClosedPage(known(story), why_closed(session(), story)) for story in held)


@door(site, "/people/<slug>", Action.VISIT)
def person(slug: str) -> ResponseReturnValue:
    held, told, recorded = people.person_page(session(), slug, None)
    return render_template(
        "site/person.html", name=held.name, told=cards(session(), told), recorded=cards(session(), recorded)
    )
