"""/passages/ID/suggestions: themes that a machine would put there, for a person to say yes or no to."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Passage, Story, Theme
from archive.services import suggestions, tagging
from archive.services.access import Action, require
from archive.services.errors import Resting
from archive.services.likeness import passage_to_read
from archive.web.http import account, door, house, session
from archive.web.present import card, moment_path, theme_link, turn
from archive.web.search_shapes import SuggestedTheme, SuggestionsPage
from archive.web.site import site
from archive.web.theming import known_themes

HERE = "/passages/<int(max=2147483647):passage_id>/suggestions"
RESTING = "The search is resting, and suggestions come from it. Please look again in a while."


def shown(passage: Passage) -> tuple[SuggestedTheme, ...]:
    """As pages show them. Raises Resting."""
    likely = suggestions.suggested(session(), house().index, passage, house().embedder, by=account())
    return tuple(
        SuggestedTheme(each.theme.id, theme_link(each.theme.slug, each.theme.label), each.by_example) for each in likely
    )


def _held(passage_id: int) -> tuple[Passage, Story]:
    passage, story = passage_to_read(session(), passage_id, by=account())
    require(account(), Action.TAG, story)
    return passage, story


@door(site, HERE, Action.TAG)
def suggested(passage_id: int) -> ResponseReturnValue:
    passage, story = _held(passage_id)
    try:
        found, resting = shown(passage), None
    except Resting:
        found, resting = (), RESTING
    href = moment_path(story, passage, passage.start_ms)
    page = SuggestionsPage(card(story), turn(passage, story), href, found, known_themes(account()), resting)
    return render_template("site/suggestions.html", page=page)


@door(site, HERE, Action.TAG, methods=("POST",))
def answer_suggestion(passage_id: int) -> ResponseReturnValue:
    """Yes is a tagging by whoever says so, like any other."""
    passage, _ = _held(passage_id)
    given = request.form.get("theme", "")
    theme = session().get(Theme, int(given)) if given.isdecimal() and len(given) < 10 else None
    if theme is None:
        flash("There is no such theme any more.", "fault")
    elif request.form.get("answer") == "yes":
        tagging.tag_passage(session(), passage, theme.label, by=account())
        flash(f"“{theme.label}” stands on this passage now.", "done")
    else:
        suggestions.decline(session(), passage, theme.id, by=account())
        flash(f"“{theme.label}” is not suggested here again.", "done")
    return redirect(f"/passages/{passage_id}/suggestions", 303)
