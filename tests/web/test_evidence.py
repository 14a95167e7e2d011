"""What was agreed, with the file that shows it, the day on which it ends, and the day on which to ask again."""

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Consent, RoleName, Scope
from archive.services.accounts import account_of
from archive.wiring import House
from tests.conftest import Ran, Visitor
from tests.factories import a_story

AGREED = {
    "person": "Ana R.", "method": "form", "signed_on": "2026-05-04", "machine": "no", "existence": "listed",
    "text": "link", "sound": "closed", "remix": "yes",
}  # fmt: skip
PHOTO = b"\x89PNG a photograph of a form"


@pytest.fixture
def here(house: House, interviewer: Visitor) -> str:
    with house.db.reading() as session:
        owner = account_of(session, "interviewer@example.org")
    return f"/studio/{a_story(house, public=False, owner=owner)}"


def lines(house: House) -> dict[Scope, Consent]:
    with house.db.reading() as session:
        return {line.scope: line for line in session.scalars(select(Consent).order_by(Consent.id))}


def test_a_file_that_shows_a_consent_is_kept_and_given_to_those_who_keep_the_story(
    house: House, here: str, interviewer: Visitor, stranger: Visitor, visitor: Callable[[], Visitor],
    peer_stories: Callable[..., Ran],
) -> None:  # fmt: skip
    sent = {**AGREED, "evidence": (io.BytesIO(PHOTO), "form.PNG")}
    assert interviewer.post(f"{here}/consent", sent, at=here).status_code == 303
    held = lines(house)
    assert [held[scope].value for scope in (Scope.TEXT, Scope.SOUND, Scope.REMIX)] == ["link", "closed", "yes"]
    found = re.search(r'href="(/studio/[^"]+/evidence/\d+)"', interviewer.get(here).text)
    assert found is not None
    answer = interviewer.get(found[1])
    assert (answer.data, answer.mimetype) == (PHOTO, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert stranger.get(found[1]).status_code in (302, 401)
    assert visitor().signs_in(RoleName.INTERVIEWER, "other@example.org").get(found[1]).status_code == 404
    assert peer_stories("check").code == 0


def test_an_empty_file_shows_nothing_and_nothing_is_written_down(house: House, here: str, interviewer: Visitor) -> None:
    sent = {**AGREED, "evidence": (io.BytesIO(b""), "form.png")}
    answer = interviewer.post(f"{here}/consent", sent, at=here)
    assert answer.status_code == 422
    assert "This file is empty." in answer.text
    assert lines(house) == {}


def test_the_days_on_which_it_ends_and_on_which_to_ask_again_are_kept(
    house: House, here: str, interviewer: Visitor
) -> None:
    sent = {**AGREED, "until": "2031-01-01", "review_on": "2029-06-01"}
    assert interviewer.post(f"{here}/consent", sent, at=here).status_code == 303
    line = lines(house)[Scope.TEXT]
    assert (str(line.until), str(line.review_on)) == ("2031-01-01", "2029-06-01")
    assert interviewer.post(f"{here}/consent", {**AGREED, "until": "soon"}, at=here).status_code == 422
