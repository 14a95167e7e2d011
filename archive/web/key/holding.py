"""Who holds the card of this address. Asked before every page under /key/TOKEN, so that none can forget it."""

from datetime import timedelta

from flask import Response, g, render_template
from flask import session as cookie

from archive.db import now
from archive.models import Person, Story
from archive.services import guessing, keycards
from archive.services.access import Narrator
from archive.services.errors import NotFound
from archive.web import guesses
from archive.web.http import house, session
from archive.web.key import key
from archive.web.links import CARD

USED_EVERY = timedelta(hours=1)  # when it was used last is for people, and needs no more
STORY = "/key/<token>/stories/<slug>"


@key.url_value_preprocessor
def take(endpoint: str | None, values: dict[str, str] | None) -> None:
    g.token = values.pop("token", None) if values else None


@key.before_request
def prove() -> Response | None:
    """Before the door opens its unit of work: what is kept of a wrong card must outlive the refusal."""
    if g.token is None:
        return None
    try:
        g.holder = opened_with(g.token)
    except NotFound as refusal:  # beside the sentence, the form for another try
        return Response(render_template("key/enter.html", error=str(refusal), words=""), 404)
    return None


def opened_with(token: str) -> Narrator:
    """Who holds this card. Raises NotFound, and TooMany for whoever has tried many; somebody who came in with this card
    in this browser before does not wait for what others tried from the same address."""
    source = guesses.source("from", guesses.here())
    try:
        card = keycards.card_by(session(), token)
    except NotFound:
        guesses.refuse_many((source, guessing.MOST))
        guesses.remember(source)
        raise
    if cookie.get(CARD) != card.id:
        guesses.refuse_many((source, guessing.MOST))
        cookie[CARD] = card.id
    if card.used_at is None or card.used_at < now() - USED_EVERY:
        with house().db.writing() as own:
            keycards.used(own, card.id)
    return Narrator(card.person_id)


@key.context_processor
def for_every_page() -> dict[str, object]:
    return {"home": home_path() if "holder" in g else None}


def narrator() -> Narrator:
    holder = g.holder
    assert isinstance(holder, Narrator)  # noqa: S101  prove() has seen to it
    return holder


def person() -> Person:
    return session().get_one(Person, narrator().person_id)


def home_path() -> str:
    return f"/key/{keycards.clean(g.token)}"


def story_path(story: Story) -> str:
    return f"{home_path()}/stories/{story.slug}"


def mine(slug: str) -> Story:
    """A story of the holder's, and of nobody else's."""
    return keycards.story_told(session(), slug, narrator())
