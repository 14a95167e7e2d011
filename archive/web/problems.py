"""What a program is told when something is refused: problem+json (RFC 9457), one kind for each status code.

`type` leads to a page of ours, /api, where the kinds are explained.
"""

from dataclasses import dataclass

from flask import Response
from pydantic import BaseModel, Field

from archive.web.http import base_url

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """name stands in the address behind /api#; title is the same for every problem of the kind; meaning is for /api."""

    name: str
    title: str
    meaning: str


KINDS: dict[int, Kind] = {
    400: Kind("malformed", "That did not arrive whole", "The body is no JSON, the address holds a NUL, or the token is "
              "missing that proves that a request to change something is meant."),
    401: Kind("sign-in", "Please sign in", "This needs somebody who is signed in."),
    403: Kind("not-allowed", "Not for this account", "It is here, and it is not open to you. What nobody may know of "
              "is answered with 404."),
    404: Kind("not-found", "Nothing here", "There is nothing at this address, or it is not open to everyone."),
    405: Kind("method", "Not in this way", "The header Allow says which methods this address takes."),
    406: Kind("not-acceptable", "Not in that form", "Answers are JSON, and your header Accept rules that out."),
    409: Kind("conflict", "That contradicts what is here", "Somebody changed the same thing. Look, and try again."),
    410: Kind("withdrawn", "Withdrawn", "It stood here in public, and was taken back. It does not come again."),
    413: Kind("too-large", "Too large", "A body to this API is 64 KiB long at most."),
    415: Kind("media-type", "We cannot read this", "Bodies are sent as application/json."),
    422: Kind("invalid", "Something is missing", "A parameter or a field cannot be used as it is: see field."),
    429: Kind("slower", "A little slower, please", "Wait as many seconds as Retry-After says."),
    500: Kind("fault", "Something went wrong on our side", "Nothing of it is your doing, and nothing is lost."),
    503: Kind("resting", "A part of the archive is resting", "Try again after as many seconds as Retry-After says. "
              "Stories and lists go on working while search rests."),
    507: Kind("full", "No room left", "The archive's disk is full. Nothing that was stored is lost."),
}  # fmt: skip
OTHER = Kind("other", "That did not work", "The sentence in `detail` says more.")


class Problem(BaseModel):
    type: str = Field(description="The address of a page that explains this kind of problem.")
    title: str = Field(description="The same for every problem of this kind.")
    status: int = Field(description="The status code once more.")
    detail: str = Field(description="One sentence about this very request, for a person to read.")
    field: str | None = Field(
        default=None, exclude_if=lambda held: held is None, description="The parameter or field that is at fault."
    )


def kind(code: int) -> Kind:
    return KINDS.get(code, OTHER)


def problem(code: int, sentence: str, field: str | None = None) -> Response:
    held = kind(code)
    told = Problem(type=f"{base_url()}/api#{held.name}", title=held.title, status=code, detail=sentence, field=field)
    return Response(told.model_dump_json(), code, mimetype=MEDIA_TYPE)
