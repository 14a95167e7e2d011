"""Stories, their passages, and themes."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from archive.formats.transcript_json import passage, seconds
from archive.models import Passage, Story
from archive.services import browse, cautions, transcripts
from archive.services.access import Action, sees
from archive.services.consent_words import consent_sentences
from archive.services.rights import rights_of
from archive.services.stories import known_by_slug, story_by_slug, themes_of
from archive.web.api import api
from archive.web.api.paging import MOST, listed, whole
from archive.web.http import door, session
from archive.web.links import visitor
from archive.web.present import sounds
from archive.web.site.lists import chosen


def story_fields(story: Story, themes: list[str]) -> dict[str, object]:
    narrators = [person.name for person in story.narrators]
    return {
        "slug": story.slug,
        "title": story.title,
        "narrator": ", ".join(narrators),
        "narrators": narrators,
        "interviewers": [person.name for person in story.interviewers],
        "recorded_on": story.recorded_on.isoformat() if story.recorded_on else None,
        "place": story.place,
        "language": story.language,
        "duration": seconds(story.duration_ms),
        "themes": themes,
    }


def _labels(stories: list[Story]) -> dict[int, list[str]]:
    held = themes_of(session(), [story.id for story in stories])
    return {story_id: [each.theme.label for each in taggings] for story_id, taggings in held.items()}


@door(api, "/stories", Action.VISIT)
def stories() -> ResponseReturnValue:
    page, limit = whole("page", 1, 10**8), whole("limit", 20, MOST)
    listing = browse.list_stories(session(), chosen(), None, offset=(page - 1) * limit, limit=limit)
    labels = _labels(listing.stories)
    shown = [story_fields(story, labels[story.id]) for story in listing.stories]
    return listed({"total": listing.total, "stories": shown}, page, limit, listing.total)


@door(api, "/stories/<slug>", Action.READ)
def story(slug: str) -> ResponseReturnValue:
    by = visitor()
    held = known_by_slug(session(), slug, by)
    heard = [
        {
            "id": each.id,
            "duration": each.duration_ms / 1000,
            "media": [{"type": medium.type, "url": medium.url} for medium in each.media],
        }
        for each in sounds(held, by)
    ]
    return jsonify(
        story_fields(held, _labels([held])[held.id] if sees(by, held) else [])
        | {
            "state": held.state.value,
            "why_told": held.why_told if sees(by, held) else None,
            "why_recorded": held.why_recorded if sees(by, held) else None,
            "consent": consent_sentences(session(), held),
            "recordings": heard,
            "rights": _rights(held) if sees(by, held) else None,
            "warnings": _warnings(held) if sees(by, held) else [],
        }
    )


def _warnings(story: Story) -> list[dict[str, object]]:
    """What a listener should know before, in seconds of the story's timeline."""
    found = cautions.stretches_of(session(), story)
    return [{"start": seconds(each.start_ms), "end": seconds(each.end_ms), "text": each.text} for each in found]


def _rights(story: Story) -> dict[str, str | None]:
    held = rights_of(session(), story)
    return {name: getattr(held, name, None) for name in ("holder", "licence", "statement")}


def passage_fields(story: Story, each: Passage, themes: list[str]) -> dict[str, object]:
    return {**passage(story, each), "themes": themes}


@door(api, "/stories/<slug>/passages", Action.READ)
def passages(slug: str) -> ResponseReturnValue:
    held = story_by_slug(session(), slug, visitor())
    rows = transcripts.passages_of(session(), held)
    tagged = transcripts.taggings_on(session(), [each.id for each in rows])
    shown = [passage_fields(held, each, [t.theme.label for t in tagged.get(each.id, ())]) for each in rows]
    return jsonify({"passages": shown})


@door(api, "/themes", Action.VISIT)
def themes() -> ResponseReturnValue:
    """SKOS (W3C Recommendation, 18 August 2009) as JSON-LD: flat for now, each theme a concept of one scheme."""
    concepts = [
        {
            "@id": f"/themes/{each.value}",
            "@type": "skos:Concept",
            "prefLabel": each.label,
            "stories": each.count,
            "inScheme": "/themes",
        }
        for each in browse.list_themes(session(), None)
    ]
    context = {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "prefLabel": "skos:prefLabel",
        "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
        "themes": {"@reverse": "skos:inScheme"},
    }
    return jsonify({"@context": context, "@id": "/themes", "@type": "skos:ConceptScheme", "themes": concepts})
