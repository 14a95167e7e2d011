"""What nginx in front of the archive must not change, and what it must not let through."""

import hashlib
import http.client
import re
import runpy
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from archive.wiring import House
from tests.conftest import Visitor
from tests.deploy.conftest import DEPLOY, MAX_UPLOAD, Front, Sound, noise, written

KEPT = ("Content-Type", "Content-Length", "Content-Range", "Cache-Control")
RANGES = (None, "bytes=0-0", "bytes=100-299", "bytes=-500", "bytes=70000-", "bytes=0-9,20-29", "bytes=99999999-")


def test_nginx_accepts_the_configuration(nginx: str, house: House, tmp_path: Path) -> None:
    done = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-e", "stderr", "-c", written(tmp_path, house.settings, 8080)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_sound_through_nginx_is_the_same_byte_for_byte_as_from_the_program(
    front: Front, sound: Sound, stranger: Visitor
) -> None:
    for wanted in RANGES:
        asked = {} if wanted is None else {"Range": wanted}
        without, through = stranger.get(sound.path, headers=asked), front.get(sound.path, **asked)
        assert through.status_code == without.status_code, wanted
        if through.status_code == 416:
            assert through.headers["Content-Range"] == without.headers["Content-Range"]
            continue
        assert through.content == without.data, wanted
        for name in KEPT:
            assert through.headers.get(name) == without.headers.get(name), (wanted, name)
        assert through.headers["X-Content-Type-Options"] == "nosniff"
        assert through.status_code == 206 or through.headers["Accept-Ranges"] == "bytes"


def test_a_browser_that_has_the_sound_is_told_so(front: Front, sound: Sound) -> None:
    tag = front.get(sound.path).headers["ETag"]
    assert front.get(sound.path, **{"If-None-Match": tag}).status_code == 304
    assert front.get(sound.path, **{"If-Range": tag, "Range": "bytes=0-9"}).status_code == 206
    assert front.get(sound.path, **{"If-Range": '"another"', "Range": "bytes=0-9"}).status_code == 200


def test_a_closed_story_cannot_be_heard_through_nginx(front: Front, sound: Sound) -> None:
    assert front.get(sound.path).status_code == 200
    sound.close()
    assert front.get(sound.path).status_code == 404
    assert front.get(sound.path, Range="bytes=0-9").status_code == 404


def test_nobody_outside_reaches_the_files_by_their_names(front: Front, sound: Sound) -> None:
    file = front.house.storage.path(sound.key)
    assert file is not None
    tries = (
        f"/protected/{sound.key}", f"/%70rotected/{sound.key}", f"//protected//{sound.key}", "/protected/",
        f"/static/dist/../../protected/{sound.key}", f"/studio/..%2fprotected/{sound.key}",
        "/protected/../archive.sqlite", "/protected../archive.sqlite", "/static/../../../archive.sqlite",
    )  # fmt: skip
    for path in tries:
        # As typed: the usual clients tidy an address up before they send it.
        connection = http.client.HTTPConnection(front.base.removeprefix("http://"))
        connection.request("GET", path, headers={"X-Accel-Redirect": f"/protected/{sound.key}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status in {400, 404}, path
        assert file.read_bytes() not in body
        connection.close()


def test_a_recording_comes_in_through_nginx_whole(front: Front, tmp_path: Path) -> None:
    browser, file = front.sign_in(), noise(tmp_path / "long.wav", 9_000_000)
    answer = _bring_in(front, browser, file)
    assert (answer.status_code, answer.url) == (200, front.base + "/studio/long")
    assert front.house.storage.exists(f"masters/{_sha256(file)[:2]}/{_sha256(file)}")


def test_a_recording_that_is_too_large_is_refused_by_the_program_in_a_sentence(front: Front, tmp_path: Path) -> None:
    browser = front.sign_in()
    answer = _bring_in(front, browser, noise(tmp_path / "long.wav", MAX_UPLOAD + 1000))
    assert answer.status_code == 422
    assert "larger than this archive takes" in answer.text
    answer = _bring_in(front, browser, noise(tmp_path / "longer.wav", 3 * MAX_UPLOAD))
    assert answer.status_code == 413
    assert "larger than the archive takes" in answer.text


def _bring_in(front: Front, browser: requests.Session, file: Path) -> requests.Response:
    fields = {"title": "Long", "narrator": "Ana R.", "consent": "none"}
    with file.open("rb") as stream:
        return front.send(
            browser, "/studio/new", at="/studio/new", data=fields, files={"file": (file.name, stream, "audio/wav")}
        )


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_protecting_headers_come_once_and_styles_are_kept_and_small(front: Front) -> None:
    page = front.get("/")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert len(page.raw.headers.getlist(name)) == 1, name
    found = re.search(r'/static/dist/main[^"]+', page.text)
    assert found is not None
    style = front.get(found[0], **{"Accept-Encoding": "gzip"})
    assert style.raw.headers.getlist("Cache-Control") == ["public, max-age=31536000, immutable"]
    assert style.headers["Content-Encoding"] == "gzip"
    assert "immutable" not in front.get("/static/dist/none.css").headers.get("Cache-Control", "")


def test_pages_of_somebody_signed_in_are_not_compressed_on_the_way(front: Front) -> None:
    page = front.sign_in().get(f"{front.base}/studio", headers={"Accept-Encoding": "gzip"}, timeout=20)
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers


def test_what_a_visitor_claims_about_themselves_is_not_believed(front: Front, sound: Sound) -> None:
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    for headers in ({}, claims):
        assert f"{front.base}/stories/noise" in front.get("/stories/noise", **headers).text


def test_while_the_program_is_away_nginx_says_so_kindly(front: Front, sound: Sound) -> None:
    front.stop_the_program()
    for path in ("/", sound.path):
        answer = front.get(path)
        assert answer.status_code == 503
        assert "resting" in answer.text
        assert answer.headers["Retry-After"] == "30"


@pytest.fixture
def stranger(visitor: Callable[[], Visitor]) -> Visitor:
    """Asks the program directly, with nothing in front of it."""
    return visitor()


def test_every_part_of_the_deployment_means_the_same_places() -> None:
    """The tests above put in places of their own; the delivered ones are never tried here, only compared."""
    nginx, units, image, compose = (
        (DEPLOY / name).read_text()
        for name in ("nginx.conf", "systemd/peer-stories-web.service", "Dockerfile", "compose.yml")
    )
    program = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    assert f"server {program['bind']} " in nginx
    folder = str(Path(program["bind"].removeprefix("unix:")).parent)
    assert f"RuntimeDirectory={Path(folder).name}\n" in units
    assert f" {folder}\n" in image
    assert compose.count(f"run:{folder}\n") == 2  # the program's and nginx's
    files = re.search(r"alias (\S+)/files/;", nginx)
    assert files is not None
    assert f"PEER_STORIES_DATA={files[1]} " in units
    assert f"PEER_STORIES_DATA={files[1]}\n" in image
    assert f"data:{files[1]}:ro\n" in compose
