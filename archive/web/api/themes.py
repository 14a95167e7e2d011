"""Themes as SKOS (W3C Recommendation, 18 August 2009), in JSON-LD."""

from typing import Any

from pydantic import BaseModel, Field

from archive.services import browse
from archive.services.access import Action
from archive.services.browse import Count
from archive.web.api.answers import JSON, JSON_LD, Answer
from archive.web.api.asking import Leaf
from archive.web.api.cursors import cursor, key_of
from archive.web.api.links import cursor_link
from archive.web.api.offers import Reply, offer
from archive.web.http import session

CONTEXT = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prefLabel": "skos:prefLabel",
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "themes": {"@reverse": "skos:inScheme"},
}


class Concept(BaseModel):
    id: str = Field(serialization_alias="@id", description="The address of the theme's page.")
    type: str = Field(default="skos:Concept", serialization_alias="@type")
    prefLabel: str  # noqa: N815  SKOS writes it so
    stories: int = Field(description="How many open stories carry it.")
    inScheme: str = "/themes"  # noqa: N815


class Scheme(Answer):
    context: dict[str, Any] = Field(default=CONTEXT, serialization_alias="@context")
    id: str = Field(default="/themes", serialization_alias="@id")
    type: str = Field(default="skos:ConceptScheme", serialization_alias="@type")
    themes: list[Concept]


class ConceptAlone(Concept, Answer):
    context: dict[str, Any] = Field(default=CONTEXT, serialization_alias="@context")


def _concept(each: Count) -> Concept:
    return Concept(id=f"/themes/{each.value}", prefLabel=each.label, stories=each.count)


def _key(each: Count) -> list[str]:
    return [each.label.casefold(), each.value]


@offer("/themes", Action.VISIT, media=(JSON, JSON_LD))
def themes(asked: Leaf) -> Reply[Scheme]:
    """The thesaurus, as far as open stories carry its themes, in the order of the alphabet."""
    after = key_of("themes", asked.cursor)
    held = sorted(browse.list_themes(session(), None), key=_key)
    rest = [each for each in held if after is None or _key(each) > after]
    shown = rest[: asked.limit]
    behind = cursor("themes", *_key(shown[-1])) if len(shown) < len(rest) else None
    return Reply(Scheme(themes=[_concept(each) for each in shown]), cursor_link(behind))


@offer("/themes/<slug>", Action.VISIT, media=(JSON, JSON_LD), refuses=(404,))
def theme(slug: str) -> Reply[ConceptAlone]:
    """One theme."""
    held = browse.theme_by_slug(session(), slug, None)
    counted = next((each.count for each in browse.list_themes(session(), None) if each.value == held.slug), 0)
    return Reply(ConceptAlone(id=f"/themes/{held.slug}", prefLabel=held.label, stories=counted))
