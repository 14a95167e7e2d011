"""What is not taken, each with the sentence for the person."""

import os

import av
import numpy as np
import pytest

from uploads.media import Reason, Unplayable, probe, soundtrack


def refusal(path, tmp_path):
    """The refusal of a file: the same from its headers and when it is decoded, leaving nothing behind."""
    out = tmp_path / "out" / "sound.pcm"
    with pytest.raises(Unplayable) as from_headers:
        probe(path)
    with pytest.raises(Unplayable) as when_decoded:
        soundtrack(path, out)
    assert str(from_headers.value) == str(when_decoded.value)
    assert not out.parent.exists() or not list(out.parent.iterdir())
    return from_headers.value


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.mp3").touch()
    error = refusal(tmp_path / "a.mp3", tmp_path)
    assert error.reason == Reason.EMPTY
    assert str(error) == "We could not read this file: it is empty. Nothing was lost; your original is untouched."


def test_a_text_named_mp3_is_refused(tmp_path):
    (tmp_path / "a.mp3").write_text("This is a letter and not a recording.\n" * 500)
    assert refusal(tmp_path / "a.mp3", tmp_path).reason == Reason.NOT_MEDIA


def test_bytes_of_nothing_named_mp3_are_refused(tmp_path):
    (tmp_path / "a.mp3").write_bytes(np.random.default_rng(0).bytes(100_000))
    assert refusal(tmp_path / "a.mp3", tmp_path).reason == Reason.NO_SOUND


def test_bytes_in_which_a_few_mp3_frames_stand_by_chance_are_refused(tmp_path):
    (tmp_path / "a.mp3").write_bytes(np.random.default_rng(1).bytes(100_000))
    assert probe(tmp_path / "a.mp3").audio_codec == "mp3"  # as far as headers tell
    with pytest.raises(Unplayable) as refused:
        soundtrack(tmp_path / "a.mp3", tmp_path / "sound.pcm")
    assert refused.value.reason == Reason.UNREADABLE


def test_a_list_named_mp3_does_not_play_the_file_that_it_points_to(tmp_path, make):
    make("neighbour.mp3", "libmp3lame")
    listing = tmp_path / "a.mp3"
    listing.write_text("ffconcat version 1.0\nfile 'neighbour.mp3'\n")
    with av.open(str(listing)) as opened:  # unguarded, it would: this is what the test is about
        assert opened.format.name == "concat"
    error = refusal(listing, tmp_path)
    assert error.reason == Reason.LIST
    assert "it is a list that points to other files" in str(error)


@pytest.mark.parametrize("name", ["a.m3u8", "a.mp3", "a.wav"])
def test_a_playlist_is_refused_whatever_its_name(tmp_path, make, name):
    make("segment.ts", "aac", muxer="mpegts")
    (tmp_path / name).write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:20\n#EXTINF:20,\nsegment.ts\n#EXT-X-ENDLIST\n"
    )
    assert refusal(tmp_path / name, tmp_path).reason == Reason.LIST


def test_a_name_that_looks_like_an_address_is_a_name(tmp_path, make, monkeypatch):
    make("a.mp3", "libmp3lame").rename(tmp_path / "http:a.mp3")
    monkeypatch.chdir(tmp_path)
    assert probe(tmp_path.__class__("http:a.mp3")).audio_codec == "mp3"


def test_a_video_without_sound_has_its_own_sentence(tmp_path):
    silent = tmp_path / "a.mp4"
    with av.open(str(silent), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 64
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    error = refusal(silent, tmp_path)
    assert error.reason == Reason.SILENT_VIDEO
    assert "it is a video without sound" in str(error)


def test_a_real_video_without_sound_is_refused(recordings, tmp_path):
    assert refusal(recordings / "video" / "1-minute-test.mp4", tmp_path).reason == Reason.SILENT_VIDEO


def test_an_unknown_codec_is_named(tmp_path, make):
    truespeech = bytearray(make("a.wav", "pcm_s16le").read_bytes())
    at = truespeech.index(b"fmt ") + 8
    truespeech[at : at + 2] = (0x0022).to_bytes(2, "little")  # WAV's number for DSP Group TrueSpeech
    (tmp_path / "a.wav").write_bytes(truespeech)
    error = refusal(tmp_path / "a.wav", tmp_path)
    assert error.reason == Reason.UNKNOWN_CODEC
    assert "truespeech" in str(error)


def test_a_phone_recording_whose_end_is_missing_says_so(tmp_path, make):
    whole = make("a.m4a", "aac", muxer="ipod").read_bytes()
    (tmp_path / "a.m4a").write_bytes(whole[: len(whole) // 2])
    error = refusal(tmp_path / "a.m4a", tmp_path)
    assert error.reason == Reason.CUT_SHORT
    assert "its end is missing" in str(error)


def test_a_file_of_which_nothing_can_be_decoded_is_refused_when_it_is_decoded(tmp_path, make):
    path = make("a.flac", "flac", layout="mono")
    content = bytearray(path.read_bytes())
    begin = content.index(b"\xff\xf8", 42)  # the first frame: the headers before it stay good
    content[begin:] = os.urandom(len(content) - begin)
    path.write_bytes(content)
    with pytest.raises(Unplayable) as refused:
        soundtrack(path, tmp_path / "sound.pcm")
    assert refused.value.reason in {Reason.UNREADABLE, Reason.NOT_MEDIA, Reason.NO_SOUND}
    assert not (tmp_path / "sound.pcm").exists()
