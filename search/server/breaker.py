"""Who may ask a server that did not answer."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

FIRST_S, LONGEST_S = 1.0, 30.0


class Breaker:
    """After a failure nobody asks for a while, twice as long after each further one. Then one asks, and the others
    wait for what becomes of that. One answer, and everybody asks again."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._pause, self._until = 0.0, 0.0

    def lets_through(self) -> bool:
        """Whoever is let through says afterwards whether it `worked`."""
        with self._lock:
            now = self._clock()
            if now < self._until:
                return False
            self._until = now + self._pause  # the others wait for this one
            return True

    def worked(self) -> None:
        with self._lock:
            self._pause = self._until = 0.0

    def failed(self) -> None:
        with self._lock:
            self._pause = min(max(self._pause * 2, FIRST_S), LONGEST_S)
            self._until = self._clock() + self._pause
