"""GET /session: who one is, and the token that a request to change something has to send."""

from flask_wtf.csrf import generate_csrf
from pydantic import Field

from archive.models import RoleName
from archive.services.access import Action
from archive.web.api.answers import Answer
from archive.web.api.offers import Reply, offer
from archive.web.http import SignInFirst, account


class SessionTold(Answer):
    email: str
    roles: list[RoleName]
    csrf_token: str = Field(description="Send it in the header X-CSRFToken with each POST and DELETE.")


@offer("/session", Action.VISIT, refuses=(401,))
def session() -> Reply[SessionTold]:
    """Who you are here, and the token that proves that a change is meant."""
    by = account()
    if by is None:
        raise SignInFirst("Please sign in first.")
    roles = sorted(role.name for role in by.roles)
    return Reply(SessionTold(email=by.email, roles=roles, csrf_token=generate_csrf()))
