"""What an RDF file could do beside telling of concepts: read other files, fetch from elsewhere, swell. Looked for
before a parser sees it."""

import json
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from archive.services.concepts import Faulty

LONGEST_ENTITY = 300  # characters: editors write addresses as entities
MOST_SWOLLEN = 64 * 1024 * 1024  # bytes of all entities, written out


def look_through(data: bytes, form: str) -> None:
    """Raises Faulty."""
    if form == "rdfxml":
        _xml(data)
    elif form == "jsonld":
        _json(data)


def _xml(data: bytes) -> None:
    longest = 0

    def entity(name: str, parameter: int, value: str | None, *place: str | None) -> None:
        nonlocal longest
        if parameter or value is None or len(value) > LONGEST_ENTITY or "&" in value or "%" in value:
            raise Faulty([f"The file names an entity (“{name[:40]}”) that leads elsewhere or stands for very much."])
        longest = max(longest, len(value))

    parser = ParserCreate()
    parser.EntityDeclHandler = entity
    parser.ExternalEntityRefHandler = lambda *_: 0
    try:
        parser.Parse(data, True)
    except ExpatError as fault:
        raise Faulty([f"This is no RDF/XML that can be read: {fault}."]) from fault
    if data.count(b"&") * longest > MOST_SWOLLEN:
        raise Faulty(["The file's entities stand for more than any thesaurus holds."])


def _json(data: bytes) -> None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise Faulty([f"This is no JSON-LD that can be read: {str(fault)[:200]}."]) from fault
    left: list[Any] = [told]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            context = each.get("@context")
            named = context if isinstance(context, list) else [context]
            if any(isinstance(one, str) for one in named) or "@import" in each:
                raise Faulty(["The file's @context lies elsewhere, and nothing is fetched. Write it into the file."])
            left += each.values()
        elif isinstance(each, list):
            left += each
