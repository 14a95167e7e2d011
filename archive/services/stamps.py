"""What a mixtape is made of today, as one stamp: a file that bears another one is not true any more, and is refused.

The consent of everybody who is heard in it is asked at each request by making the stamp anew, as everyone would hear
the mixtape. What is struck, withdrawn, embargoed, corrected, renamed, moved or warned of makes it another one.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from archive.models import CopyKind, Mixtape, Rendering, RenderingKind, Story
from archive.services.cautions import stretches_of
from archive.services.errors import NotFound
from archive.services.mixtape_reading import Track, descent, read, voices
from archive.services.renderings import files_of

NEVER = "There is no file of this mixtape. Its pieces can be heard on its page."
CHANGED = "What this file was made of has changed, so it is not given out any more. It is being made anew."


def as_everyone_hears(session: Session, held: Mixtape, *, secret: str) -> list[Track]:
    """Nothing that its maker alone may hear."""
    return read(session, held, by=None, secret=secret)


def stamp(session: Session, held: Mixtape, tracks: Sequence[Track]) -> str:
    """tracks: as_everyone_hears them."""
    made_of = [
        [held.title, held.maker, held.reason, [each.title for each in descent(held)]],
        [_of_track(each) for each in tracks],
        [_of_story(session, story) for story in voices(tracks)],
    ]
    return blake2b(json.dumps(made_of).encode(), digest_size=32).hexdigest()


def _of_track(track: Track) -> list[Any]:
    if track.clip is None:
        return [track.item.words]
    placed, recording = track.clip.placed, track.clip.recording
    said = [(each.passage.speaker, each.text) for each in placed.pieces]
    sound = [each.sha256 for each in recording.copies if each.kind == CopyKind.OPUS]
    return [recording.id, placed.start_ms, placed.end_ms, placed.fit, said, sound, track.silent]


def _of_story(session: Session, story: Story) -> list[Any]:
    named = [[each.part, each.person.name] for each in story.participations]
    warned = [[each.start_ms, each.end_ms, each.text] for each in stretches_of(session, story)]
    return [story.id, story.slug, story.title, str(story.recorded_on), named, warned]


def today(session: Session, held: Mixtape, *, secret: str) -> str:
    return stamp(session, held, as_everyone_hears(session, held, secret=secret))


def true_files(
    session: Session, held: Mixtape, tracks: Sequence[Track] | None = None, *, secret: str
) -> list[Rendering]:
    """Those that may be given out now. tracks: as_everyone_hears them, where they are at hand."""
    files = files_of(session, held.id)
    if not files:
        return []
    bears = today(session, held, secret=secret) if tracks is None else stamp(session, held, tracks)
    return [each for each in files if each.stamp == bears]


def file_of(session: Session, held: Mixtape, kind: RenderingKind, *, secret: str) -> Rendering:
    """Raises NotFound where there is none, and where it is not true any more."""
    there = [each for each in files_of(session, held.id) if each.kind == kind]
    if not there:
        raise NotFound(NEVER)
    if there[0].stamp != today(session, held, secret=secret):
        raise NotFound(CHANGED)
    return there[0]
