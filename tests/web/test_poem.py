"""A mixtape as a poem: lines that its maker cut, repeated and interleaved, each with its own sound."""

import re
from pathlib import Path

import pytest

from archive.models import Story
from archive.services import strikes
from archive.services.access import OPERATOR
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.rendered import two_tones
from tests.web.spoken import Spoken
from tests.web.test_mixtapes import BREAD, act, items, key, made, opened


@pytest.fixture
def two(house: House, tmp_path: Path) -> tuple[Spoken, Spoken]:
    return two_tones(house, tmp_path)


def test_a_clip_is_split_at_a_word_repeated_and_interleaved_and_read_as_lines(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    ice, bread = two
    here = made(contributor, key(contributor, ice, 0, 1.9), key(contributor, bread, 2, 3.9))
    first, last = items(contributor, here)
    choices = contributor.get(f"{here}/items/{first}").text.split('name="at"')[1]
    at = next(ms for ms, word in re.findall(r'<option value="(\d+)">(\w+) ·', choices) if word == "frozen")
    assert ">The ·" not in choices
    assert act(contributor, here, f"/items/{first}/split", at=at) == 303
    assert act(contributor, here, f"/items/{first}", act="repeat") == 303
    assert act(contributor, here, f"/items/{first}", act="blank") == 303
    assert act(contributor, here, "/words", words="And then:\nwarmth.") == 303
    assert act(contributor, here, f"/items/{last}", act="up") == 303
    page = stranger.get(f"{opened(contributor, here)}/read").text
    assert lines(page) == [
        "The harbour was",
        "",
        "The harbour was",
        BREAD[1],
        "frozen that winter",
        "And then: warmth.",
    ]
    keys = re.findall(r'href="/clips/([^"]+)"', page)
    assert keys[0] == keys[1]
    for each in keys:
        assert f"/clips/{each}/sound.webm" in page
        assert stranger.get(f"/clips/{each}/sound.webm").status_code == 200
    for form in ({"at": "0"}, {"at": "x"}, {}, {"at": str(int(at) + 1)}):
        assert act(contributor, here, f"/items/{first}/split", **form) == 422
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, ice.id), 0, int(at), by=OPERATOR)
    after = lines(stranger.get(page_of(here)).text)
    assert [each.startswith("[Here was a voice.") for each in after] == [True, False, True, False, False, False]
    assert "harbour" not in stranger.get(page_of(here)).text


def page_of(here: str) -> str:
    return f"{here.replace('/desk', '')}/read"


def lines(page: str) -> list[str]:
    """Of a mixtape as it is read, without who says them."""
    found = re.findall(r'<p class="(?:line|between|gap)[^>]*>(.*?)</p>', page, re.DOTALL)
    plain = (re.sub(r'<span class="whose.*?</span>|<[^>]+>', " ", each, flags=re.DOTALL) for each in found)
    return [" ".join(each.split()) for each in plain]


def test_of_two_who_split_and_repeat_at_once_the_second_is_told(
    two: tuple[Spoken, Spoken], contributor: Visitor
) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    (item,) = items(contributor, here)
    old = re.search(r'name="version" value="(\d+)"', contributor.get(here).text)
    assert old
    assert act(contributor, here, f"/items/{item}", act="repeat") == 303
    for where, form in (("", {"act": "repeat"}), ("/split", {"at": "500"})):
        late = contributor.post(f"{here}/items/{item}{where}", {"version": old[1], **form}, at=here)
        assert (late.status_code, "was changed meanwhile" in late.text) == (409, True)
    assert len(items(contributor, here)) == 2
