"""A listener is told before a stretch that may be hard to hear, and can go past it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Act, ContentWarning, Event, Passage, Story
from archive.services import cautions, strikes
from archive.services.access import OPERATOR
from archive.services.chance import a_voice
from archive.services.errors import Invalid
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Ran, Visitor
from tests.factories import a_story
from tests.web.spoken import Spoken, spoken_story

TEXTS = (
    "We kept the kaleidoscope under the floor that year",
    "and then he fell from the roof of the mill",
    "and nobody in the house ever spoke of it again",
    "until my brother came back from the harbour at last",
)
FALL = "A fall from a roof, told in detail."
WARNED = "Before you go on: A fall from a roof, told in detail."


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    return spoken_story(
        house, tmp_path, About("Under the floor", ["Ana R."], interviewers=["M."]), TEXTS, theme="exile"
    )


def warned(house: House, held: Spoken, start: int, end: int, text: str = FALL) -> list[int]:
    with house.db.writing() as session:
        story = session.get_one(Story, held.id)
        return [each.id for each in cautions.warn(session, story, start, end, text, by=OPERATOR)]


def test_it_stands_before_its_passage_and_leads_past_it(house: House, told: Spoken, stranger: Visitor) -> None:
    warned(house, told, 2500, 5500)
    page = stranger.get(f"/stories/{told.slug}").text
    before, after = page.split(WARNED)
    assert "kaleidoscope" in before
    assert "roof of the mill" not in before.split('id="telling"')[1]
    assert f'<a href="#p{told.passages[3]}">Skip it</a>' in after
    assert f'id="p{told.passages[3]}"' in after
    assert page.count(WARNED) == 1


def test_one_at_the_end_leads_to_what_follows_the_telling(house: House, told: Spoken, stranger: Visitor) -> None:
    warned(house, told, 7000, 7800)
    page = stranger.get(f"/stories/{told.slug}").text
    assert '<a href="#after">Skip it</a>' in page
    assert 'id="after"' in page


def test_it_stands_in_the_plain_text_and_in_the_data_and_in_no_caption(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    warned(house, told, 2500, 5500)
    assert f"[{WARNED}]\n\n{TEXTS[1]}" in stranger.get(f"/stories/{told.slug}/transcript.txt").text
    assert "Before you go on" not in stranger.get(f"/stories/{told.slug}/transcript.vtt").text
    data = stranger.get(f"/api/v1/stories/{told.slug}").json
    assert data is not None
    assert data["warnings"] == [{"start": 2.5, "end": 5.5, "text": FALL}]


def test_the_player_is_told_of_it(house: House, told: Spoken, stranger: Visitor) -> None:
    assert "data-cautions" not in stranger.get(f"/stories/{told.slug}").text
    warned(house, told, 2500, 5500)
    page = stranger.get(f"/stories/{told.slug}").text
    assert '"from": 2500' in page
    assert '"to": 5500' in page


def test_a_long_story_tells_it_on_each_page_that_it_reaches(
    house: House, told: Spoken, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("archive.services.transcripts.PAGE", "archive.web.site.story.PAGE", "archive.web.present.PAGE"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr("archive.web.present.pages.__defaults__", (2, None))
    warned(house, told, 2500, 5500)
    first, second = (stranger.get(f"/stories/{told.slug}?page={n}").text for n in (1, 2))
    assert f'<a href="/stories/{told.slug}?page=2#telling">Skip it</a>' in first
    assert f'<a href="#p{told.passages[3]}">Skip it</a>' in second


def test_a_text_without_times_tells_all_at_its_beginning(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        story = session.scalars(select(Story).where(Story.slug == slug)).one()
        cautions.warn(session, story, 12_000, 15_000, FALL, by=OPERATOR)
    page = stranger.get(f"/stories/{slug}").text
    assert page.index("resignation") < page.index(WARNED) < page.index("fifteen people")
    with house.db.writing() as session:
        for passage in session.scalars(select(Passage)):
            passage.start_ms = passage.end_ms = None
    page = stranger.get(f"/stories/{slug}").text
    assert page.index(WARNED) < page.index("resignation")


def test_whoever_keeps_the_story_sets_it_and_takes_it_off(house: House, told: Spoken, curator: Visitor) -> None:
    at = f"/studio/{told.slug}"
    given = {"warn_from": "0:02.5", "warn_to": "5.5", "warn_text": f" {FALL} "}
    assert curator.post(f"{at}/cautions", dict(given), at=at).status_code == 303
    assert FALL in curator.get(at).text
    with house.db.reading() as session:
        held = session.scalars(select(ContentWarning)).one()
        assert (held.start_ms, held.end_ms, held.text) == (2500, 5500, FALL)
    assert curator.post(f"/studio/cautions/{held.id}/remove", at=at).status_code == 303
    assert FALL not in curator.get(at).text
    assert curator.post(f"/studio/cautions/{held.id}/remove", at=at).status_code == 404
    with house.db.reading() as session:
        acts = [each.actor for each in session.scalars(select(Event).where(Event.act == Act.WARN))]
        assert acts == ["account:1", "account:1"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("warn_from", "soon", "Please write the time like 12:41."),
        ("warn_to", "", "Please write the time like 12:41."),
        ("warn_to", "0:02", "The end has to come after the beginning."),
        ("warn_from", "0:09", "outside the recording"),
        ("warn_text", " ", "Please say what a listener should know"),
        ("warn_text", "x" * 201, "200 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    told: Spoken, curator: Visitor, field: str, value: str, sentence: str
) -> None:
    at = f"/studio/{told.slug}"
    given = {"warn_from": "0:02.5", "warn_to": "0:10", "warn_text": FALL, field: value}
    answer = curator.post(f"{at}/cautions", dict(given), at=at)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-fault">([^<]*)', answer.text)
    assert found is not None
    assert sentence in found[1]


def test_only_those_who_keep_the_story_may(told: Spoken, interviewer: Visitor, contributor: Visitor) -> None:
    at = f"/studio/{told.slug}"
    given = {"warn_from": "1", "warn_to": "2", "warn_text": FALL}
    assert interviewer.post(f"{at}/cautions", dict(given), at="/studio").status_code == 403
    assert contributor.post(f"{at}/cautions", dict(given)).status_code == 403


def test_within_a_strike_there_is_no_warning(house: House, told: Spoken, stranger: Visitor) -> None:
    warned(house, told, 2500, 3500)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        held = strikes.strike(session, story, strikes.spans_at(story, 2000, 4000)[0], by=OPERATOR).id
    for path in ("", "/transcript.txt"):
        assert "Before you go on" not in stranger.get(f"/stories/{told.slug}{path}").text
    assert stranger.get(f"/api/v1/stories/{told.slug}").json["warnings"] == []  # type: ignore[index]
    with pytest.raises(Invalid, match="taken out already"):
        warned(house, told, 2100, 3900)
    warned(house, told, 3000, 6000)  # reaches beyond it
    with house.db.writing() as session:
        strikes.lift(session, session.get_one(Story, told.id), held, by=OPERATOR)
    assert stranger.get(f"/stories/{told.slug}").text.count(WARNED) == 2


def test_nobody_meets_by_chance_what_they_should_be_warned_of(house: House, told: Spoken) -> None:
    warned(house, told, 2100, 7900)
    with house.db.reading() as session:
        met = {a_voice(session, None, 0.0, dice / 10) for dice in range(10)}
        assert {each.text for each in met if each} == {TEXTS[0]}


def test_the_command_line_hands_it_over_as_well(house: House, told: Spoken, peer_stories: object) -> None:
    warned(house, told, 2500, 5500)
    ran: Ran = peer_stories("export", told.slug, "--format", "text")  # type: ignore[operator]
    assert f"[{WARNED}]" in ran.out
