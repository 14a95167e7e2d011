"""The application: parts put together, and what every page is given."""

import json
import re
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import structlog
from flask import Flask, Request, g, request
from flask import session as cookie
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from archive.formats import skos
from archive.services.about import about
from archive.settings import read
from archive.web import errors, health, media, security, unit
from archive.web.api import api
from archive.web.compress import compress
from archive.web.desk import desk
from archive.web.http import account, base_url, house, session
from archive.web.key import key
from archive.web.site import site
from archive.web.studio import studio, thesaurus, uploads
from archive.web.words import amount, clock, day, duration, exact, language_name
from archive.wiring import House

log = structlog.get_logger()


class Arriving(Request):
    """Bodies are spooled on the archive's own disk, beside the masters: /tmp may be small, or memory."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        arriving: ExitStack = g.setdefault("arriving", ExitStack())
        return arriving.enter_context(TemporaryFile(dir=house().incoming))


def _refuse_giants() -> None:
    """Only somebody who is signed in, and only where recordings come in, may send more than a form."""
    request.max_content_length = FORM_BYTES
    if "_user_id" in cookie and RECORDINGS.fullmatch(request.path):
        request.max_content_length += house().settings.max_upload_bytes
    if "_user_id" in cookie and request.path == THESAURUS:
        request.max_content_length += skos.MOST_BYTES


def _let_go(error: BaseException | None = None) -> None:
    """The room that a body takes is given back now; after a full disk it would wait for Python to tidy up."""
    g.pop("arriving", ExitStack()).close()


HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",  # web.studio.record asks for the microphone
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What other sites may show in a frame; each page there asks first whether its people agreed to that.
EMBEDDED = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
EMBEDDED["Content-Security-Policy"] = HEADERS["Content-Security-Policy"].replace("ancestors 'none'", "ancestors *")
# Addresses under /key are themselves the way in: no other page, no search engine and no shared computer keeps them.
SECRET = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
DIST = Path(__file__).parent / "static" / "dist"
# Where files come in.
RECORDINGS = re.compile(rf"/studio/new|/studio/[^/]+/(?:recordings|consent)|{uploads.HERE}(/.*)?")
THESAURUS = f"{thesaurus.HERE}/import"  # where a larger file comes in, and no giant
FORM_BYTES = 2 * 1024 * 1024  # a form without its file


def create(opened: House | None = None) -> Flask:
    """The WSGI application, over a house made from the environment unless one is given."""
    with_house = opened or House(read())
    for sentence in with_house.make_ready():
        log.warning(sentence)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.request_class = Arriving
    app.config["SECRET_KEY"] = with_house.secret_key
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000  # names of static files carry their hash
    app.config["SESSION_COOKIE_SECURE"] = (with_house.settings.base_url or "").startswith("https://")
    app.extensions["house"] = with_house
    if with_house.settings.accel == "nginx":  # only there does somebody vouch for these headers
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "amount": amount,
        "duration": duration,
        "clock": clock,
        "day": day,
        "exact": exact,
        "language_name": language_name,
    }
    app.before_request(_refuse_giants)  # before the token is looked for, which reads the whole body
    security.set_up(app)
    errors.set_up(app)
    app.context_processor(_for_every_page)
    app.after_request(_headers)
    app.after_request(compress)
    app.teardown_appcontext(unit.close)
    app.teardown_appcontext(_let_go)
    security.csrf.exempt(uploads.arriving)  # which asks for another proof: see web.studio.tus
    for part in (site, desk, studio, key, uploads.arriving, api, media.media, health.health):
        app.register_blueprint(part)
    return app


def asset(name: str) -> str:
    """The address of a bundled file; its name carries a hash, so that browsers may keep it for ever."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    return f"/static/dist/{manifest[name]}"


def _for_every_page() -> dict[str, object]:
    held = about(session())
    return {
        "archive_name": held.name,
        "archive_why": held.why or None,
        "account": account(),
        "asset": asset,
        "base_url": base_url(),
        "finds_meaning": house().embedder is not None,
    }


def _headers(response: Response) -> Response:
    if request.path == "/key" or request.path.startswith("/key/"):
        response.headers.update(SECRET)
    headers = HEADERS if not request.path.startswith("/embed/") else EMBEDDED
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith(("/static/", "/media/")):
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
