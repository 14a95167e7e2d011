"""Mixtapes for programs: read as they may be heard today, and made whole or not at all."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from archive.models import Mixtape, Story
from archive.services import replies, strikes
from archive.services.access import OPERATOR
from archive.services.askings import Answered
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story

HARBOUR = ("The harbour was frozen that winter", "and we walked over the ice to school")
BREAD = ("My mother baked before it was light", "and the street smelled of it until noon")


@pytest.fixture
def two(house: House, tmp_path: Path) -> tuple[Spoken, Spoken]:
    told = [
        spoken_story(house, tmp_path, About(title, [name], interviewers=["M."]), texts, theme="ice")
        for title, name, texts in (("Ice", "Ana R.", HARBOUR), ("Bread", "Bo L.", BREAD))
    ]
    with house.db.writing() as session:
        for each in told:
            session.get_one(Story, each.id).remix = True
    return told[0], told[1]


def make(by: Visitor, *pieces: dict[str, Any], **more: Any) -> Any:
    token = by.get("/api/v1/session").get_json()["csrf_token"]
    body = {"title": "Cold and warm", "open": True, "pieces": pieces, **more}
    return by.client.post("/api/v1/mixtapes", json=body, headers={"X-CSRFToken": token})


def clip(told: Spoken, start: float = 0, end: float = 2) -> dict[str, Any]:
    return {"story": told.slug, "start": start, "end": end}


def test_a_program_makes_a_mixtape_and_everyone_reads_it(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    ice, bread = two
    answer = make(contributor, clip(ice), {"words": "And then:"}, clip(bread), reason="To be warm.")
    assert answer.status_code == 201, answer.text
    slug = answer.json["slug"]
    listed = stranger.get("/api/v1/mixtapes").get_json()
    assert (listed["total"], [each["title"] for each in listed["mixtapes"]]) == (1, ["Cold and warm"])
    told = stranger.get(f"/api/v1/mixtapes/{slug}").get_json()
    assert [each["text"] or each["words"] for each in told["pieces"]] == [HARBOUR[0], "And then:", BREAD[0]]
    assert [each["narrator"] for each in told["pieces"]] == ["Ana R.", None, "Bo L."]
    for each in (told["pieces"][0], told["pieces"][2]):
        assert stranger.get(each["media"][0]["url"]).status_code == 200
    with house.db.writing() as session:
        story = session.get_one(Story, ice.id)
        strikes.strike(session, story, strikes.spans_at(story, 0, 1900)[0], by=OPERATOR)
    gone = stranger.get(f"/api/v1/mixtapes/{slug}").get_json()["pieces"][0]
    assert gone["gap"]
    assert gone["text"] is gone["story"] is gone["start"] is None


def test_it_is_made_whole_or_not_at_all(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    ice, bread = two
    with house.db.writing() as session:
        session.get_one(Story, bread.id).remix = False
    for pieces, code in (
        ((clip(ice), clip(bread)), 422),
        ((clip(ice), {"story": "never-told", "start": 0, "end": 1}), 404),
        (({"story": ice.slug, "start": 2, "end": 1},), 422),
        (({"story": ice.slug, "start": 1},), 422),
        (({"words": "x", "story": ice.slug, "start": 0, "end": 1},), 422),
        ((), 422),  # open, and no voice on it
        (({"words": "x", "surprise": 1},), 422),
    ):
        answer = make(contributor, *pieces)
        assert answer.status_code == code, answer.text
        assert answer.mimetype == "application/problem+json"
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Mixtape.id))) == 0
    assert make(contributor, clip(ice), open=False).status_code == 201
    assert stranger.get("/api/v1/mixtapes/cold-and-warm").status_code == 404, "it is open to nobody yet"
    assert contributor.get("/api/v1/mixtapes/cold-and-warm").status_code == 200


def test_nobody_makes_one_without_an_account(two: tuple[Spoken, Spoken], stranger: Visitor) -> None:
    body = {"title": "Cold", "pieces": [clip(two[0])]}
    assert stranger.client.post("/api/v1/mixtapes", json=body).status_code in (400, 401)
    assert stranger.get("/api/v1/mixtapes").get_json()["total"] == 0


def test_a_story_says_which_one_it_answers(house: House, two: tuple[Spoken, Spoken], stranger: Visitor) -> None:
    ice, bread = two
    with house.db.writing() as session:
        replies.link(session, session.get_one(Story, bread.id), Answered(ice.id), by=OPERATOR)
    one, other = (stranger.get(f"/api/v1/stories/{each.slug}").get_json() for each in (bread, ice))
    assert [each["story"] for each in one["answers"]] == [ice.slug]
    assert [each["title"] for each in other["answered_by"]] == ["Bread"]
    assert one["answered_by"] == other["answers"] == []
    with house.db.writing() as session:
        session.get_one(Story, bread.id).text_open = False
    assert stranger.get(f"/api/v1/stories/{ice.slug}").get_json()["answered_by"] == []
