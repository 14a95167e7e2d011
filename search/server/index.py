"""The index on the server: who asks, who writes, and what it has learnt."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from itertools import islice
from time import monotonic, perf_counter
from typing import Any

from meilisearch.errors import MeilisearchApiError

from search.alike import Alike
from search.documents import Audience, PassageDocument, stamp
from search.index import Answer, Batch, IndexBusy
from search.query import Mode, Query, parse
from search.server.asking import Asking
from search.server.learnt import as_learnt, synonyms
from search.server.line import Line, NoSuchIndex
from search.server.question import Request
from search.server.schema import SETTINGS, VERSION, decoded, document, in_list

_CHUNK = 2_000  # documents in one request
_LEARNT_S = 2.0  # so old may be what a process knows of the labels that mean the same
LEARNT = "-learnt"  # the index that keeps the groups as they were given
_EMPTY: dict[str, Any] = {"hits": [], "totalHits": 0, "facetDistribution": {}}


class MeilisearchIndex:
    """A search.index.SearchIndex on a Meilisearch server; its indexes are made at the first writing, and their names
    hold the version of the schema.

    The server puts the changes of several writers in a row. Only while an index is made anew is a writer refused.
    """

    def __init__(self, url: str, key: str | None = None, prefix: str = "peer-stories") -> None:
        self._line, self._prefix = Line(url, key), f"{prefix}-v{VERSION}"
        self._ready: set[str] = set()  # indexes whose settings this process has seen to
        self._alike, self._alike_until = Alike(), 0.0

    def search(self, query: Query) -> Answer:
        started, alike = perf_counter(), self._learnt()
        settled = Asking(query, self._name(query.audience), self._ask, partial(as_learnt, alike)).settle()
        typed, counted = parse(query.text), settled.counted
        return Answer(
            hits=settled.hits,
            total=counted.total,
            total_stories=counted.stories,
            total_narrators=counted.narrators,
            took_ms=(perf_counter() - started) * 1000,
            facets=counted.facets,
            shown_for=settled.words.text if counted.total and settled.words != typed else None,
            also=alike.also(settled.words) if query.mode is not Mode.MEANING else (),
        )

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        with self._line.telling():
            for audience in Audience:
                if self._exists(self._name(audience) + "-new"):
                    raise IndexBusy("The search index is being made anew.")
        batch = _Batch()
        yield batch
        with self._line.telling():
            for audience, stories in batch.stories.items():
                self._replace(self._prepared(self._name(audience)), stories)

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        name = self._name(audience)
        new = name + "-new"
        with self._line.telling():
            self._remove(new)
            self._prepared(name)
            self._teach(self._prepared(new), self._learnt())
        try:
            number = self._add(new, (document(passage, "") for passage in documents))
            with self._line.telling():
                self._line.done(self._line.client.swap_indexes([{"indexes": [name, new]}]))
        finally:
            with self._line.telling():
                self._remove(new)
        return number

    def learn(self, alike: Sequence[Sequence[str]]) -> None:
        learnt = Alike(alike)
        with self._line.telling():
            for audience in Audience:
                self._teach(self._prepared(self._name(audience)), learnt)
            name = self._prefix + LEARNT
            self._line.done(self._line.client.create_index(name, {"primaryKey": "id"}), but="index_already_exists")
            groups = {"id": "alike", "groups": [list(group) for group in learnt.groups]}
            self._line.done(self._line.client.index(name).add_documents([groups], "id"))
        self._alike, self._alike_until = learnt, monotonic() + _LEARNT_S

    def _teach(self, name: str, learnt: Alike) -> None:
        self._line.done(self._line.client.index(name).update_synonyms(synonyms(learnt)))

    def _learnt(self) -> Alike:
        """What was learnt, in whichever process; looked for now and then, as it changes seldom."""
        if monotonic() < self._alike_until:
            return self._alike
        request = {"indexUid": self._prefix + LEARNT, "q": "", "limit": 1, "attributesToRetrieve": ["groups"]}
        try:
            answer = self._line.ask([request])[0]
            groups = [group for found in answer["hits"] for group in found["groups"]]
        except NoSuchIndex:
            groups = []
        self._alike, self._alike_until = Alike(groups), monotonic() + _LEARNT_S
        return self._alike

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        index, offset = self._line.client.index(self._name(audience)), 0
        while True:
            with self._line.telling():
                if not self._exists(index.uid):
                    return
                page = index.get_documents({"fields": ["id", "story", "stamp"], "offset": offset, "limit": _CHUNK})
            yield from ((found.id, decoded(found.story), found.stamp) for found in page.results)
            offset += _CHUNK
            if offset >= page.total:
                return

    def health(self) -> str:
        with self._line.telling():
            version = self._line.version()
            held = self._line.client.get_all_stats()["indexes"]
        public, staff = (held.get(self._name(a), {"numberOfDocuments": 0})["numberOfDocuments"] for a in Audience)
        return f"Meilisearch {version} at {self._line.url}: {public} public passages, {staff} for staff."

    def _name(self, audience: Audience) -> str:
        return f"{self._prefix}-{audience.value}"

    def _ask(self, requests: list[Request]) -> list[Any]:
        try:
            return list(self._line.ask(requests))
        except NoSuchIndex:
            return [_EMPTY] * len(requests)  # nothing has been written yet

    def _exists(self, name: str) -> bool:
        try:
            self._line.client.get_index(name)
        except MeilisearchApiError as fault:
            if fault.code == "index_not_found":
                return False
            raise
        return True

    def _prepared(self, name: str) -> str:
        """The index, made where it is not there. Without its primary key the server would guess, and drop documents."""
        if name not in self._ready:
            self._line.version()
            if not self._exists(name):
                self._line.done(self._line.client.create_index(name, {"primaryKey": "id"}), but="index_already_exists")
            self._line.done(self._line.client.index(name).update_settings(SETTINGS))
            self._ready.add(name)
        return name

    def _remove(self, name: str) -> None:
        self._line.done(self._line.client.delete_index(name), but="index_not_found")
        self._ready.discard(name)

    def _replace(self, name: str, stories: dict[str, Sequence[PassageDocument]]) -> None:
        """First the new passages, then away with the old: a story that is changed is never gone in between."""
        revisions = {story: _revision(passages) for story, passages in stories.items()}
        self._add(name, (document(p, revisions[story]) for story, passages in stories.items() for p in passages))
        outdated = f"story IN {in_list(stories)} AND revision NOT IN {in_list(revisions.values())}"
        self._line.done(self._line.client.index(name).delete_documents(filter=outdated))

    def _add(self, name: str, contents: Iterable[dict[str, Any]]) -> int:
        """Sends all before it waits for any: the server takes what is queued in one go, and is much sooner done."""
        waiting, tasks, number = iter(contents), [], 0
        while chunk := list(islice(waiting, _CHUNK)):
            with self._line.telling():
                tasks.append(self._line.client.index(name).add_documents(chunk, "id"))
            number += len(chunk)
        with self._line.telling():
            for task in tasks:
                self._line.done(task)
        return number


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
