"""Coming in: by a link that works once, by a password, and out again. Nobody learns who has an account."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from archive.models import RoleName, SigninLink
from archive.services.accounts import account_of, add_account, make_link
from archive.wiring import House
from tests.conftest import Visitor

EMAIL, PASSWORD = "m@example.org", "seven stairs and a door"


@pytest.fixture
def link(house: House) -> str:
    with house.db.writing() as session:
        return f"/signin/{make_link(session, add_account(session, EMAIL, RoleName.INTERVIEWER))}"


@pytest.fixture
def with_password(visitor: Callable[[], Visitor], link: str) -> Callable[[], Visitor]:
    """The account of EMAIL has a password; gives visitors who are not signed in."""
    first = visitor()
    first.post(link, at=link)
    assert first.post("/account/password", {"password": PASSWORD}, at="/account/password").status_code == 303
    return visitor


def signed_in(who: Visitor) -> bool:
    return who.get("/studio").status_code == 200


def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(link: str, visitor: Callable[[], Visitor]) -> None:
    first, second = visitor(), visitor()
    for _ in range(3):
        page = first.get(link)
        assert (page.status_code, EMAIL in page.text) == (200, True)
    assert not signed_in(first)
    assert first.post(link, at=link).headers["Location"] == "/studio"
    assert signed_in(first)
    assert second.get(link).status_code == 404
    assert second.post(link, at="/signin").status_code == 404
    assert not signed_in(second)


def test_a_link_that_is_too_old_opens_nothing(link: str, stranger: Visitor) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert stranger.get(link).status_code == 404
        assert stranger.post(link, at="/signin").status_code == 404
        assert not signed_in(stranger)


def test_a_link_that_was_never_given_looks_like_one_that_is_used_up(link: str, visitor: Callable[[], Visitor]) -> None:
    visitor().post(link, at=link)
    assert visitor().get(link).data == visitor().get("/signin/never-given").data


def test_the_archive_keeps_no_token_that_could_be_read_and_used(house: House, link: str) -> None:
    with house.db.reading() as session:
        assert link.rpartition("/")[2] not in {row.token_hash for row in session.scalars(select(SigninLink))}


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(with_password: Callable[[], Visitor]) -> None:
    answers = {
        re.sub(r'value="[^"]*"', "", with_password().post("/signin", {"email": email, "password": password}).text)
        for email, password in ((EMAIL, "not the password"), ("nobody@example.org", PASSWORD), ("no address", ""))
    }
    assert len(answers) == 1
    assert "do not go together" in answers.pop()


def test_a_password_signs_in_whatever_the_capitals_of_the_address(with_password: Callable[[], Visitor]) -> None:
    who = with_password()
    answer = who.post("/signin", {"email": f" {EMAIL.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio")
    assert signed_in(who)
    cookie = next(part for part in answer.headers.getlist("Set-Cookie") if "session" in part)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_account_that_was_closed_comes_in_by_no_way(house: House, with_password: Callable[[], Visitor]) -> None:
    inside = with_password()
    inside.post("/signin", {"email": EMAIL, "password": PASSWORD})
    assert signed_in(inside)
    with house.db.writing() as session:
        held = account_of(session, EMAIL)
        assert held
        link = f"/signin/{make_link(session, held)}"
        held.active = False
    outside = with_password()
    assert outside.post("/signin", {"email": EMAIL, "password": PASSWORD}).status_code == 403
    assert outside.get(link).status_code == 404
    assert not signed_in(inside)


def test_a_short_password_is_refused(with_password: Callable[[], Visitor]) -> None:
    who = with_password()
    who.post("/signin", {"email": EMAIL, "password": PASSWORD})
    answer = who.post("/account/password", {"password": "short"}, at="/account/password")
    assert (answer.status_code, "at least 12" in answer.text) == (422, True)


def test_who_was_on_the_way_somewhere_gets_there_after_signing_in(with_password: Callable[[], Visitor]) -> None:
    who = with_password()
    sent = who.get("/studio/new")
    assert (sent.status_code, sent.headers["Location"]) == (302, "/signin?next=/studio/new")
    form = who.get(sent.headers["Location"]).text
    wanted = re.search(r'name="next"\s+value="([^"]*)"', form)
    assert wanted
    answer = who.post("/signin", {"email": EMAIL, "password": PASSWORD, "next": wanted[1]})
    assert answer.headers["Location"] == "/studio/new"


ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r\n\t//evil.example", "javascript:alert(1)",
    "evil.example", "//[", "http://[::1", "",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_to_no_other_house(wanted: str, with_password: Callable[[], Visitor]) -> None:
    answer = with_password().post("/signin", {"email": EMAIL, "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio")


def test_signing_out_ends_it(interviewer: Visitor) -> None:
    assert signed_in(interviewer)
    assert interviewer.post("/signout", at="/studio/new").status_code == 303
    assert not signed_in(interviewer)


def test_a_form_without_its_token_does_nothing(house: House, interviewer: Visitor) -> None:
    for path, data in (("/signout", {}), ("/about", {"name": "Mine"}), ("/account/password", {"password": PASSWORD})):
        answer = interviewer.client.post(path, data=data)
        assert (answer.status_code, "That did not arrive whole" in answer.text) == (400, True)
        assert interviewer.client.post(path, data=data | {"csrf_token": "made-up"}).status_code == 400
    assert signed_in(interviewer)
    assert interviewer.client.get("/signout").status_code == 405


def test_a_contributor_has_no_studio_and_is_told_so(contributor: Visitor) -> None:
    answer = contributor.get("/studio")
    assert (answer.status_code, "Not for this account" in answer.text) == (403, True)
    assert contributor.get("/").status_code == 200
    assert 'href="/studio"' not in contributor.get("/").text
