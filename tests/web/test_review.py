"""Before a story is opened its narrator goes through it, in five steps that can be left at any time, and signs."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from archive.models import Consent, Method, Passage, PassageState, Review, Scope, Story, StoryState
from archive.services import reviews
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.cards import a_card
from tests.web.spoken import Spoken, spoken_story

SAID = ("What was in the letter?", "I had the letter of resignation written.", "And then my brother called.")
OPENED = {"existence": "open", "text": "open", "sound": "open"}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    """Its narrator has said nothing yet of who may have it."""
    made = spoken_story(house, tmp_path, About("A letter", ["Ana Reyes"], interviewers=["M."]), SAID, theme="doubt")
    with house.db.writing() as session:
        story = session.get_one(Story, made.id)
        shut = {Scope.EXISTENCE: "hidden", Scope.TEXT: "closed", Scope.SOUND: "closed"}
        record_consent(session, story, Agreement(Method.FORM, shut, person="Ana Reyes"), by=OPERATOR)
        for held in session.scalars(select(Review)):
            session.delete(held)
    return made


@pytest.fixture
def here(house: House, told: Spoken) -> str:
    return f"{a_card(house, told.id)}/stories/{told.slug}"


def step(by: Visitor, here: str, number: int, **fields: str) -> tuple[int, str]:
    """Sends a step's form; gives the code, and where it leads or what it says."""
    answer = by.post(f"{here}/review/{number}", fields, at=f"{here}/review/{number}")
    return answer.status_code, answer.headers.get("Location") or answer.text


def as_far_as(by: Visitor, here: str, number: int, **choices: str) -> None:
    forms: list[dict[str, str]] = [{}, {}, {"shown": "first"}, {"who": "everyone", **choices}, {"signed": "yes"}]
    for each in range(1, number + 1):
        assert step(by, here, each, **forms[each - 1])[0] == 303, each


def said(house: House, told: Spoken) -> dict[str, str]:
    """Scope by scope, what the ledger says last."""
    with house.db.reading() as session:
        lines = session.scalars(select(Consent).where(Consent.story_id == told.id).order_by(Consent.id))
        return {line.scope.value: line.value for line in lines}


def count(house: House) -> int:
    with house.db.reading() as session:
        return len(list(session.scalars(select(Consent))))


def row(house: House, told: Spoken) -> Story:
    with house.db.reading() as session:
        return session.get_one(Story, told.id)


def test_five_steps_lead_to_a_signature_and_those_who_keep_the_story_open_it(
    house: House, stranger: Visitor, curator: Visitor, told: Spoken, here: str
) -> None:
    card = here.partition("/stories")[0]
    assert "This waits for you" in stranger.get(card).text
    for number in range(1, 5):
        forms = [{}, {}, {"shown": "first"}, {"who": "everyone", "remix": "yes"}]
        assert step(stranger, here, number, **forms[number - 1]) == (303, f"{here}/review/{number + 1}")
    summary = stranger.get(f"{here}/review/5").text
    for sentence in ("Everyone may read it and hear it.", "Others may use passages of it in something new.",
                     "You are named as Ana.", "Nothing is taken out."):  # fmt: skip
        assert sentence in summary
    assert step(stranger, here, 5, signed="yes") == (303, here)
    assert "You have signed" in stranger.get(here).text
    assert said(house, told).items() >= {**OPENED, "remix": "yes", "embed": "no", "mining": "no"}.items()
    assert row(house, told).state == StoryState.REVIEW
    assert stranger.get(f"/stories/{told.slug}").status_code == 404
    studio = f"/studio/{told.slug}"
    assert "Ana Reyes went through it and signed on" in curator.get(studio).text
    assert "gone through it and signed" in curator.get("/studio").text
    assert curator.post(f"{studio}/seen", at=studio).status_code == 303
    assert "went through it and signed on" not in curator.get(studio).text
    assert curator.post(f"{studio}/publish", at=studio).status_code == 303
    public = stranger.get(f"/stories/{told.slug}").text
    assert "Ana agreed with a key card." in public
    assert "Reyes" not in public
    with house.db.reading() as session:
        states = {each.state for each in session.scalars(select(Passage).where(Passage.story_id == told.id))}
    assert states == {PassageState.APPROVED}


