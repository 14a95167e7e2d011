"""The main job, end to end: a real recording through the front door of a real server. Nothing is replaced."""

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from archive.models import RoleName
from archive.services.accounts import add_account, make_link
from archive.wiring import House

TITLE = "Ask not"


class Browser:
    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        request = urllib.request.Request(self.base + path, headers=headers)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), dict(refused.headers)

    def token(self, path: str) -> str:
        return re.search(r'name="csrf_token"\s+value="([^"]+)"', self.get(path)[1].decode())[1]

    def post(self, path: str, fields: dict[str, str], at: str) -> str:
        """Send a form; gives the address one lands on."""
        body = urllib.parse.urlencode({"csrf_token": self.token(at), **fields}).encode()
        with self.opener.open(self.base + path, body, timeout=60) as answer:
            return answer.url.removeprefix(self.base)

    def upload(self, path: str, fields: dict[str, str], file: Path) -> str:
        boundary = "a-boundary-that-is-in-no-recording"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"csrf_token": self.token(path), **fields}.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode()
            + file.read_bytes()
            + b"\r\n"
        )
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        with self.opener.open(urllib.request.Request(self.base + path, body, headers), timeout=120) as answer:
            return answer.url.removeprefix(self.base)


@pytest.mark.speech
def test_a_recording_comes_in_and_a_stranger_finds_hears_and_reads_it(
    live_server: str, house: House, shared: Path
) -> None:
    with house.db.writing() as session:
        link = make_link(session, add_account(session, "m@example.org", RoleName.INTERVIEWER))
    interviewer, stranger = Browser(live_server), Browser(live_server)
    assert interviewer.post(f"/signin/{link}", {}, at=f"/signin/{link}") == "/studio"

    fields = {
        "title": TITLE, "narrator": "John F. Kennedy", "interviewer": "Nobody asked", "place": "Washington",
        "recorded_on": "1961-01-20", "themes": "country, duty", "why_told": "To begin.", "consent": "form",
        "consent_method": "recorded", "consent_signed_on": "1961-01-20",
    }  # fmt: skip
    assert interviewer.upload("/studio/new", fields, shared / "audio/speech/jfk.flac") == "/studio/ask-not"
    assert stranger.get("/stories/ask-not")[0] == 404
    wait_for(lambda: b"It waits to be read" in interviewer.get("/studio/ask-not")[1], 120)

    narrator = re.search(r'name="narrator" value="(\d+)"', interviewer.get("/studio/ask-not")[1].decode())[1]
    interviewer.post("/studio/ask-not/reviewed", {"narrator": narrator}, at="/studio/ask-not")
    assert interviewer.post("/studio/ask-not/publish", {}, at="/studio/ask-not") == "/studio/ask-not"
    status, page, _ = stranger.get("/stories/ask-not")
    assert status == 200
    assert "ask not what your country can do for you" in re.sub(r"<[^>]+>|\s+", " ", page.decode())
    assert b"To begin." in page

    passage = re.search(r'id="p(\d+)"', page.decode())[1]
    interviewer.post(f"/passages/{passage}/themes", {"theme": "citizenship"}, at="/stories/ask-not")
    wait_for(lambda: b"ask-not" in stranger.get("/search?q=fellow+Americans&theme=citizenship")[1], 30)

    wait_for(lambda: b"/media/" in stranger.get("/api/v1/stories/ask-not")[1], 60)
    sound = re.search(rb'"(/media/[^"]+)"', stranger.get("/api/v1/stories/ask-not")[1])[1].decode()
    status, part, headers = stranger.get(sound, Range="bytes=100-199")
    assert (status, len(part)) == (206, 100)
    assert part == stranger.get(sound)[1][100:200]
    assert headers["Content-Range"].startswith("bytes 100-199/")

    interviewer.post("/studio/ask-not/unpublish", {}, at="/studio/ask-not")
    assert stranger.get(sound)[0] == 404
    assert stranger.get("/stories/ask-not")[0] == 404
    assert b'"total_passages":0' in stranger.get("/api/v1/search?q=fellow")[1]


def wait_for(happens: object, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not happens():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.3)
