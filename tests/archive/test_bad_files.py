"""What the command line says to a file that it cannot take: one sentence, 1 as the exit code, nothing half-stored."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.models import Recording, Story
from archive.services import intake
from archive.services.access import OPERATOR
from archive.services.errors import Conflict
from archive.services.stories import About
from archive.wiring import House
from tests.archive.bad_files import BAD, kept, unharmed
from tests.archive.sounds import damaged, joined, silence, tone
from tests.conftest import Ran

WHO = ("--title", "A year", "--narrator", "Ana R.", "--theme", "work")


def the_recording(house: House) -> Recording:
    with house.db.reading() as session:
        return session.scalars(select(Recording)).one()


def one_sentence(ran: Ran, says: str) -> None:
    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_taken_is_refused_in_one_sentence(
    name: str, house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    make, says = BAD[name]
    path = make(tmp_path)
    with unharmed(path):
        one_sentence(peer_stories("add", str(path), *WHO, "--publish"), says)
    assert kept(house) == []


def test_a_file_that_is_not_there_is_named(house: House, peer_stories: Callable[..., Ran], tmp_path: Path) -> None:
    one_sentence(peer_stories("add", str(tmp_path / "gone.mp3"), *WHO), "gone.mp3")
    assert kept(house) == []


def test_a_file_that_is_here_already_is_not_kept_twice(
    house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    path = tone(tmp_path / "a.wav")
    assert peer_stories("add", str(path), *WHO).code == 0
    before = kept(house)
    other_name = path.rename(tmp_path / "b.wav")
    with unharmed(other_name):
        one_sentence(peer_stories("add", str(other_name), *WHO), "in the story “A year”")
    assert kept(house) == before


def test_damaged_frames_cost_what_they_hold_and_the_loss_is_told(
    house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    path = damaged(tmp_path / "damaged.mp3", tone(tmp_path / "whole.mp3", 20, codec="libmp3lame", rate=44_100))
    with unharmed(path):
        ran = peer_stories("add", str(path), *WHO)
    assert ran.code == 0
    assert "could not be read, because the file is damaged" in ran.err
    assert "Traceback" not in ran.err
    held = the_recording(house)
    assert (held.loss or "") in ran.err
    assert held.loss
    assert 19_000 < held.duration_ms < 21_000


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_any_sampling_rate_is_taken(rate: int, house: House, peer_stories: Callable[..., Ran], tmp_path: Path) -> None:
    ran = peer_stories("add", str(tone(tmp_path / "a.wav", 2, rate=rate)), *WHO, "--json")
    assert (ran.code, json.loads(ran.out)["slug"]) == (0, "a-year")
    assert abs(the_recording(house).duration_ms - 2000) < 50


def test_silence_is_taken_and_said_to_be_silence(
    house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    ran = peer_stories("add", str(silence(tmp_path / "nobody.wav")), *WHO, "--publish")
    assert ran.code == 0
    assert "Nobody speaks in this recording" in ran.err


def test_a_name_with_control_characters_is_kept_without_them(
    house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    path = tone(tmp_path / "a.wav").rename(tmp_path / "in\x1b[31m\nter\\view.wav")
    ran = peer_stories("add", str(path), *WHO)
    assert ran.code == 0
    assert the_recording(house).original_name == "view.wav"


def on_a_small_disk(environment: dict[str, str], room: int, *words: str) -> Ran:
    """The command, in a process that may write no file larger than `room` bytes."""
    done = subprocess.run(
        [sys.executable, "-m", "archive.cli", *words], env=environment, capture_output=True, text=True, timeout=120,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


ROOM = 3_000_000


def test_a_full_disk_is_told_and_nothing_is_half_stored(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tone(tmp_path / "long.wav", 200, rate=8_000)
    assert path.stat().st_size > ROOM
    with unharmed(path):
        one_sentence(on_a_small_disk(environment, ROOM, "add", str(path), *WHO), "no room left on this machine")
    assert kept(house) == []


def test_a_disk_that_fills_while_the_machine_works_fails_the_work_and_keeps_the_recording(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tone(tmp_path / "long.mp3", 120, codec="libmp3lame", rate=44_100)  # decoded it is 3.8 MB
    with unharmed(path):
        one_sentence(on_a_small_disk(environment, ROOM, "add", str(path), *WHO), "no room left on this machine to work")
    held = the_recording(house)
    assert house.storage.size(held.storage_key) == held.size
    assert not list((house.settings.data / "bench").iterdir())


def test_a_wrong_title_is_found_before_anything_is_kept(
    house: House, peer_stories: Callable[..., Ran], tmp_path: Path
) -> None:
    path = tone(tmp_path / "a.wav")
    one_sentence(peer_stories("add", str(path), "--title", " ", "--narrator", "Ana R."), "a title")
    one_sentence(peer_stories("add", str(path), "--title", "A", "--narrator", "x" * 301), "longer than 300")
    assert kept(house) == []


def test_two_who_bring_the_same_file_at_once_do_not_harm_each_other(house: House, tmp_path: Path) -> None:
    """The slower one is refused after the quicker one's story stands on the master, and leaves it there."""
    path = tone(tmp_path / "a.wav")
    first, second = About("First", ["Ana R."]), About("Second", ["Ana R."])

    class Between:
        """A storage in which somebody else comes in between `exists` and the story."""

        def __getattr__(self, name: str) -> Any:
            return getattr(house.storage, name)

        def put(self, source: Path, key: str, *, give: bool = False) -> None:
            intake.take_in(house.db, house.storage, intake.Arrived(path, "a.wav"), first, None, by=OPERATOR)
            house.storage.put(source, key, give=give)

    with pytest.raises(Conflict):
        intake.take_in(house.db, Between(), intake.Arrived(path, "a.wav"), second, None, by=OPERATOR)
    assert house.storage.exists(the_recording(house).storage_key)
    with house.db.reading() as session:
        assert [story.title for story in session.scalars(select(Story))] == ["First"]


@pytest.mark.speech
def test_transcribe_needs_no_archive_and_writes_words_to_standard_output(
    peer_stories: Callable[..., Ran], shared: Path, tmp_path: Path
) -> None:
    spoken = str(shared / "audio/lj/LJ001-0002.mp3")
    tiny = {
        "PEER_STORIES_WHISPER_MODEL": "tiny.en",
        "PEER_STORIES_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/x",
    }
    ran = peer_stories("transcribe", spoken, **tiny)
    assert (ran.code, "modern" in ran.out.lower()) == (0, True)
    ran = peer_stories("transcribe", spoken, "--json", **tiny)
    [passage] = json.loads(ran.out)["passages"]
    assert passage["text"].split() == [word["w"] for word in passage["words"]]
    ran = peer_stories("transcribe", spoken, "--vtt", "--language", "en", **tiny)
    assert ran.out.startswith("WEBVTT\nLanguage: en\n\n00:00:0")
    ran = peer_stories("transcribe", str(joined(tmp_path / "a.wav", [silence(tmp_path / "s.wav")])), **tiny)
    assert (ran.code, ran.out.strip(), "Nobody speaks" in ran.err) == (0, "", True)
    one_sentence(peer_stories("transcribe", spoken, "--language", "tlh", **tiny), "knows no language")
    make, says = BAD["a text named .mp3"]
    one_sentence(peer_stories("transcribe", str(make(tmp_path)), **tiny), says)
    one_sentence(peer_stories("transcribe", spoken, "--model", str(tmp_path), **tiny), "model")
