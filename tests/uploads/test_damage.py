"""Damaged files: what can be saved is saved, at its time, and the loss is told."""

import av
import numpy as np
import pytest

from uploads.media import loss_sentence, soundtrack

# The damage covers 5 % of the file's bytes, from two fifths on.
DAMAGED = {
    "mp3": ("a.mp3", "libmp3lame", {}),
    "mp3 without a table": ("a.mp3", "libmp3lame", {"options": {"write_xing": "0"}}),
    "flac": ("a.flac", "flac", {}),
    "m4a": ("a.m4a", "aac", {"muxer": "ipod"}),
    "opus in webm": ("a.webm", "libopus", {"rate": 48_000}),
    "opus in ogg": ("a.ogg", "libopus", {"rate": 48_000}),
    "mpeg transport stream": ("a.ts", "aac", {"muxer": "mpegts"}),
}


@pytest.mark.parametrize("noise", [False, True], ids=["zeros", "noise"])
@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_in_the_middle_costs_no_more_than_itself_and_shifts_nothing(make, onsets, tmp_path, kind, noise):
    name, codec, how = DAMAGED[kind]
    path = make(name, codec, **how)
    content = bytearray(path.read_bytes())
    begin, length = len(content) * 2 // 5, len(content) // 20
    content[begin : begin + length] = np.random.default_rng(1).bytes(length) if noise else bytes(length)
    path.write_bytes(content)

    sound = soundtrack(path, tmp_path / "sound.pcm")
    heard = np.array(onsets(sound))
    assert 17 <= len(heard) <= 19
    off = np.abs(heard - np.round(heard))
    assert np.sort(off)[:-1].max() < 0.06  # one beep may be cut by the damage itself
    assert set(np.round(heard).astype(int)) >= {0, 1, 2, 3, 4, 15, 16, 17, 18, 19}
    assert sound.duration_ms == pytest.approx(20_000, abs=100)
    assert 700 < sound.lost_ms < 2_500
    assert "of this recording could not be read" in loss_sentence(sound)


@pytest.mark.parametrize(
    ("name", "codec", "how"),
    [
        ("a.wav", "pcm_s16le", {}),
        ("a.aiff", "pcm_s16be", {}),
        ("a.mp3", "libmp3lame", {}),
        ("a.flac", "flac", {}),
        ("a.m4a", "aac", {"muxer": "ipod", "options": {"movflags": "+faststart"}}),
        ("a.webm", "libopus", {"rate": 48_000}),
    ],
)
def test_of_a_truncated_file_the_beginning_is_kept_and_the_rest_told(make, onsets, tmp_path, name, codec, how):
    path = make(name, codec, **how)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound = soundtrack(path, tmp_path / "sound.pcm")
    assert sound.duration_ms > 6_000
    assert sound.duration_ms + sound.lost_ms == pytest.approx(20_000, abs=50)
    heard = np.array(onsets(sound))
    assert np.abs(heard - np.round(heard)).max() < 0.03
    assert loss_sentence(sound).startswith(f"About {round(sound.lost_ms / 1000)} seconds of this recording")


def test_of_a_truncated_video_the_missing_sound_is_told(make_video, onsets, tmp_path):
    video = make_video("a.mp4", {"movflags": "+faststart"})
    video.write_bytes(video.read_bytes()[: video.stat().st_size * 2 // 3])
    sound = soundtrack(video, tmp_path / "sound.pcm")
    assert onsets(sound)[0] == pytest.approx(3, abs=0.03)
    assert sound.lost_ms > 5_000
    assert sound.duration_ms + sound.lost_ms == pytest.approx(23_000, abs=50)


def test_a_gap_in_the_times_becomes_silence(make, onsets, tmp_path):
    path = make("a.mkv", "aac", without=(5.2, 8.7))
    sound = soundtrack(path, tmp_path / "sound.pcm")
    assert [round(at) for at in onsets(sound)] == [0, 1, 2, 3, 4, 5, *range(9, 20)]
    assert sound.lost_ms == pytest.approx(3_500, abs=60)
    assert np.abs(sound.samples(5_400, 8_600)).max() == 0


def test_times_that_are_written_carelessly_do_not_pile_up(make, onsets, tmp_path):
    careless = tmp_path / "careless.mkv"
    with av.open(str(make("a.m4a", "aac", muxer="ipod"))) as plain, av.open(str(careless), "w") as out:
        sound = out.add_stream_from_template(plain.streams.audio[0])
        for number, packet in enumerate(plain.demux(plain.streams.audio[0])):
            if packet.dts is not None:
                late = 44_100 // 10 if number % 20 == 10 else 0  # one in twenty says it is 0.1 s later than it is
                packet.stream, packet.pts = sound, packet.pts + late
                out.mux(packet)
    heard = soundtrack(careless, tmp_path / "sound.pcm")
    assert heard.duration_ms == pytest.approx(20_000, abs=150)
    assert onsets(heard)[-5:] == pytest.approx([15, 16, 17, 18, 19], abs=0.15)


def test_an_mp3_joined_from_two_is_read_to_its_end(make, tmp_path):
    path = make("a.mp3", "libmp3lame", options={"write_xing": "0", "id3v2_version": "0"})
    one = path.read_bytes()
    cover = bytes(200_000)  # a tag with a picture in the middle is no sound, and takes no time
    tag = b"ID3\3\0\0" + bytes([0, 12, 26, 64]) + cover
    path.write_bytes(one + tag + one)
    sound = soundtrack(path, tmp_path / "sound.pcm")
    assert sound.duration_ms == pytest.approx(40_000, abs=200)


def test_a_real_interview_with_damaged_frames_is_nearly_all_saved(recordings, tmp_path):
    content = bytearray((recordings / "interview" / "bsha.mp3").read_bytes())
    content[2_000_000:2_032_000] = bytes(32_000)  # two seconds of 128 kbit/s
    (tmp_path / "a.mp3").write_bytes(content)
    whole = soundtrack(recordings / "interview" / "bsha.mp3", tmp_path / "whole.pcm")
    saved = soundtrack(tmp_path / "a.mp3", tmp_path / "saved.pcm")
    assert whole.lost_ms == 0
    assert saved.duration_ms == pytest.approx(whole.duration_ms, abs=60)
    assert saved.lost_ms == pytest.approx(2_000, abs=100)
    assert loss_sentence(saved).startswith("About 2 seconds of this recording could not be read")
    shift = np.correlate(saved.samples(200_000, 201_000), whole.samples(200_000, 201_000), "full")
    assert abs(int(np.argmax(shift)) - 15_999) < 0.06 * 16_000
