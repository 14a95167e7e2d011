"""Folders of an index on disk: which one counts, who may write, and how a new one takes the place of the old."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from search.index import IndexBusy, IndexUnavailable


class Generations:
    """Folders side by side in one; the file CURRENT names the one that counts, and is replaced in one step.

    A generation's name begins with the version of its schema, so that an index made by another version of the
    program is refused with a sentence, not read wrongly.
    """

    def __init__(self, folder: Path, version: int) -> None:
        self._folder = folder
        self._current = folder / "CURRENT"
        self._prefix = f"v{version}-"

    def current(self) -> Path | None:
        """The generation that counts; None before the first. Raises IndexUnavailable for one of another version."""
        try:
            name = self._current.read_text()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise IndexUnavailable(f"The search index in {self._folder} cannot be read: {fault.strerror}.") from fault
        if not name.startswith(self._prefix):
            raise IndexUnavailable(
                "The search index was made by another version of Peer Stories; make it anew with: peer-stories reindex"
            )
        return self._folder / name

    def create(self) -> Path:
        """A new empty folder that counts for nobody yet. Hold `writing` from here to `adopt`."""
        return Path(mkdtemp(prefix=self._prefix, dir=self._folder))

    def adopt(self, generation: Path) -> None:
        """From now on this one counts, and all others go; who reads in one of them keeps it until the next question."""
        waiting = self._folder / "CURRENT.new"
        with waiting.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(self._current)
        for other in self._folder.iterdir():
            if other.is_dir() and other != generation:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raises IndexBusy where another process or thread is inside. The kernel lets go when the holder dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "writer.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IndexBusy("Another process is writing to the search index.") from None
            yield
