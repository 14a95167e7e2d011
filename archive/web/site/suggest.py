"""/search/suggest: what a field offers while somebody types into it."""

from urllib.parse import quote, urlencode

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.services.hints import Kind, Suggestion, suggestions
from archive.web.http import door, house, session
from archive.web.site import site

LONGEST = 80  # characters; whoever types more knows what to look for
SAYS = {Kind.PERSON: "told by", Kind.THEME: "theme", Kind.STORY: "story", Kind.PLACE: "place"}


@door(site, "/search/suggest", Action.VISIT)
def suggest() -> ResponseReturnValue:
    """JSON: {"suggestions": [{"label", "kind", "href"}]}; each leads somewhere."""
    typed = request.args.get("q", "")
    found = suggestions(session(), house().index, typed) if len(typed) <= LONGEST else []
    shown = [{"label": each.label, "kind": SAYS.get(each.kind, ""), "href": _href(each)} for each in found]
    answer: Response = jsonify({"suggestions": shown})
    answer.headers["Cache-Control"] = "private, max-age=30"  # while one person types, back and forth
    return answer


def _href(each: Suggestion) -> str:
    match each.kind:
        case Kind.PERSON:
            return f"/people/{quote(each.key)}"
        case Kind.THEME:
            return f"/themes/{quote(each.key)}"
        case Kind.STORY:
            return f"/stories/{quote(each.key)}"
        case Kind.PLACE:
            return f"/search?{urlencode({'place': each.key})}"
    return f"/search?{urlencode({'q': each.key})}"
