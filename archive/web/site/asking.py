"""What the address of a search asks for."""

from flask import request

from archive.services.errors import NotFound
from archive.services.finding import KNOWN, Asked, Trait
from archive.services.stories import story_by_slug
from archive.web.http import page_number, session
from archive.web.site.lists import SIZE, chosen
from search.query import MAX_TEXT, Mode, Sort

GROUPED = 10  # stories on a page, where hits stand story by story
YES = frozenset({"1", "yes", "true"})


def asked(size: int = SIZE, page: int | None = None) -> Asked:
    """What the address asks for; a value that means nothing is as good as none."""
    sort, mode = request.args.get("sort", ""), request.args.get("mode", "")
    return Asked(
        text=request.args.get("q", "")[:MAX_TEXT],
        chosen=chosen(),
        traits=traits(),
        story_id=_story_id(),
        verified=request.args.get("verified") in YES,
        mode=Mode(mode) if mode in list(Mode) else Mode.BOTH,
        sort=Sort(sort) if sort in list(Sort) else Sort.RELEVANCE,
        offset=((page or page_number()) - 1) * size,
        limit=size,
    )


def traits() -> dict[Trait, list[str]]:
    """A value that is none of the known ones is kept: it fits nothing, and can be given up."""
    given = {trait: [value for value in request.args.getlist(trait.value) if value] for trait in Trait}
    return {trait: values[: 2 * len(KNOWN[trait])] for trait, values in given.items() if values}


def grouped() -> bool:
    return request.args.get("group") == "story"


def _story_id() -> int | None:
    """Of ?story=; 0 where there is no such story, so that nothing is found in it."""
    slug = request.args.get("story")
    if not slug:
        return None
    try:
        return story_by_slug(session(), slug, None).id
    except NotFound:
        return 0
