"""The line to the server: what is asked over it, and what is said when it is dead."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchError
from meilisearch.models.task import TaskInfo

from search.index import IndexUnavailable
from search.server.breaker import Breaker
from search.server.question import Request

CONNECT_S, ANSWER_S = 1.0, 3.0  # a person waits for a search
WRITE_S = 60.0  # a worker for a change
_TASK_MS, _POLL_MS = 3_600_000, 25
_OLDEST = (1, 14)  # the first version whose filters are told field by field, and that keeps vectors without asking
_AUTH = {401, 403}


class NoSuchIndex(IndexUnavailable):
    pass


class Line:
    """Any number of threads may use one."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url, self._key = url.rstrip("/"), key
        self._of_thread = threading.local()
        self._breaker = Breaker()

    @property
    def url(self) -> str:
        return self._url

    @property
    def client(self) -> Client:
        """For changes. A client a thread: it keeps the headers of the request in hand in itself."""
        return self._client("writing", WRITE_S)

    def ask(self, requests: list[Request]) -> list[Mapping[str, Any]]:
        """The answers to several questions in one request. While the server does not answer, hardly anybody waits
        for it."""
        if not self._breaker.lets_through():
            raise self._away()
        try:
            with self.telling():
                answers = self._client("asking", ANSWER_S).multi_search(requests)["results"]
        except NoSuchIndex:
            self._breaker.worked()
            raise
        except IndexUnavailable:
            self._breaker.failed()
            raise
        self._breaker.worked()
        return cast("list[Mapping[str, Any]]", answers)

    def done(self, task: TaskInfo, but: str = "") -> None:
        """Waits for a task; the client is silent about one that failed. `but` is the error that does not matter."""
        end = self.client.wait_for_task(task.task_uid, _TASK_MS, _POLL_MS)
        error = end.error or {}
        if end.status != "succeeded" and error.get("code") != but:
            raise IndexUnavailable(f"The search server refused a change: {error.get('message', end.status)}")

    def version(self) -> str:
        """Raises IndexUnavailable for a server that is too old to be asked what we ask."""
        found = str(self.client.get_version()["pkgVersion"])
        numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdecimal())
        if numbers < _OLDEST:
            wanted = ".".join(map(str, _OLDEST))
            raise IndexUnavailable(f"The search server is Meilisearch {found}; Peer Stories needs {wanted} or newer.")
        return found

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What the client raises, as one plain sentence."""
        try:
            yield
        except MeilisearchApiError as fault:
            if fault.code == "index_not_found":
                raise NoSuchIndex("The search server has no index yet.") from fault
            if fault.status_code in _AUTH:
                raise IndexUnavailable(f"The search server refused the key: {fault.message}") from fault
            raise IndexUnavailable(f"The search server refused the request: {fault.message}") from fault
        except (MeilisearchCommunicationError, MeilisearchError, OSError) as fault:
            raise self._away() from fault

    def _client(self, use: str, answer_s: float) -> Client:
        if not hasattr(self._of_thread, use):
            timeout = cast(int, (CONNECT_S, answer_s))  # its type says less than what it takes
            setattr(self._of_thread, use, Client(self._url, self._key, timeout=timeout))
        return cast(Client, getattr(self._of_thread, use))

    def _away(self) -> IndexUnavailable:
        return IndexUnavailable(f"The search server at {self._url} does not answer.")
