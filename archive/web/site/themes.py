"""/themes: what people talk about here, as a tree where there is one."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.services.theme_lists import Node, Row, letter_of, matching, public_rows, tree
from archive.web.http import door, session, with_args
from archive.web.present import pages, theme_link
from archive.web.shapes import Link
from archive.web.site import site
from archive.web.site.theme_shapes import Branch, ThemesPage

AT_ONCE = 300  # themes that one page shows as a tree; more are asked for by letter or by word
ON_A_PAGE = 120
LONGEST = 200  # characters of a question


def leaf(row: Row) -> Branch:
    return Branch(theme_link(row.theme.slug, row.theme.label), row.numbers.passages, row.numbers.stories)


def branch(node: Node) -> Branch:
    """Not by calling itself: a thesaurus may be as deep as it likes."""
    done: dict[int, Branch] = {}
    left: list[tuple[Node, bool]] = [(node, False)]
    while left:
        each, ready = left.pop()
        if not ready:
            left.append((each, True))
            left += [(below, False) for below in each.below]
            continue
        own = leaf(each.row)
        below = tuple(done[id(one)] for one in each.below)
        done[id(each)] = Branch(own.link, own.passages, own.stories, below, each.again)
    return done[id(node)]


@door(site, "/themes", Action.VISIT)
def themes() -> ResponseReturnValue:
    return render_template("site/themes.html", page=_page(public_rows(session())))


def _page(rows: list[Row]) -> ThemesPage:
    text, letter = request.args.get("q", "").strip()[:LONGEST], request.args.get("letter", "")[:2]
    if text:
        return _part(rows, matching(session(), rows, text), text=text)
    if letter:
        return _part(rows, [row for row in rows if row.letter == letter], letter=letter)
    nodes = tree(session(), rows)
    if len(rows) <= AT_ONCE:
        return ThemesPage(len(rows), tuple(branch(node) for node in nodes))
    return _part(rows, [node.row for node in nodes])


def _part(rows: Sequence[Row], some: Sequence[Row], *, text: str = "", letter: str | None = None) -> ThemesPage:
    shown = pages(len(some), ON_A_PAGE)
    first = (shown.number - 1) * ON_A_PAGE
    return ThemesPage(
        total=len(rows),
        branches=tuple(leaf(row) for row in some[first : first + ON_A_PAGE]),
        text=text,
        letter=letter,
        letters=_letters(rows),
        pages=shown,
    )


def _letters(rows: Sequence[Row]) -> tuple[Link, ...]:
    counted: dict[str, int] = {}
    for row in rows:
        counted[letter_of(row.theme.label)] = counted.get(letter_of(row.theme.label), 0) + 1
    here = {"q": None, "page": None}
    return tuple(Link(each, with_args({**here, "letter": each}), counted[each]) for each in sorted(counted))
