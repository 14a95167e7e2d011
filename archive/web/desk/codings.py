"""The themes that somebody has put on passages and stories."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.services import kept
from archive.services.access import Action
from archive.services.kept import Coding, Fate
from archive.web.desk import desk
from archive.web.desk.shapes import CodingLine
from archive.web.http import account, door, page_number, session
from archive.web.present import found, pages, story_path, theme_link
from archive.web.shapes import Found, Link

SIZE = 30
TOLD = {
    Fate.CLOSED: "Closed by the wish of its narrator.",
    Fate.GONE: "Nothing is said at this moment any more. The transcript has changed since.",
}


def lines(offset: int, limit: int) -> tuple[tuple[CodingLine, ...], int]:
    codings, total = kept.codings_of(session(), by=account(), offset=offset, limit=limit)
    shown = iter(found(session(), [each.match for each in codings if each.match], account()))
    return tuple(_line(each, next(shown) if each.match else None) for each in codings), total


def _line(each: Coding, passage: Found | None) -> CodingLine:
    tagged_on = here(each.tagging.tagged_at).date()
    if each.story is None:
        return CodingLine(each.tagging.id, tagged_on, None, None, None, TOLD[Fate.CLOSED])
    if passage is None and each.tagging.words is not None:
        return CodingLine(each.tagging.id, tagged_on, None, None, None, TOLD[Fate.GONE])
    theme = each.tagging.theme
    story = Link(each.story.title, story_path(each.story))
    return CodingLine(each.tagging.id, tagged_on, theme_link(theme.slug, theme.label), story, passage)


@door(desk, "/desk/taggings", Action.KEEP)
def taggings() -> ResponseReturnValue:
    shown, total = lines((page_number() - 1) * SIZE, SIZE)
    return render_template("desk/taggings.html", codings=shown, total=total, pages=pages(total, SIZE))
