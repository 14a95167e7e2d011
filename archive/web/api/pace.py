"""How fast one source may ask. Each has as many requests a minute as the setting says; they come back one by one.

The generic cell rate algorithm (ITU-T I.371): one number for each source, the moment at which all of its requests
will have come back. It is kept in memory and not in the database, because a read must not write: each process of the
web server counts for itself, and a restart forgives. services.pace counts what people write, in the database.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from math import ceil
from threading import Lock

from flask import Response, current_app, g, request
from flask import session as cookie

from archive.services.errors import TooMany
from archive.web.source import source
from archive.web.unit import house

MINUTE = 60.0
MOST_SOURCES = 100_000


class Kind(StrEnum):
    READ = "read"
    SEARCH = "search"
    WRITE = "write"


SHARE = {Kind.READ: 1, Kind.SEARCH: 5, Kind.WRITE: 10}  # a fifth of what may be read may be searched


@dataclass(frozen=True, slots=True)
class Standing:
    """How many more requests there are at once, and in how many seconds the next one comes back: from 1 where there
    are none."""

    left: int
    wait_s: int


class Pace:
    """Safe for threads. The clock is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._full_at: dict[tuple[Kind, str], float] = {}

    def take(self, kind: Kind, of: str, most: int) -> Standing:
        """Count one more request; one that is refused is not counted."""
        step = MINUTE / most
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get((kind, of), now), now) + step
            if full_at - now > MINUTE + step / 1000:
                return Standing(-1, ceil(full_at - now - MINUTE))
            if len(self._full_at) >= MOST_SOURCES:
                self._forget(now)
            self._full_at[kind, of] = full_at
        return Standing(int((MINUTE - (full_at - now)) / step + 0.001), ceil(step))

    def _forget(self, now: float) -> None:
        """Whoever has all their requests back; everybody, where so many ask that memory is at stake."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= MOST_SOURCES:
            self._full_at.clear()


def most(kind: Kind, per_minute: int) -> int:
    return max(per_minute // SHARE[kind], 1)


def _source() -> str | None:
    """Whose requests these are: an account's, else those of an address, as a salted hash. None is not counted:
    somebody at this very machine, with no proxy before us. With PEER_STORIES_ACCEL=nginx it is the visitor's."""
    if isinstance(held := cookie.get("_user_id"), str):
        return held
    if house().settings.accel is None and _is_here(request.remote_addr or ""):
        return None
    return source("pace of the API")


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def keep(kind: Kind) -> None:
    """Raises TooMany."""
    per_minute = house().settings.api_per_minute
    of = _source() if per_minute else None
    if of is None:
        return
    held: Pace = current_app.extensions.setdefault("pace", Pace())
    standing = held.take(kind, of, most(kind, per_minute))
    g.pace = kind, most(kind, per_minute), standing
    if standing.left < 0:
        raise TooMany("That was a little fast. Please wait a moment, and go on.", standing.wait_s)


def tell(response: Response) -> Response:
    """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)."""
    if held := g.pop("pace", None):
        kind, allowed, standing = held
        response.headers["RateLimit-Policy"] = f'"{kind}";q={allowed};w={int(MINUTE)}'
        response.headers["RateLimit"] = f'"{kind}";r={max(standing.left, 0)};t={standing.wait_s}'
    return response
