"""The sound of a recording: all of it that can be read, every moment at its time."""

import av
import numpy as np
import pytest

from uploads.media import Soundtrack, Stopped, loss_sentence, peaks, probe, soundtrack

FORMATS = {
    "mp3": ("a.mp3", "libmp3lame", {}),
    "mp3 without a table": ("a.mp3", "libmp3lame", {"options": {"write_xing": "0"}}),
    "m4a": ("a.m4a", "aac", {"muxer": "ipod"}),
    "opus in ogg": ("a.ogg", "libopus", {"rate": 48_000}),
    "opus in webm": ("a.webm", "libopus", {"rate": 48_000}),
    "aac in matroska": ("a.mkv", "aac", {}),
    "flac": ("a.flac", "flac", {}),
    "wav": ("a.wav", "pcm_s16le", {}),
    "wav of 8 kHz": ("a.wav", "pcm_s16le", {"rate": 8_000, "layout": "mono"}),
    "wav of 192 kHz and 24 bits": ("a.wav", "pcm_s24le", {"rate": 192_000}),
    "wav of 32-bit floats": ("a.wav", "pcm_f32le", {"rate": 48_000}),
    "wav of six channels": ("a.wav", "pcm_s16le", {"rate": 48_000, "layout": "5.1"}),
    "wav of a telephone": ("a.wav", "pcm_mulaw", {"rate": 8_000, "layout": "mono"}),
    "aiff": ("a.aiff", "pcm_s16be", {}),
    "caf": ("a.caf", "pcm_s16le", {}),
    "amr": ("a.amr", "libopencore_amrnb", {"rate": 8_000, "layout": "mono"}),
    "avi": ("a.avi", "libmp3lame", {}),
    "mpeg transport stream": ("a.ts", "aac", {"muxer": "mpegts"}),
    "bare aac": ("a.aac", "aac", {"muxer": "adts"}),
    "ac3": ("a.ac3", "ac3", {}),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_beep_is_at_its_second_in_every_format(make, onsets, tmp_path, kind):
    name, codec, how = FORMATS[kind]
    sound = soundtrack(make(name, codec, **how), tmp_path / "sound.pcm")
    assert len(onsets(sound)) == 20
    # Bare streams do not say how much silence their encoder put first: 25 ms at most.
    assert np.array(onsets(sound)) == pytest.approx(np.arange(20), abs=0.03)
    assert sound.duration_ms == pytest.approx(20_000, abs=50)
    assert (sound.lost_ms, sound.damaged_packets, loss_sentence(sound)) == (0, 0, None)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_headers_of_every_format_are_read(make, kind):
    name, codec, how = FORMATS[kind]
    path = make(name, codec, **how)
    facts = probe(path)
    assert facts.size == path.stat().st_size
    assert facts.sample_rate == how.get("rate", 44_100)
    assert facts.channels == {"mono": 1, "5.1": 6}.get(how.get("layout"), 2)
    assert facts.video_codec is None
    if kind != "bare aac":  # its length is a guess
        assert facts.duration_ms == pytest.approx(20_000, abs=50)


def test_the_facts_name_container_type_and_codecs(make):
    facts = probe(make("a.m4a", "aac", muxer="ipod"))
    assert (facts.media_type, facts.audio_codec) == ("audio/mp4", "aac")
    assert "m4a" in facts.container
    assert probe(make("a.webm", "libopus", rate=48_000)).media_type == "audio/webm"
    assert probe(make("a.mp3", "libmp3lame")).media_type == "audio/mpeg"


def test_samples_are_those_of_the_time_asked_for(make, tmp_path):
    sound = soundtrack(make("a.wav", "pcm_s16le", rate=16_000, layout="mono"), tmp_path / "sound.pcm")
    whole = sound.samples()
    assert (whole.dtype, whole.shape) == (np.float32, (320_000,))
    assert np.array_equal(sound.samples(3_000, 3_050), whole[48_000:48_800])
    assert 0.45 < np.abs(sound.samples(3_000, 3_050)).max() <= 0.51
    assert np.abs(sound.samples(3_060, 3_990)).max() == 0
    assert sound.samples(19_999, 99_000).shape == (16,)
    assert sound.samples(25_000, 26_000).shape == (0,)


def test_a_finished_soundtrack_is_opened_again_with_what_was_lost(make, tmp_path):
    path = make("a.wav", "pcm_s16le")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    made = soundtrack(path, tmp_path / "sound.pcm")
    assert made.lost_ms > 0
    assert Soundtrack.open(tmp_path / "sound.pcm") == made
    with pytest.raises(FileNotFoundError):
        Soundtrack.open(tmp_path / "other.pcm")


def test_progress_grows_to_the_end_and_a_stop_leaves_nothing(make, tmp_path):
    path, told = make("a.mp3", "libmp3lame"), []
    soundtrack(path, tmp_path / "a.pcm", told.append)
    assert told == sorted(told)
    assert 0.98 < told[-1] <= 1
    assert 50 < len(told) <= 200
    folder = tmp_path / "stopped"
    with pytest.raises(Stopped):
        soundtrack(path, folder / "sound.pcm", stop=lambda: True)
    assert list(folder.iterdir()) == []


def test_tags_in_an_old_encoding_do_not_keep_a_recording_out(tmp_path, make):
    path = make("a.mp3", "libmp3lame", options={"id3v2_version": "3"})
    title = "Gespräch".encode("latin-1")
    frame = b"TIT2" + (len(title) + 1).to_bytes(4, "big") + b"\0\0\3" + title  # says UTF-8 and is Latin-1
    content = path.read_bytes()
    path.write_bytes(b"ID3\3\0\0" + bytes([0, 0, 0, len(frame)]) + frame + content[content.index(b"\xff\xfb") :])
    assert probe(path).audio_codec == "mp3"


def test_a_cover_picture_does_not_make_a_video(tmp_path, make):
    covered = tmp_path / "covered.m4a"
    with av.open(str(make("a.m4a", "aac", muxer="ipod"))) as plain, av.open(str(covered), "w", format="mp4") as out:
        sound = out.add_stream_from_template(plain.streams.audio[0])
        cover = out.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 16
        cover.pix_fmt = "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        out.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
        for packet in plain.demux(plain.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                out.mux(packet)
    facts = probe(covered)
    assert (facts.video_codec, facts.media_type) == (None, "audio/mp4")


@pytest.mark.parametrize("ending", ["mkv", "mp4", "mov"])
def test_sound_that_begins_after_the_picture_keeps_its_place(tmp_path, make_video, onsets, ending):
    video = make_video(f"late.{ending}")
    assert probe(video).video_codec == "mpeg4"
    assert probe(video).media_type == {"mkv": "video/x-matroska"}.get(ending, "video/mp4")
    heard = soundtrack(video, tmp_path / "sound.pcm")
    assert onsets(heard) == pytest.approx(range(3, 23), abs=0.03)
    assert heard.lost_ms == 0


def test_recordings_of_different_kinds_joined_end_to_end_are_read_to_the_end(make, onsets, tmp_path):
    bare = {"write_xing": "0", "id3v2_version": "0"}
    stereo = make("a.mp3", "libmp3lame", options=bare).read_bytes()
    mono = make("b.mp3", "libmp3lame", rate=22_050, layout="mono", options=bare).read_bytes()
    (tmp_path / "both.mp3").write_bytes(stereo + mono)
    sound = soundtrack(tmp_path / "both.mp3", tmp_path / "sound.pcm")
    assert len(onsets(sound)) == 40
    assert sound.duration_ms == pytest.approx(40_000, abs=200)


def test_the_waveform_is_loudest_where_the_sound_is(make, tmp_path):
    time = np.arange(10 * 16_000) / 16_000
    growing = (time / 10 * 0.5 * np.sin(600 * np.pi * time)).astype(np.float32)
    sound = soundtrack(make("a.wav", "pcm_s16le", growing, rate=16_000, layout="mono"), tmp_path / "sound.pcm")
    bars = peaks(sound, 100)
    assert len(bars) == 100
    assert list(bars) == sorted(bars)
    assert (bars[-1], max(bars)) == (100, 100)
    assert bars[0] < 10
    assert bars[50] > 55  # half as loud is drawn higher than half


def test_silence_is_drawn_flat(make, tmp_path):
    silence = np.zeros(16_000, np.float32)
    sound = soundtrack(make("a.wav", "pcm_s16le", silence, rate=16_000, layout="mono"), tmp_path / "sound.pcm")
    assert peaks(sound) == bytes(1000)


def test_a_recording_shorter_than_its_bars_is_drawn_whole(make, tmp_path):
    click = np.full(800, 0.5, np.float32)  # 50 ms
    sound = soundtrack(make("a.wav", "pcm_s16le", click, rate=16_000, layout="mono"), tmp_path / "sound.pcm")
    assert min(peaks(sound, 200)) > 95
