"""Refusals meet HTTP once: one table, as a page for people and as problem+json (RFC 9457) for programs."""

import errno
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from archive.services.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, Refusal, Resting, TooMany
from archive.web.http import SignInFirst, account
from archive.web.problems import kind, problem
from uploads.storage import StorageFull

CODES: dict[type[Refusal], int] = {
    SignInFirst: 401,
    NotAllowed: 403,
    NotFound: 404,
    Gone: 410,
    Conflict: 409,
    Invalid: 422,
    Resting: 503,
    TooMany: 429,
}
SENTENCES = {
    400: "The page was open for long, or something was lost on the way. Go back, load it again, and try once more.",
    404: "There is no page at this address, or it is not open to everyone.",
    405: "This address does not take that kind of request.",
    413: "This is larger than the archive takes.",
    500: "It has been written down for the people who run this archive.",
}
PROGRAMS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "This is longer than the API takes.",
    500: SENTENCES[500],
}
UNPROVED = "A change wants the header X-CSRFToken, with the csrf_token of GET /api/v1/session."
AT_ONCE = "Somebody changed the same thing at this very moment. Please look, and try again."
AWAY = "The archive cannot be reached just now. Nothing is lost; please try again in a minute."
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
RETRY_AFTER = {429: "3600", 503: "30"}  # in seconds
SAFE = {500: "Nothing that was already stored is lost.", 503: "Stories and lists go on working."}


def _for_programs() -> bool:
    return request.path.startswith("/api/")


def answer(code: int, sentence: str, field: str | None = None) -> ResponseReturnValue:
    if _for_programs():
        response = problem(code, sentence, field)
    else:
        title = kind(code).title
        page = render_template("error.html", code=code, title=title, sentence=sentence, safe=SAFE.get(code))
        response = Response(page, code)
    if code in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[code]
    return response


def _refused(refusal: Refusal) -> ResponseReturnValue:
    code = next(CODES[kind] for kind in type(refusal).__mro__ if kind in CODES)
    if code == 401 and request.method == "GET" and not _for_programs():
        return redirect(f"/signin?next={quote(request.path)}")
    response = answer(code, str(refusal), refusal.field if isinstance(refusal, Invalid) else None)
    if isinstance(refusal, TooMany) and isinstance(response, Response):
        response.headers["Retry-After"] = str(refusal.after_s)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    code = error.code or 500
    sentences = PROGRAMS if _for_programs() else SENTENCES
    response = answer(code, sentences.get(code) or error.description or "")
    if error.response is None and code == 405 and isinstance(response, Response):
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
    return response


def _away(error: SQLAlchemyError) -> ResponseReturnValue:
    """Without the database there is no page either: this one asks it nothing."""
    current_app.logger.error("the database does not answer", exc_info=error)
    if _for_programs():
        return answer(503, AWAY)
    page = current_app.jinja_env.get_template("away.html").render(sentence=AWAY)
    return Response(page, 503, {"Retry-After": "30"})


def _forged(error: CSRFError) -> ResponseReturnValue:
    """A program learns first that it has to sign in: without that no token is worth anything."""
    if not _for_programs():
        return answer(400, SENTENCES[400])
    return answer(400, UNPROVED) if account() else answer(401, "Please sign in first.")


def _disk(error: OSError) -> ResponseReturnValue:
    """A body may fill the disk before any view sees it; every other OSError is a fault of ours."""
    if error.errno in FULL:
        return answer(507, str(StorageFull()))
    current_app.logger.error("unexpected OSError", exc_info=error)
    return answer(500, SENTENCES[500])


def set_up(app: Flask) -> None:
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(StorageFull, lambda full: answer(507, str(full)))
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, lambda error: answer(409, AT_ONCE))
    app.register_error_handler(SQLAlchemyError, _away)
    app.register_error_handler(CSRFError, _forged)
