"""Whether the archive lives, and whether it can serve."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from archive.models import JobKind
from archive.services.access import Action
from archive.web.http import door, house, session
from archive.work import jobs
from search.index import IndexUnavailable

health = Blueprint("health", __name__)


@door(health, "/health/live", Action.VISIT)
def live() -> ResponseReturnValue:
    return jsonify(status="live")


@door(health, "/health/ready", Action.VISIT)
def ready() -> ResponseReturnValue:
    """200 when pages can be served. A resting search or a missing worker is said, but pages go on without them."""
    session().execute(text("select 1"))
    try:
        house().index.health()
        search = "ready"
    except IndexUnavailable:
        search = "resting"
    worker = "ready" if jobs.living(session(), JobKind.PROCESS) else "resting"
    return jsonify(status="ready", database="ready", search=search, worker=worker)
