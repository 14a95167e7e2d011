"""What makes a poem of a mixtape: a clip is split at a word, a piece is repeated, an empty line stands between."""

from math import ceil

from sqlalchemy.orm import Session

from archive.models import Mixtape, MixtapeItem
from archive.services.access import Actor
from archive.services.anchors import anchored, said_around
from archive.services.errors import Invalid
from archive.services.mixtapes import added, clip_of, items_of, move


def split(session: Session, held: Mixtape, item: MixtapeItem, at_ms: int, *, by: Actor, secret: str) -> MixtapeItem:
    """The second half, which begins with the word that begins there, on the recording's clock, and stands behind the
    first. Raises Invalid where no word begins, and for the clip's first word."""
    clip = clip_of(session, item, by=by, secret=secret)
    start, end, recording = clip.placed.start_ms, clip.placed.end_ms, clip.recording
    words = [
        (from_, (from_ + to) / 2)
        for _, from_, to in said_around(session, recording.id, start, end)
        if start <= (from_ + to) / 2 <= end
    ]
    n = next((n for n, (from_, _) in enumerate(words) if from_ == at_ms), 0)
    if n == 0:
        raise Invalid("Please choose the word with which the second one begins.", "at")
    first = anchored(session, recording, start, ceil(words[n - 1][1]), secret=secret)
    second = anchored(session, recording, int(words[n][1]), end, secret=secret)
    made = _behind(
        session, held, item,
        MixtapeItem(
            recording_id=recording.id, start_ms=second.start_ms, end_ms=second.end_ms, said=second.said,
        ),
    )  # fmt: skip
    item.start_ms, item.end_ms, item.said = first.start_ms, first.end_ms, first.said
    session.flush()
    return made


def repeat(session: Session, held: Mixtape, item: MixtapeItem) -> MixtapeItem:
    """The same once more, behind it."""
    again = MixtapeItem(
        words=item.words, recording_id=item.recording_id, start_ms=item.start_ms, end_ms=item.end_ms, said=item.said
    )
    return _behind(session, held, item, again)


def breathe(session: Session, held: Mixtape, item: MixtapeItem) -> MixtapeItem:
    """An empty line behind it."""
    return _behind(session, held, item, MixtapeItem(words=""))


def _behind(session: Session, held: Mixtape, item: MixtapeItem, made: MixtapeItem) -> MixtapeItem:
    added(session, held, made)
    move(session, held, made, [each.id for each in items_of(session, held)].index(item.id) + 1)
    return made
