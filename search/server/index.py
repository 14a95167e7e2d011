"""The index on the server: who asks, who writes, and what is said when the server is away."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice
from time import monotonic, perf_counter
from typing import Any

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

from search.alike import Alike
from search.documents import Audience, PassageDocument, stamp
from search.index import Answer, Batch, IndexBusy, IndexUnavailable
from search.query import Query, parse
from search.server.question import answered, questions
from search.server.schema import SETTINGS, decoded, document, in_list

_TIMEOUT_S = 5
_REST_S = 2.0  # so long nobody else waits for a server that did not answer
_TASK_MS, _POLL_MS = 3_600_000, 25
_CHUNK = 2_000  # documents in one request
_EMPTY: dict[str, Any] = {"hits": [], "totalHits": 0, "facetDistribution": {}}


class MeilisearchIndex:
    """A search.index.SearchIndex on a Meilisearch server; its two indexes are made at the first writing.

    The server puts the changes of several writers in a row. Only while an index is made anew is a writer refused.
    """

    def __init__(self, url: str, key: str | None = None, prefix: str = "peer-stories") -> None:
        self._url, self._key, self._prefix = url.rstrip("/"), key, prefix
        self._of_thread = threading.local()
        self._resting_until = 0.0
        self._ready: set[str] = set()  # indexes whose settings this process has seen to

    def search(self, query: Query) -> Answer:
        if monotonic() < self._resting_until:
            raise IndexUnavailable(self._away())
        started, index = perf_counter(), self._name(query.audience)
        words = typed = parse(query.text)
        while True:
            results = self._asked(questions(index, query, words))
            found, shorter = results[-1]["totalHits"], words.shorter()
            if found or shorter is None:
                break
            words = shorter
        shown_for = words.text if found and words != typed else None
        return answered(results, query, (perf_counter() - started) * 1000, shown_for)

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        with self._telling():
            for audience in Audience:
                if self._exists(self._name(audience) + "-new"):
                    raise IndexBusy("The search index is being made anew.")
        batch = _Batch()
        yield batch
        with self._telling():
            for audience, stories in batch.stories.items():
                self._replace(self._prepared(self._name(audience)), stories)

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        name = self._name(audience)
        new = name + "-new"
        with self._telling():
            self._remove(new)
            self._prepared(name)
            self._prepared(new)
        try:
            number = self._add(new, (document(passage, "") for passage in documents))
            with self._telling():
                self._done(self._client.swap_indexes([{"indexes": [name, new]}]))
        finally:
            with self._telling():
                self._remove(new)
        return number

    def learn(self, alike: Sequence[Sequence[str]]) -> None:
        groups = Alike(alike).groups
        others: dict[str, set[str]] = {}
        for group in groups:
            for label in group:
                others.setdefault(label, set()).update(set(group) - {label})
        with self._telling():
            for audience in Audience:
                index = self._client.index(self._prepared(self._name(audience)))
                self._done(index.update_synonyms({label: sorted(of) for label, of in sorted(others.items())}))

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        index, offset = self._client.index(self._name(audience)), 0
        while True:
            with self._telling():
                if not self._exists(index.uid):
                    return
                page = index.get_documents({"fields": ["id", "story", "stamp"], "offset": offset, "limit": _CHUNK})
            yield from ((found.id, decoded(found.story), found.stamp) for found in page.results)
            offset += _CHUNK
            if offset >= page.total:
                return

    def health(self) -> str:
        with self._telling():
            version = self._client.get_version()["pkgVersion"]
            held = self._client.get_all_stats()["indexes"]
        public, staff = (held.get(self._name(a), {"numberOfDocuments": 0})["numberOfDocuments"] for a in Audience)
        return f"Meilisearch {version} at {self._url}: {public} public passages, {staff} for staff."

    @property
    def _client(self) -> Client:
        """A client a thread: it keeps the headers of the request in hand in itself."""
        if not hasattr(self._of_thread, "client"):
            self._of_thread.client = Client(self._url, self._key, timeout=_TIMEOUT_S)
        client: Client = self._of_thread.client
        return client

    def _name(self, audience: Audience) -> str:
        return f"{self._prefix}-{audience.value}"

    def _asked(self, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            with self._telling():
                return self._client.multi_search(queries)["results"]
        except _NoSuchIndex:
            return [_EMPTY] * len(queries)  # nothing has been written yet
        except _Away:
            self._resting_until = monotonic() + _REST_S
            raise

    def _exists(self, name: str) -> bool:
        try:
            self._client.get_index(name)
        except MeilisearchApiError as fault:
            if fault.code == "index_not_found":
                return False
            raise
        return True

    def _prepared(self, name: str) -> str:
        """The index, made where it is not there. Without its primary key the server would guess, and drop documents."""
        if name not in self._ready:
            if not self._exists(name):
                self._done(self._client.create_index(name, {"primaryKey": "id"}), but="index_already_exists")
            self._done(self._client.index(name).update_settings(SETTINGS))
            self._ready.add(name)
        return name

    def _remove(self, name: str) -> None:
        self._done(self._client.delete_index(name), but="index_not_found")
        self._ready.discard(name)

    def _replace(self, name: str, stories: dict[str, Sequence[PassageDocument]]) -> None:
        """First the new passages, then away with the old: a story that is changed is never gone in between."""
        revisions = {story: _revision(passages) for story, passages in stories.items()}
        self._add(name, (document(p, revisions[story]) for story, passages in stories.items() for p in passages))
        outdated = f"story IN {in_list(stories)} AND revision NOT IN {in_list(revisions.values())}"
        self._done(self._client.index(name).delete_documents(filter=outdated))

    def _add(self, name: str, contents: Iterable[dict[str, Any]]) -> int:
        """Sends all before it waits for any: the server takes what is queued in one go, and is much sooner done."""
        waiting, tasks, number = iter(contents), [], 0
        while chunk := list(islice(waiting, _CHUNK)):
            with self._telling():
                tasks.append(self._client.index(name).add_documents(chunk, "id"))
            number += len(chunk)
        with self._telling():
            for task in tasks:
                self._done(task)
        return number

    def _done(self, task: TaskInfo, but: str = "") -> None:
        """Waits for a task; the client is silent about one that failed. `but` is the error that does not matter."""
        end = self._client.wait_for_task(task.task_uid, _TASK_MS, _POLL_MS)
        error = end.error or {}
        if end.status != "succeeded" and error.get("code") != but:
            raise IndexUnavailable(f"The search server refused a change: {error.get('message', end.status)}")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What the client raises, as one plain sentence."""
        try:
            yield
        except MeilisearchApiError as fault:
            if fault.code == "index_not_found":
                raise _NoSuchIndex(self._away()) from fault
            raise IndexUnavailable(f"The search server refused the request: {fault.message}") from fault
        except (MeilisearchError, OSError) as fault:
            raise _Away(self._away()) from fault

    def _away(self) -> str:
        return f"The search server at {self._url} does not answer."


class _NoSuchIndex(IndexUnavailable):
    pass


class _Away(IndexUnavailable):
    pass


class _Batch:
    """A search.index.Batch: keeps the last word on each story until the block ends, and sends nothing before."""

    def __init__(self) -> None:
        self.stories: dict[Audience, dict[str, Sequence[PassageDocument]]] = {}

    def put(self, audience: Audience, story: str, documents: Sequence[PassageDocument]) -> None:
        if any(passage.story != story for passage in documents):
            raise ValueError(f"A passage of another story was put among those of {story}.")
        self.stories.setdefault(audience, {})[story] = documents

    def drop(self, audience: Audience, story: str) -> None:
        self.put(audience, story, ())


def _revision(passages: Sequence[PassageDocument]) -> str:
    """Marks the passages that were put together, so that those of an earlier time can be told from them."""
    return blake2b("".join(map(stamp, passages)).encode(), digest_size=8).hexdigest()