def test_a_review_is_left_and_gone_on_with_on_another_device(
    house: House, visitor: Callable[[], Visitor], here: str
) -> None:
    phone, computer = visitor(), visitor()
    as_far_as(phone, here, 3)
    card = here.partition("/stories")[0]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=40)):
        assert f'href="{here}/review/4"' in computer.get(card).text
        assert computer.get(f"{here}/review").headers["Location"] == f"{here}/review/4"
        assert re.search(r'value="first"\s+checked', computer.get(f"{here}/review/3").text)
        assert step(computer, here, 4, who="link")[0] == 303
    assert re.search(r'value="link"\s+checked', phone.get(f"{here}/review/4").text)


def test_going_back_loses_nothing_that_was_done(stranger: Visitor, here: str, house: House, told: Spoken) -> None:
    as_far_as(stranger, here, 4)
    step(stranger, here, 1)
    assert stranger.get(f"{here}/review").headers["Location"] == f"{here}/review/5"
    assert "Everyone may read it" in stranger.get(f"{here}/review/5").text


def test_a_signature_without_a_choice_is_refused_with_a_sentence(
    house: House, stranger: Visitor, told: Spoken, here: str
) -> None:
    as_far_as(stranger, here, 3)
    assert "You have not yet said who may read and hear it." in stranger.get(f"{here}/review/5").text
    answer = stranger.post(f"{here}/review/5", {"signed": "yes"}, at=f"{here}/review/4")
    assert answer.status_code == 422
    assert "Please choose first who may read and hear it." in answer.text
    as_far_as(stranger, here, 4)
    code, page = step(stranger, here, 5)
    assert (code, "Please tick the box" in page) == (422, True)
    with house.db.reading() as session:
        assert session.scalars(select(Review)).one().signed_at is None


@pytest.mark.parametrize(("number", "form", "sentence"), [
    (3, {}, "Please choose how you want to be named."),
    (3, {"shown": "king"}, "Please choose how you want to be named."),
    (3, {"shown": "chosen", "chosen": ""}, "Please say which name it should be."),
    (4, {}, "Please choose who may read and hear it."),
    (4, {"who": "nobody-knows"}, "Please choose who may read and hear it."),
    (4, {"who": "link", "until": "tomorrow"}, "Please write the date like 2026-05-04."),
])  # fmt: skip
def test_a_step_that_is_not_done_says_what_is_missing(
    stranger: Visitor, here: str, number: int, form: dict[str, str], sentence: str
) -> None:
    code, page = step(stranger, here, number, **form)
    assert (code, sentence in page) == (422, True)
    assert f"Step {number} of 5" in page


@pytest.mark.parametrize(("chosen", "scopes"), [
    ({"who": "everyone"}, OPENED),
    ({"who": "everyone", "only_words": "yes"}, {**OPENED, "sound": "closed"}),
    ({"who": "link"}, {"existence": "hidden", "text": "link", "sound": "link"}),
    ({"who": "link", "listed": "yes"}, {"existence": "listed", "text": "link", "sound": "link"}),
    ({"who": "later"}, {"existence": "hidden", "text": "closed", "sound": "closed"}),
    ({"who": "everyone", "embed": "yes", "mining": "yes"}, {**OPENED, "embed": "yes", "mining": "yes"}),
    ({"who": "later", "machine": "yes"}, {"existence": "hidden", "text": "closed", "machine": "yes"}),
])  # fmt: skip
def test_each_choice_comes_to_its_scopes(
    house: House, stranger: Visitor, told: Spoken, here: str, chosen: dict[str, str], scopes: dict[str, str]
) -> None:
    as_far_as(stranger, here, 5, **chosen)
    assert said(house, told).items() >= ({"machine": "no", "remix": "no"} | scopes).items()


