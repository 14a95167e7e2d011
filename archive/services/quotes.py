"""What people said, in passages that other people chose: put on a mixtape that is open, or under a theme.

No machine chooses. Of each month's stories the choices that were made first come first, of each story one; each is
asked anew for its consent, and none stands where something is taken out or where a listener should be warned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.models import Mixtape, MixtapeItem, Passage, Recording, Story, Tagging, Theme
from archive.services.access import visible_to
from archive.services.cautions import stretches_of
from archive.services.mixtape_reading import tracks
from archive.services.sealing import MARK
from archive.services.stories import FOR_CARDS
from archive.services.tagging import Tagger, span_in, taggers

A_MONTH = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody put it on this mixtape; or, of this kind of people, under this theme. Times are on the story's timeline,
    None for text that has none."""

    story: Story
    passage: Passage
    text: str
    start_ms: int | None
    end_ms: int | None
    tape: Mixtape | None = None
    theme: Theme | None = None
    by: Tagger | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    """A row of MixtapeItem or of Tagging, by its number."""

    at: datetime
    story_id: int
    item_id: int | None = None
    tagging_id: int | None = None


def quotes(session: Session, months: Mapping[int, int], *, secret: str) -> dict[int, list[Quote]]:
    """By month. months: that of each story that everyone may read, by its number."""
    found: dict[int, list[Quote]] = {}
    quoted: set[int] = set()
    for choice in sorted([*_clips(session, months), *_taggings(session, months)], key=lambda each: each.at):
        held = found.setdefault(months[choice.story_id], [])
        if choice.story_id in quoted or len(held) == A_MONTH:
            continue
        quote = _of_clip(session, choice, secret) if choice.item_id else _of_tagging(session, choice)
        if quote is not None and not _is_warned_of(session, quote):
            held.append(quote)
            quoted.add(choice.story_id)
    return found


def _clips(session: Session, months: Mapping[int, int]) -> Iterator[_Choice]:
    query = select(Mixtape.shown_at, Story.id, MixtapeItem.id).join(Mixtape, Mixtape.id == MixtapeItem.mixtape_id)
    query = query.join(Recording, Recording.id == MixtapeItem.recording_id).join(Story, Story.id == Recording.story_id)
    query = query.where(Mixtape.open, Story.remix, visible_to(None), Story.id.in_(months))
    for at, story_id, item_id in session.execute(query.order_by(Mixtape.shown_at, Mixtape.id, MixtapeItem.ordinal)):
        if at is not None:
            yield _Choice(at, story_id, item_id=item_id)


def _taggings(session: Session, months: Mapping[int, int]) -> Iterator[_Choice]:
    """Those of people: what came with a story, or was imported, nobody has chosen."""
    query = select(Tagging.tagged_at, Story.id, Tagging.id).join(Story, Story.id == Tagging.story_id)
    by_people = or_(Tagging.by_id.is_not(None), Tagging.by_person_id.is_not(None))
    query = query.where(by_people, Tagging.passage_id.is_not(None), visible_to(None), Story.id.in_(months))
    for at, story_id, tagging_id in session.execute(query.order_by(Tagging.tagged_at, Tagging.id)):
        yield _Choice(at, story_id, tagging_id=tagging_id)


def _of_clip(session: Session, choice: _Choice, secret: str) -> Quote | None:
    item = session.get_one(MixtapeItem, choice.item_id)
    track = tracks(session, [item], by=None, secret=secret)[0]
    if track.clip is None:
        return None
    placed, story = track.clip.placed, track.clip.story
    text = " ".join(piece.text for piece in placed.pieces)
    if MARK in text:
        return None
    start, end = (track.clip.begins + moment for moment in (placed.start_ms, placed.end_ms))
    return Quote(story, placed.pieces[0].passage, text, start, end, tape=session.get_one(Mixtape, item.mixtape_id))


def _of_tagging(session: Session, choice: _Choice) -> Quote | None:
    tagging = session.get_one(Tagging, choice.tagging_id)
    passage = session.get_one(Passage, tagging.passage_id)
    story = session.get_one(Story, tagging.story_id, options=FOR_CARDS)
    span = span_in(passage, tagging)
    text = " ".join(passage.text.split(" ")[span[0] : span[1] + 1]) if span else passage.text
    if not text or MARK in text:
        return None
    meant = tagging if span else passage
    start, end = (story.at(passage.recording_id, moment) for moment in (meant.start_ms, meant.end_ms))
    return Quote(story, passage, text, start, end, theme=tagging.theme, by=taggers(session, [tagging])[tagging.id])


def _is_warned_of(session: Session, quote: Quote) -> bool:
    if (start := quote.start_ms) is None:
        return False
    end = max(start + 1, quote.end_ms or 0)
    return any(each.start_ms < end and each.end_ms > start for each in stretches_of(session, quote.story))
