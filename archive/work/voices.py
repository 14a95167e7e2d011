"""Who spoke when, beside the words. A failure here is said on the story's page and never touches the words."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from archive.work.house import House
from archive.work.jobs import LeaseLost
from archive.work.watch import Cancelled, Later, Watch
from uploads.media import Soundtrack, Stopped
from uploads.speech.segments import Word
from uploads.speech.voice_weights import CannotTell

log = structlog.get_logger()

LONG_MS = 30 * 60_000  # of longer recordings the voices need memory that the speech model holds, and does not need now
FAILED = "The voices of this recording could not be told apart. Its words are all here."


@dataclass(frozen=True, slots=True)
class Told:
    """names has one for each word; None where no voices were told apart, and why_not may say why in a sentence."""

    names: list[str | None] | None = None
    why_not: str | None = None


def tell_apart(house: House, track: Soundtrack, words: Sequence[Word], people: int | None, watch: Watch) -> Told:
    """Nothing is said of a single voice: a page that named it on every line would say nothing."""
    if people == 1 or not words:
        return Told()
    if track.duration_ms > LONG_MS:
        house.transcriber.rest()
    tell = watch.teller("telling the voices apart", 0.95, 0.99)
    try:
        names = house.voices.tell_apart(track, words, people, on_progress=tell, stop=watch.stop)
    except (Cancelled, Later, LeaseLost, SQLAlchemyError):
        raise
    except Stopped:
        watch.check()  # says which of the reasons to stop it was
        raise
    except CannotTell as reason:
        return Told(why_not=str(reason))
    except Exception:
        log.exception("voices could not be told apart")
        return Told(why_not=FAILED)
    return Told(names if len({name for name in names if name}) > 1 else None)
