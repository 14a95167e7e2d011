"""What the API does with what it cannot use: a problem with a kind and a sentence, and never a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from archive.models import Passage, Tagging
from archive.wiring import House
from search.index import IndexUnavailable
from tests.conftest import Visitor
from tests.factories import a_story

API = "/api/v1"
LONG = "a" * 10_000
JSON = {"content_type": "application/json"}


@pytest.fixture
def passage(house: House, work: Callable[[], None]) -> int:
    a_story(house, "Bread")
    work()
    with house.db.reading() as session:
        return session.scalars(select(Passage.id).order_by(Passage.id)).first() or 0


@pytest.mark.parametrize(
    ("path", "code", "kind"),
    [
        ("/none", 404, "not-found"), ("/stories/none", 404, "not-found"), ("/stories/", 404, "not-found"),
        ("/passages/0", 404, "not-found"), ("/passages/99999999999999999999", 404, "not-found"),
        ("/passages/one", 404, "not-found"), ("/themes/none", 404, "not-found"), ("/jobs/1", 401, "sign-in"),
        ("/session", 401, "sign-in"), ("/search?q=%00", 400, "malformed"), ("/stories/%00", 400, "malformed"),
        ("/stories?limit=0", 422, "invalid"), ("/stories?limit=1e3", 422, "invalid"),
        ("/stories?limit=" + "9" * 5000, 422, "invalid"), ("/stories?page=-1", 422, "invalid"),
        ("/stories?page=", 422, "invalid"), ("/stories?limit=1&limit=2", 422, "invalid"),
        ("/stories?cursor=guessed", 422, "invalid"), ("/search?mode=magic", 422, "invalid"),
        ("/search?sort=random", 422, "invalid"), ("/search?" + "theme=a&" * 500, 422, "invalid"),
        ("/stories/bread/passages?limit=x", 422, "invalid"), ("/themes?cursor=x.y", 422, "invalid"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("passage")
def test_every_refusal_is_a_problem_of_a_kind_that_a_page_explains(
    path: str, code: int, kind: str, stranger: Visitor
) -> None:
    answer = stranger.get(f"{API}{path}")
    told = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (code, "application/problem+json"), told
    assert (told["status"], told["type"]) == (code, f"http://localhost/api#{kind}")
    assert told["detail"].endswith(".")
    assert f'id="{kind}"' in stranger.get("/api").text


@pytest.mark.parametrize(
    "query",
    [
        f"q={LONG}", "q=%22%28%2B%3A%5B%7B", "q=%F0%9F%8D%9E", "q=%D7%A9%D7%9C%D7%95%D7%9D", "q=%FF%FE",
        "q=bread&page=1000000000", "q=bread&page=100000&limit=100", "theme=&narrator=&year=&language=",
        "q=a&colour=red", "limit=1000000000", "year=soon", f"story={LONG}", f"theme={LONG}",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("passage")
def test_what_is_odd_and_not_wrong_is_answered(query: str, stranger: Visitor) -> None:
    answer = stranger.get(f"{API}/search?{query}")
    assert answer.status_code == 200, answer.text
    assert len(answer.get_json()["query"]) <= 400


@pytest.mark.usefixtures("passage")
def test_parameters_that_an_address_does_not_know_are_named(stranger: Visitor) -> None:
    assert stranger.get(f"{API}/stories?colour=red&limit=2").get_json()["ignored"] == ["colour"]
    assert "ignored" not in stranger.get(f"{API}/stories?limit=2").get_json()


def test_a_method_that_an_address_does_not_take(stranger: Visitor) -> None:
    answer = stranger.client.put(f"{API}/stories")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.usefixtures("passage")
def test_answers_are_json_whatever_is_asked_for_but_not_against_the_word_of_the_asker(stranger: Visitor) -> None:
    for accept in ("*/*", "text/html,*/*;q=0.1", "application/*", "", "application/json"):
        assert stranger.get(f"{API}/stories", headers={"Accept": accept}).mimetype == "application/json"
    for accept in ("text/html", "application/json;q=0", "image/png, text/*"):
        answer = stranger.get(f"{API}/stories", headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (406, "application/problem+json")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": {}}, 422), ({"json": {"theme": 7}}, 422), ({"json": {"theme": None}}, 422), ({"json": []}, 422),
        ({"json": {"theme": " "}}, 422), ({"json": {"theme": "x" * 5000}}, 422),
        ({"json": {"theme": "a", "more": 1}}, 422), ({"data": "{", **JSON}, 400), ({"data": b"\xff", **JSON}, 400),
        ({"data": "", **JSON}, 400), ({"data": "[" * 50_000, **JSON}, 400),
        ({"data": '{"theme": "\\ud800"}', **JSON}, 400),
        ({"json": {"theme": "x" * 70_000}}, 413), ({"json": {"theme": "x" * 3_000_000}}, 413),
        ({"data": {"theme": "Work"}}, 415), ({"data": "theme"}, 415), ({}, 415),
    ],
)  # fmt: skip
def test_a_body_that_is_of_no_use(sent: dict[str, Any], code: int, passage: int, contributor: Visitor) -> None:
    token = contributor.get(f"{API}/session").get_json()["csrf_token"]
    answer = contributor.client.post(f"{API}/passages/{passage}/taggings", headers={"X-CSRFToken": token}, **sent)
    assert (answer.status_code, answer.mimetype) == (code, "application/problem+json"), answer.text
    with contributor.house.db.reading() as session:
        assert session.scalars(select(Tagging.id)).all() == []


def test_a_change_wants_somebody_who_is_signed_in_and_the_proof_that_it_is_meant(
    passage: int, stranger: Visitor, contributor: Visitor
) -> None:
    address, body = f"{API}/passages/{passage}/taggings", {"theme": "Work"}
    assert stranger.client.post(address, json=body).status_code == 401
    unproved = contributor.client.post(address, json=body)
    assert unproved.status_code == 400
    assert "X-CSRFToken" in unproved.get_json()["detail"]
    forged = contributor.client.post(address, json=body, headers={"X-CSRFToken": "forged"})
    assert forged.status_code == 400
    in_the_body = contributor.client.post(address, json=body | {"csrf_token": "x"})
    assert in_the_body.status_code == 400


def test_a_resting_search_is_503_and_says_when_to_come_back(
    house: House, passage: int, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise IndexUnavailable("Search rests for a moment.")

    monkeypatch.setattr(type(house.index), "search", away)
    answer = stranger.get(f"{API}/search?q=bread")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert stranger.get(f"{API}/stories").status_code == stranger.get(f"{API}/passages/{passage}").status_code == 200


def test_a_fault_of_ours_is_a_problem_without_a_word_about_the_machine(
    house: House, passage: int, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(type(house.index), "search", broken)
    answer = stranger.get(f"{API}/search?q=bread")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text
