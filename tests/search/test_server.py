"""What only the index on a server does: it may be away, slow, strange or unwilling."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import Audience, PassageDocument
from search.index import IndexBusy, IndexUnavailable, SearchIndex
from search.query import Query
from search.server import MeilisearchIndex, breaker, line
from search.server.schema import coded, decoded

NewServer = Callable[..., SearchIndex]
PUBLIC = Audience.PUBLIC
QUERY = Query(audience=PUBLIC, text="song")


def passage(id_: str = "a") -> PassageDocument:
    return PassageDocument(id=id_, story="songs", ordinal=1, text="We sang", title="Songs")


def write(index: SearchIndex) -> None:
    with index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage()])


ACTS: list[Callable[[SearchIndex], Any]] = [
    lambda index: index.search(QUERY),
    write,
    lambda index: index.rebuild(PUBLIC, [passage()]),
    lambda index: list(index.inventory(PUBLIC)),
    lambda index: index.health(),
]


@pytest.mark.parametrize("act", ACTS)
def test_a_server_that_is_away_is_named_in_one_sentence(act: Callable[[SearchIndex], Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(IndexUnavailable, match=rf"^The search server at http://127.0.0.1:{port} does not answer\.$"):
        act(MeilisearchIndex(f"http://127.0.0.1:{port}/", "key"))


def test_nobody_waits_long_for_a_server_that_hangs_nor_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        index = MeilisearchIndex(f"http://127.0.0.1:{silent.getsockname()[1]}", "key")
        started = monotonic()
        with pytest.raises(IndexUnavailable):
            index.search(QUERY)
        waited = monotonic() - started
        assert waited > 0.2
        started = monotonic()
        with pytest.raises(IndexUnavailable):
            index.search(QUERY)
        assert monotonic() - started < waited / 2


class _Canned(BaseHTTPRequestHandler):
    """Answers every request with the same bytes."""

    status, content = 200, b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def canned(port: int, status: int, content: bytes) -> Iterator[str]:
    handler = type("Canned", (_Canned,), {"status": status, "content": content})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_server_that_comes_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    index = MeilisearchIndex(f"http://127.0.0.1:{port}", "key")
    with pytest.raises(IndexUnavailable):
        index.search(QUERY)
    nothing = {"hits": [], "totalHits": 0, "facetDistribution": {}}
    with canned(port, 200, json.dumps({"results": [nothing] * 3}).encode()):
        sleep(0.1)
        assert index.search(QUERY).total == 0


@pytest.mark.parametrize(("status", "content"), [(200, b"<html>hello</html>"), (502, b"<html>bad</html>"), (500, b"")])
def test_something_else_at_the_address_is_not_mistaken_for_the_server(status: int, content: bytes) -> None:
    with canned(0, status, content) as url, pytest.raises(IndexUnavailable):
        MeilisearchIndex(url, "key").search(QUERY)


def test_a_wrong_key_is_told(new_server: NewServer) -> None:
    for act in ACTS:
        with pytest.raises(IndexUnavailable, match="refused the key"):
            act(new_server("wrong"))


def test_a_change_that_the_server_refuses_later_is_told(new_server: NewServer) -> None:
    index = new_server()
    write(index)
    with pytest.raises(IndexUnavailable, match="refused a change"), index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage("not an id")])
    with pytest.raises(IndexUnavailable, match="refused a change"):
        index.rebuild(PUBLIC, [passage("not an id")])
    assert [hit.id for hit in index.search(QUERY).hits] == ["a"]
    assert index.rebuild(PUBLIC, [passage("b")]) == 1


def test_a_rebuild_begins_anew_where_another_was_left_lying(new_server: NewServer) -> None:
    index, reached, let_go = new_server(), Event(), Event()
    write(index)

    def stuck() -> Iterator[PassageDocument]:
        yield passage("lost")
        reached.set()
        let_go.wait(timeout=30)
        raise RuntimeError("given up")

    with ThreadPoolExecutor() as threads:
        left_lying = threads.submit(new_server().rebuild, PUBLIC, stuck())
        assert reached.wait(timeout=30)
        with pytest.raises(IndexBusy):
            write(index)
        assert index.rebuild(PUBLIC, [passage("b")]) == 1
        let_go.set()
        assert isinstance(left_lying.exception(timeout=30), RuntimeError)
    assert [hit.id for hit in index.search(QUERY).hits] == ["b"]
    write(index)


def test_many_threads_may_search_one_index(new_server: NewServer) -> None:
    index = new_server()
    write(index)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: index.search(QUERY).total, range(32))) == {1}


@given(st.text())
def test_keys_are_coded_without_loss_in_letters_that_need_no_quotes(key: str) -> None:
    assert re.fullmatch("[a-z0-9_-]*", coded(key))
    assert decoded(coded(key)) == key


def test_plain_slugs_stay_as_they_are() -> None:
    assert coded("anna-kowalska-2") == "anna-kowalska-2"
