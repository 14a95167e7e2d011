"""The themes that somebody has put on passages and stories."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.services import kept
from archive.services.access import Action
from archive.services.kept import Coding
from archive.web.desk import desk
from archive.web.desk.shapes import CodingLine
from archive.web.http import account, door, page_number, session
from archive.web.present import found, pages, story_path, theme_link
from archive.web.shapes import Found, Link

SIZE = 30


def lines(offset: int, limit: int) -> tuple[tuple[CodingLine, ...], int]:
    codings, total = kept.codings_of(session(), by=account(), offset=offset, limit=limit)
    shown = iter(found(session(), [each.match for each in codings if each.match], account()))
    return tuple(_line(each, next(shown) if each.match else None) for each in codings), total


def _line(each: Coding, passage: Found | None) -> CodingLine:
    theme = each.tagging.theme
    return CodingLine(
        id=each.tagging.id,
        tagged_on=here(each.tagging.tagged_at).date(),
        theme=theme_link(theme.slug, theme.label) if each.story else None,
        story=Link(each.story.title, story_path(each.story)) if each.story else None,
        found=passage,
    )


@door(desk, "/desk/taggings", Action.KEEP)
def taggings() -> ResponseReturnValue:
    shown, total = lines((page_number() - 1) * SIZE, SIZE)
    return render_template("desk/taggings.html", codings=shown, total=total, pages=pages(total, SIZE))
