"""What an archive keeps of a file's technical nature."""

import av
import pytest

from tests.uploads.films import film
from uploads.media import Facts, probe


@pytest.mark.parametrize(
    ("name", "codec", "bits"),
    [
        ("a.wav", "pcm_s16le", 16),
        ("a.wav", "pcm_s24le", 24),
        ("a.wav", "pcm_f32le", 32),
        ("a.flac", "flac", 16),
        ("a.m4a", "alac", 24),
        ("a.mp3", "libmp3lame", None),
    ],
)
def test_the_depth_of_a_sample_is_told_where_nothing_was_lost(make, name, codec, bits):
    assert probe(make(name, codec)).bit_depth == bits


def test_a_film_tells_its_picture(tmp_path):
    facts = probe(film(tmp_path / "a.mp4", size=(320, 180), rate=12, seconds=2))
    assert (facts.video_codec, facts.width, facts.height, facts.frame_rate) == ("h264", 320, 180, 12)


def tagged(path, **tags):
    with av.open(str(path), "w") as container:
        container.metadata.update(tags)
        stream = container.add_stream("flac", rate=16_000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=4096)
        frame.sample_rate, frame.pts = 16_000, 0
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2019-05-04T10:20:30.000000Z", "2019-05-04T10:20:30"),
        ("2019/05/04", "2019-05-04"),
        ("1904-01-01T00:00:00Z", None),
        ("2999-01-01", None),
        ("2019-13-45", None),
        ("long ago", None),
    ],
)
def test_when_it_was_recorded_is_told_where_the_clock_was_set(tmp_path, date, told):
    assert probe(tagged(tmp_path / "a.mkv", date=date)).recorded_at == told


def test_what_recorded_it_is_told_short_and_printable(tmp_path):
    facts = probe(tagged(tmp_path / "a.flac", model="H4n\x07 Pro" + "o" * 500))
    assert facts.recorder.startswith("H4n Pro")
    assert len(facts.recorder) == 200


def test_facts_that_an_earlier_version_kept_are_read():
    kept = {"container": "mp3", "media_type": "audio/mpeg", "size": 1, "duration_ms": None, "audio_codec": "mp3",
            "sample_rate": 44_100, "channels": 2, "bit_rate": None, "video_codec": None}  # fmt: skip
    facts = Facts.of({**kept, "a field of some later version": 1})
    assert (facts.audio_codec, facts.width, facts.recorded_at) == ("mp3", None, None)
