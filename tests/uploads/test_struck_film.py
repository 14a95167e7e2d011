"""What a narrator took back is not in the picture either, and the picture around it is as it was."""

from collections import Counter
from fractions import Fraction
from functools import cache

import av
import av.logging
import numpy as np
import pytest

from tests.uploads import struck
from tests.uploads.struck import around, heard, packets
from uploads.media import Stopped, Unplayable, probe, struck_film, video_copy

RATE, SECONDS = 20, 12
SPANS = [(4_300, 6_100), (6_900, 6_930), (9_000, 9_500)]
GUARD_MS = 100
KINDS = {
    "h264 as phones write it": ("a.mp4", "libx264", {"preset": "veryfast", "g": "50", "bf": "3"}),
    "h264 whose groups lean on those before": (
        "a.mp4",
        "libx264",
        {"preset": "veryfast", "g": "40", "x264-params": "open-gop=1:bframes=3"},
    ),
    "h264 for the simplest players": ("a.mp4", "libx264", {"preset": "veryfast", "g": "50", "profile": "baseline"}),
    "h264 with one picture to begin at": ("a.mp4", "libx264", {"preset": "veryfast", "g": "250", "keyint_min": "250"}),
    "h264 of pictures that need no other": ("a.mp4", "libx264", {"preset": "veryfast", "g": "1"}),
    "made anew": ("a.avi", "mpeg4", {}),
    "vp8": ("a.webm", "libvpx", {"g": "50", "deadline": "realtime", "cpu-used": "8"}),
    "vp9": ("a.webm", "libvpx-vp9", {"g": "50", "deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "1"}),
}


@cache
def voice():
    return struck.voice(SECONDS)


def film(path, codec, options, rate=RATE, rotation=0):
    """A picture that changes with every frame, and that no two seconds have in common; and a voice."""
    random = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "what Ana said"
        picture = container.add_stream(codec, rate=rate, options=options)
        picture.width, picture.height, picture.pix_fmt, picture.bit_rate = 160, 120, "yuv420p", 1_000_000
        sound = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=48_000, layout="mono")
        sound.metadata["title"] = "Ana's voice"
        if rotation:
            picture.set_display_rotation(rotation)
        for number in range(SECONDS * rate):
            if number % rate == 0:
                blocks = np.kron(random.integers(60, 250, (6, 8, 3)), np.ones((20, 20, 1))).astype(np.uint8)
            frame = np.roll(blocks, 3 * number, axis=1)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(voice().reshape(1, -1), "flt", "mono")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
        to_stream = av.AudioResampler(format=sound.format, layout="mono", rate=48_000, frame_size=1024)
        for part in [*to_stream.resample(frame), *to_stream.resample(None), None]:
            container.mux(sound.encode(part))
    return path


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """copies(kind): a copy to watch."""

    @cache
    def making(kind):
        name, codec, options = KINDS[kind]
        folder = tmp_path_factory.mktemp("film")
        return video_copy(film(folder / name, codec, options), folder / "copies").path

    return making


@pytest.fixture(scope="module", params=KINDS)
def pair(copies, request):
    """A copy to watch, and the same without SPANS."""
    copy = copies(request.param)
    target = copy.with_stem("struck")
    struck_film(copy, SPANS, target)
    return copy, target


def pictures(path):
    """Times in ms and grey pictures; a decoder that complains fails the test."""
    before = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as complaints, av.open(str(path)) as container:
            container.streams.video[0].thread_count = 1
            found = [(frame.time * 1000, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    finally:
        av.logging.set_level(before)
    assert [each for each in complaints if "deprecated" not in each[2]] == []
    return found


def coded(path):
    """pts and dts in ms, content, whether a player can begin there, of every packet of the picture."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        tick = float(stream.time_base) * 1000
        found = container.demux(stream)
        return [(p.pts * tick, p.dts * tick, bytes(p), p.is_keyframe) for p in found if p.size]


def test_the_picture_is_blank_from_before_a_span_until_after_it(pair):
    shown = pictures(pair[1])
    for start, end in SPANS:
        within = [(at, light) for at, light in shown if start - GUARD_MS - 1 <= at < end + GUARD_MS - 1]
        assert within[0][0] == pytest.approx(start - GUARD_MS, abs=1.5)  # so that the one before it does not stay
        assert all(light.std() < 1 and light.mean() < 20 for _, light in within)


def test_every_other_picture_is_shown_when_it_was(pair):
    before, after = (dict(pictures(path)) for path in pair)
    kept = [at for at in before if not around(SPANS, GUARD_MS + 51, at)]
    assert len(kept) > RATE * 7
    assert set(kept) <= set(after)
    for at in kept:
        difference = np.abs(before[at].astype(int) - after[at].astype(int)).mean()
        assert difference < 8, at
    assert list(after) == sorted(after)


def test_no_packet_of_a_struck_picture_is_left_and_whole_groups_away_none_is_new(pair):
    old, new = map(coded, pair)
    contents, times = {content for *_, content, _ in new}, Counter(content for _, _, content, _ in old)
    contents -= {content for content in contents if times[content] > 1}  # "all of it moves to the right": says nothing
    assert [at for at, _, content, _ in old if around(SPANS, GUARD_MS, at) and content in contents] == []
    changed = [at for at, _, content, _ in old if content not in contents and times[content] == 1]
    for at, early, content, whole in old[1:]:  # x264 tells of itself in the first; that is left out
        if not changed or not min(changed) <= at <= max(changed):
            assert (at, early, content, whole) in new
    assert all(a[1] < b[1] for a, b in zip(new, new[1:], strict=False))
    assert all(early <= at + 0.01 for at, early, *_ in new)


def test_its_sound_is_struck_like_that_of_other_copies(pair):
    sound, before = heard(pair[1]), heard(pair[0])
    assert sound.size == before.size
    assert [packet[:3] for packet in packets(pair[1])] == [packet[:3] for packet in packets(pair[0])]
    for start, end in SPANS:
        assert struck.loudest_db(sound, start + 310, end) < -60
    assert struck.level_db(struck.part(sound, 10_000, 11_500)) > -40


def test_nothing_else_goes_along_and_the_file_is_the_same_each_time(pair, tmp_path):
    content = pair[1].read_bytes()
    assert b"what Ana said" not in content
    assert b"Ana's voice" not in content
    with av.open(str(pair[0])) as before, av.open(str(pair[1])) as after:
        assert [stream.type for stream in after.streams] == ["video", "audio"]
        assert after.duration == pytest.approx(before.duration, abs=20_000)
    again, other = tmp_path / "again", tmp_path / "other"
    struck_film(pair[0], SPANS[::-1], again)
    struck_film(pair[0], SPANS[:-1], other)
    assert again.read_bytes() == content != other.read_bytes()
    facts, were = probe(pair[1]), probe(pair[0])
    assert (facts.media_type, facts.video_codec, facts.width, facts.height) == (
        were.media_type, were.video_codec, were.width, were.height,
    )  # fmt: skip
    if pair[1].suffix == ".mp4":
        assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("kind", ["h264 as phones write it", "vp9"])
@pytest.mark.parametrize("spans", [[(0, 12_000)], [(-5, 99_000)], [(0, 40)], [(11_900, 15_000)], [(20_000, 21_000)]])
def test_films_are_struck_up_to_their_ends(copies, tmp_path, kind, spans):
    copy = copies(kind)
    struck_film(copy, spans, tmp_path / "struck")
    before, after = pictures(copy), pictures(tmp_path / "struck")
    for at, light in after:
        dark = light.std() < 1 and light.mean() < 20
        assert dark == around(spans, GUARD_MS + 1, at) or around(spans, GUARD_MS + 51, at)
    if spans[0][0] <= 0 and spans[0][1] >= 12_000:
        assert not {content for *_, content, _ in coded(copy)} & {
            content for *_, content, _ in coded(tmp_path / "struck")
        }
    else:
        assert len(after) == pytest.approx(len(before), abs=4)
    with av.open(str(copy)) as old, av.open(str(tmp_path / "struck")) as new:
        assert new.duration == pytest.approx(old.duration, abs=20_000)


def test_a_picture_that_stays_for_seconds_does_not_stay_into_a_span(tmp_path):
    copy = video_copy(film(tmp_path / "a.mp4", "libx264", {"preset": "veryfast", "g": "3"}, rate=1), tmp_path).path
    struck_film(copy, [(2_400, 4_600)], tmp_path / "struck")
    shown = pictures(tmp_path / "struck")
    assert [at for at, light in shown if light.mean() < 20][0] == pytest.approx(2_300, abs=1)
    assert [at for at, light in shown if light.mean() > 20] == pytest.approx(
        [0, 1000, 2000, *range(5000, 12_000, 1000)]
    )


def test_a_phone_that_was_held_upright_stays_upright(tmp_path):
    copy = video_copy(
        film(tmp_path / "a.mp4", "libx264", {"preset": "veryfast", "g": "50"}, rotation=90), tmp_path
    ).path
    struck_film(copy, SPANS, tmp_path / "struck")
    with av.open(str(tmp_path / "struck")) as container:
        assert {frame.rotation for frame in container.decode(video=0)} == {90}


def test_where_it_does_not_work_nothing_is_left(tmp_path, make):
    source = film(tmp_path / "a.mp4", "libx264", {})
    with pytest.raises(Stopped):
        struck_film(source, SPANS, tmp_path / "struck", stop=lambda: True)
    with pytest.raises(Unplayable):
        struck_film(make("a.mp3", "libmp3lame"), SPANS, tmp_path / "struck")
    with pytest.raises(Unplayable):
        struck_film(film(tmp_path / "a.avi", "mpeg4", {}), SPANS, tmp_path / "struck")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.avi", "a.mp3", "a.mp4"]


def test_a_film_whose_sound_has_a_gap_gets_all_of_it_anew(tmp_path):
    copy = video_copy(film(tmp_path / "a.mp4", "libx264", {"g": "50"}), tmp_path / "copies").path
    gap = tmp_path / "gap.mp4"
    with av.open(str(copy)) as whole, av.open(str(gap), "w") as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in whole.streams}
        for packet in whole.demux():
            if packet.size and not (packet.stream.type == "audio" and 7.5 < packet.pts * packet.time_base < 8.2):
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    struck_film(gap, SPANS, tmp_path / "struck")
    sound = heard(tmp_path / "struck")
    for start, end in SPANS:
        assert struck.loudest_db(sound, start + 310, end) < -60
    assert len(packets(tmp_path / "struck")) > len(packets(gap)) + 20  # the gap is filled
    left = {content for *_, content in packets(tmp_path / "struck") if len(content) > 16}
    assert not [begin for begin, _, content in struck.times_ms(gap) if around(SPANS, 20, begin) and content in left]
    assert [each[:2] for each in coded(tmp_path / "struck")][:40] == [each[:2] for each in coded(gap)][:40]


def test_captions_among_the_pictures_are_left_out(tmp_path):
    """They come earlier and stay longer than what was said, so no span would be sure to hold all of them."""
    copy = video_copy(film(tmp_path / "a.mp4", "libx264", {"g": "50"}), tmp_path / "copies").path
    captioned = tmp_path / "captioned.mp4"
    words = bytes([6, 4, 13]) + b"what Ana said" + bytes([0x80])
    with av.open(str(copy)) as plain, av.open(str(captioned), "w") as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in plain.streams}
        for packet in plain.demux():
            if packet.size and packet.stream.type == "video":
                new = av.Packet(len(words).to_bytes(4, "big") + words + bytes(packet))
                new.pts, new.dts, new.duration, new.time_base = (
                    packet.pts,
                    packet.dts,
                    packet.duration,
                    packet.time_base,
                )
                new.is_keyframe, new.stream = packet.is_keyframe, streams[packet.stream.index]
                out.mux(new)
            elif packet.size:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    struck_film(captioned, SPANS, tmp_path / "struck")
    struck_film(copy, SPANS, tmp_path / "from plain")
    assert captioned.read_bytes().count(words) == SECONDS * RATE
    assert b"what Ana said" not in (tmp_path / "struck").read_bytes()
    assert coded(tmp_path / "struck") == coded(tmp_path / "from plain")
