"""Real speech, struck by the times that people wrote down: gone from words and sound at once, and nothing beside it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from archive.models import JobKind, Story
from archive.services import strikes
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.intake import Arrived, take_in
from archive.services.sealing import MARK
from archive.services.stories import About, publish, story_by_slug
from archive.wiring import House
from archive.worker import Worker
from tests.archive.leaks import Said, bare, loudness_db, public_copies, references, runs, silent_db, spoken, told
from tests.archive.sounds import SPEECH_RATE, heard, written
from tests.conftest import Visitor
from uploads.media import soundtrack
from uploads.speech.whisper import Transcriber

SECONDS = 75
STRUCK = (2, 5)  # utterances, from 0, of the first minute
LONG = "audio/long/librispeech-other"


@pytest.fixture
def minute(shared: Path, tmp_path: Path) -> Path:
    return written(tmp_path / "minute.wav", heard(shared / f"{LONG}.flac")[: SECONDS * SPEECH_RATE], rate=SPEECH_RATE)


@pytest.fixture
def slug(hearing_house: House, minute: Path) -> str:
    about = About("A minute of reading", ["A reader"], language="en")
    taken = take_in(
        hearing_house.db, hearing_house.storage, Arrived(minute, minute.name), about, waiver("a test"), by=OPERATOR
    )
    Worker(hearing_house, [JobKind.PROCESS, JobKind.DERIVE]).run(drain=True)
    with hearing_house.db.writing() as session:
        publish(session, session.get_one(Story, taken.story_id), by=OPERATOR)
    Worker(hearing_house).run(drain=True)
    return taken.slug


def words_of(by: Visitor, slug: str) -> list[dict[str, Any]]:
    passages = by.get(f"/stories/{slug}/transcript.json").json["passages"]  # type: ignore[index]
    return [word for passage in passages for word in passage["words"]]


def within(words: list[dict[str, Any]], each: Said) -> list[str]:
    return [word["w"] for word in words if each.start_s <= (word["s"] + word["e"]) / 2 < each.end_s]


def again(path: Path, folder: Path, transcriber: Transcriber) -> list[str]:
    """What the machine hears in a public copy."""
    track = soundtrack(path, folder / f"{path.name}.pcm")
    return bare(
        " ".join(word.text for piece in transcriber.pieces(track) for word in transcriber.hear(track, piece, "en"))
    )


@pytest.mark.speech
def test_what_is_struck_by_the_clock_is_gone_from_words_and_sound_and_what_is_beside_it_stays(
    hearing_house: House, slug: str, minute: Path, shared: Path, stranger: Visitor, tmp_path: Path
) -> None:
    said = [each for each in references(shared / f"{LONG}.json") if each.end_s < SECONDS]
    struck = [said[n] for n in STRUCK]
    kept = runs(word for each in said if each not in struck for word in each.words)
    forbidden = set().union(*(runs(each.words) for each in struck)) - kept
    before, addresses = words_of(stranger, slug), _addresses(stranger, slug)
    assert forbidden & runs(spoken(stranger, slug))
    assert all(within(before, each) for each in struck)

    with hearing_house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        for each in struck:
            strikes.strike(session, story, strikes.spans_at(story, *each.span)[0], by=OPERATOR)

    assert not forbidden & runs(bare(told(stranger, slug)))
    after = words_of(stranger, slug)
    assert all(set(within(after, each)) <= {MARK} for each in struck)
    assert {stranger.get(address).status_code for address in addresses} == {404}
    _neighbours_are_there(before, after, struck)

    Worker(hearing_house).run(drain=True)
    copies = public_copies(stranger, slug, tmp_path)
    assert len(copies) == 2
    for path in copies:
        assert all(silent_db(path, each) < -60 for each in struck), path.name
        assert loudness_db(heard(path), struck[0].end_s + 0.5, struck[0].end_s + 3) > -35
    assert not forbidden & runs(again(copies[0], tmp_path, hearing_house.transcriber))
    with hearing_house.db.reading() as session:
        master = story_by_slug(session, slug, OPERATOR).recordings[0]
        stored = hearing_house.storage.path(master.storage_key)
    assert stored is not None
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == master.sha256
    assert stored.read_bytes() == minute.read_bytes()


def _addresses(by: Visitor, slug: str) -> list[str]:
    recordings = by.get(f"/api/v1/stories/{slug}").json["recordings"]  # type: ignore[index]
    return [medium["url"] for each in recordings for medium in each["media"]]


def _neighbours_are_there(before: list[dict[str, Any]], after: list[dict[str, Any]], struck: list[Said]) -> None:
    """The three words on either side, each at its moment."""
    held = {(word["w"], round(word["s"], 2)) for word in after}
    for each in struck:
        earlier = [word for word in before if word["e"] <= each.start_s][-3:]
        later = [word for word in before if word["s"] >= each.end_s][:3]
        assert {(word["w"], round(word["s"], 2)) for word in (*earlier, *later)} <= held
