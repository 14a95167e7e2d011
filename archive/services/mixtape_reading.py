"""A mixtape as it may be heard today: each clip found again by its words, and asked once more for its consent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Mixtape, MixtapeItem, Recording, Story
from archive.services.access import Actor, hears, visible_to
from archive.services.anchors import Anchor, place
from archive.services.clips import Clip
from archive.services.errors import NotFound
from archive.services.mixtapes import items_of
from archive.services.stories import FOR_CARDS

MOST_STEPS = 20  # of a line of descent


@dataclass(frozen=True, slots=True)
class Track:
    """clip is None for words between, and for a gap: what was there is struck, withdrawn, or not to be used any more.
    Of a gap nothing is told but that it is one. silent: its words may be read, and not be heard."""

    item: MixtapeItem
    clip: Clip | None = None
    silent: bool = False

    @property
    def gap(self) -> bool:
        return self.clip is None and self.item.words is None


def read(session: Session, held: Mixtape, *, by: Actor, secret: str) -> list[Track]:
    return tracks(session, items_of(session, held), by=by, secret=secret)


def tracks(session: Session, items: Sequence[MixtapeItem], *, by: Actor, secret: str) -> list[Track]:
    """Of one mixtape, or of several."""
    recordings = _recordings(session, {each.recording_id for each in items if each.recording_id}, by)
    return [_track(session, item, recordings, by, secret) for item in items]


def _recordings(session: Session, ids: set[int], by: Actor) -> dict[int, tuple[Recording, Story]]:
    """Those of stories that this person may read, and that may be used in something new."""
    query = select(Recording, Story).join(Story, Story.id == Recording.story_id)
    query = query.where(Recording.id.in_(ids), visible_to(by), Story.remix).options(*FOR_CARDS)
    return {recording.id: (recording, story) for recording, story in session.execute(query)}


def _track(
    session: Session, item: MixtapeItem, recordings: dict[int, tuple[Recording, Story]], by: Actor, secret: str
) -> Track:
    held = recordings.get(item.recording_id or 0)
    if item.words is not None or held is None or item.start_ms is None or item.end_ms is None:
        return Track(item)
    recording, story = held
    anchor = Anchor(recording.id, item.start_ms, item.end_ms, item.said or "")
    try:
        placed = place(session, anchor, secret=secret)
    except NotFound:
        return Track(item)
    return Track(item, Clip(story, recording, anchor, placed), silent=not (hears(by, story) and recording.copies))


def voices(tracks: Sequence[Track]) -> list[Story]:
    """The stories that are heard in it, each once, in the order in which they come."""
    return list({track.clip.story.id: track.clip.story for track in tracks if track.clip}.values())


def descent(held: Mixtape) -> list[Mixtape]:
    """The mixtapes it comes from, the nearest first, as far as they are open."""
    line: list[Mixtape] = []
    at = held.origin
    while at is not None and at.open and at not in line and len(line) < MOST_STEPS:
        line.append(at)
        at = at.origin
    return line
