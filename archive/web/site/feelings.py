"""/feelings: readings of passages and stories, in one square and in one list. Each is somebody's, and none a fact."""

from collections.abc import Sequence
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Theme
from archive.services import feelings, theme_pages
from archive.services.access import Action
from archive.services.feelings import OneReading
from archive.web.feeling import SIGNED, said_of, whole_match
from archive.web.http import account, door, session, with_args
from archive.web.present import card, found, pages, story_path
from archive.web.shapes import Choice, Facet, Found, Link
from archive.web.site import site
from archive.web.site.feeling_shapes import QUESTIONS, Dot, FeelingLine, FeelingsPage, QuarterTold
from archive.web.site.square import Spot, spread

SIZE = 20


@door(site, "/feelings", Action.VISIT)
def all_feelings() -> ResponseReturnValue:
    slug = request.args.get("theme")
    theme = theme_pages.theme_by_slug(session(), slug) if slug else None
    theme_id = theme.id if theme else None
    total, both = feelings.count(session(), theme_id), feelings.count_both(session(), theme_id)
    spots = spread(feelings.points(session(), theme_id))
    shown = pages(total, SIZE)
    rows = feelings.listed(session(), theme_id, offset=(shown.number - 1) * SIZE, limit=SIZE)
    page = FeelingsPage(
        dots=_dots(spots),
        left=both - len(spots),
        single=total - both,
        total=total,
        quarters=_quarters(rows),
        pages=shown,
        themes=_themes(theme),
        theme=Link(theme.label, with_args({"theme": None, "page": None})) if theme else None,
        signed_in=account() is not None,
    )
    return render_template("site/feelings.html", page=page)


def _themes(chosen: Theme | None) -> tuple[Facet, ...]:
    choices = tuple(
        Choice(each.label, each.slug, 0, with_args({"theme": each.slug, "page": None}), chosen is each)
        for each in feelings.themes(session())
    )
    return (Facet("Themes", "theme", choices),) if choices else ()


def _dots(spots: Sequence[Spot]) -> tuple[Dot, ...]:
    rows = feelings.of(session(), [spot.reading_id for spot in spots])
    told = {row.reading.id: (row, hit) for row, hit in zip(rows, _hits(rows), strict=True)}
    return tuple(_dot(spot, *told[spot.reading_id]) for spot in spots if spot.reading_id in told)


def _hits(rows: Sequence[OneReading]) -> list[Found | None]:
    """For everybody: this page shows and plays what a stranger may read and hear."""
    matches = [whole_match(row.passage, row.story) for row in rows if row.passage]
    shown = iter(found(session(), matches, None))
    return [next(shown) if row.passage else None for row in rows]


def _dot(spot: Spot, row: OneReading, hit: Found | None) -> Dot:
    plays = hit is not None and hit.sound is not None and hit.play_from_ms is not None and not _warnings(hit)
    return Dot(
        x=spot.x,
        y=spot.y,
        from_x=spot.from_x,
        from_y=spot.from_y,
        aside=spot.aside,
        hope=row.reading.hope or 0.0,
        conviction=row.reading.conviction or 0.0,
        href=hit.href if hit else story_path(row.story),
        told=hit.turn.text[:80] if hit else "",
        title=row.story.title,
        by=SIGNED[row.reading.role],
        sound=hit.sound if hit and plays else None,
        play_from_ms=hit.play_from_ms if hit and plays else None,
        until_ms=hit.until_ms if hit and plays else None,
    )


def _warnings(hit: Found) -> tuple[str, ...]:
    """What one should know before these words. Words without times are told with all of their recording."""
    start, end = hit.play_from_ms, hit.until_ms
    return tuple(
        str(each["text"])
        for each in hit.cautions
        if start is None or end is None or (int(each["from"]) < end and int(each["to"]) > start)
    )


def _quarters(rows: Sequence[OneReading]) -> tuple[QuarterTold, ...]:
    pairs = zip(rows, _hits(rows), strict=True)
    return tuple(
        QuarterTold(quarter.name.lower(), *QUESTIONS[quarter], _lines(list(some)))
        for quarter, some in groupby(pairs, key=lambda pair: pair[0].quarter)
    )


def _lines(pairs: Sequence[tuple[OneReading, Found | None]]) -> tuple[FeelingLine, ...]:
    """Each passage once, where it was read last, with all of its readings here."""
    same: dict[tuple[int, int | None], list[tuple[OneReading, Found | None]]] = {}
    for row, hit in pairs:
        same.setdefault((row.story.id, row.passage.id if row.passage else None), []).append((row, hit))
    return tuple(_line([row for row, _ in some], some[0][1]) for some in same.values())


def _line(rows: Sequence[OneReading], hit: Found | None) -> FeelingLine:
    readings = tuple(said_of(row.reading) for row in rows)
    return FeelingLine(readings, card(rows[0].story), hit, _warnings(hit) if hit else ())
