"""What the API offers: each route says once what it asks, takes and gives, in the types of its view.

The same types read the request, write the answer and make the OpenAPI document, so that none can say what the others
do not. A view's parameter `asked` is the model of its query, `body` that of its JSON body; it gives a Reply of the
model that it returns, or None where there is nothing to say (204).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from archive.services.access import Action
from archive.web.api import api
from archive.web.api.answers import JSON, acceptable, respond
from archive.web.api.asking import read_body, read_query
from archive.web.api.pace import Kind, keep
from archive.web.http import door

Body = TypeVar("Body", bound=BaseModel, covariant=True)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Reply(Generic[Body]):
    """links are (address, relation). code is one of those that the offer names."""

    body: Body
    links: tuple[tuple[str, str], ...] = ()
    code: int = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """codes are those of success, refuses those of problems that this route has beside the ones that all have."""

    rule: str
    method: str
    name: str
    told: str
    pace: Kind
    refuses: tuple[int, ...]
    codes: tuple[int, ...]
    media: tuple[str, ...]
    asks: type[BaseModel] | None
    takes: type[BaseModel] | None
    gives: type[BaseModel] | None
    action: Action
    moves: bool


OFFERS: dict[str, Offer] = {}  # by endpoint


def offer(
    rule: str,
    action: Action,
    *,
    method: str = "GET",
    refuses: tuple[int, ...] = (),
    codes: tuple[int, ...] = (200,),
    **more: Any,
) -> Callable[[View], View]:
    """Register a view under /api/v1. more: pace (see api.pace; by what the method does unless given), media, and moves
    (what was merged into another is answered with 308)."""

    def decorate(view: View) -> View:
        hints = get_type_hints(view)
        gives = get_args(hints["return"])[0] if hints["return"] is not type(None) else None
        held = Offer(
            rule=rule,
            method=method,
            name=view.__name__,
            told=" ".join((view.__doc__ or "").split()),
            pace=more.get("pace", Kind.READ if method == "GET" else Kind.WRITE),
            refuses=refuses,
            codes=codes if gives else (204,),
            media=more.get("media", (JSON,)),
            asks=hints.get("asked"),
            takes=hints.get("body"),
            gives=gives,
            action=action,
            moves=more.get("moves", False),
        )
        OFFERS[f"{api.name}.{view.__name__}"] = held
        door(api, rule, action, methods=(method,))(_answering(view, held))
        return view

    return decorate


def keep_pace() -> None:
    """Before any door: who asks too often opens no unit of work."""
    if held := OFFERS.get(request.endpoint or ""):
        keep(held.pace)


def _answering(view: Callable[..., Any], held: Offer) -> Callable[..., ResponseReturnValue]:
    @wraps(view)
    def answered(**values: Any) -> ResponseReturnValue:
        media = acceptable(held.media) if held.gives else JSON
        ignored: tuple[str, ...] = ()
        if held.asks:
            values["asked"], ignored = read_query(held.asks)
        if held.takes:
            values["body"] = read_body(held.takes)
        reply = view(**values)
        if reply is None:
            return "", 204
        return respond(reply.body, media, reply.code, reply.links, ignored)

    return answered
