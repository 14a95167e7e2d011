"""Key cards of a story's narrators: made, renewed, made void; and that a narrator went through the story is noted."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Person, Story
from archive.services import keycards, reviews
from archive.services.access import Action
from archive.services.errors import Conflict
from archive.web.http import account, door, house, session
from archive.web.qr import qr
from archive.web.studio import studio
from archive.web.studio.story import mine
from archive.web.typed import whole


def _narrator(story: Story) -> Person:
    wanted = whole(request.form.get("narrator", ""))
    person = next((each for each in story.tellers if each.id == wanted), None)
    if person is None:
        raise Conflict("This is no narrator of the story any more.")
    return person


@door(studio, "/studio/<slug>/cards", Action.ISSUE_CARD, methods=("POST",))
def make_card(slug: str) -> ResponseReturnValue:
    """The answer is the card itself: its words are kept nowhere, and this is the one time that they are shown."""
    story, who = mine(slug)
    person = _narrator(story)
    token = keycards.issue(session(), person, by=who)
    base = house().settings.base_url or request.url_root.rstrip("/")
    card = render_template(
        "studio/card.html",
        name=person.name,
        title=story.title,
        back=f"/studio/{story.slug}#cards",
        words=keycards.grouped(token).split(" "),
        where=f"{base}/key".partition("//")[2],
        address=f"/key/{token}",
        code=qr(f"{base}/key/{token}"),
    )
    return Response(card, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


@door(studio, "/studio/<slug>/cards/revoke", Action.ISSUE_CARD, methods=("POST",))
def revoke_card(slug: str) -> ResponseReturnValue:
    story, who = mine(slug)
    person = _narrator(story)
    void = keycards.revoke(session(), person, by=who)
    flash(f"The key card of {person.name} opens nothing any more." if void else "There was no key card.", "done")
    return redirect(f"/studio/{slug}#cards", 303)


@door(studio, "/studio/<slug>/seen", Action.EDIT, methods=("POST",))
def seen(slug: str) -> ResponseReturnValue:
    story, _ = mine(slug)
    reviews.seen(session(), story, by=account())
    return redirect(f"/studio/{slug}#public", 303)
