"""A story's page: readable without JavaScript, at any moment, however long it is, and in other forms."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Copy, CopyKind, Passage, Story
from archive.services.stories import About
from archive.services.transcripts import PAGE
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import TEXTS, a_story
from tests.web.spoken import spoken_story

HOSTILE = '<script>alert(1)</script> & "quoted" --> {{ 7 * 7 }}'


def starts(page: str) -> list[int]:
    return [int(start) for start in re.findall(r'<p id="p\d+"[^>]*data-s="(-?\d+)"', page)]


def test_the_page_says_what_is_known_and_that_the_rest_is_not_given(house: House, stranger: Visitor) -> None:
    about = About("A year", ["Ana R."], interviewers=["M."], place="Lisbon", why_told="To be told.")
    page = stranger.get(f"/stories/{a_story(house, about=about)}").text
    for words in ("A year", "Ana R.", "M.", "Lisbon", "To be told.", *TEXTS):
        assert words in page
    assert page.count("not given") == 1  # why it was recorded
    assert "a test" in page  # the waiver's reason
    assert "There is no sound with this story." in page
    assert "For whom it is told" not in page


def test_for_whom_a_story_is_told_stands_with_the_reasons(house: House, stranger: Visitor) -> None:
    about = About("A year", ["Ana R."], for_whom="Whoever begins\nin a kitchen tomorrow.")
    slug = a_story(house, about=about)
    page = stranger.get(f"/stories/{slug}").text
    assert re.search(r"<dt>For whom it is told</dt>\s*<dd\s*>Whoever begins\nin a kitchen tomorrow\.", page)
    assert stranger.get(f"/api/v1/stories/{slug}").get_json()["for_whom"] == about.for_whom


def test_whatever_people_write_is_shown_as_they_wrote_it_and_never_run(house: House, stranger: Visitor) -> None:
    about = About(
        HOSTILE,
        [HOSTILE],
        interviewers=[HOSTILE + "2"],
        place=HOSTILE,
        why_told=HOSTILE,
        themes=[HOSTILE[:80]],
        for_whom=HOSTILE,
    )
    slug = a_story(house, about=about, texts=(HOSTILE,))
    for address in (f"/stories/{slug}", "/", "/stories", "/themes", "/search?q=quoted", f"/search?q={HOSTILE}"):
        page = stranger.get(address).text
        assert "<script>alert" not in page, address
        assert "{{ 7 * 7 }}" in page or "7 * 7" not in page, address
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in stranger.get(f"/stories/{slug}").text
    assert "--&gt;" in stranger.get(f"/stories/{slug}/transcript.vtt").text


@pytest.mark.parametrize(
    ("asked", "begins"),
    [("0", 0), ("15", 15_000), ("15.5,20", 15_500), ("-3", -3_000), ("", None), ("soon", None), ("nan", None),
     ("inf", None), ("1e9", None), ("0x10", None)],
)  # fmt: skip
def test_a_moment_in_the_address_is_where_the_page_begins(
    asked: str, begins: int | None, house: House, stranger: Visitor
) -> None:
    answer = stranger.get(f"/stories/{a_story(house)}?t={asked}")
    assert answer.status_code == 200
    found = re.search(r'data-start="(-?\d+)"', answer.text)
    assert (int(found[1]) if found else None) == begins


def test_a_thousand_passages_come_in_pages_and_none_is_lost(house: House, stranger: Visitor) -> None:
    slug = a_story(house, texts=tuple(f"Sentence number {n}." for n in range(1000)))
    pages = [stranger.get(f"/stories/{slug}?page={n}").text for n in (1, 2, 3)]
    assert [start for page in pages for start in starts(page)] == [n * 10_000 for n in range(1000)]
    assert len(starts(pages[0])) == PAGE
    assert "page 2 of 3" in pages[1]
    assert starts(stranger.get(f"/stories/{slug}?page=99").text) == starts(pages[2])
    assert starts(stranger.get(f"/stories/{slug}?page=-1").text) == starts(pages[0])
    for moment, place in ((0, 0), (3999, 0), (4000, 1), (7999.9, 1), (8000, 2), (999_999, 2), (-5, 0)):
        assert starts(stranger.get(f"/stories/{slug}?t={moment}").text) == starts(pages[place]), moment
    assert stranger.get(f"/stories/{slug}/transcript.txt").text.count("Sentence number") == 1000


def test_times_before_the_beginning_are_kept_and_shown(house: House, stranger: Visitor) -> None:
    slug = a_story(house, texts=("T minus ten.",))
    with house.db.writing() as session:
        passage = session.scalars(select(Passage)).one()
        passage.start_ms, passage.end_ms = -10_000, -5_000
    page = stranger.get(f"/stories/{slug}").text
    assert starts(page) == [-10_000]
    assert "−0:10" in page
    assert stranger.get(f"/api/v1/stories/{slug}/passages").get_json()["passages"][0]["start"] == -10.0


def test_the_times_of_words_are_those_of_the_words_on_the_page(house: House, stranger: Visitor, tmp_path: Path) -> None:
    texts = ("The first thing I remember is the stairs.", "Seven of them.", "And the door, always open.")
    held = spoken_story(house, tmp_path, About("Stairs", ["Ana R."]), texts, theme="home")
    page = stranger.get(f"/stories/{held.slug}").text
    url = re.search(r'data-words="([^"]+)"', page)
    assert url
    steps = stranger.get(url[1]).get_json()["passages"]
    assert list(steps) == [str(number) for number in held.passages]
    told = stranger.get(f"/stories/{held.slug}/transcript.json").get_json()["passages"]
    for passage, text in zip(told, texts, strict=True):
        assert [word["w"] for word in passage["words"]] == text.split(" ")
        at, hundredths = 0, []
        for step in steps[str(passage["id"])]:
            at += step
            hundredths.append(at)
        assert hundredths == [round(word["s"] * 100) for word in passage["words"]]
    assert held.copies[0] in page


def test_words_come_with_the_page_they_are_read_on(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    assert "data-words" not in stranger.get(f"/stories/{slug}").text
    assert stranger.get(f"/stories/{slug}/words.json").get_json() == {"passages": {}, "doubts": {}}


def test_a_transcript_comes_as_captions_text_and_data(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    captions = stranger.get(f"/stories/{slug}/transcript.vtt")
    assert captions.content_type == "text/vtt; charset=utf-8"
    assert captions.text.startswith("WEBVTT\n")
    assert "00:00:10.000 --> 00:00:19.000\n" + TEXTS[1] in captions.text
    words = stranger.get(f"/stories/{slug}/transcript.txt")
    assert (words.content_type, words.text) == ("text/plain; charset=utf-8", "\n\n".join(TEXTS))
    data = stranger.get(f"/stories/{slug}/transcript.json").get_json()
    assert [passage["text"] for passage in data["passages"]] == list(TEXTS)
    assert stranger.get(f"/stories/{slug}/transcript.doc").status_code == 404


def test_a_page_sends_what_keeps_others_out_of_it(house: House, stranger: Visitor) -> None:
    headers = stranger.get(f"/stories/{a_story(house)}").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "Set-Cookie" not in headers


def test_a_sign_that_no_name_can_hold_is_refused_and_never_reaches_the_database(stranger: Visitor) -> None:
    for address in (
        "/stories/a%00b",
        "/stories?place=%00",
        "/search?q=a%00",
        "/api/v1/stories?theme=%00",
        "/themes/%00",
    ):
        assert stranger.get(address).status_code == 400, address
    assert stranger.post("/signin", {"email": "a\0@b.c", "password": "x"}).status_code == 400


def test_a_film_can_be_seen_and_is_no_source_of_the_players_sound(
    house: House, stranger: Visitor, tmp_path: Path
) -> None:
    told = spoken_story(house, tmp_path, About("Told in pictures", ["Ana R."]), ("One.",), theme="work")
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a picture that moves")
    house.storage.put(film, "copies/film.mp4")
    with house.db.writing() as session:
        recording = session.get_one(Story, told.id).recordings[0]
        film_copy = Copy(
            kind=CopyKind.VIDEO, storage_key="copies/film.mp4", media_type="video/mp4", size=20, sha256="0" * 64
        )
        recording.copies.append(film_copy)
        session.flush()
        address = f"/media/{film_copy.id}"
    page = stranger.get(f"/stories/{told.slug}").text
    assert re.search(rf'<video controls\s+preload="none"\s+src="{address}"', page)
    assert f'<source src="{address}"' not in page
    assert stranger.get(address).data == b"a picture that moves"
