"""A clip: some words of a story with their sound, at an address of its own that gives no more than these."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from archive.models import Recording, Story
from archive.services.access import Action, Actor, require, sees
from archive.services.anchors import Anchor, Placed, anchored, place, read_key
from archive.services.errors import Invalid, NotFound
from archive.services.strikes import spans_at

AROUND_MS = 20_000  # what may be heard before and after, where the whole story may be


@dataclass(frozen=True, slots=True)
class Clip:
    story: Story
    recording: Recording
    anchor: Anchor
    placed: Placed

    @property
    def begins(self) -> int:
        """Where the recording begins on the story's timeline, in ms."""
        return self.story.begins(self.recording.id)


def cut(session: Session, story: Story, start_ms: int, end_ms: int, *, by: Actor, secret: str) -> Anchor:
    """An anchor for what is said there; times on the story's timeline. Of a span over two recordings, what lies in the
    first is meant. Raises Invalid where nothing is said, or too much."""
    require(by, Action.READ, story)
    if end_ms <= start_ms:
        raise Invalid("A clip needs a beginning and, later, an end. Please choose some words.", "t")
    span = next((each for each in spans_at(story, start_ms, end_ms) if each.recording_id is not None), None)
    recording = session.get(Recording, span.recording_id) if span else None
    if span is None or recording is None:
        raise Invalid("There is no sound at this place of the story, so nothing can be cut out of it.", "t")
    return anchored(session, recording, span.start_ms, span.end_ms, secret=secret)


def clip_at(session: Session, key: str, *, by: Actor, secret: str) -> Clip:
    """Raises NotFound, in the same words, for what never was, what may not be read, and what is not said any more."""
    anchor = read_key(key)
    recording = session.get(Recording, anchor.recording_id)
    story = session.get(Story, recording.story_id) if recording else None
    if recording is None or story is None or not sees(by, story):
        raise NotFound("There is nothing at this address, or it is not open to everyone any more.")
    return Clip(story, recording, anchor, place(session, anchor, secret=secret))
