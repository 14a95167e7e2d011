"""The decoded soundtrack of a recording, made once and shared by the jobs that need it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.models import Recording
from archive.work.house import House
from archive.work.watch import Hopeless, Watch
from uploads.media import Sound, Soundtrack, Stopped, Unplayable, growing


def master_path(house: House, storage_key: str) -> Path:
    try:
        path = house.storage.path(storage_key)
    except FileNotFoundError as gone:
        raise Hopeless(
            "The original recording is not where it was stored. Restore it from a backup and try again."
        ) from gone
    if path is None:
        raise Hopeless("This archive keeps its recordings on another machine, where no worker can read them.")
    return path


def track_path(house: House, sha256: str) -> Path:
    return house.bench / f"{sha256}.pcm"


@contextmanager
def sound_of(house: House, sha256: str, storage_key: str, watch: Watch) -> Iterator[Sound]:
    """The sound, which may be growing still inside the block; what says that it cannot is raised as a job ends."""
    path = track_path(house, sha256)
    if path.exists():
        yield Soundtrack.open(path)
        return
    try:
        with growing(master_path(house, storage_key), path, stop=watch.stop) as sound:
            yield sound
    except Unplayable as refusal:
        raise Hopeless(str(refusal)) from refusal
    except Stopped:
        watch.check()  # says which of the reasons to stop it was
        raise


def read_whole(sound: Sound, watch: Watch) -> Soundtrack:
    return sound.whole(watch.teller("reading the recording", 0.0, 0.02))


def tidy(house: House, recording_id: int) -> None:
    """Throw the decoded sound away when nobody needs it any more: it is two megabytes a minute."""
    with house.db.reading() as session:
        recording = session.get(Recording, recording_id)
        if recording is None or (recording.heard_by and recording.copies):
            sha256 = recording.sha256 if recording else None
        else:
            return
    if sha256:
        Soundtrack.discard(track_path(house, sha256))
