"""How an answer goes out: as JSON, with a tag of its content (RFC 9110, section 8.8.3) and links (RFC 8288)."""

import hashlib
from collections.abc import Sequence

from flask import Response, request
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotAcceptable

JSON, JSON_LD = "application/json", "application/ld+json"
TOLD_OF = 20  # so many parameters that were not understood are named
VARY = ("Accept", "Accept-Encoding", "Cookie")


class Answer(BaseModel):
    """What every answer may carry beside its own fields."""

    ignored: list[str] = Field(
        default=[],
        exclude_if=lambda names: not names,
        description="Parameters that this address does not know; absent where there were none.",
    )


def acceptable(media: Sequence[str]) -> str:
    """The type to answer in. Raises NotAcceptable where the header Accept rules out every one."""
    if not request.accept_mimetypes:
        return media[0]
    best = request.accept_mimetypes.best_match(media)
    if best is None:
        raise NotAcceptable(f"Answers here are {' or '.join(media)}, and your header Accept rules that out.")
    return best


def respond(
    body: BaseModel, media: str, code: int = 200, links: Sequence[tuple[str, str]] = (), ignored: Sequence[str] = ()
) -> Response:
    if isinstance(body, Answer):
        body.ignored = [name[:100] for name in ignored[:TOLD_OF]]
    response = Response(body.model_dump_json(by_alias=True), code, mimetype=media)
    if links:
        response.headers["Link"] = ", ".join(f'<{address}>; rel="{relation}"' for address, relation in links)
    return tagged(response, body) if request.method in ("GET", "HEAD") else response


def tagged(response: Response, body: BaseModel) -> Response:
    """The tag is weak: compressed or not, and however long the search took, it is the same answer. It is made of what
    this visitor is shown, after every gate, so it tells nothing else; who may not see something any more is refused
    before a tag is looked at."""
    passing = {"took_ms"} if "took_ms" in type(body).model_fields else set()
    content = body.model_dump_json(by_alias=True, exclude=passing) if passing else response.get_data(as_text=True)
    beside = f"{response.mimetype} {response.headers.get('Link', '')}"
    return conditional(response, f"{beside} {content}".encode())


def conditional(response: Response, content: bytes) -> Response:
    tag = hashlib.sha256(content).hexdigest()[:32]
    response.vary.update(VARY)
    response.set_etag(tag, weak=True)
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    return response
