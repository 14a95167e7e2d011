"""A story as one folder to take along: what a narrator's pages and the public ones answer with."""

from collections.abc import Iterable
from functools import partial

from flask import Response, request

from archive.days import today
from archive.formats import keepsake, zipped
from archive.models import Story
from archive.services import keepsakes
from archive.services.access import Action, Actor, may
from archive.services.keepsakes import Keepsake, Sound
from archive.web.http import base_url, house, session
from archive.web.present import story_path
from archive.wiring import House

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}


def folder_of(story: Story, by: Actor) -> Keepsake:
    address = f"{base_url()}{story_path(story)}"
    return keepsakes.gathered(session(), story, address=address, made_on=today(), by=by)


def size_of(kept: Keepsake) -> int:
    return sum(sound.size for part in kept.parts for sound in part.sounds)


def sent(story: Story, by: Actor) -> Response:
    """Streamed: nothing of it is held whole but its words. The line of the ledger stands before the first byte goes; a
    look at the length (HEAD) is no copy."""
    kept = folder_of(story, by)
    if request.method != "HEAD":
        with house().db.writing() as own:
            keepsakes.taken(own, own.get_one(Story, story.id), by=by)
    given = not may(by, Action.KEEP_COPY, story)
    files = keepsake.members(kept, partial(_read, house(), story.id, given))
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{kept.name}.zip"'}
    if (length := zipped.length(files, kept.made_on)) is not None:
        headers["Content-Length"] = str(length)
    body = () if request.method == "HEAD" else zipped.written(files, kept.made_on)
    return Response(body, headers=headers, mimetype=zipped.MEDIA_TYPE, direct_passthrough=True)


def _read(opened: House, story_id: int, given: bool, sound: Sound) -> Iterable[bytes]:
    """What is struck or closed while a copy goes out breaks it off: shorter than was said, no browser keeps it."""
    with opened.db.reading() as own:
        keepsakes.require_served(own, story_id, sound, given=given)
    return opened.storage.open_range(sound.storage_key)
