"""/curator/themes: the thesaurus as curators keep it."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from archive.models import Tagging, Theme
from archive.services import merging, theme_lists, thesaurus
from archive.services.access import Action
from archive.services.concepts import is_public
from archive.services.errors import Conflict, Invalid
from archive.services.theme_lists import Node, Row
from archive.services.thesaurus import theme_at, theme_by_name
from archive.web.http import account, door, page_number, session
from archive.web.present import pages
from archive.web.shapes import Link, Pages
from archive.web.studio import studio
from archive.web.studio.theme_forms import described, values
from archive.web.studio.theme_shapes import EditedTheme, Leaf, ThesaurusPage

HERE = "/curator/themes"
AT_ONCE = 300  # themes that are shown as a tree
ON_A_PAGE = 100
NEW = {"label": "", "language": "en"}


def _leaf(row: Row, below: tuple[Leaf, ...] = (), folded: bool = False) -> Leaf:
    link = Link(row.theme.label, f"{HERE}/{row.theme.slug}")
    return Leaf(link, row.taggings, row.numbers.passages, row.numbers.stories, row.theme.curated, below, folded)


def _tree(node: Node) -> Leaf:
    return _leaf(node.row, tuple(_tree(each) for each in node.below), node.folded)


@door(studio, HERE, Action.EDIT_THEMES)
def all_themes() -> ResponseReturnValue:
    rows = theme_lists.all_rows(session(), by=account())
    return render_template("studio/themes.html", page=_page(rows), values=NEW, errors={})


def _page(rows: Sequence[Row]) -> ThesaurusPage:
    view, text = request.args.get("view", ""), request.args.get("q", "").strip()[:200]
    passing = [row for row in rows if not row.theme.curated]
    kept = [row for row in rows if row.theme.curated]
    alone = theme_lists.orphans(session(), kept)
    some = {"passing": passing, "alone": alone}.get(view, kept)
    leaves, shown = _shown(rows, some, text, whole=some is kept)
    views = (
        (HERE, "In the thesaurus", len(kept), some is kept and not text),
        (f"{HERE}?view=passing", "Made in passing", len(passing), some is passing),
        (f"{HERE}?view=alone", "Alone", len(alone), some is alone),
    )
    return ThesaurusPage(views, leaves, len(rows), text, shown, some is passing and not text)


def _shown(
    rows: Sequence[Row], some: Sequence[Row], text: str, *, whole: bool
) -> tuple[tuple[Leaf, ...], Pages | None]:
    """A tree where it fits on a page and nothing was asked for; else a list, of tops where all are asked for."""
    if text:
        some = theme_lists.matching(session(), rows, text)
    elif whole:
        nodes = theme_lists.tree(session(), some)
        if len(some) <= AT_ONCE:
            return tuple(_tree(node) for node in nodes), None
        some = [node.row for node in nodes]
    shown = pages(len(some), ON_A_PAGE)
    first = (min(page_number(), shown.of) - 1) * ON_A_PAGE
    return tuple(_leaf(row) for row in some[first : first + ON_A_PAGE]), shown


@door(studio, HERE, Action.EDIT_THEMES, methods=("POST",))
def make_theme() -> ResponseReturnValue:
    try:
        with session().begin_nested():
            made = thesaurus.make_theme(session(), described(request.form), by=account())
    except Invalid as refusal:
        session().expire_all()
        rows = theme_lists.all_rows(session(), by=account())
        errors = {"label" if refusal.field == "theme" else refusal.field or "label": str(refusal)}
        return render_template("studio/themes.html", page=_page(rows), values=request.form, errors=errors), 422
    flash(f"“{made.label}” is in the thesaurus.", "done")
    return redirect(f"{HERE}/{made.slug}", 303)


def _edited(theme: Theme) -> EditedTheme:
    near = theme_lists.around(session(), theme, by=account())
    taggings = session().scalar(select(func.count(Tagging.id)).where(Tagging.theme_id == theme.id)) or 0
    merged = session().scalars(select(Theme.slug).where(Theme.merged_into_id == theme.id).order_by(Theme.slug))
    return EditedTheme(
        label=theme.label,
        slug=theme.slug,
        curated=theme.curated,
        public=is_public(session(), theme),
        taggings=taggings,
        uri=theme.uri,
        narrower=tuple(_leaf(row) for row in near.narrower),
        merged=tuple(f"/themes/{slug}" for slug in merged),
    )


def _edit_page(theme: Theme, typed: dict[str, str], errors: dict[str, str], code: int) -> ResponseReturnValue:
    near = theme_lists.around(session(), theme, by=account())
    filled = {**values(theme, near), **typed}
    return render_template("studio/theme.html", theme=_edited(theme), values=filled, errors=errors), code


@door(studio, f"{HERE}/<slug>", Action.EDIT_THEMES)
def edit_theme(slug: str) -> ResponseReturnValue:
    theme = theme_at(session(), slug, by=account())
    if theme.merged_into_id is not None:
        return redirect(f"{HERE}/{session().get_one(Theme, theme.merged_into_id).slug}", 303)
    return _edit_page(theme, {}, {}, 200)


def _change(slug: str, change: Callable[[Theme], tuple[str, str]]) -> ResponseReturnValue:
    """Do it, say so and go where it leads; or show the form again with the sentence and what was typed."""
    theme = theme_at(session(), slug, by=account())
    try:
        with session().begin_nested():
            sentence, leads = change(theme)
    except (Invalid, Conflict) as refusal:
        session().expire_all()
        field = refusal.field if isinstance(refusal, Invalid) and refusal.field else "act"
        return _edit_page(
            theme, request.form.to_dict(), {field: str(refusal)}, 409 if isinstance(refusal, Conflict) else 422
        )
    flash(sentence, "done")
    return redirect(leads, 303)


@door(studio, f"{HERE}/<slug>", Action.EDIT_THEMES, methods=("POST",))
def describe_theme(slug: str) -> ResponseReturnValue:
    def change(theme: Theme) -> tuple[str, str]:
        thesaurus.describe(session(), theme, described(request.form), by=account())
        return "Saved. The search follows within seconds.", f"{HERE}/{theme.slug}"

    return _change(slug, change)


@door(studio, f"{HERE}/<slug>/curated", Action.EDIT_THEMES, methods=("POST",))
def curate_theme(slug: str) -> ResponseReturnValue:
    def change(theme: Theme) -> tuple[str, str]:
        taken_in = request.form.get("curated") == "yes"
        thesaurus.set_curated(session(), theme, taken_in, by=account())
        where = "in the thesaurus now" if taken_in else "not in the thesaurus any more; what carries it still does"
        back_to_list = f"{HERE}?view=passing" if "listed" in request.form else f"{HERE}/{theme.slug}"
        return f"“{theme.label}” is {where}.", back_to_list

    return _change(slug, change)


@door(studio, f"{HERE}/<slug>/merge", Action.EDIT_THEMES, methods=("POST",))
def merge_theme(slug: str) -> ResponseReturnValue:
    def change(theme: Theme) -> tuple[str, str]:
        into = theme_by_name(session(), request.form.get("into", ""))
        gone = theme.label
        stays = merging.merge(session(), theme, into, by=account())
        return f"“{gone}” is “{stays.label}” from now on; its address leads here.", f"{HERE}/{stays.slug}"

    return _change(slug, change)


@door(studio, f"{HERE}/<slug>/remove", Action.EDIT_THEMES, methods=("POST",))
def remove_theme(slug: str) -> ResponseReturnValue:
    def change(theme: Theme) -> tuple[str, str]:
        label = theme.label
        thesaurus.remove(session(), theme, by=account())
        return f"“{label}” is gone.", HERE

    return _change(slug, change)
