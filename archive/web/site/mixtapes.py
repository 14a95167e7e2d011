"""/mixtapes, and one of them: played gapless with scripts, clip by clip without."""

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from archive.formats import timelines
from archive.services import mixtapes
from archive.services.access import Action
from archive.web.http import account, door, page_number, session
from archive.web.links import visitor
from archive.web.mixtape_shapes import TapesPage
from archive.web.present import pages
from archive.web.site import site
from archive.web.tapes import cut_of, tape_lines, tape_page

SIZE = 30


@door(site, "/mixtapes", Action.VISIT)
def tapes() -> ResponseReturnValue:
    found, total = mixtapes.open_ones(session(), (page_number() - 1) * SIZE, SIZE)
    page = TapesPage(tape_lines(found), pages(total, SIZE), account() is not None)
    return render_template("site/mixtapes.html", page=page)


@door(site, "/mixtapes/<slug>", Action.READ)
def tape(slug: str) -> ResponseReturnValue:
    held = mixtapes.mixtape(session(), slug, by=account())
    return render_template("site/mixtape.html", page=tape_page(held, visitor()))


@door(site, "/mixtapes/<slug>/read", Action.READ)
def verse(slug: str) -> ResponseReturnValue:
    """The same pieces as a page to read: a line each, which plays its own sound."""
    held = mixtapes.mixtape(session(), slug, by=account())
    return render_template("site/mixtape_read.html", page=tape_page(held, visitor()))


@door(site, "/mixtapes/<slug>.<any(otio, edl):program>", Action.READ)
def timeline(slug: str, program: str) -> ResponseReturnValue:
    """For programs that cut sound; what is a gap is left out."""
    page = tape_page(mixtapes.mixtape(session(), slug, by=account()), visitor())
    cuts = tuple(cut for piece in page.pieces if (cut := cut_of(piece)))
    if program == "edl":
        return Response(timelines.edl(page.title, cuts), content_type=timelines.EDL_TYPE)
    return Response(timelines.otio(page.title, cuts, page.reason or ""), content_type=timelines.OTIO_TYPE)


@door(site, "/mixtapes/<slug>/copy", Action.MIX, methods=("POST",))
def copy(slug: str) -> ResponseReturnValue:
    """Somebody's mixtape, to go on from."""
    held = mixtapes.mixtape(session(), slug, by=account())
    made = mixtapes.copy(session(), held, by=account())
    flash("It is yours to go on from now. It says where it comes from.", "done")
    return redirect(f"/desk/mixtapes/{made.slug}", 303)
