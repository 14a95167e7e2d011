"""/search: passages that answer."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.services.errors import Resting
from archive.web.http import door
from archive.web.site import site
from archive.web.site.asking import asked, grouped
from archive.web.site.search_page import resting, searched


@door(site, "/search", Action.VISIT)
def search() -> ResponseReturnValue:
    try:
        page = searched(asked(), by_story=grouped())
    except Resting as reason:
        empty = render_template("site/search.html", page=resting(str(reason)))
        return Response(empty, 503, {"Retry-After": "30"})
    return render_template("site/search.html", page=page)
