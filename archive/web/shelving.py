"""Public shelves as their pages show them, to everyone and to those who keep them."""

from dataclasses import replace

from archive.models import PublicShelf
from archive.services import public_shelves
from archive.services.access import Actor, sees
from archive.services.public_shelves import Lying
from archive.web.feeling import warnings, whole_match
from archive.web.http import session
from archive.web.present import cards, found
from archive.web.shelf_shapes import OnShelf, PublicShelfLine, PublicShelfPage


def shelf_page(held: PublicShelf, by: Actor) -> PublicShelfPage:
    """As this person sees it. What is not open to them any more is left out for everyone but those who keep it."""
    lying = public_shelves.lying_on(session(), held, by=by)
    return PublicShelfPage(held.slug, held.title, held.introduction, held.reason, held.open, _items(lying, by))


def public_page(held: PublicShelf) -> PublicShelfPage:
    """As a stranger sees it."""
    page = shelf_page(held, None)
    return replace(page, items=tuple(each for each in page.items if each.card))


def _items(lying: list[Lying], by: Actor) -> tuple[OnShelf, ...]:
    stories = list({each.story.id: each.story for each in lying if each.story}.values())
    shown = {story.id: card for story, card in zip(stories, cards(session(), stories), strict=True)}
    passages = [(each.passage, each.story) for each in lying if each.passage and each.story]
    hits = iter(found(session(), [whole_match(*pair) for pair in passages], by))
    made: list[OnShelf] = []
    for each in lying:
        story, passage = each.story, each.passage
        if story is None:
            made.append(OnShelf(each.item.id, public=False))
        else:
            hit = next(hits) if passage else None
            told = warnings(story, passage) if passage else ()
            made.append(OnShelf(each.item.id, shown[story.id], hit, told, sees(None, story)))
    return tuple(made)


def shelf_line(held: PublicShelf, waiting: set[int]) -> PublicShelfLine:
    return PublicShelfLine(held.slug, held.title, held.introduction, held.open, held.id in waiting)
