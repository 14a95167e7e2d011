"""The JSON API beside the search: stories, passages, themes, jobs, and whether the archive lives."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from archive.models import Job
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import TEXTS, a_story

ABOUT = About(
    "Bread", ["Ana R.", "Bea S."], ["M."], date(2019, 5, 4), "Lisbon", "pt", "To be told.", None, ["Work", "Home"]
)


@pytest.fixture
def slug(house: House) -> str:
    return a_story(house, about=ABOUT, passage_themes={1: "Kitchens"})


def test_a_story_carries_what_the_contract_names(slug: str, stranger: Visitor) -> None:
    told = stranger.get(f"/api/v1/stories/{slug}").get_json()
    assert told == {
        "slug": "bread", "title": "Bread", "narrator": "Ana R., Bea S.", "narrators": ["Ana R.", "Bea S."],
        "interviewers": ["M."], "recorded_on": "2019-05-04", "place": "Lisbon", "language": "pt", "duration": None,
        "themes": ["Work", "Home"], "state": "published", "why_told": "To be told.", "why_recorded": None,
        "for_whom": None, "consent": ["No consent is recorded; a curator's reason stands instead: “a test”"],
        "recordings": [], "warnings": [], "rights": {"holder": None, "licence": None, "statement": None},
        "answers": [], "answered_by": [],
    }  # fmt: skip


def test_passages_carry_what_the_contract_names(slug: str, stranger: Visitor) -> None:
    passages = stranger.get(f"/api/v1/stories/{slug}/passages").get_json()["passages"]
    assert [each["text"] for each in passages] == list(TEXTS)
    assert set(passages[0]) >= {"id", "speaker", "start", "end", "text", "confidence", "state"}
    assert (passages[1]["start"], passages[1]["end"], passages[1]["state"]) == (10.0, 19.0, "machine")
    assert [each["themes"] for each in passages] == [[], ["Kitchens"], []]


def test_lists_are_narrowed_counted_and_led_on(house: House, slug: str, stranger: Visitor) -> None:
    for n in range(4):
        a_story(house, f"Other {n}")
    page = stranger.get("/api/v1/stories?limit=2")
    assert (page.get_json()["total"], len(page.get_json()["stories"])) == (5, 2)
    paged = stranger.get("/api/v1/stories?limit=2&page=1")
    assert paged.headers["Link"] == '</api/v1/stories?limit=2&page=2>; rel="next"'
    one = stranger.get("/api/v1/stories?theme=Work&narrator=Bea+S.&year=2019").get_json()
    assert (one["total"], one["stories"][0]["slug"]) == (1, slug)
    assert stranger.get("/api/v1/stories?theme=Nothing").get_json() == {"total": 0, "stories": []}


@pytest.mark.usefixtures("slug")
def test_themes_are_concepts_of_one_scheme(stranger: Visitor) -> None:
    told = stranger.get("/api/v1/themes").get_json()
    assert told["@type"] == "skos:ConceptScheme"
    assert [(each["@id"], each["prefLabel"], each["stories"]) for each in told["themes"]] == [
        ("/themes/home", "Home", 1), ("/themes/kitchens", "Kitchens", 1), ("/themes/work", "Work", 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("slug")
def test_a_job_is_followed_by_those_who_work_here(house: House, stranger: Visitor, curator: Visitor) -> None:
    with house.db.reading() as session:
        number = session.scalars(select(Job.id)).first()
    assert stranger.get(f"/api/v1/jobs/{number}").status_code == 401
    told = curator.get(f"/api/v1/jobs/{number}").get_json()
    assert (told["kind"], told["story"], told["state"], told["attempt"]) == ("index", "bread", "waiting", 0)
    assert curator.get("/api/v1/jobs/999999").status_code == 404


@pytest.mark.parametrize(
    ("address", "code"), [("/api/v1/stories/none", 404), ("/api/v1/none", 404), ("/api/v1/jobs/1", 401)]
)
def test_refusals_are_problems_for_programs(address: str, code: int, stranger: Visitor) -> None:
    answer = stranger.get(address)
    assert (answer.status_code, answer.mimetype) == (code, "application/problem+json")
    assert answer.get_json()["status"] == code
    assert answer.get_json()["detail"].endswith(".")


def test_a_method_that_an_address_does_not_take_is_405_and_says_which_it_takes(stranger: Visitor) -> None:
    answer = stranger.client.delete("/stories")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_health_is_said_without_a_word_about_the_machine(stranger: Visitor, work: Callable[[], None]) -> None:
    assert stranger.get("/health/live").get_json() == {"status": "live"}
    ready = stranger.get("/health/ready").get_json()
    assert ready == {"status": "ready", "database": "ready", "search": "ready", "worker": "resting"}
