"""Whoever tries out many key cards or passwords is slowed down, and nobody else is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from archive.models import Guess, RoleName
from archive.services import guessing
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story, story_row
from tests.web.cards import a_card

WRONG = "/key/0123456789abcdefghjkmnpqrs"


@pytest.fixture
def card(house: House) -> str:
    return a_card(house, story_row(house, a_story(house)).id)


def from_(address: str) -> dict[str, object]:
    return {"environ_base": {"REMOTE_ADDR": address}}


def test_who_tries_many_cards_is_slowed_down_and_nobody_else_is(
    house: House, visitor: Callable[[], Visitor], card: str
) -> None:
    inside, guesser, neighbour = visitor(), visitor(), visitor()
    assert inside.get(card, **from_("192.0.2.7")).status_code == 200
    for _ in range(guessing.MOST):
        assert guesser.get(WRONG, **from_("192.0.2.7")).status_code == 404
    slowed = guesser.get(WRONG, **from_("192.0.2.7"))
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 600
    assert "wait ten minutes" in slowed.text
    assert guesser.get(card, **from_("192.0.2.7")).status_code == 429
    assert neighbour.get(card, **from_("192.0.2.8")).status_code == 200
    assert inside.get(card, **from_("192.0.2.7")).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert guesser.get(card, **from_("192.0.2.7")).status_code == 200


def test_wrong_tries_are_kept_without_an_address_and_for_an_hour(house: House, stranger: Visitor) -> None:
    stranger.get(WRONG, **from_("192.0.2.7"))
    stranger.post("/key", {"words": "not a card"}, at="/key")
    with house.db.reading() as session:
        rows = list(session.scalars(select(Guess)))
    assert len(rows) == 2
    assert "192.0.2.7" not in " ".join(row.source for row in rows)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        stranger.get(WRONG)
        with house.db.reading() as session:
            assert session.scalar(select(func.count(Guess.id))) == 1


def test_an_account_that_is_guessed_at_lets_in_whoever_knows_its_password(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    email, password = "m@example.org", "seven stairs and a door"
    first = visitor().signs_in(RoleName.CURATOR, email)
    assert first.post("/account/password", {"password": password}, at="/account/password").status_code == 303

    def tries(word: str, address: str) -> int:
        who = visitor()
        who.client.environ_base["REMOTE_ADDR"] = address
        return who.post("/signin", {"email": email, "password": word}).status_code

    assert [tries("wrong", "192.0.2.7") for _ in range(guessing.MOST)] == [403] * guessing.MOST
    assert tries("wrong", "192.0.2.7") == 429
    assert tries(password, "192.0.2.7") == 429
    assert tries(password, "198.51.100.4") == 303
    assert tries("wrong", "203.0.113.9") == 403
    assert tries(password, "203.0.113.9") == 429
