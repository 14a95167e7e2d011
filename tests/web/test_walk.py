"""A walk: from a passage to another voice on it, nobody met twice, and the way in the address."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Passage, Story, StoryState
from archive.services import cautions, strikes
from archive.services.access import OPERATOR
from archive.services.stories import About
from archive.services.tagging import tag_passage
from archive.web.site import walk as walking
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.answered import SLUG, conversation, put
from tests.web.withdrawing import plain


def ways(page: str) -> list[str]:
    """Where the page leads on to, each with its words."""
    block = re.search(r'<section class="ways-on".*?</section>', page, re.DOTALL)
    assert block
    return [plain(each) for each in re.findall(r"<li>.*?</li>", block[0], re.DOTALL)]


def hrefs(page: str) -> list[str]:
    return re.findall(r'<a href="(/walk[^"]*)" rel="nofollow">\s*<span', page)


@pytest.fixture
def tides(house: House) -> list[int]:
    """Three people who were asked the same and speak under one theme; gives the ids of their first passages."""
    for name in ("Ebb", "Flood", "Slack"):
        conversation(house, name, ((f"{name} N.", f"{name} is what I was sure of."),), {0: SLUG})
    with house.db.writing() as session:
        rows = list(session.scalars(select(Passage).order_by(Passage.id)))
        for passage in rows:
            tag_passage(session, passage, "water", by=OPERATOR)
        return [passage.id for passage in rows]


def test_a_walk_begins_with_a_voice_by_chance_at_an_address_that_stays(tides: list[int], stranger: Visitor) -> None:
    begins = stranger.get("/walk")
    assert begins.status_code == 303
    assert begins.headers["Location"] in {f"/walk/{each}" for each in tides}
    page = stranger.get(f"/walk/{tides[0]}").text
    assert "Ebb is what I was sure of." in page
    assert "data-play" in page
    assert "Ebb N." in plain(page)
    assert re.search(r'href="/walk/\d+" rel="nofollow">Walk on from here', stranger.get("/").text)


def test_it_leads_on_by_theme_and_by_question_to_different_voices(tides: list[int], stranger: Visitor) -> None:
    page = stranger.get(f"/walk/{tides[0]}").text
    told = ways(page)
    assert [each.split(" “")[0] for each in told] == [
        "Another voice on", "Another answer to", "Somewhere else entirely",
    ]  # fmt: skip
    assert "“ water ”" in told[0]
    assert "What were you once sure of" in told[1]
    voices = {name for each in told for name in ("Ebb N.", "Flood N.", "Slack N.") if name in each}
    assert voices == {"Flood N.", "Slack N."}


def test_nobody_is_met_twice_and_the_way_leads_back(tides: list[int], stranger: Visitor) -> None:
    ebb, flood, slack = tides
    page = stranger.get(f"/walk/{flood}?from={ebb}").text
    assert f'<a href="/walk/{ebb}">← back to Ebb N.</a>' in page
    assert {href.split("?")[0] for href in hrefs(page)} == {f"/walk/{slack}", "/walk"}
    assert f"/walk/{slack}?from={ebb},{flood}" in page
    elsewhere = stranger.get(f"/walk?from={ebb},{flood}")
    assert elsewhere.headers["Location"] == f"/walk/{slack}?from={ebb},{flood}"
    last = stranger.get(f"/walk/{slack}?from={ebb},{flood}").text
    assert ways(last) == ["Somewhere else entirely"]
    assert f'<a href="/walk/{flood}?from={ebb}">' in last
    ends = stranger.get(f"/walk?from={ebb},{flood},{slack}")
    assert ends.status_code == 200
    assert "You have met everybody here" in ends.text
    assert f"/walk/{slack}?from={ebb},{flood}" in ends.text


def test_another_story_of_the_same_person_is_the_same_voice(house: House, tides: list[int], stranger: Visitor) -> None:
    about = About("Ebb again", ["Ebb N."], ["M."])
    conversation(house, "Ebb again", (("Ebb N.", "And once more."),), {0: SLUG}, about=about)
    elsewhere = stranger.get(f"/walk?from={','.join(map(str, tides))}")
    assert "You have met everybody here" in elsewhere.text


def test_the_way_remembers_twelve_and_passes_over_what_is_no_number(tides: list[int], stranger: Visitor) -> None:
    long = ",".join(str(n) for n in range(1000, 1040))
    page = stranger.get(f"/walk/{tides[0]}?from={long},x,-3,,{2**40}").text
    assert re.search(r"/walk\?from=([\d,]+)", page)
    for found in re.findall(r"from=([\d,]+)", page):
        assert len(found.split(",")) <= 12
        assert found.endswith(str(tides[0]))
    assert stranger.get("/walk/99999").status_code == 404
    assert stranger.get("/walk?from=%3Cscript%3E").status_code == 303


def test_what_is_closed_is_not_met_and_is_no_step_of_the_way(
    house: House, tides: list[int], stranger: Visitor, curator: Visitor
) -> None:
    ebb, flood, slack = tides
    put(house, "flood", StoryState.REVIEW)
    for by in (stranger, curator):  # a walk is what everyone may walk
        page = by.get(f"/walk/{ebb}?from={flood}").text
        assert "Flood" not in page
        assert by.get(f"/walk/{flood}").status_code == 404
    assert stranger.get(f"/walk?from={ebb},{flood}").headers["Location"] == f"/walk/{slack}?from={ebb},{flood}"


def test_the_number_of_a_closed_passage_does_not_tell_who_said_it(
    house: House, tides: list[int], stranger: Visitor
) -> None:
    about = About("Ebb again", ["Ebb N."], ["M."])
    conversation(house, "Ebb again", (("Ebb N.", "And once more."),), {}, about=about)
    put(house, "ebb-again", StoryState.REVIEW)
    with house.db.reading() as session:
        closed = session.scalars(select(Passage.id).order_by(Passage.id.desc())).first()
    met = f"{closed},{tides[1]},{tides[2]}"
    assert stranger.get(f"/walk?from={met}").headers["Location"] == f"/walk/{tides[0]}?from={met}"


def test_nobody_walks_into_what_is_struck_or_what_they_should_be_warned_of(
    house: House, tides: list[int], stranger: Visitor
) -> None:
    ebb, flood, slack = tides
    with house.db.writing() as session:
        stories = {each.slug: each for each in session.scalars(select(Story))}
        cautions.warn(session, stories["flood"], 0, 5_000, "a death", by=OPERATOR)
        span = strikes.spans_at(stories["slack"], 0, 9_000)[0]
        strikes.strike(session, stories["slack"], span, by=OPERATOR)
    assert ways(stranger.get(f"/walk/{ebb}").text) == ["Somewhere else entirely"]
    assert "You have met everybody here" in stranger.get(f"/walk?from={ebb}").text
    assert stranger.get(f"/walk/{slack}").status_code == 404
    assert "Before you go on: a death." in stranger.get(f"/walk/{flood}").text


def test_an_archive_without_an_open_voice_says_so(house: House, stranger: Visitor) -> None:
    a_story(house, public=False)
    answer = stranger.get("/walk")
    assert (answer.status_code, "no voice here yet" in answer.text) == (200, True)


def test_it_leads_to_a_voice_that_is_near_in_meaning(knowing_house: House, visitor: Callable[[], Visitor]) -> None:
    for title, name, text in (
        ("Ovens", "Ana R.", "We baked bread for the whole street before it was light."),
        ("Loaves", "Bo L.", "Every morning my mother made loaves for all the neighbours."),
        ("Stars", "Cy M.", "The telescope was broken and nobody could repair the mirror."),
    ):
        a_story(knowing_house, about=About(title, [name]), texts=(text,))
    Worker(knowing_house).run(drain=True)
    told = ways(visitor().get("/walk/1").text)
    assert told[0].startswith("Another voice, near to this in what it means Every morning my mother")
    assert not any("telescope" in each for each in told[:1])


def test_chance_and_nothing_else_decides(tides: list[int], stranger: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    where = []
    for dice in (0.0, 0.5, 0.99):
        monkeypatch.setattr(walking, "throw", lambda dice=dice: dice)
        where.append(stranger.get("/walk").headers["Location"])
    assert where == [f"/walk/{each}" for each in tides]
