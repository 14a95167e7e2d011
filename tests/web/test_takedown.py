"""Anybody may ask that something be taken down; they get an answer, and learn nothing else."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from archive.models import Act, Event, Guess, RoleName, Takedown, TakedownState
from archive.services import takedowns
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.errors import Conflict
from archive.services.stories import remove_story
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story, story_row

SLUG = "the-year-i-stopped-pretending"
WISH = {"address": f"https://stories.example.org/stories/{SLUG}?t=12", "why": "My name is in it.\nI never agreed."}
CODE = re.compile(r"[0-9a-f]{16}")


def asks(by: Visitor, **more: str) -> str:
    """Gives the address of the answer."""
    answer = by.post("/takedown", {**WISH, **more}, at="/takedown")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def held(house: House) -> list[Takedown]:
    with house.db.reading() as session:
        return list(session.scalars(select(Takedown).order_by(Takedown.id)))


def acts(house: House) -> list[tuple[Act, str]]:
    with house.db.reading() as session:
        query = select(Event).where(Event.act.in_([Act.TAKEDOWN, Act.SUSPEND, Act.RESUME])).order_by(Event.id)
        return [(each.act, each.actor) for each in session.scalars(query)]


def decided(curator: Visitor, request: Takedown, **values: str) -> int:
    at = f"/curator/takedowns/{request.id}"
    return curator.post(f"{at}/decide", dict(values), at=at).status_code


def test_a_story_leads_to_the_form_with_its_address_filled_in(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    page = stranger.get(f"/stories/{slug}")
    assert f'href="/takedown?story={slug}"' in page.text
    assert "Set-Cookie" not in page.headers
    assert f'value="http://localhost/stories/{slug}"' in stranger.get(f"/takedown?story={slug}").text


def test_whoever_asks_gets_a_reference_and_a_day(house: House, stranger: Visitor) -> None:
    a_story(house)
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
        where = asks(stranger, name="Bo", contact="bo@example.org")
    page = stranger.get(where).text
    code = CODE.search(where)
    assert code is not None
    assert code[0] in page
    assert "18 May 2026" in page
    assert "waits for a person" in page
    assert "bo@example.org" not in page
    (request,) = held(house)
    assert (request.story_id, request.name, request.contact) == (story_row(house, SLUG).id, "Bo", "bo@example.org")
    assert request.why == "My name is in it.\nI never agreed."
    assert acts(house) == [(Act.TAKEDOWN, "visitor")]


def test_with_the_reference_alone_anybody_looks_how_it_stands(house: House, stranger: Visitor) -> None:
    code = asks(stranger).rsplit("/", 1)[1]
    assert stranger.get(f"/takedown?code=+{code.upper()}+").headers["Location"].lower() == f"/takedown/{code}"
    assert stranger.get(f"/takedown/{code.upper()}").status_code == 200
    unknown = stranger.get("/takedown/0123456789abcdef")
    assert unknown.status_code == 404
    assert "No request with this reference" in unknown.text


@pytest.mark.parametrize("address", [SLUG, f"/stories/{SLUG}", f"http://x/stories/{SLUG}/transcript.txt", f"a {SLUG}"])
def test_a_hidden_story_is_answered_as_one_that_never_was(house: House, stranger: Visitor, address: str) -> None:
    def answer() -> str:
        return CODE.sub("", stranger.get(asks(stranger, address=address)).text)

    before = answer(), stranger.get(f"/takedown?story={SLUG}").text
    a_story(house, public=False)
    assert (answer(), stranger.get(f"/takedown?story={SLUG}").text) == before
    assert [each.story_id is not None for each in held(house)] == [False, address != f"a {SLUG}"]


def test_what_is_missing_or_too_long_is_said_and_nothing_is_lost(house: House, stranger: Visitor) -> None:
    for field, value in (("why", " "), ("why", "x" * 5001), ("address", ""), ("name", "x" * 301)):
        given = {**WISH, "contact": "at the harbour", field: value}
        answer = stranger.post("/takedown", given, at="/takedown")
        assert answer.status_code == 422
        assert f'id="{field}-fault"' in answer.text
        assert "at the harbour" in answer.text
    assert held(house) == []
    asks(stranger, why="ü" * 5000)


def test_the_sixth_request_within_an_hour_is_asked_to_wait(house: House, stranger: Visitor) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            asks(stranger)
        refused = stranger.post("/takedown", WISH, at="/takedown")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
        assert "Please write the next one later" in refused.text
        other = {"REMOTE_ADDR": "192.0.2.7"}
        stranger.client.environ_base.update(other)
        asks(stranger)
        stranger.client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
        clock.shift(3601)
        asks(stranger)
    assert len(held(house)) == 7
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Guess.id))) == 1  # the others are forgotten
        assert "127.0.0.1" not in session.scalars(select(Guess.source)).one()


def test_a_curator_answers_with_reasons_and_once(house: House, stranger: Visitor, curator: Visitor) -> None:
    where = asks(stranger)
    (request,) = held(house)
    assert decided(curator, request, outcome="changed", reasons="  ") == 422
    assert decided(curator, request, outcome="open", reasons="x") == 422
    assert decided(curator, request, reasons="x") == 422
    assert decided(curator, request, outcome="changed", reasons="Your name is struck.") == 303
    page = stranger.get(where).text
    assert "changed something" in page
    assert "Your name is struck." in page
    assert "What happens next" not in page
    assert "Your name is struck." in curator.get(f"/curator/takedowns/{request.id}").text
    assert "Send the answer" not in curator.get(f"/curator/takedowns/{request.id}").text
    with house.db.writing() as session:
        again = session.get_one(Takedown, request.id)
        with pytest.raises(Conflict):
            takedowns.decide(session, again, TakedownState.KEPT, "Or not.", by=OPERATOR)


def test_a_request_that_is_not_followed_says_so(house: House, stranger: Visitor, curator: Visitor) -> None:
    where = asks(stranger)
    assert decided(curator, held(house)[0], outcome="kept", reasons="It is somebody else.") == 303
    assert "the page stays as it is" in stranger.get(where).text


def test_a_story_out_of_sight_is_gone_for_everyone_outside_at_once_and_comes_back(
    house: House, stranger: Visitor, curator: Visitor, work: object
) -> None:
    slug = a_story(house)
    work()  # type: ignore[operator]
    asks(stranger)
    (request,) = held(house)
    at = f"/curator/takedowns/{request.id}"
    assert curator.post(f"/studio/{slug}/suspend", {"next": at}, at=at).headers["Location"] == at
    for path in (f"/stories/{slug}", f"/stories/{slug}/transcript.txt", f"/api/v1/stories/{slug}"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/api/v1/search?q=harbour").json["total_passages"] == 0  # type: ignore[index]
    assert stranger.get("/api/v1/stories").json["total"] == 0  # type: ignore[index]
    studio = curator.get(f"/studio/{slug}").text
    assert "Out of sight" in studio
    assert at in studio
    assert curator.post(f"/studio/{slug}/suspend", at=at).status_code == 409
    assert curator.post(f"/studio/{slug}/resume", at=at).status_code == 303
    assert stranger.get(f"/stories/{slug}").status_code == 200
    work()  # type: ignore[operator]
    assert stranger.get("/api/v1/search?q=harbour").json["total_passages"] == 1  # type: ignore[index]
    assert [act for act, _ in acts(house)] == [Act.TAKEDOWN, Act.SUSPEND, Act.RESUME]


def test_only_curators_read_and_answer_requests(house: House, stranger: Visitor, interviewer: Visitor) -> None:
    asks(stranger)
    at = f"/curator/takedowns/{held(house)[0].id}"
    assert stranger.get(at).status_code == 302
    assert interviewer.get(at).status_code == 403
    assert interviewer.post(f"{at}/decide", {"outcome": "kept", "reasons": "x"}, at="/studio").status_code == 403
    slug = a_story(house, "Another one")
    assert interviewer.post(f"/studio/{slug}/suspend", at="/studio").status_code == 403


def test_the_owner_of_a_story_out_of_sight_reads_why(house: House, stranger: Visitor, visitor: object) -> None:
    owner = visitor().signs_in(RoleName.INTERVIEWER, "owner@example.org")  # type: ignore[operator]
    slug = a_story(house)
    with house.db.writing() as session:
        row = session.merge(story_row(house, slug))
        row.owner_id = account_of(session, "owner@example.org").id
        session.flush()
        takedowns.suspend(session, row, by=OPERATOR)
    page = owner.get(f"/studio/{slug}").text
    assert "somebody asked that something be taken down" in page
    assert "Let it be seen again" not in page


def test_a_request_outlives_its_story(house: House, stranger: Visitor, curator: Visitor) -> None:
    slug = a_story(house)
    where = asks(stranger)
    with house.db.writing() as session:
        remove_story(session, session.merge(story_row(house, slug)), by=OPERATOR)
    (request,) = held(house)
    assert request.story_id is None
    assert "I never agreed." in curator.get(f"/curator/takedowns/{request.id}").text
    assert decided(curator, request, outcome="changed", reasons="It is gone.") == 303
    assert "It is gone." in stranger.get(where).text
