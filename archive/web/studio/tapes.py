"""The recordings of a story as the studio shows them: those that are here, and those on their way."""

from sqlalchemy.orm import Session

from archive.models import Account, Recording, Story, Upload, UploadState
from archive.services import uploads
from archive.web.http import house
from archive.web.present import sounds
from archive.web.studio.shapes import Arriving, Tape
from archive.web.words import amount
from uploads import resumable


def tapes(story: Story, who: Account) -> tuple[Tape, ...]:
    heard = {each.id: each for each in sounds(story, who)}
    return tuple(
        Tape(
            name=each.original_name,
            duration_ms=each.duration_ms,
            size=each.size,
            facts=_facts(each),
            loss=each.loss,
            voices=each.voices_told,
            sound=heard.get(str(each.id)),
        )
        for each in story.recordings
    )


def _facts(recording: Recording) -> str:
    facts = recording.facts
    channels = {1: "mono", 2: "stereo"}.get(facts.get("channels", 0), f"{facts.get('channels')} channels")
    rate = f"{facts.get('sample_rate', 0) / 1000:g} kHz"
    picture = [f"with picture ({facts['video_codec']})"] if facts.get("video_codec") else []
    return ", ".join([str(facts.get("audio_codec", "")), rate, channels, *picture])


def on_the_way(session: Session, who: Account, story: Story | None = None) -> tuple[Arriving, ...]:
    return tuple(_arriving(each) for each in uploads.uploads_of(session, who, story))


def unclaimed(session: Session, who: Account) -> tuple[Arriving, ...]:
    """Files of this person's that are wholly here and belong to no story yet."""
    here = (each for each in uploads.uploads_of(session, who) if each.state == UploadState.ARRIVED)
    return tuple(_arriving(each) for each in here)


def _arriving(upload: Upload) -> Arriving:
    if upload.state == UploadState.REFUSED:
        return Arriving(upload.id, upload.name, upload.error or "It was refused.", refused=True)
    if upload.state == UploadState.ARRIVED:
        return Arriving(upload.id, upload.name, "All of it is here. It waits for its story.")
    here = amount(resumable.arrived(house().incoming, upload.id))
    of = f" of {amount(upload.length)}" if upload.length is not None else ""
    return Arriving(
        upload.id, upload.name, f"{here}{of} are here. Choose the same file again, and it goes on where it was."
    )
