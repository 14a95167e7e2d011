"""Indexes to try the contract on: the embedded one, and the server's.

Where PEER_STORIES_SEARCH_URL (and …_SEARCH_KEY) names a Meilisearch server, the suite runs against it. Elsewhere it
runs against what a real server answered, kept in recorded/meilisearch.json. To record again:

    PEER_STORIES_SEARCH_RECORD=1 PEER_STORIES_SEARCH_URL=… PEER_STORIES_SEARCH_KEY=… pytest -p no:xdist tests/search
"""

import json
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from meilisearch import Client

from search.documents import Audience, PassageDocument
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from search.server import MeilisearchIndex
from search.server import index as server
from tests.search.corpus import CORPUS, MEANT

server._LEARNT_S = 0.0  # asked each time, so that a recording fits at any pace
URL = os.environ.get("PEER_STORIES_SEARCH_URL", "")
KEY = os.environ.get("PEER_STORIES_SEARCH_KEY")
RECORDING = bool(URL and os.environ.get("PEER_STORIES_SEARCH_RECORD"))
RECORDED = Path(__file__).parent / "recorded" / "meilisearch.json"

Exchange = list[Any]  # method, path, body, status, answer
NewIndex = Callable[..., SearchIndex]


class Tape(ThreadingHTTPServer):
    """Stands where the server would: records what it answers, or answers from the record.

    A request is known by method, path and body. The same one asked again gets the next answer, and the last for ever.
    One that is not on the record is refused, and fails the test at its end.
    """

    request_queue_size = 128

    def __init__(self, exchanges: list[Exchange] | None) -> None:
        super().__init__(("127.0.0.1", 0), _TapeHandler)
        self.recorded: list[Exchange] = []
        self.unknown: list[str] = []
        self._upstream = urlsplit(URL)
        self._answers: dict[str, deque[tuple[int, Any]]] | None = None
        if exchanges is not None:
            self._answers = defaultdict(deque)
            for method, path, body, status, answer in exchanges:
                self._answers[_key(method, path, body)].append((status, answer))

    def reply(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        if self._answers is None:
            return self._forwarded(method, path, body, headers)
        answers = self._answers.get(_key(method, path, body))
        if not answers:
            self.unknown.append(_key(method, path, body))
            return 501, {"message": f"not on the record: {method} {path}", "code": "not_recorded"}
        return answers.popleft() if len(answers) > 1 else answers[0]

    def _forwarded(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        while True:
            upstream = HTTPConnection(self._upstream.hostname or "", self._upstream.port, timeout=30)
            upstream.request(method, path, None if body is None else json.dumps(body), headers)
            response = upstream.getresponse()
            content = response.read()
            upstream.close()
            answer = json.loads(content, object_hook=_lasting) if content else None
            if not (path.startswith("/tasks/") and answer.get("status") in {"enqueued", "processing"}):
                self.recorded.append([method, path, body, response.status, answer])
                return response.status, answer
            time.sleep(0.02)  # a task is kept on the record when it is over


class _TapeHandler(BaseHTTPRequestHandler):
    server: Tape

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        passed_on = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        status, answer = self.server.reply(self.command, self.path, body, passed_on)
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


def _lasting(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs from one time to the next and nobody reads."""
    return {name: value for name, value in answer.items() if name not in {"requestUid", "processingTimeMs"}}


def _trimmed(tape: list[Exchange]) -> list[Exchange]:
    """Without the repetitions at the end of what one request was answered: the last answer stands for all."""
    kept: list[Exchange] = []
    last: dict[str, Any] = {}
    changed: set[str] = set()
    for exchange in reversed(tape):
        key, answer = _key(*exchange[:3]), exchange[3:]
        if key not in changed and last.get(key) == answer:
            continue
        if key in last:
            changed.add(key)
        last.setdefault(key, answer)
        kept.append(exchange)
    return kept[::-1]


def _key(method: str, path: str, body: Any) -> str:
    return f"{method} {path} {json.dumps(body, sort_keys=True)}"


@pytest.fixture(scope="session")
def record() -> Iterator[dict[str, list[Exchange]]]:
    """All tapes by name: read from the file, or written to it at the end."""
    if not RECORDING:
        yield {} if URL else json.loads(RECORDED.read_text())["tapes"]
        return
    tapes: dict[str, list[Exchange]] = {}
    yield tapes
    lines = [
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(exchange) for exchange in _trimmed(tape)) + "\n]"
        for name, tape in sorted(tapes.items())
    ]
    version = json.dumps(Client(URL, KEY).get_version()["pkgVersion"])
    RECORDED.parent.mkdir(exist_ok=True)
    RECORDED.write_text(f'{{"server": {version}, "tapes": {{\n' + ",\n".join(lines) + "\n}}\n")


@contextmanager
def on_tape(record: dict[str, list[Exchange]], name: str) -> Iterator[str]:
    """The address of a server: the real one, the real one being recorded, or the record of it."""
    if URL and not RECORDING:
        yield URL
        return
    tape = Tape(None if RECORDING else record.get(name, []))
    thread = threading.Thread(target=tape.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{tape.server_address[1]}"
    finally:
        tape.shutdown()
        thread.join()
        tape.server_close()
    if RECORDING:
        record[name] = tape.recorded
    assert not tape.unknown, f"not on the record of {name!r}; record again"


def tape_name(request: pytest.FixtureRequest) -> str:
    """Each set of parameters has a tape of its own; its name is part of an index's."""
    given = [str(value) for name, value in sorted(request.node.callspec.params.items()) if name != "new_index"]
    number = f"_{crc32(' '.join(given).encode()):x}" if given else ""
    return request.function.__name__ + number


@contextmanager
def server_index(record: dict[str, list[Exchange]], name: str) -> Iterator[NewIndex]:
    prefix = "test-" + name.replace("_", "-")
    with on_tape(record, name) as url:
        _clear(prefix)
        yield lambda key=KEY or "none": MeilisearchIndex(url, key, prefix)
        _clear(prefix)


def _clear(prefix: str) -> None:
    if URL:
        client = Client(URL, KEY)
        for uid in [uid for uid in client.get_all_stats()["indexes"] if uid.startswith(prefix)]:
            client.wait_for_task(client.delete_index(uid).task_uid)


@pytest.fixture(params=["embedded", "server"])
def new_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewIndex]:
    """Makes as many objects as one likes of one and the same index, empty at first; as other processes would."""
    if request.param == "embedded":
        yield lambda: EmbeddedIndex(tmp_path / "index")
        return
    with server_index(request.getfixturevalue("record"), tape_name(request)) as made:
        yield made


@pytest.fixture
def new_server(request: pytest.FixtureRequest, record: dict[str, list[Exchange]]) -> Iterator[NewIndex]:
    """Like new_index, for the server alone; takes a key."""
    with server_index(record, request.function.__name__) as made:
        yield made


@pytest.fixture
def index(new_index: NewIndex) -> SearchIndex:
    return new_index()


@pytest.fixture(scope="session", params=["embedded", "server"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index with the CORPUS in it, for tests that only read."""
    yield from _filled(request, tmp_path_factory, CORPUS)


@pytest.fixture(scope="session", params=["embedded", "server"])
def meant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index with MEANT in it, passages with vectors, for tests that only read."""
    yield from _filled(request, tmp_path_factory, MEANT)


Corpus = dict[Audience, list[PassageDocument]]


def _filled(request: pytest.FixtureRequest, folders: pytest.TempPathFactory, corpus: Corpus) -> Iterator[SearchIndex]:
    name = str(request.fixturename)
    if request.param == "embedded":
        index: SearchIndex = EmbeddedIndex(folders.mktemp(name))
        _fill(index, corpus)
        yield index
        return
    with server_index(request.getfixturevalue("record"), name) as made:
        index = made()
        _fill(index, corpus)
        yield index


def _fill(index: SearchIndex, corpus: Corpus) -> None:
    with index.writing() as batch:
        for audience, passages in corpus.items():
            for story in dict.fromkeys(passage.story for passage in passages):
                batch.put(audience, story, [passage for passage in passages if passage.story == story])
