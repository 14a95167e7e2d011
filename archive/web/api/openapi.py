"""GET /openapi.json: OpenAPI 3.1, made from the offers that answer."""

import json
import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from archive.services.access import Action
from archive.web import problems
from archive.web.api import api
from archive.web.api.answers import JSON, conditional
from archive.web.api.offers import OFFERS, Offer
from archive.web.http import door

PATH_PART = re.compile(r"<(?:(int)\([^)]*\):)?(\w+)>")
HIGHEST = 2_147_483_647
TITLE = "Peer Stories"
ABOUT = (
    "Stories that people told about their lives, by the second in the sound. What stands here is what its narrators "
    "have agreed to be shown, today: it may be closed or struck tomorrow, and then has to leave your copies as well. "
    "Times are seconds from the start of the story. Parameters that an address does not know are ignored, and named "
    "in `ignored`."
)
TEXT = {"schema": {"type": "string"}}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Of the content; send it back as If-None-Match.", **TEXT},
    "Link": {"description": "RFC 8288: where the list goes on, as next and prev.", **TEXT},
    "Location": {"description": "Where it stands.", **TEXT},
    "RateLimit": {"description": "What is left of your requests, and seconds until one more comes back.", **TEXT},
    "RateLimit-Policy": {"description": "Your requests: q in w seconds.", **TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
ALWAYS = (400, 429, 500, 503)
SECURITY = {
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Of somebody who is signed in."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "csrf_token of GET /session."},
}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _path(rule: str) -> tuple[str, list[dict[str, Any]]]:
    number = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
    text = {"type": "string", "minLength": 1, "pattern": r"^[^/\u0000]+$"}
    found = [
        {"name": name, "in": "path", "required": True, "schema": number if whole else text}
        for whole, name in PATH_PART.findall(rule)
    ]
    return PATH_PART.sub(r"{\2}", rule), found


def _query(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    found = []
    for name, held in schema["properties"].items():
        told = {key: value for key, value in held.items() if key not in ("title", "description")}
        if "anyOf" in told:  # null in an address is the absence of a parameter
            told = next(each for each in told.pop("anyOf") if each.get("type") != "null")
        if "$ref" in told:
            told = {"enum": schema["$defs"][told["$ref"].rsplit("/", 1)[1]]["enum"], "type": "string"} | told
            del told["$ref"]
        found.append({"name": name, "in": "query", "description": held.get("description", ""), "schema": told})
    return found


def problem_codes(held: Offer) -> list[int]:
    """Every refusal that this route can answer with."""
    own = {422} if held.asks or held.takes else set()
    own |= {413, 415} if held.takes else set()
    own |= {406} if held.gives else set()
    return sorted({*ALWAYS, *held.refuses, *own})


def _answers(held: Offer, refs: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code in held.codes:
        found[str(code)] = {
            "description": HTTPStatus(code).phrase,
            "headers": _headers("RateLimit", "RateLimit-Policy"),
        }
        if held.gives:
            found[str(code)]["content"] = {media: {"schema": refs[held.gives]} for media in held.media}
    if held.method == "GET":
        found["200"]["headers"] |= _headers("ETag", "Link")
        found["304"] = {"description": "What you have is what there is.", "headers": _headers("ETag")}
    if held.moves:
        found["308"] = {"description": "It stands at another address now.", "headers": _headers("Location")}
    for code in problem_codes(held):
        found[str(code)] = {
            "description": f"{problems.kind(code).title}. {problems.kind(code).meaning}",
            "content": {problems.MEDIA_TYPE: {"schema": refs[problems.Problem]}},
            "headers": _headers("Retry-After") if code in (429, 503) else {},
        }
    return found


def _operation(held: Offer, refs: dict[Any, Any]) -> dict[str, Any]:
    summary, _, more = held.told.partition(". ")
    told: dict[str, Any] = {
        "operationId": held.name,
        "summary": summary.rstrip("."),
        "parameters": [*_path(held.rule)[1], *_query(held.asks)],
        "responses": _answers(held, refs),
    }
    if more:
        told["description"] = held.told
    if held.takes:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": refs[held.takes]}}}
    if 401 in held.refuses:
        told["security"] = [{"session": []} if held.method == "GET" else {"session": [], "csrf": []}]
    return told


def _models(offers: Iterable[Offer]) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    modes: dict[type[BaseModel], JsonSchemaMode] = {problems.Problem: "serialization"}
    for held in offers:
        modes |= {held.gives: "serialization"} if held.gives else {}
        modes |= {held.takes: "validation"} if held.takes else {}
    return list(modes.items())


@cache
def document() -> dict[str, Any]:
    models = _models(OFFERS.values())
    by_mode, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    refs: dict[Any, Any] = {model: ref for (model, _), ref in by_mode.items()}
    paths: dict[str, dict[str, Any]] = {}
    for held in OFFERS.values():
        paths.setdefault(_path(held.rule)[0], {})[held.method.lower()] = _operation(held, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "headers": HEADERS, "securitySchemes": SECURITY},
    }


@door(api, "/openapi.json", Action.VISIT)
def openapi() -> ResponseReturnValue:
    text = json.dumps(document(), ensure_ascii=False)
    return conditional(Response(text, mimetype=JSON), text.encode())
