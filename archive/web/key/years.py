"""/key/TOKEN/years: what happened to a narrator's own stories, year by year."""

from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.days import here, today
from archive.services import own_years
from archive.services.access import Action
from archive.services.own_years import Happening
from archive.web import present
from archive.web.http import door, house, session
from archive.web.key import key
from archive.web.key.holding import narrator, person, story_path
from archive.web.shapes import Link
from archive.web.words import MONTHS
from archive.web.year_shapes import OwnLine, OwnMonth, OwnYearPage

YEARS = "/key/<token>/years"


@door(key, YEARS, Action.HOLD_CARD)
def all_years() -> ResponseReturnValue:
    known = own_years.own_years(session(), person(), by=narrator())
    return render_template("key/years.html", years=known)


@door(key, f"{YEARS}/<int(max=9999):year>", Action.HOLD_CARD)
def year(year: int) -> ResponseReturnValue:
    happened = own_years.own_year(session(), year, person(), by=narrator(), secret=house().secret_key)
    known = own_years.own_years(session(), person(), by=narrator())
    months = groupby(happened, key=lambda each: here(each.at).month)
    page = OwnYearPage(
        year=year,
        so_far=year == today().year,
        months=tuple(OwnMonth(MONTHS[month - 1], tuple(_line(each) for each in rows)) for month, rows in months),
        before=year - 1 if year - 1 in known else None,
        after=year + 1 if year + 1 in known else None,
    )
    return render_template("key/year.html", page=page)


def _line(each: Happening) -> OwnLine:
    return OwnLine(here(each.at).date(), each.story.title, story_path(each.story), each.said, _leads_to(each))


def _leads_to(each: Happening) -> Link | None:
    if each.tape is not None:
        return Link(each.tape.title, f"/mixtapes/{each.tape.slug}")
    return Link(each.other.title, present.story_path(each.other)) if each.other else None
