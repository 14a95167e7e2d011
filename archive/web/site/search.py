"""/search: passages that answer."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.services.errors import NotFound, Resting
from archive.services.finding import Asked, find
from archive.services.stories import story_by_slug, totals
from archive.web.http import account, door, house, page_number, session, with_args
from archive.web.present import facets, found, pages
from archive.web.shapes import Choice, Pages, SearchPage
from archive.web.site import site
from archive.web.site.lists import SIZE, chosen
from search.query import MAX_TEXT, Sort

SORTS = {
    Sort.RELEVANCE: "Best match first",
    Sort.NEWEST: "Newest conversation first",
    Sort.OLDEST: "Oldest conversation first",
    Sort.STORY: "Story by story",
}


def asked(size: int = SIZE, page: int | None = None) -> Asked:
    """What the address asks for; a value that means nothing is as good as none."""
    given = request.args.get("sort", "")
    story_id = None
    if slug := request.args.get("story"):
        try:
            story_id = story_by_slug(session(), slug, None).id
        except NotFound:
            story_id = 0  # no story: nothing is found in it
    return Asked(
        text=request.args.get("q", "")[:MAX_TEXT],
        chosen=chosen(),
        story_id=story_id,
        verified=request.args.get("verified") in {"1", "yes", "true"},
        sort=Sort(given) if given in list(Sort) else Sort.RELEVANCE,
        offset=((page or page_number()) - 1) * size,
        limit=size,
    )


@door(site, "/search", Action.VISIT)
def search() -> ResponseReturnValue:
    wish = asked()
    in_archive, _ = totals(session(), None)
    try:
        findings = find(session(), house().index, wish, account())
    except Resting as resting:
        empty = SearchPage(wish.text, (), 0, 0, in_archive, (), Pages(1, 1), resting=str(resting))
        return render_template("site/search.html", page=empty), 503, {"Retry-After": "30"}
    page = SearchPage(
        text=wish.text,
        found=found(session(), findings.matches, None),
        total_passages=findings.answer.total,
        total_stories=findings.answer.total_stories,
        stories_in_archive=in_archive,
        facets=facets(findings.facets, wish.chosen),
        pages=pages(findings.answer.total, SIZE),
        sorts=_sorts(wish.sort, findings.answer.total),
        shown_for=findings.answer.shown_for,
    )
    return render_template("site/search.html", page=page)


def _sorts(now: Sort, total: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(label, sort.value, total, with_args({"sort": sort.value, "page": None}), chosen=sort == now)
        for sort, label in SORTS.items()
    )
