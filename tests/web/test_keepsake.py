"""A story in one folder: what is in it, and what is not."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from archive.models import Rights, Shown, Story, StoryState
from archive.services import cautions, faces, keepsakes, strikes
from archive.services.access import OPERATOR
from archive.services.askings import Words, mark
from archive.services.intake import Arrived, add_recording, keep
from archive.services.stories import story_by_slug
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import SPEECH_RATE, heard, tone
from tests.conftest import Ran, Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.kept import CC, FINAL, HERTZ, TEXTS, at, given_away, opened, text_of, under_the_floor
from tests.web.spoken import Spoken


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    return under_the_floor(house, tmp_path)


def loud(data: bytes, folder: Path, start_s: float, end_s: float) -> float:
    """How much of the tone is heard there."""
    path = folder / "heard"
    path.write_bytes(data)
    samples = heard(path)[int(start_s * SPEECH_RATE) : int(end_s * SPEECH_RATE)]
    spectrum = np.abs(np.fft.rfft(samples)) / len(samples)
    middle = round(HERTZ * len(samples) / SPEECH_RATE)
    return float(spectrum[middle - 3 : middle + 4].max())


def test_it_holds_the_story_and_what_stands_on_its_page(house: House, told: Spoken, stranger: Visitor) -> None:
    given_away(house, told)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        cautions.warn(session, story, 2_100, 3_000, "a fire", by=OPERATOR)
        mark(session, story, 1_950, Words(text="What did you keep?"), by=OPERATOR)
    files = opened(stranger, at(told))
    assert set(files) == {"index.html", "README.txt", "transcript.txt", "transcript.vtt", "sound.m4a", "sound.webm"}
    page = files["index.html"].decode()
    for said in (
        "Under the floor", "<bdi>Ana R.</bdi>", "told to <bdi>M.</bdi>", "4 May 2026", "Skagaströnd", "exile", FINAL,
        "So that it is told once.", "Why it was recorded", "not given", "CC BY-NC 4.0", CC, "Please name her.",
        "What did you keep?", "from 0:02 to 0:03: <span dir=\"auto\">a fire</span>", "Before you go on: a fire.",
        "Ana R. agreed on a form.", "heard by a machine, not yet checked", "&lt;from&gt; the harbour",
        "Ana R., “Under the floor”, interview by M., May 4, 2026, Peer Stories, http://localhost/stories/under-the-floor.",
    ):  # fmt: skip
        assert said in page, said
    assert page.index("Before you go on") < page.index("quicksilver")
    assert '<a href="#p2">' in page  # where the question was asked, the second passage begins next
    assert [FINAL in files[name].decode() for name in ("README.txt", "index.html")] == [True, True]
    assert TEXTS[0] in files["transcript.txt"].decode()
    assert files["transcript.vtt"].decode().startswith("WEBVTT\nLanguage: en")
    for outside in ('src="http', 'type="module"', "fetch(", "@import", "url("):
        assert outside not in page, outside
    assert loud(files["sound.m4a"], house.settings.data, 0.1, 5.9) > 0.02
    assert f'href="/stories/{told.slug}/keepsake"' in stranger.get(f"/stories/{told.slug}").text
    before = stranger.get(f"/stories/{told.slug}/keepsake")
    assert FINAL in before.text
    assert f'href="/stories/{told.slug}/keepsake.zip"' in before.text


def test_what_is_struck_is_neither_in_its_words_nor_in_its_sound(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor, tmp_path: Path
) -> None:
    given_away(house, told)
    before = opened(stranger, at(told))
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, told.id), 2_000, 3_950, by=OPERATOR)
    card = f"{a_card(house, told.id)}/stories/{told.slug}"
    for who, address in ((stranger, at(told)), (curator, at(told)), (stranger, f"{card}/keepsake.zip")):
        waits = who.get(address)  # until there is sound without it
        assert waits.status_code == 409
        assert "Nothing is lost" in waits.text
    assert "keepsake.zip" not in stranger.get(f"{card}/copy").text
    Worker(house).run(drain=True)
    for who, address in ((stranger, at(told)), (curator, at(told)), (stranger, f"{card}/keepsake.zip")):
        files = opened(who, address)
        assert "quicksilver" in text_of(before)
        assert "quicksilver" not in text_of(files)
        assert "something was taken out" in files["index.html"].decode()
        for name in ("sound.m4a", "sound.webm"):
            assert loud(files[name], tmp_path, 2.4, 3.9) < loud(files[name], tmp_path, 0.1, 1.8) / 200, name
            assert loud(before[name], tmp_path, 2.4, 3.9) > 0.02


def test_what_is_struck_while_a_copy_goes_out_breaks_it_off(house: House, told: Spoken, stranger: Visitor) -> None:
    given_away(house, told)
    answer = stranger.client.get(at(told), buffered=False)
    pieces = iter(answer.response)
    next(pieces)
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, told.id), 2_000, 3_950, by=OPERATOR)
    with pytest.raises(Exception, match="not open any more"):
        list(pieces)


@pytest.mark.parametrize("closing", [{"sound": "closed"}, {"text": "link", "sound": "link"}, {"remix": "no"}])
def test_what_is_closed_while_a_stranger_takes_a_copy_breaks_it_off(
    house: House, told: Spoken, stranger: Visitor, closing: dict[str, str]
) -> None:
    given_away(house, told)
    pieces, own = (
        iter(stranger.client.get(address, buffered=False).response)
        for address in (at(told), f"{a_card(house, told.id)}/stories/{told.slug}/keepsake.zip")
    )
    next(pieces), next(own)
    given_away(house, told, **closing)
    with pytest.raises(Exception, match="not open any more"):
        list(pieces)
    assert list(own)  # it stays theirs


def test_closed_or_withdrawn_it_is_gone_at_once(house: House, told: Spoken, stranger: Visitor) -> None:
    given_away(house, told)
    assert stranger.get(at(told)).status_code == 200
    for state, code in ((StoryState.REVIEW, 404), (StoryState.WITHDRAWN, 404), (StoryState.ERASED, 404)):
        with house.db.writing() as session:
            session.get_one(Story, told.id).state = state
        assert stranger.get(at(told)).status_code == code
        assert stranger.get(f"/stories/{told.slug}/keepsake").data == stranger.get("/stories/never/keepsake").data
    card = f"{a_card(house, told.id)}/stories/{told.slug}"
    assert stranger.get(f"{card}/keepsake.zip").status_code == 404


def test_names_in_it_are_those_that_people_want(house: House, told: Spoken, stranger: Visitor) -> None:
    given_away(house, told)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        faces.show_as(session, story, story.tellers[0], Shown.CHOSEN, "Beate", by=OPERATOR)
        session.add(Rights(story_id=told.id, licence=CC))
    card = f"{a_card(house, told.id)}/stories/{told.slug}"
    for address in (at(told), f"{card}/keepsake.zip"):
        words = text_of(opened(stranger, address))
        assert "Beate" in words
        assert "Ana R." not in words


def test_several_recordings_are_all_there_in_order(
    house: House, told: Spoken, stranger: Visitor, tmp_path: Path
) -> None:
    given_away(house, told)
    with house.db.writing() as session:
        session.get_one(Story, told.id).state = StoryState.REVIEW
    second = Arrived(tone(tmp_path / "two.wav", 3, loud=0.31), "two.wav")
    keep(house.db, house.storage, second, lambda session, checked: add_recording(
        session, session.get_one(Story, told.id), "two.wav", checked, by=OPERATOR
    ), by=OPERATOR)  # fmt: skip
    Worker(house).run(drain=True)
    with house.db.writing() as session:
        session.get_one(Story, told.id).state = StoryState.PUBLISHED
    files = opened(stranger, at(told))
    assert [name for name in files if name.startswith("sound")] == [
        "sound-1.m4a", "sound-1.webm", "sound-2.m4a", "sound-2.webm",
    ]  # fmt: skip
    page = files["index.html"].decode()
    assert page.index("sound-1.m4a") < page.index("Part 2 of 2") < page.index("sound-2.m4a")
    assert "There are no words to read with this. You can listen." in page


def test_words_without_sound_are_a_keepsake_too(house: House, stranger: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        story.remix = True
        session.add(Rights(story_id=story.id, licence=CC))
    files = opened(stranger, f"/stories/{slug}/keepsake.zip")
    assert set(files) == {"index.html", "README.txt", "transcript.txt", "transcript.vtt"}
    assert "<audio" not in files["index.html"].decode()


@pytest.mark.parametrize(
    "title",
    [
        "../../etc/passwd",
        "a/b\\c:d|e",
        "con",
        "شهادة أمي",
        "‮gpj.exe",
        "x" * 300,
        "…",
        "<script>alert(1)</script>",
        ". .",
    ],
)
def test_no_title_leads_out_of_the_folder(house: House, stranger: Visitor, title: str, tmp_path: Path) -> None:
    slug = a_story(house, title)
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        story.remix = True
        session.add(Rights(story_id=story.id, licence=CC))
    files = opened(stranger, f"/stories/{slug}/keepsake.zip")
    assert "<script>alert" not in files["index.html"].decode()
    (tmp_path / "k.zip").write_bytes(stranger.get(f"/stories/{slug}/keepsake.zip").data)
    assert subprocess.run(["unzip", "-q", "-t", tmp_path / "k.zip"], check=False).returncode == 0


def test_ten_thousand_letters_in_an_address_are_sixty_in_a_name() -> None:
    assert keepsakes.safe_name("x" * 10_000) == f"{'x' * 60}-keepsake"
    assert keepsakes.safe_name("\N{RIGHT-TO-LEFT OVERRIDE}/../..") == "story-keepsake"


def test_at_the_command_line(house: House, told: Spoken, peer_stories: object, tmp_path: Path) -> None:
    out = tmp_path / "kept.zip"
    ran: Ran = peer_stories("export", told.slug, "--format", "keepsake", "--out", str(out))  # type: ignore[operator]
    assert ran.code == 0, ran.err
    with ZipFile(out) as archive:
        assert "under-the-floor-keepsake/sound.m4a" in archive.namelist()
    refused: Ran = peer_stories("export", told.slug, "--format", "keepsake", "--out", str(out), "--as", "public")  # type: ignore[operator]
    assert refused.code != 0
    assert "have not agreed" in refused.err
