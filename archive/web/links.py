"""Links for those who were given one: a story that is not for everyone opens to whoever holds its link."""

import base64
import hashlib
import hmac

from flask import request
from flask import session as cookie
from sqlalchemy import select

from archive.models import Story
from archive.services.access import Actor, Guest
from archive.services.keycards import narrator_of
from archive.web.http import account, house, session

HELD = "links"  # in the cookie: the stories whose links this browser came with, and which version of them
MOST = 50
CARD = "card"  # in the cookie: the number of the key card that this browser came with last


def token(story: Story) -> str:
    """What stands behind ?key= in the story's link. It needs no row: a higher link_version makes another one."""
    said = f"link {story.id} {story.link_version}".encode()
    whole = hmac.new(house().secret_key.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(whole[:18]).decode()


def link(story: Story) -> str:
    base = house().settings.base_url or request.url_root.rstrip("/")
    return f"{base}/stories/{story.slug}?key={token(story)}"


def visitor() -> Actor:
    """Whoever reads: with an account, with links, with both or neither. The link's pages and sound follow in requests
    of their own, so the cookie remembers it."""
    by, held = account(), dict(cookie.get(HELD, {}))
    if given := request.args.get("key"):
        slug = (request.view_args or {}).get("slug", "")
        story = session().scalars(select(Story).where(Story.slug == slug)).one_or_none()
        if story is not None and hmac.compare_digest(given.encode(), token(story).encode()):
            held = dict([*held.items(), (str(story.id), story.link_version)][-MOST:])
            cookie[HELD] = held
    if not held:
        return by
    versions = session().execute(select(Story.id, Story.link_version).where(Story.id.in_([int(id_) for id_ in held])))
    return Guest(frozenset(row.id for row in versions if held[str(row.id)] == row.link_version), by)


def listeners() -> tuple[Actor, ...]:
    """All that whoever asks for sound is: a visitor as for pages, and a narrator where they came with a key card.

    Two actors, and what either may hear is served: a curator who opened a narrator's page keeps what is a curator's,
    and a narrator who has an account as well hears what they told. For pages the card counts under /key alone; in all
    others a narrator sees a story as everyone does.
    """
    card = cookie.get(CARD)
    holder = narrator_of(session(), card) if isinstance(card, int) else None
    return (visitor(), holder) if holder else (visitor(),)
