"""/years: what the archive can tell of a year, out of what everyone may read today."""

from collections.abc import Sequence
from urllib.parse import quote as quoted

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.models import Part, Story
from archive.services import years
from archive.services.access import Action
from archive.services.quotes import Quote
from archive.services.years import Month, Year
from archive.web.http import door, house, session
from archive.web.present import card, moment_path, people, theme_link
from archive.web.shapes import Link
from archive.web.site import site
from archive.web.words import MONTHS
from archive.web.year_shapes import CameIn, MonthTold, Quoted, TapeMade, YearPage
from archive.web.year_words import of_month, told, whose

HERE = "/years"
LISTED = 60  # stories of a month


@door(site, HERE, Action.VISIT)
def all_years() -> ResponseReturnValue:
    return render_template("site/years.html", years=years.all_years(session()))


@door(site, f"{HERE}/<int(max=9999):year>", Action.VISIT)
def year(year: int) -> ResponseReturnValue:
    held = years.year_told(session(), year, secret=house().secret_key)
    return render_template("site/year.html", page=_page(held, years.all_years(session())))


def _page(held: Year, known: Sequence[int]) -> YearPage:
    number = held.number
    return YearPage(
        year=number,
        so_far=held.so_far,
        told=told(held),
        people=_people(held.stories),
        themes=tuple(theme_link(each.slug, each.label) for each in held.themes),
        months=tuple(_month(each) for each in held.months),
        before=number - 1 if number - 1 in known else None,
        after=number + 1 if number + 1 in known else None,
    )


def _people(stories: Sequence[Story]) -> tuple[Link, ...]:
    """As they are named in public; each once."""
    named = {link.href: link for story in stories for link in people(story, Part.NARRATOR)}
    return tuple(sorted(named.values(), key=lambda link: link.label.casefold()))


def _month(month: Month) -> MonthTold:
    return MonthTold(
        name=MONTHS[month.number - 1],
        told=of_month(len(month.stories), len(month.tapes)),
        stories=tuple(CameIn(card(story), story.for_whom) for story in month.stories[:LISTED]),
        more=max(0, len(month.stories) - LISTED),
        tapes=tuple(TapeMade(Link(tape.title, f"/mixtapes/{quoted(tape.slug)}"), tape.maker) for tape in month.tapes),
        quotes=tuple(_quoted(each) for each in month.quotes),
    )


def _quoted(quote: Quote) -> Quoted:
    shown = card(quote.story)
    speaker = quote.passage.speaker or ", ".join(link.label for link in shown.narrators)
    at = quote.start_ms - quote.story.begins(quote.passage.recording_id) if quote.start_ms is not None else None
    return Quoted(
        text=quote.text,
        language=quote.story.language,
        speaker=speaker,
        card=shown,
        href=moment_path(quote.story, quote.passage, at),
        whose=whose(quote),
        link=_put_on(quote),
    )


def _put_on(quote: Quote) -> Link:
    if quote.tape is not None:
        return Link(quote.tape.title, f"/mixtapes/{quoted(quote.tape.slug)}")
    return theme_link(quote.theme.slug, quote.theme.label) if quote.theme else Link("", HERE)
