"""Sound by byte range (RFC 9110, section 14), behind the same gate as the page.

Our own response: reads of 256 KiB instead of Werkzeug's 8. Several ranges in one request are answered with the
whole, as the RFC allows: no player asks for them, and Werkzeug's 416 would stop one that did.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from archive.models import Copy, Recording, Rendering, Story
from archive.services.access import Action, audible_to
from archive.services.errors import NotFound
from archive.web.http import door, house, session
from archive.web.links import listeners

media = Blueprint("media", __name__)

CACHE = "private, no-cache"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) with end left out of the range; None for the whole file. Raises ValueError for 416."""
    given = RANGE.fullmatch((header or "").replace(" ", ""))
    if given is None or given.groups() == ("", ""):
        return None
    first, last = given.groups()
    if first == "":
        start, end = max(size - int(last), 0), size
        if int(last) == 0:
            raise ValueError("the last 0 bytes")
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None  # a malformed range is ignored (RFC 9110, 14.1.1)
    if start >= size:
        raise ValueError("beyond the end")
    return start, end


def _audible(copy_id: str) -> Copy:
    """The same 404 for what never was and for what may not be heard."""
    query = select(Copy).join(Recording, Recording.id == Copy.recording_id).join(Story, Story.id == Recording.story_id)
    audible = or_(*(audible_to(each) for each in listeners()))
    copy = session().scalars(query.where(Copy.id == copy_id, audible)).one_or_none()
    if copy is None:
        raise NotFound("There is no sound at this address, or it is not open to everyone.")
    return copy


@door(media, "/media/<copy_id>", Action.HEAR)
def copy(copy_id: str) -> ResponseReturnValue:
    held = _audible(copy_id)
    return stored(held)


def stored(held: Copy | Rendering) -> Response:
    """A file of ours, by range."""
    if house().settings.accel == "nginx":  # which sees to ranges and tags itself; said here as well they come twice
        headers = {"Cache-Control": CACHE, "X-Accel-Redirect": f"/protected/{held.storage_key}"}
        return Response(status=200, headers=headers, mimetype=held.media_type)
    read = partial(house().storage.open_range, held.storage_key)
    return ranged(held.size, held.sha256[:32], held.media_type, read)


def ranged(size: int, tag: str, mimetype: str, read: Callable[[int, int], Iterable[bytes]]) -> Response:
    """What was asked for of a file of so many bytes. read(start, length) gives them."""
    quoted = f'"{tag}"'
    headers = {"Cache-Control": CACHE, "ETag": quoted, "Accept-Ranges": "bytes"}
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    fresh = request.method == "GET" and request.headers.get("If-Range", quoted) == quoted
    try:
        span = wanted_range(request.headers.get("Range") if fresh else None, size)
    except ValueError:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    body = () if request.method == "HEAD" else read(start, end - start)
    return Response(body, 206 if span else 200, headers, mimetype=mimetype, direct_passthrough=True)
