"""Lists that lead on while others come and go, tags that save an answer, and themes put on passages by a program."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.models import Passage, Story, StoryState, Theme
from archive.services.browse import Facet
from archive.services.stories import About
from archive.web.api.pace import Kind, Pace
from archive.web.api.search import SearchAsked
from archive.web.api.shapes import Narrowing
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import TEXTS, a_story

API = "/api/v1"
NEXT = re.compile(r'<([^>]+)>; rel="next"')


def leaves(visitor: Visitor, address: str) -> Iterator[TestResponse]:
    while address:
        answer = visitor.get(address)
        yield answer
        found = NEXT.search(answer.headers.get("Link", ""))
        address = found[1] if found else ""


def change(house: House, slug: str, state: StoryState) -> None:
    with house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().state = state


def test_stories_are_neither_lost_nor_told_twice_while_others_come_and_go(house: House, stranger: Visitor) -> None:
    days = [date(2020, 1, 1), None, date(2020, 1, 1), date(2019, 5, 4), None, date(2021, 1, 1), date(2019, 5, 4)]
    for n, day in enumerate(days):
        a_story(house, about=About(f"Told {n}", ["Ana R."], recorded_on=day))
    expected = [each["slug"] for each in stranger.get(f"{API}/stories").get_json()["stories"]]
    assert len(expected) == 7
    told: list[str] = []
    for n, leaf in enumerate(leaves(stranger, f"{API}/stories?limit=2")):
        told += [each["slug"] for each in leaf.get_json()["stories"]]
        if n == 0:
            a_story(house, about=About("Newest", ["Ana R."], recorded_on=date(2022, 1, 1)))
            change(house, told[-1], StoryState.REVIEW)  # the very story that was told last
    assert told == expected


def test_the_list_by_pages_goes_on_as_before(house: House, stranger: Visitor) -> None:
    for n in range(5):
        a_story(house, f"Told {n}")
    paged = [leaf.get_json() for leaf in leaves(stranger, f"{API}/stories?limit=2&page=1")]
    assert [len(each["stories"]) for each in paged] == [2, 2, 1]
    assert {each["total"] for each in paged} == {5}
    assert stranger.get(f"{API}/stories?page=1000000000").get_json()["stories"] == []


def test_passages_lead_on_and_are_whole_without_a_limit(house: House, stranger: Visitor) -> None:
    slug = a_story(house, texts=tuple(f"Word {n}" for n in range(7)))
    whole = stranger.get(f"{API}/stories/{slug}/passages")
    assert "Link" not in whole.headers
    told = [each["text"] for leaf in leaves(stranger, f"{API}/stories/{slug}/passages?limit=3")
            for each in leaf.get_json()["passages"]]  # fmt: skip
    assert told == [each["text"] for each in whole.get_json()["passages"]] == [f"Word {n}" for n in range(7)]


def test_a_passage_that_was_shown_last_may_be_gone(house: House, stranger: Visitor) -> None:
    slug = a_story(house, texts=tuple(f"Word {n}" for n in range(5)))
    first = stranger.get(f"{API}/stories/{slug}/passages?limit=2")
    onward = NEXT.search(first.headers["Link"])
    assert onward
    with house.db.writing() as session:
        rows = list(session.scalars(select(Passage).order_by(Passage.ordinal)))
        session.delete(rows[1])
        session.flush()
        for n, row in enumerate([rows[0], *rows[2:]]):
            row.ordinal = n
            session.flush()
    assert [each["text"] for each in stranger.get(onward[1]).get_json()["passages"]] == ["Word 2", "Word 3"]


def test_themes_lead_on_in_the_order_of_the_alphabet(house: House, stranger: Visitor) -> None:
    a_story(house, about=About("Bread", ["Ana R."], themes=["beta", "Alpha", "gamma", "ähnlich", "Beta 2"]))
    whole = [each["prefLabel"] for each in stranger.get(f"{API}/themes").get_json()["themes"]]
    told = [each["prefLabel"] for leaf in leaves(stranger, f"{API}/themes?limit=2")
            for each in leaf.get_json()["themes"]]  # fmt: skip
    assert told == whole == ["Alpha", "beta", "Beta 2", "gamma", "ähnlich"]
    linked = stranger.get(f"{API}/themes", headers={"Accept": "application/ld+json"})
    assert linked.mimetype == "application/ld+json"
    assert linked.get_json()["@type"] == "skos:ConceptScheme"
    assert stranger.get(f"{API}/themes/beta-2").get_json()["prefLabel"] == "Beta 2"


def test_a_cursor_of_one_list_leads_nowhere_in_another(house: House, stranger: Visitor) -> None:
    for n in range(2):
        a_story(house, f"Told {n}")
    cursor = stranger.get(f"{API}/stories?limit=1").headers["Link"].split("cursor=")[1].split(">")[0]
    assert stranger.get(f"{API}/stories?cursor={cursor}").status_code == 200
    assert stranger.get(f"{API}/themes?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("path", ["/stories", "/stories/bread", "/stories/bread/passages", "/search?q=kitchen",
                                  "/themes", "/themes/work", "/passages/1", "/openapi.json"])  # fmt: skip
def test_an_answer_that_one_has_is_not_sent_again(
    path: str, house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    a_story(house, about=About("Bread", ["Ana R."], themes=["Work"]))
    work()
    first = stranger.get(f"{API}{path}")
    tag = first.headers["ETag"]
    assert first.status_code == 200
    assert "private" in first.headers["Cache-Control"]
    assert {"Cookie", "Accept-Encoding", "Accept"} <= set(first.vary)
    again = stranger.get(f"{API}{path}", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert {"Cookie", "Accept"} <= set(again.vary)
    assert "private" in again.headers["Cache-Control"]
    head = stranger.client.head(f"{API}{path}")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    small = stranger.get(f"{API}{path}", headers={"Accept-Encoding": "gzip"})
    assert small.headers["ETag"] == tag
    change(house, "bread", StoryState.REVIEW)
    closed = stranger.get(f"{API}{path}", headers={"If-None-Match": tag})
    assert closed.status_code == (
        304 if path == "/openapi.json" else 200 if path in ("/stories", "/themes") or "search" in path else 404
    )


def test_what_a_visitor_may_not_see_leaves_no_trace_in_a_tag(house: House, stranger: Visitor, curator: Visitor) -> None:
    slug = a_story(house)
    before = stranger.get(f"{API}/stories").headers["ETag"]
    hidden = a_story(house, "Hidden", public=False)
    assert stranger.get(f"{API}/stories").headers["ETag"] == before
    refused = stranger.get(f"{API}/stories/{hidden}", headers={"If-None-Match": "*"})
    assert refused.status_code == 404
    assert "ETag" not in refused.headers
    assert (
        curator.get(f"{API}/stories/{hidden}").status_code == stranger.get(f"{API}/stories/{slug}").status_code == 200
    )


def test_a_program_puts_a_theme_on_a_passage_and_takes_it_off(
    house: House, contributor: Visitor, visitor: Callable[[], Visitor]
) -> None:
    slug = a_story(house, passage_themes={0: "Letting go"})
    held = contributor.get(f"{API}/session").get_json()
    assert (held["email"], held["roles"]) == ("contributor@example.org", ["contributor"])
    proof = {"X-CSRFToken": held["csrf_token"]}
    number = contributor.get(f"{API}/stories/{slug}/passages").get_json()["passages"][1]["id"]
    for given, label, code in (
        ("letting-go", "Letting go", 201),
        ("Letting go", "Letting go", 200),
        ("Bread", "Bread", 201),
    ):
        made = contributor.client.post(f"{API}/passages/{number}/taggings", json={"theme": given}, headers=proof)
        assert (made.status_code, made.get_json()["label"]) == (code, label)
        assert made.get_json()["words"] == TEXTS[1]
    told = contributor.get(f"{API}/passages/{number}").get_json()
    assert (told["story"], told["text"], told["themes"]) == (slug, TEXTS[1], ["Letting go", "Bread"])
    tagging = told["taggings"][1]["id"]
    gone = contributor.client.delete(f"{API}/taggings/{tagging}", headers=proof)
    assert (gone.status_code, gone.data) == (204, b"")
    assert contributor.client.delete(f"{API}/taggings/{tagging}", headers=proof).status_code == 404
    assert contributor.get(f"{API}/passages/{number}").get_json()["themes"] == ["Letting go"]


def test_a_theme_of_closed_stories_alone_is_not_told_by_its_slug(house: House, contributor: Visitor) -> None:
    slug = a_story(house)
    a_story(house, "Hidden", public=False, passage_themes={0: "What Quill did"})
    proof = {"X-CSRFToken": contributor.get(f"{API}/session").get_json()["csrf_token"]}
    number = contributor.get(f"{API}/stories/{slug}/passages").get_json()["passages"][0]["id"]
    made = contributor.client.post(f"{API}/passages/{number}/taggings", json={"theme": "what-quill-did"}, headers=proof)
    assert made.get_json()["label"] == "what-quill-did"
    with house.db.reading() as session:
        assert len(session.scalars(select(Theme.slug)).all()) == 2


def test_every_facet_can_be_asked_for() -> None:
    assert set(Narrowing.model_fields) == {facet.value for facet in Facet}
    assert set(Narrowing.model_fields) < set(SearchAsked.model_fields)


def test_requests_come_back_one_by_one() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.take(Kind.READ, "a", 6).left for _ in range(7)] == [5, 4, 3, 2, 1, 0, -1]
    assert pace.take(Kind.READ, "a", 6).wait_s == 10
    assert pace.take(Kind.SEARCH, "a", 6).left == pace.take(Kind.READ, "b", 6).left == 5
    now[0] = 10.0
    assert [pace.take(Kind.READ, "a", 6).left for _ in range(2)] == [0, -1]
    now[0] = 100.0
    assert pace.take(Kind.READ, "a", 6).left == 5
