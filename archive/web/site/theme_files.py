"""/themes/SLUG.csv and .ttl: a theme's passages as a table, and the theme as SKOS."""

from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive.formats import skos, tables
from archive.formats.skos import Form
from archive.models import Passage, Story, Tagging, Theme
from archive.services import theme_lists, theme_pages
from archive.services.access import Action
from archive.services.concepts import concepts_here, public_ids
from archive.services.tagging import span_in, taggers
from archive.web.http import door, house, session
from archive.web.present import STANDING, moment_path
from archive.web.site import site
from archive.web.words import clock

COLUMNS = ("theme", "words", "passage", "narrator", "speaker", "story", "recorded on", "from", "to", "link", "state",
           "put there by", "put there on")  # fmt: skip


def base() -> str:
    """The archive's own address."""
    return house().settings.base_url or request.url_root.rstrip("/")


def file(text: str, media_type: str, name: str) -> Response:
    """To be kept under this name; its letters may be of any script."""
    plain = name if name.isascii() else f"theme.{name.rpartition('.')[2]}"
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(text, content_type=media_type, headers={"Content-Disposition": told})


@door(site, "/themes/<slug>.csv", Action.VISIT)
def theme_csv(slug: str) -> ResponseReturnValue:
    held = theme_pages.theme_by_slug(session(), slug)
    rows = theme_pages.passages_with(session(), held.id)
    tagged = theme_pages.taggings_of(session(), held.id, [passage.id for passage, _ in rows])
    every = [each for some in tagged.values() for each in some]
    who = taggers(session(), every)
    themes = select(Theme.id, Theme.label).where(Theme.id.in_({each.theme_id for each in every}))
    names = {row.id: row.label for row in session().execute(themes)}
    lines = [
        (names[each.theme_id], *_line(passage, story, each), who[each.id].value, each.tagged_at.date())
        for passage, story in rows
        for each in tagged.get(passage.id, ())
    ]
    return file(tables.write(COLUMNS, lines), tables.MEDIA_TYPE, f"{held.slug}.csv")


def _line(passage: Passage, story: Story, tagging: Tagging) -> tuple[object, ...]:
    span = span_in(passage, tagging)
    words = " ".join(passage.text.split(" ")[span[0] : span[1] + 1]) if span else passage.text
    start, end = (story.at(passage.recording_id, ms) for ms in (tagging.start_ms, tagging.end_ms))
    return (
        words,
        passage.text,
        ", ".join(person.name for person in story.narrators),
        passage.speaker,
        story.title,
        story.recorded_on,
        clock(start) if start is not None else None,
        clock(end) if end is not None else None,
        base() + moment_path(story, passage, tagging.start_ms),
        STANDING[passage.state],
    )


@door(site, "/themes/<slug>.ttl", Action.VISIT)
def theme_ttl(slug: str) -> ResponseReturnValue:
    """The theme, and what stands around it."""
    held = theme_pages.theme_by_slug(session(), slug)
    near = theme_lists.around(session(), held)
    rows = [*near.narrower, *near.related]
    ids = {held.id, *(row.theme.id for row in rows), *(path[-1].id for path in near.paths)}
    concepts = concepts_here(session(), base(), ids & public_ids(session()))
    written = skos.write(concepts, Form.TURTLE, f"{base()}/themes", "Themes")
    return file(written, skos.MEDIA_TYPES[Form.TURTLE], f"{held.slug}.ttl")
