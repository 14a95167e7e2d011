"""Listening copies: every browser plays them, and their clock is the soundtrack's."""

import numpy as np
import pytest

from uploads.media import listening_copies, probe, soundtrack

SOURCES = {
    "telephone": ("a.wav", "pcm_mulaw", {"rate": 8_000, "layout": "mono"}),
    "192 kHz": ("a.wav", "pcm_s24le", {"rate": 192_000}),
    "32-bit float": ("a.wav", "pcm_f32le", {"rate": 48_000}),
    "six channels": ("a.flac", "flac", {"rate": 48_000, "layout": "5.1"}),
    "mp3": ("a.mp3", "libmp3lame", {}),
    "a gap": ("a.mkv", "aac", {"without": (5.2, 8.7)}),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_copies_have_the_clock_of_the_soundtrack(make, onsets, tmp_path, kind):
    name, codec, how = SOURCES[kind]
    source = make(name, codec, **how)
    told = []
    sound = soundtrack(source, tmp_path / "sound.pcm")
    copies = listening_copies(source, tmp_path / "copies", told.append)
    assert [(copy.media_type, copy.codec) for copy in copies] == [("audio/webm", "opus"), ("audio/mp4", "mp4a.40.2")]
    assert told == sorted(told)
    for copy in copies:
        again = soundtrack(copy.path, tmp_path / "again.pcm")
        assert again.duration_ms == pytest.approx(sound.duration_ms, abs=50)
        assert onsets(again) == pytest.approx(onsets(sound), abs=0.01)
        assert again.lost_ms == 0
        facts = probe(copy.path)
        assert (facts.channels, facts.sample_rate) == (1, 48_000)
    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == ["sound.m4a", "sound.webm"]


def test_copies_of_a_damaged_file_are_as_long_as_its_soundtrack(make, tmp_path):
    path = make("a.mp3", "libmp3lame")
    content = bytearray(path.read_bytes())
    content[100_000:120_000] = bytes(20_000)
    path.write_bytes(content[:-50_000])
    sound = soundtrack(path, tmp_path / "sound.pcm")
    for copy in listening_copies(path, tmp_path / "copies"):
        assert soundtrack(copy.path, tmp_path / "again.pcm").duration_ms == pytest.approx(sound.duration_ms, abs=50)


def test_a_player_finds_the_table_of_contents_at_the_front(make, tmp_path):
    webm, m4a = listening_copies(make("a.mp3", "libmp3lame"), tmp_path)
    content = m4a.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    content = webm.path.read_bytes()
    assert content.index(bytes.fromhex("1c53bb6b")) < content.index(bytes.fromhex("1f43b675"))  # Cues before a Cluster


def test_the_upper_half_of_a_voice_is_kept(make, tmp_path):
    time = np.arange(10 * 48_000) / 48_000
    hiss = (0.3 * np.sin(2 * np.pi * 11_000 * time)).astype(np.float32)  # gone if the copy came from 16 kHz
    for copy in listening_copies(make("a.wav", "pcm_s16le", hiss, rate=48_000), tmp_path):
        import av

        with av.open(str(copy.path)) as container:
            samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
        assert np.sqrt(np.mean(np.square(samples[48_000:-48_000]))) > 0.05  # about 0.09 at the loudness of a copy


def test_copies_are_small(recordings, tmp_path):
    webm, m4a = listening_copies(recordings / "interview" / "bsha.mp3", tmp_path)
    assert webm.path.stat().st_size < 260 * 5_000  # 40 kbit/s: Opus may use more where much is said
    assert m4a.path.stat().st_size < 260 * 9_000
