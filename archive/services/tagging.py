"""A theme put on a story or on a passage, and taken off again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Story, Tagging, Theme
from archive.services.access import Action, Actor, require, sees
from archive.services.errors import Invalid, NotFound
from archive.services.slugs import free_slug, slugify

MAX_LABEL = 80
MEANT = 200  # characters of a passage that an anchor remembers


def clean_label(label: str) -> str:
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in label).split())
    if not cleaned:
        raise Invalid("Please name a theme.", "theme")
    if len(cleaned) > MAX_LABEL:
        raise Invalid(f"A theme's name is {MAX_LABEL} characters long at most.", "theme")
    return cleaned


def theme_named(session: Session, label: str) -> Theme:
    """The theme of that name, whatever its capitals, made if there is none yet."""
    label = clean_label(label)
    slug = slugify(label, "theme")
    for theme in session.scalars(select(Theme).where(Theme.slug.startswith(slug, autoescape=True))):
        if theme.label.casefold() == label.casefold():
            return theme
    theme = Theme(label=label, slug=free_slug(session, Theme.slug, label, "theme"))
    session.add(theme)
    session.flush()
    return theme


def tag_story(session: Session, story: Story, label: str, *, by: Actor) -> Tagging:
    """Put a theme on the whole story; a second time changes nothing."""
    require(by, Action.TAG, story)
    theme = theme_named(session, label)
    held = session.scalars(
        select(Tagging).where(Tagging.theme_id == theme.id, Tagging.story_id == story.id, Tagging.words.is_(None))
    ).one_or_none()
    if held is None:
        held = Tagging(theme_id=theme.id, story_id=story.id, by_id=by.id if by else None)
        session.add(held)
        session.flush()
    return held


def tag_passage(session: Session, passage: Passage, label: str, *, by: Actor) -> Tagging:
    """Put a theme on a passage, anchored to the recording's clock and to the words."""
    require(by, Action.TAG, session.get_one(Story, passage.story_id))
    theme = theme_named(session, label)
    held = session.scalars(
        select(Tagging).where(Tagging.theme_id == theme.id, Tagging.passage_id == passage.id)
    ).one_or_none()
    if held is None:
        held = anchored(theme, passage, by.id if by else None)
        session.add(held)
        session.flush()
    return held


def anchored(theme: Theme, passage: Passage, by_id: int | None) -> Tagging:
    return Tagging(
        theme_id=theme.id,
        story_id=passage.story_id,
        recording_id=passage.recording_id,
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        words=passage.text[:MEANT],
        passage_id=passage.id,
        by_id=by_id,
    )


def untag(session: Session, tagging_id: int, *, by: Actor) -> Story:
    """Take a theme off; gives the story it stood on."""
    tagging = session.get(Tagging, tagging_id)
    story = session.get(Story, tagging.story_id) if tagging else None
    if tagging is None or story is None or not sees(by, story):
        raise NotFound("That theme is not there any more.")
    require(by, Action.TAG, story)
    session.delete(tagging)
    session.flush()
    return story
