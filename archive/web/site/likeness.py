"""/passages/ID/similar: other voices on what is said there."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.services import likeness
from archive.services.access import Action
from archive.web.http import door, house, session
from archive.web.links import visitor
from archive.web.present import card, found, moment_path, turn
from archive.web.search_shapes import LikePage
from archive.web.site import site


@door(site, "/passages/<int(max=2147483647):passage_id>/similar", Action.READ)
def similar(passage_id: int) -> ResponseReturnValue:
    by = visitor()
    passage, story = likeness.passage_to_read(session(), passage_id, by=by)
    others = likeness.voices_like(session(), house().index, passage, by=by)
    page = LikePage(
        card=card(story),
        turn=turn(passage, story),
        href=moment_path(story, passage, passage.start_ms),
        others=found(session(), others, by),
    )
    return render_template("site/similar.html", page=page)
