"""Whose a story is: written down in the studio, read on its page, and by programs."""

import pytest
from sqlalchemy import select

from archive.models import Act, Event, Rights
from archive.services.rights import LICENCES
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

BY_NC = "http://creativecommons.org/licenses/by-nc/4.0/"
CLAIM = {"holder": " Ana  R. ", "licence": BY_NC, "statement": "Please ask before you print it."}


def declares(by: Visitor, slug: str, **given: str) -> int:
    at = f"/studio/{slug}"
    return by.post(f"{at}/rights", dict(given), at=at).status_code


def lines(house: House) -> list[Rights]:
    with house.db.reading() as session:
        return list(session.scalars(select(Rights).order_by(Rights.id)))


def test_nothing_is_said_where_nothing_was(house: House, stranger: Visitor, curator: Visitor) -> None:
    slug = a_story(house)
    assert "Whose it is" not in stranger.get(f"/stories/{slug}").text
    data = stranger.get(f"/api/v1/stories/{slug}").json
    assert data is not None
    assert data["rights"] == {"holder": None, "licence": None, "statement": None}
    assert declares(curator, slug, holder="", licence="", statement=" ") == 303
    assert lines(house) == []


def test_what_is_said_stands_on_the_page_and_in_the_data(house: House, stranger: Visitor, curator: Visitor) -> None:
    slug = a_story(house)
    assert declares(curator, slug, **CLAIM) == 303
    page = stranger.get(f"/stories/{slug}").text
    assert "The rights are held by <bdi>Ana R.</bdi>" in page
    assert f'<a href="{BY_NC}" rel="license" class="way">CC BY-NC 4.0</a>' in page
    assert "Please ask before you print it." in page
    data = stranger.get(f"/api/v1/stories/{slug}").json
    assert data is not None
    assert data["rights"] == {"holder": "Ana R.", "licence": BY_NC, "statement": "Please ask before you print it."}


def test_the_latest_line_holds_and_the_earlier_ones_stay(house: House, stranger: Visitor, curator: Visitor) -> None:
    slug = a_story(house)
    for holder in ("Ana R.", "Ana R.", "The archive", ""):
        assert declares(curator, slug, holder=holder) == 303
    assert [each.holder for each in lines(house)] == ["Ana R.", "The archive", None]
    assert "Whose it is" not in stranger.get(f"/stories/{slug}").text
    with house.db.reading() as session:
        assert len(session.scalars(select(Event).where(Event.act == Act.RIGHTS)).all()) == 3


def test_the_form_keeps_what_is_said_and_what_is_wrong_is_told_at_its_field(house: House, curator: Visitor) -> None:
    slug = a_story(house)
    declares(curator, slug, **CLAIM)
    at = f"/studio/{slug}"
    page = curator.get(at).text
    assert 'value="Ana R."' in page
    assert f'<option value="{BY_NC}" selected>' in page
    for field, value in (("licence", "http://example.org/"), ("holder", "x" * 301), ("statement", "x" * 2001)):
        answer = curator.post(f"{at}/rights", {**CLAIM, field: value}, at=at)
        assert answer.status_code == 422
        assert f'id="{field}-fault"' in answer.text
    assert len(lines(house)) == 1


@pytest.mark.parametrize("licence", LICENCES)
def test_every_licence_has_an_address_that_machines_know(licence: str) -> None:
    assert licence.startswith(("http://creativecommons.org/", "http://rightsstatements.org/vocab/"))
    assert licence.endswith("/")


def test_only_those_who_keep_the_story_say_whose_it_is(house: House, interviewer: Visitor) -> None:
    slug = a_story(house)
    assert interviewer.post(f"/studio/{slug}/rights", dict(CLAIM), at="/studio").status_code == 403
    assert lines(house) == []
