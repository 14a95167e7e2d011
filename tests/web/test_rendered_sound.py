"""The sound and the captions of a mixtape's one file, as other programs read them."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from archive.models import Mixtape, MixtapeItem
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.web.rendered import HIGH, LOW, RATE, Tape, a_tape, cues, decoded, edges, two_tones, voice_at
from tests.web.test_mixtapes import BREAD, HARBOUR


@pytest.fixture
def tape(house: House, contributor: Visitor, tmp_path: Path) -> Tape:
    return a_tape(house, two_tones(house, tmp_path), contributor)


@pytest.mark.parametrize("name", ["mixtape.webm", "mixtape.mp3"])
def test_clips_follow_each_other_without_gap_or_click_and_stand_where_the_captions_say(
    tape: Tape, stranger: Visitor, name: str
) -> None:
    answer = stranger.get(tape.file(name))
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == ("audio/webm" if name.endswith("webm") else "audio/mpeg")
    sound = decoded(answer.data)
    said = cues(stranger.get(tape.file("captions.vtt")).text)
    places = {text: begin for begin, _, text in said}
    low, high = edges(voice_at(sound, LOW)), edges(voice_at(sound, HIGH))
    first, second, third = (places[f"<v {who}>{text}"] for who, text in
                            (("Ana R.", HARBOUR[0]), ("Bo L.", BREAD[0]), ("Ana R.", HARBOUR[1])))  # fmt: skip
    begins = [low[0][0], high[0][0], low[0][1]]
    assert np.allclose(begins, [first, second, third], atol=0.05), (begins, places)
    assert abs(high[0][0] - low[1][0]) <= 0.05  # where one ends the next begins
    rest = low[0][1] - high[1][0]
    assert 0.6 < rest < 0.8  # where words are written between
    seam = slice(round((second - 0.1) * RATE), round((second + 0.1) * RATE))
    quiet = np.abs(sound[seam]) < 0.01
    longest = max(len(run) for run in "".join("q" if each else " " for each in quiet).split(" "))
    assert longest <= 0.05 * RATE
    own = max(np.abs(np.diff(sound[round(at * RATE) : round((at + 1) * RATE)])).max() for at in (0.4, second + 0.4))
    for at in (second, third):
        around = sound[round((at - 0.05) * RATE) : round((at + 0.05) * RATE)]
        assert np.abs(np.diff(around)).max() <= 1.1 * own


def test_captions_hold_each_line_with_its_speaker_and_words_between(tape: Tape, stranger: Visitor) -> None:
    text = stranger.get(tape.file("captions.vtt")).text
    said = [each for _, _, each in cues(text)]
    assert said == [
        f"<v Ana R.>{HARBOUR[0]}", f"<v Bo L.>{BREAD[0]}",
        "And then &lt;i&gt;came&lt;/i&gt;: warmth --&gt; bread.", f"<v Ana R.>{HARBOUR[1]}",
    ]  # fmt: skip
    assert len(said) == text.count(" --> ")


def test_a_strict_reader_takes_the_captions(tape: Tape, stranger: Visitor, tmp_path: Path) -> None:
    """webvtt-parser, by the editors of the specification; npm install webvtt-parser, and its folder in the setting."""
    folder = Path(os.environ.get("PEER_STORIES_TEST_NODE_MODULES", "node_modules"))
    if not shutil.which("node") or not (folder / "webvtt-parser").is_dir():
        pytest.skip("webvtt-parser is not installed here")
    path = tmp_path / "captions.vtt"
    path.write_bytes(stranger.get(tape.file("captions.vtt")).data)
    script = (
        f"const {{ WebVTTParser }} = require({str(folder / 'webvtt-parser')!r});"
        'const read = new WebVTTParser().parse(require("fs").readFileSync(process.argv[1], "utf8"), "metadata");'
        "console.log(read.cues.length, JSON.stringify(read.errors))"
    )
    ran = subprocess.run(["node", "-e", script, str(path)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "4 []"


@pytest.mark.wide
def test_500_clips_make_one_file(house: House, tape: Tape, contributor: Visitor) -> None:
    with house.db.writing() as session:
        held = session.scalars(select(Mixtape)).one()
        clip = session.scalars(select(MixtapeItem).where(MixtapeItem.words.is_(None))).first()
        assert clip
        session.add_all(
            MixtapeItem(
                mixtape_id=held.id, ordinal=n, recording_id=clip.recording_id, start_ms=clip.start_ms,
                end_ms=clip.end_ms, said=clip.said,
            )
            for n in range(4, 500)
        )  # fmt: skip
    Worker(house).run(drain=True)
    said = cues(contributor.get(tape.file("captions.vtt")).text)
    assert len(said) == 500
    sound = decoded(contributor.get(tape.file("mixtape.mp3")).data)
    assert abs(len(sound) / RATE - said[-1][1]) < 0.1
