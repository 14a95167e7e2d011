"""Sound by byte range (RFC 9110, section 14): what players ask for, and what they never should get."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.services.stories import About
from archive.web.app import create
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story


@pytest.fixture
def held(house: House, tmp_path: Path) -> Spoken:
    return spoken_story(house, tmp_path, About("Rings", ["Ana R."]), ("One two three.",) * 3, theme="a")


@pytest.fixture
def path(held: Spoken) -> str:
    return f"/media/{held.copies[0]}"


@pytest.fixture
def whole(stranger: Visitor, path: str) -> bytes:
    return stranger.get(path).data


def test_the_whole_is_given_with_its_length_and_the_word_that_ranges_are_welcome(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 1000
    assert answer.mimetype in {"audio/webm", "audio/ogg", "audio/mp4"}
    assert answer.headers["Cache-Control"] == "private, no-cache"


RANGES = (
    ("bytes=0-0", 0, 1), ("bytes=0-99", 0, 100), ("bytes=100-199", 100, 200), ("bytes=100-", 100, None),
    ("bytes=-50", -50, None), ("bytes=0-", 0, None), ("bytes=500-99999999", 500, None), ("bytes=-99999999", 0, None),
    ("bytes = 3 - 7", 3, 8), ("bytes=00003-0007", 3, 8),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "start", "end"), RANGES, ids=[asked for asked, _, _ in RANGES])
def test_a_range_gives_exactly_its_bytes(
    asked: str, start: int, end: int | None, stranger: Visitor, path: str, whole: bytes
) -> None:
    answer = stranger.get(path, headers={"Range": asked})
    wanted = whole[start:end]
    first = start if start >= 0 else len(whole) + start
    assert (answer.status_code, answer.data) == (206, wanted)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(whole)}"
    assert answer.headers["Content-Length"] == str(len(wanted))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-99999999", "bytes=-0"])
def test_a_range_that_holds_nothing_is_416_and_says_how_long_it_is(
    asked: str, stranger: Visitor, path: str, whole: bytes
) -> None:
    answer = stranger.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


IGNORED = (
    "bytes=0-9,20-29",
    "bytes=5-2",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "items=0-9",
    "0-9",
    "bytes=1.5-3",
    "bytes=--5",
)


@pytest.mark.parametrize("asked", IGNORED)
def test_what_is_no_single_range_is_answered_with_the_whole(
    asked: str, stranger: Visitor, path: str, whole: bytes
) -> None:
    answer = stranger.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, whole)


def test_head_tells_the_length_and_sends_nothing_and_knows_no_ranges(
    stranger: Visitor, path: str, whole: bytes
) -> None:
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = stranger.client.head(path, headers=headers)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(whole))


def test_a_tag_that_still_fits_saves_the_bytes(stranger: Visitor, held: Spoken, path: str) -> None:
    tag = stranger.get(path).headers["ETag"]
    assert tag.startswith('"')
    assert tag != stranger.get(f"/media/{held.copies[1]}").headers["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = stranger.get(path, headers={"If-None-Match": asked, "Range": "bytes=0-9"})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag), asked
    assert stranger.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_another_version_is_answered_with_the_whole_of_this_one(
    stranger: Visitor, path: str, whole: bytes
) -> None:
    tag = stranger.get(path).headers["ETag"]
    fits = stranger.get(path, headers={"Range": "bytes=0-9", "If-Range": tag})
    assert (fits.status_code, fits.data) == (206, whole[:10])
    for other in ('"other"', f"W/{tag}", "Sat, 21 Nov 2026 10:00:00 GMT"):
        answer = stranger.get(path, headers={"Range": "bytes=0-9", "If-Range": other})
        assert (answer.status_code, answer.data) == (200, whole), other


def test_nobody_gets_at_a_master_or_at_another_file(stranger: Visitor, held: Spoken) -> None:
    for place in ("../archive.sqlite", "%2e%2e/secret_key", "masters", held.copies[0] + "/x", held.copies[0][:-1]):
        assert stranger.get(f"/media/{place}").status_code == 404


def test_behind_nginx_the_answer_names_the_file_and_sends_nothing(house: House, held: Spoken, path: str) -> None:
    inside = House(replace(house.settings, accel="nginx"))
    who = Visitor(create(inside).test_client(), inside)
    answer = who.get(path)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"].startswith("/protected/copies/")
    assert "X-Accel-Redirect" not in who.get("/media/never-was").headers
    inside.close()
