"""Copies to watch: every browser plays them, and picture and sound are where they were."""

import time

import av
import numpy as np
import pytest

from tests.uploads.films import film, flashes, tones
from uploads.media import Reason, Unplayable, probe, soundtrack, video_copy

FILMS = {
    "h264 in mp4": ("a.mp4", "libx264", "mp4"),
    "h264 in matroska": ("a.mkv", "libx264", "mp4"),
    "vp9 in webm": ("a.webm", "libvpx-vp9", "webm"),
    "vp8 in webm": ("a.webm", "libvpx", "webm"),
    "hevc": ("a.mp4", "libx265", "mp4"),
    "av1": ("a.mkv", "libsvtav1", "mp4"),
    "mpeg-4 in avi": ("a.avi", "mpeg4", "mp4"),
    "mpeg-2 in a transport stream": ("a.ts", "mpeg2video", "mp4"),
}


@pytest.mark.parametrize("kind", FILMS)
def test_picture_and_sound_are_where_they_were_in_every_kind_of_film(tmp_path, onsets, kind):
    name, codec, ending = FILMS[kind]
    source, told = film(tmp_path / name, codec), []
    copy = video_copy(source, tmp_path / "copies", told.append)
    assert (copy.path.name, copy.media_type) == (f"picture.{ending}", f"video/{ending}")
    assert told == sorted(told)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [copy.path.name]
    assert flashes(copy.path) == pytest.approx(range(6), abs=0.045)
    assert tones(copy.path) == pytest.approx(range(6), abs=0.03)  # some keep their encoder's padding
    heard = soundtrack(source, tmp_path / "sound.pcm")
    assert onsets(soundtrack(copy.path, tmp_path / "again.pcm")) == pytest.approx(onsets(heard), abs=0.01)
    facts = probe(copy.path)
    assert (facts.channels, facts.sample_rate, facts.width, facts.height) == (1, 48_000, 160, 120)


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.webm", "libvpx-vp9")])
def test_a_picture_that_browsers_play_is_taken_over_as_it_is(tmp_path, name, codec):
    source = film(tmp_path / name, codec)
    assert packets(video_copy(source, tmp_path / "copies").path) == packets(source)


@pytest.mark.parametrize(
    "what",
    [{"size": (1280, 960)}, {"options": {"g": "500", "keyint_min": "500"}, "seconds": 13}],
    ids=["too many lines", "too far from one whole picture to the next"],
)
def test_a_picture_that_would_be_heavy_to_play_is_made_anew(tmp_path, what):
    copy = video_copy(film(tmp_path / "a.mp4", **what, rate=10), tmp_path / "copies")
    facts = probe(copy.path)
    assert facts.height <= 720
    with av.open(str(copy.path)) as container:
        stream = container.streams.video[0]
        whole = [float(each.pts * each.time_base) for each in container.demux(stream) if each.is_keyframe]
        assert stream.codec_context.pix_fmt == "yuv420p"
    assert np.diff(whole).max() <= 2.01
    assert copy.codec.startswith("avc1.")
    assert copy.codec.endswith(", mp4a.40.2")
    content = copy.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_sixty_pictures_a_second_become_thirty_and_few_stay_few(tmp_path):
    many = video_copy(film(tmp_path / "many.avi", "mpeg4", rate=60, seconds=3), tmp_path / "many")
    few = video_copy(film(tmp_path / "few.avi", "mpeg4", rate=5, seconds=3), tmp_path / "few")
    assert len(packets(many.path)) == pytest.approx(90, abs=2)
    assert len(packets(few.path)) == 15


@pytest.mark.parametrize(("codec", "made_anew"), [("libx264", False), ("mpeg4", True)])
@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_a_phone_that_was_held_upright_stays_upright(tmp_path, codec, made_anew, rotation):
    copy = video_copy(film(tmp_path / "a.mp4", codec, rotation=rotation), tmp_path / "copies")
    with av.open(str(copy.path)) as container:
        dark = next(frame for frame in container.decode(video=0) if frame.time > 0.5)
    light = dark.to_ndarray(format="gray")
    if not made_anew:
        assert dark.rotation % 360 == rotation % 360  # browsers turn it as the file says
        return
    assert dark.rotation == 0
    upper = {90: light[:, :20], -90: light[:, -20:], 180: light[-20:]}[rotation]  # where the bar at the top went
    assert light.shape == ((120, 160) if rotation == 180 else (160, 120))
    assert upper.mean() > 100


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "mpeg4")])
def test_sound_that_begins_after_the_picture_keeps_its_place(tmp_path, name, codec):
    copy = video_copy(film(tmp_path / name, codec, sound_late_s=1.5), tmp_path / "copies")
    assert flashes(copy.path)[:6] == pytest.approx(range(6), abs=0.045)
    assert tones(copy.path)[0] == pytest.approx(1.5, abs=0.02)


def test_a_damaged_picture_is_shown_as_far_as_it_can_be(tmp_path):
    source = film(tmp_path / "a.avi", "mpeg4", (320, 240), options={"g": "10"})
    content = bytearray(source.read_bytes())
    begin, length = len(content) * 2 // 5, len(content) // 20
    content[begin : begin + length] = np.random.default_rng(1).bytes(length)
    source.write_bytes(content)
    copy = video_copy(source, tmp_path / "copies")
    assert set(np.round(flashes(copy.path)).astype(int)) >= {0, 1, 4, 5}


def test_what_does_not_move_has_no_copy_to_watch(tmp_path, make):
    assert video_copy(make("a.mp3", "libmp3lame"), tmp_path / "copies") is None
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_picture_of_a_kind_that_we_do_not_decode_is_refused_and_leaves_nothing(tmp_path):
    source = film(tmp_path / "a.mkv", "ffv1")
    with pytest.raises(Unplayable) as refused:
        video_copy(source, tmp_path / "copies")
    assert refused.value.reason == Reason.UNKNOWN_PICTURE
    assert list((tmp_path / "copies").iterdir()) == []
    assert probe(source).video_codec == "ffv1"  # its sound is as good as any


def test_a_film_is_as_quick_to_make_as_it_should_be(tmp_path):
    source, began = film(tmp_path / "a.mp4", seconds=20), time.monotonic()
    video_copy(source, tmp_path / "copies")
    assert time.monotonic() - began < 15