def test_what_was_chosen_is_changed_at_any_time_and_takes_effect_at_once(
    house: House, stranger: Visitor, curator: Visitor, told: Spoken, here: str
) -> None:
    as_far_as(stranger, here, 5)
    curator.post(f"/studio/{told.slug}/publish", at=f"/studio/{told.slug}")
    curator.post(f"/studio/{told.slug}/seen", at=f"/studio/{told.slug}")
    public, form = f"/stories/{told.slug}", f"{here}/choices"
    assert stranger.get(public).status_code == 200
    assert re.search(r'value="everyone"\s+checked', stranger.get(form).text)
    assert stranger.post(form, {"who": "link"}, at=form).status_code == 303
    assert stranger.get(public).status_code == 404
    page = stranger.get(here).text
    link = re.search(r'href="(http[^"]+key=[^"]+)"', page)[1]  # type: ignore[index]
    assert stranger.get(link.partition("localhost")[2]).status_code == 200
    assert stranger.post(form, {"who": "later"}, at=form).status_code == 303
    assert row(house, told).state == StoryState.REVIEW
    assert stranger.get(public).status_code == 404
    assert "went through it and signed" in curator.get(f"/studio/{told.slug}").text  # told anew: it is theirs to open


def test_a_day_closes_what_is_open_and_opens_nothing_that_was_closed(
    house: House, stranger: Visitor, curator: Visitor, told: Spoken, here: str
) -> None:
    """An end to what is closed would let an older and more open word hold again."""
    as_far_as(stranger, here, 5, remix="yes")
    curator.post(f"/studio/{told.slug}/publish", at=f"/studio/{told.slug}")
    last = TODAY + timedelta(days=3)
    form = f"{here}/choices"
    assert (
        stranger.post(form, {"who": "everyone", "remix": "no", "until": last.isoformat()}, at=form).status_code == 303
    )
    with house.db.reading() as session:
        lines = list(session.scalars(select(Consent).where(Consent.story_id == told.id).order_by(Consent.id)))[-6:]
    assert {line.scope.value for line in lines if line.until == last} == set(OPENED)
    assert stranger.get(f"/stories/{told.slug}").status_code == 200
    with time_machine.travel(datetime(last.year, last.month, last.day, 12, tzinfo=UTC) + timedelta(days=1)):
        assert stranger.get(f"/stories/{told.slug}").status_code == 404
    past = {"who": "everyone", "until": date(2020, 1, 1).isoformat()}
    refused = stranger.post(form, past, at=form)
    assert (refused.status_code, "This day has passed." in refused.text) == (422, True)


def test_a_story_that_grew_is_gone_through_again(house: House, stranger: Visitor, told: Spoken, here: str) -> None:
    as_far_as(stranger, here, 5)
    with house.db.writing() as session:
        reviews.reopened(session, session.get_one(Story, told.id))
    assert f"{here}/review/1" in stranger.get(here.partition("/stories")[0]).text
    assert re.search(r'value="everyone"\s+checked', stranger.get(f"{here}/review/4").text)


def test_a_signed_review_is_not_signed_twice(house: House, stranger: Visitor, told: Spoken, here: str) -> None:
    as_far_as(stranger, here, 5)
    lines = count(house)
    assert stranger.get(f"{here}/review/5").headers["Location"] == here
    assert stranger.post(f"{here}/review/5", {"signed": "yes"}, at="/key").headers["Location"] == here
    assert count(house) == lines


def test_while_the_machine_listens_nothing_waits_for_the_narrator(
    house: House, stranger: Visitor, told: Spoken, here: str
) -> None:
    with house.db.writing() as session:
        session.get_one(Story, told.id).state = StoryState.PROCESSING
    card = here.partition("/stories")[0]
    home = stranger.get(card).text
    assert "You need not do anything yet." in home
    assert "This waits for you" not in home
    assert stranger.get(f"{here}/review/1").headers["Location"] == here
