"""Labels that mean the same, kept in a file beside the generations that all processes read."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp

from search.alike import Alike
from search.index import IndexUnavailable

_NOTHING = Alike()


class Learnt:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int], Alike] = ((0, 0), _NOTHING)  # which file it was, and what stood in it

    def now(self) -> Alike:
        """Raises IndexUnavailable where the file is damaged."""
        try:
            file = self._path.stat()  # a new one takes its place whenever something is learnt
            which = (file.st_ino, file.st_mtime_ns)
            known, alike = self._known
            if known != which:
                alike = Alike(json.loads(self._path.read_text("utf-8")))
                self._known = (which, alike)
        except FileNotFoundError:
            return _NOTHING
        except (OSError, ValueError, TypeError) as fault:
            raise IndexUnavailable(f"{self._path} cannot be read ({fault}); delete it, and learn it anew.") from fault
        return alike

    def keep(self, alike: Sequence[Sequence[str]]) -> None:
        """In one step: who reads has either the old or the new."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = mkstemp(prefix=self._path.name, dir=self._path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(Alike(alike).groups, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except OSError as fault:
            raise IndexUnavailable(f"{self._path} cannot be written: {fault.strerror}.") from fault
