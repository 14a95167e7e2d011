"""/themes/SLUG: one theme, its passages, and what can be counted of them."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from archive.models import Passage, Story, Theme, WordingKind
from archive.services import theme_lists, theme_pages
from archive.services.access import Action, may
from archive.services.finding import Match, play_from
from archive.services.tagging import span_in
from archive.services.theme_pages import InYear, Together
from archive.web.http import account, door, session
from archive.web.present import cards, found, pages, theme_link
from archive.web.site import site
from archive.web.site.theme_shapes import Bar, Beside, ThemePage, Years
from archive.web.site.themes import leaf

SIZE = 20
WIDTH, HEIGHT, LABELS = 640.0, 120.0, 14  # of the drawing; years that have room for their names
SPACE = 2.0


@door(site, "/themes/<slug>", Action.VISIT)
def theme(slug: str) -> ResponseReturnValue:
    held = theme_pages.theme_by_slug(session(), slug)
    if held.slug != slug:
        return redirect(f"/themes/{quote(held.slug)}", 301)
    least = {"least_together": theme_pages.LEAST_TOGETHER, "least_stories": theme_pages.LEAST_STORIES}
    return render_template("site/theme.html", page=_page(held), **least)


def _page(held: Theme) -> ThemePage:
    counted = theme_pages.numbers(session(), held.id)
    shown = pages(counted.passages, SIZE)
    first = (shown.number - 1) * SIZE
    rows = theme_pages.passages_with(session(), held.id, offset=first, limit=SIZE)
    whole, whole_total = theme_pages.whole_stories(session(), held.id)
    near = theme_lists.around(session(), held)
    return ThemePage(
        label=held.label,
        slug=held.slug,
        here=f"/themes/{quote(held.slug)}",
        language=held.language,
        scope=_said(held, WordingKind.SCOPE),
        definition=_said(held, WordingKind.DEFINITION),
        other=_said(held, WordingKind.PREFERRED) + _said(held, WordingKind.OTHER),
        paths=tuple(tuple(theme_link(up.slug, up.label) for up in path) for path in near.paths),
        narrower=tuple(leaf(row) for row in near.narrower),
        related=tuple(leaf(row) for row in near.related),
        passages_total=counted.passages,
        stories_total=counted.stories,
        narrators_total=counted.narrators,
        tagged_total=theme_pages.tagged_passages(session()),
        found=found(session(), _matches(held, rows), account()),
        pages=shown,
        cards=cards(session(), whole),
        whole_total=whole_total,
        years=_years(theme_pages.years(session(), held.id)),
        beside=tuple(_beside(each) for each in theme_pages.together(session(), held.id)),
        may_edit=may(account(), Action.EDIT_THEMES),
    )


def _said(held: Theme, kind: WordingKind) -> tuple[tuple[str, str], ...]:
    return tuple((each.language, each.text) for each in held.wordings if each.kind == kind)


def _matches(held: Theme, rows: Sequence[tuple[Passage, Story]]) -> list[Match]:
    """The words that are meant are marked in each passage, as the words that were looked for are in a search."""
    tagged = theme_pages.taggings_of(session(), held.id, [passage.id for passage, _ in rows])
    matches = []
    for passage, story in rows:
        spans = (span_in(passage, each) for each in tagged.get(passage.id, ()))
        ranges = sorted({_characters(passage.text, *span) for span in spans if span})
        matches.append(Match(passage, story, _joined(ranges), 0.0, play_from(passage, ranges)))
    return matches


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _characters(text: str, first: int, last: int) -> tuple[int, int]:
    """Where these words begin and end."""
    spoken = text.split(" ")
    start = sum(len(word) + 1 for word in spoken[:first])
    return start, start + len(" ".join(spoken[first : last + 1]))


def _years(counted: Sequence[InYear]) -> Years | None:
    """Bars of passages, or of stories where whole stories alone carry the theme."""
    dated = [each for each in counted if each.year is not None]
    undated = next(((each.passages, each.stories) for each in counted if each.year is None), None)
    if not dated:
        return None
    what = "passages" if any(each.passages for each in counted) else "stories"
    most = max(getattr(each, what) for each in dated)
    step = WIDTH / max(len(dated), 6)
    named = max(-(-len(dated) // LABELS), 1)
    bars = tuple(_bar(each, n, step, getattr(each, what) / (most or 1), named) for n, each in enumerate(dated))
    return Years(bars, what, most, undated)


def _bar(each: InYear, n: int, step: float, share: float, named: int) -> Bar:
    height = round(share * HEIGHT, 1)
    label = str(each.year) if n % named == 0 else None
    width = round(min(step, 80.0) - SPACE, 2)
    return Bar(each.year or 0, each.passages, each.stories, round(n * step, 2), HEIGHT - height, width, height, label)


def _beside(each: Together) -> Beside:
    lift = f"{each.lift:.1f} times" if each.lift < 10 else f"{each.lift:.0f} times"
    return Beside(theme_link(each.theme.slug, each.theme.label), each.passages, each.stories, each.of, lift)
