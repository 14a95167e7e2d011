"""GET /search"""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from archive.formats.transcript_json import seconds
from archive.services.access import Action
from archive.services.browse import closed_stories
from archive.services.errors import Invalid
from archive.services.finding import Match, find
from archive.services.stories import themes_of
from archive.services.transcripts import taggings_on
from archive.web.api import api
from archive.web.api.paging import MOST, listed, whole
from archive.web.http import account, door, house, session
from archive.web.site.asking import asked


def _fields(match: Match, themes: list[str], best: float) -> dict[str, object]:
    """score is a share of the best one on the page: bare ones would tell how often a word stands elsewhere."""
    return {
        "id": match.passage.id,
        "story": match.story.slug,
        "title": match.story.title,
        "narrator": ", ".join(person.name for person in match.story.narrators),
        "speaker": match.passage.speaker,
        "start": seconds(match.story.at(match.passage.recording_id, match.passage.start_ms)),
        "end": seconds(match.story.at(match.passage.recording_id, match.passage.end_ms)),
        "text": match.passage.text,
        "highlights": [list(span) for span in match.ranges],
        "themes": themes,
        "state": match.passage.state.value,
        "score": round(match.score / best, 4) if best else 0.0,
    }


def _labels(matches: Sequence[Match]) -> list[list[str]]:
    """Each passage's themes: those of its whole story, then its own."""
    whole = themes_of(session(), [match.story.id for match in matches])
    own = taggings_on(session(), [match.passage.id for match in matches])
    both = ([*whole[match.story.id], *own.get(match.passage.id, ())] for match in matches)
    return [list(dict.fromkeys(tagging.theme.label for tagging in taggings)) for taggings in both]


@door(api, "/search", Action.VISIT)
def search() -> ResponseReturnValue:
    page, limit = whole("page", 1, 10**8), whole("limit", 20, MOST)
    if request.args.get("mode", "words") != "words":
        raise Invalid("This archive searches by words: mode is words.", "mode")
    wish = asked(limit, page)
    findings = find(session(), house().index, wish, account())
    best = max((match.score for match in findings.matches), default=0.0)
    body: dict[str, object] = {
        "query": wish.text,
        "mode": "words",
        "shown_for": findings.answer.shown_for,
        "total_passages": findings.answer.total,
        "total_stories": findings.answer.total_stories,
        "hidden_stories": closed_stories(session(), limit=0)[1],  # of the whole archive, whatever was asked
        "took_ms": round(findings.answer.took_ms, 2),
        "facets": {
            facet.value: [{"value": each.value, "label": each.label, "count": each.count} for each in counts]
            for facet, counts in findings.facets.items()
        },
        "passages": [
            _fields(match, labels, best)
            for match, labels in zip(findings.matches, _labels(findings.matches), strict=True)
        ],
    }
    return listed(body, page, limit, findings.answer.total)
