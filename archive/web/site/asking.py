"""What the address of a search asks for."""

from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from archive.services.errors import Invalid, NotFound
from archive.services.finding import Asked, Trait
from archive.services.mood_ranges import MoodRange, read_range
from archive.services.stories import story_by_slug
from archive.web.http import page_number, session
from archive.web.site.lists import SIZE, chosen
from search.query import MAX_TEXT, Mode, Sort

MOST = 20  # values of one facet
GROUPED = 10  # stories on a page, where hits stand story by story
YES = frozenset({"1", "yes", "true"})


Args = MultiDict[str, str]


def asked(size: int = SIZE, page: int | None = None, args: Args | None = None) -> Asked:
    """What an address asks for, this request's own if none is given; a value that means nothing is as good as none."""
    args = request.args if args is None else args
    sort, mode = args.get("sort", ""), args.get("mode", "")
    return Asked(
        text=args.get("q", "")[:MAX_TEXT],
        chosen=chosen(args),
        traits=_traits(args),
        story_id=_story_id(args),
        verified=args.get("verified") in YES,
        mood=_mood(args.get("mood", "")),
        mode=Mode(mode) if mode in list(Mode) else Mode.BOTH,
        sort=Sort(sort) if sort in list(Sort) else Sort.RELEVANCE,
        offset=((page or page_number()) - 1) * size,
        limit=size,
    )


def _traits(args: Args) -> dict[Trait, list[str]]:
    """A value that is none of the known ones is kept: it fits nothing, and can be given up."""
    given = {trait: [value for value in args.getlist(trait.value) if value] for trait in Trait}
    return {trait: values[:MOST] for trait, values in given.items() if values}


def _mood(given: str) -> MoodRange | None:
    try:
        return read_range(given)
    except Invalid:
        return None


def grouped() -> bool:
    return request.args.get("group") == "story"


def kept_query() -> str:
    """This search as it is kept at a desk: what stands after the question mark, from its first page."""
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if value and name != "page"])


def args_of(query: str) -> Args:
    return MultiDict(parse_qsl(query))


def _story_id(args: Args) -> int | None:
    """Of ?story=; 0 where there is no such story, so that nothing is found in it."""
    slug = args.get("story")
    if not slug:
        return None
    try:
        return story_by_slug(session(), slug, None).id
    except NotFound:
        return 0
