"""Themes as SKOS (W3C Recommendation, 18 August 2009), in JSON-LD."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.routing import RequestRedirect

from archive.models import Theme, WordingKind
from archive.services.access import Action
from archive.services.concepts import links_among, public_ids
from archive.services.theme_pages import Numbers, all_counts, theme_by_slug
from archive.web.api.answers import JSON, JSON_LD, Answer
from archive.web.api.asking import Leaf
from archive.web.api.cursors import cursor, key_of
from archive.web.api.links import cursor_link
from archive.web.api.offers import Reply, offer
from archive.web.http import session

SCHEME = "/themes"
TO_CONCEPTS = ("broader", "narrower", "related", "inScheme", "exactMatch")
TEXTS = ("prefLabel", "altLabel", "scopeNote", "definition")
CONTEXT: dict[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    **{name: f"skos:{name}" for name in TEXTS},
    **{name: {"@id": f"skos:{name}", "@type": "@id"} for name in TO_CONCEPTS},
    "translations": "skos:prefLabel",
    "themes": {"@reverse": "skos:inScheme"},
}
KINDS = {
    WordingKind.PREFERRED: "translations", WordingKind.OTHER: "altLabel", WordingKind.SCOPE: "scopeNote",
    WordingKind.DEFINITION: "definition",
}  # fmt: skip


class Said(BaseModel):
    """A text, with its language where that is known."""

    value: str = Field(serialization_alias="@value")
    language: str | None = Field(
        default=None, serialization_alias="@language", exclude_if=lambda language: language is None
    )


class Concept(BaseModel):
    id: str = Field(serialization_alias="@id", description="The address of the theme's page.")
    type: str = Field(default="skos:Concept", serialization_alias="@type")
    prefLabel: str = Field(description="What it is called here.")  # noqa: N815  SKOS writes it so
    translations: list[Said] = Field(default=[], description="Preferred labels in other languages.")
    altLabel: list[Said] = []  # noqa: N815
    scopeNote: list[Said] = []  # noqa: N815
    definition: list[Said] = []
    broader: list[str] = Field(default=[], description="One step up.")
    narrower: list[str] = Field(default=[], description="One step down.")
    related: list[str] = []
    exactMatch: list[str] = Field(default=[], description="Its own URI, where it came from elsewhere.")  # noqa: N815
    stories: int = Field(description="Open stories that carry it, or what is narrower.")
    passages: int = Field(description="Passages that do.")
    inScheme: str = SCHEME  # noqa: N815


class Scheme(Answer):
    context: dict[str, Any] = Field(default=CONTEXT, serialization_alias="@context")
    id: str = Field(default=SCHEME, serialization_alias="@id")
    type: str = Field(default="skos:ConceptScheme", serialization_alias="@type")
    themes: list[Concept]


class ConceptAlone(Concept, Answer):
    context: dict[str, Any] = Field(default=CONTEXT, serialization_alias="@context")


def _address(theme: Theme) -> str:
    return f"{SCHEME}/{quote(theme.slug)}"


def _key(theme: Theme) -> list[str]:
    return [theme.label.casefold(), theme.slug]


def _public() -> dict[int, Theme]:
    """Themes that everyone may know of."""
    open_to_all = public_ids(session())
    standing = select(Theme).where(Theme.merged_into_id.is_(None)).options(selectinload(Theme.wordings))
    return {theme.id: theme for theme in session().scalars(standing) if theme.id in open_to_all}


def _concepts(public: dict[int, Theme], shown: Sequence[Theme]) -> list[Concept]:
    """With links among public themes alone: a closed story's theme is not told by what is broader."""
    up, beside = links_among(session(), set(public))
    down: dict[int, set[int]] = {}
    for low, highs in up.items():
        for high in highs:
            down.setdefault(high, set()).add(low)
    counted = all_counts(session())
    return [
        _concept(
            theme,
            counted.get(theme.id, Numbers()),
            {
                name: sorted(_address(public[near]) for near in links.get(theme.id, ()))
                for name, links in (("broader", up), ("narrower", down), ("related", beside))
            },
        )
        for theme in shown
    ]


def _concept(theme: Theme, counted: Numbers, links: dict[str, list[str]]) -> Concept:
    said: dict[str, list[Said]] = {}
    for each in theme.wordings:
        if name := KINDS.get(each.kind):
            said.setdefault(name, []).append(Said(value=each.text, language=each.language or None))
    return Concept(
        id=_address(theme),
        prefLabel=theme.label,
        translations=said.get("translations", []),
        altLabel=said.get("altLabel", []),
        scopeNote=said.get("scopeNote", []),
        definition=said.get("definition", []),
        broader=links["broader"],
        narrower=links["narrower"],
        related=links["related"],
        exactMatch=[theme.uri] if theme.uri else [],
        stories=counted.stories,
        passages=counted.passages,
    )


@offer("/themes", Action.VISIT, media=(JSON, JSON_LD))
def themes(asked: Leaf) -> Reply[Scheme]:
    """The thesaurus, as far as everyone may know of it, in the order of the alphabet."""
    after = key_of("themes", asked.cursor)
    public = _public()
    held = sorted(public.values(), key=_key)
    rest = [each for each in held if after is None or _key(each) > after]
    shown = rest[: asked.limit]
    behind = cursor("themes", *_key(shown[-1])) if len(shown) < len(rest) else None
    return Reply(Scheme(themes=_concepts(public, shown)), cursor_link(behind))


@offer("/themes/<slug>", Action.VISIT, media=(JSON, JSON_LD), refuses=(404,), moves=True)
def theme(slug: str) -> Reply[ConceptAlone]:
    """One theme. What was merged into another leads there."""
    held = theme_by_slug(session(), slug)
    if held.slug != slug:
        raise RequestRedirect(f"/api/v1{_address(held)}")
    (told,) = _concepts(_public(), [held])
    return Reply(ConceptAlone(**told.model_dump()))
