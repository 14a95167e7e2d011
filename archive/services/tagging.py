"""A theme put on a story, on a passage or on some words of it, and taken off again."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from archive.models import Account, Passage, Story, Tagging, Theme
from archive.services.access import Action, Actor, Narrator, may, require, sees
from archive.services.errors import Invalid, NotAllowed, NotFound
from archive.services.labels import clean_label, theme_with
from archive.services.sealing import MARK
from archive.services.slugs import free_slug
from archive.services.word_times import unpack

MEANT = 200  # characters of a passage that an anchor remembers
NOTHING = "Nothing is said there any more that a theme could stand on."
# Put together once: every list asks for them.
_LOADED: Final = select(Tagging).options(joinedload(Tagging.theme, innerjoin=True)).order_by(Tagging.id)
_GIVEN: Final[BindParameter[Any]] = bindparam("given", expanding=True)
_OF_STORIES: Final = _LOADED.where(Tagging.story_id.in_(_GIVEN), Tagging.words.is_(None))
_ON_PASSAGES: Final = _LOADED.where(Tagging.passage_id.in_(_GIVEN))
Span = tuple[int, int]  # the numbers, from 0, of the first and the last word of a passage that are meant


def theme_named(session: Session, label: str) -> Theme:
    """The theme that has this label, whatever its capitals, made if there is none yet."""
    label = clean_label(label)
    theme = theme_with(session, label)
    if theme is None:
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
        held = _signed(Tagging(theme_id=theme.id, story_id=story.id), by)
        session.add(held)
        session.flush()
    return held


def tag_passage(session: Session, passage: Passage, label: str, *, by: Actor, span: Span | None = None) -> Tagging:
    """Put a theme on a passage, or on the words of a span, anchored to the recording's clock and to the words. A theme
    stands on a passage once: where it does already, nothing changes. Raises Invalid where there are no such words."""
    require(by, Action.TAG, session.get_one(Story, passage.story_id))
    if passage.text in ("", MARK):
        raise Invalid(NOTHING, "theme")
    if span is not None:
        _look(passage, span)
    theme = theme_named(session, label)
    held = session.scalars(
        select(Tagging).where(Tagging.theme_id == theme.id, Tagging.passage_id == passage.id)
    ).one_or_none()
    if held is None:
        held = _signed(anchored(theme, passage, None, span), by)
        session.add(held)
        session.flush()
    return held


def _look(passage: Passage, span: Span) -> None:
    spoken = passage.text.split(" ")
    first, last = span
    if not 0 <= first <= last < len(spoken):
        raise Invalid(
            "Those words are not in this passage, or not any more. Please choose the first and the last.", "words"
        )
    if all(word == MARK for word in spoken[first : last + 1]):
        raise Invalid("These words were taken out. A theme cannot stand on them.", "words")


def _signed(tagging: Tagging, by: Actor) -> Tagging:
    tagging.by_id = by.id if by else None
    tagging.by_person_id = by.person_id if isinstance(by, Narrator) else None
    return tagging


def anchored(theme: Theme, passage: Passage, by_id: int | None, span: Span | None = None) -> Tagging:
    """Not in the session yet. Where the times of the words are unknown, those of the passage stand for them."""
    made = Tagging(
        theme_id=theme.id,
        story_id=passage.story_id,
        recording_id=passage.recording_id,
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        words=passage.text[:MEANT],
        passage_id=passage.id,
        by_id=by_id,
    )
    if span is not None:
        first, last = span
        made.words = " ".join(passage.text.split(" ")[first : last + 1])
        if timed := unpack(passage.text, passage.words):
            made.start_ms, made.end_ms = timed[first].start_ms, timed[last].end_ms
    return made


def span_in(passage: Passage, tagging: Tagging) -> Span | None:
    """Which words of the passage are meant, as it reads now; None for all of it."""
    timed = unpack(passage.text, passage.words)
    if timed and tagging.start_ms is not None and tagging.end_ms is not None:
        meant = [
            n for n, word in enumerate(timed) if tagging.start_ms <= (word.start_ms + word.end_ms) / 2 <= tagging.end_ms
        ]
        return (meant[0], meant[-1]) if meant and len(meant) < len(timed) else None
    words, spoken = (tagging.words or "").split(" "), passage.text.split(" ")
    if len(words) >= len(spoken) or passage.text[:MEANT] == tagging.words:
        return None
    places = (n for n in range(len(spoken) - len(words) + 1) if spoken[n : n + len(words)] == words)
    first = next(places, None)
    return None if first is None else (first, first + len(words) - 1)


def words_meant(passage: Passage, tagging: Tagging) -> str:
    """What a tagging remembers, as the passage reads now."""
    span = span_in(passage, tagging)
    return passage.text[:MEANT] if span is None else " ".join(passage.text.split(" ")[span[0] : span[1] + 1])


def stands() -> ColumnElement[bool]:
    """Taggings that a page may count: on a whole story, or on a passage in which something is said. The others would
    tell what was said where something is taken out."""
    said = select(Passage.id).where(Passage.id == Tagging.passage_id, Passage.text.not_in(("", MARK)))
    return or_(Tagging.words.is_(None), said.correlate(Tagging).exists())


def numbers_on(session: Session, story: Story) -> set[int]:
    """The numbers of all taggings of a story."""
    return set(session.scalars(select(Tagging.id).where(Tagging.story_id == story.id)))


def may_untag(by: Actor, story: Story, tagging: Tagging) -> bool:
    """Whoever put it there, whoever keeps the story, and whoever told it."""
    if isinstance(by, Narrator) and tagging.by_person_id == by.person_id:
        return True
    own = by is not None and by.id is not None and tagging.by_id == by.id
    return own or may(by, Action.CORRECT, story)


def untag(session: Session, tagging_id: int, *, by: Actor) -> Story:
    """Take a theme off; gives the story it stood on."""
    tagging = session.get(Tagging, tagging_id)
    story = session.get(Story, tagging.story_id) if tagging else None
    if tagging is None or story is None or not sees(by, story):
        raise NotFound("That theme is not there any more.")
    require(by, Action.TAG, story)
    if not may_untag(by, story, tagging):
        raise NotAllowed("Somebody else put this theme there. Whoever keeps the story can take it off.")
    session.delete(tagging)
    session.flush()
    return story


class Tagger(StrEnum):
    """By whom, as everyone may know it: a kind, never a person."""

    NARRATOR = "the narrator"
    INTERVIEWER = "the interviewer"
    CURATOR = "a curator"
    CONTRIBUTOR = "a contributor"
    ARCHIVE = "the archive"  # came with the story, or from the command line


def taggers(session: Session, taggings: Iterable[Tagging]) -> dict[int, Tagger]:
    """By tagging's id."""
    held: Sequence[Tagging] = list(taggings)
    stories = select(Story.id, Story.owner_id).where(Story.id.in_({each.story_id for each in held}))
    owners = {row.id: row.owner_id for row in session.execute(stories)}
    ids = {each.by_id for each in held if each.by_id is not None}
    accounts = {each.id: each for each in session.scalars(select(Account).where(Account.id.in_(ids)))}
    return {each.id: _kind(each, owners.get(each.story_id), accounts) for each in held}


def _kind(tagging: Tagging, owner_id: int | None, accounts: dict[int, Account]) -> Tagger:
    if tagging.by_person_id is not None:
        return Tagger.NARRATOR
    account = accounts.get(tagging.by_id or 0)
    if account is None:
        return Tagger.ARCHIVE
    if account.id == owner_id:
        return Tagger.INTERVIEWER
    return Tagger.CURATOR if account.is_curator else Tagger.CONTRIBUTOR


def themes_of(session: Session, story_ids: Sequence[int]) -> dict[int, list[Tagging]]:
    """Taggings of whole stories, with their themes loaded, by story."""
    found: dict[int, list[Tagging]] = {story_id: [] for story_id in story_ids}
    for tagging in session.scalars(_OF_STORIES, {"given": story_ids}):
        found[tagging.story_id].append(tagging)
    return found


def taggings_on(session: Session, passage_ids: Sequence[int]) -> dict[int, list[Tagging]]:
    """Taggings by the passage they lie in, with their themes loaded."""
    found: dict[int, list[Tagging]] = {}
    for tagging in session.scalars(_ON_PASSAGES, {"given": passage_ids}):
        if tagging.passage_id is not None:
            found.setdefault(tagging.passage_id, []).append(tagging)
    return found
