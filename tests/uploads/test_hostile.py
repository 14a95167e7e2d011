"""Files made to do harm: each ends in a result or in one sentence, soon, and leaves nothing behind."""

import resource
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from tests.uploads.films import film
from uploads.media import Facts, Unplayable, listening_copies, probe, soundtrack, video_copy

SOON_S = 20


def ends(doing, path: Path, out: Path):
    """The result, or the refusal; in either case soon, with flat memory here and nothing half made."""
    out.mkdir(exist_ok=True)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        result = doing(path)
    except Unplayable as refusal:
        result = refusal
    assert not isinstance(result, Unplayable) or str(result).startswith("We could not read this file: ")
    assert time.monotonic() - began < SOON_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB
    assert not [each for each in out.iterdir() if each.name.startswith(".") or isinstance(result, Unplayable)]
    return result


def all_end(path: Path, folder: Path) -> list[object]:
    return [
        ends(probe, path, folder / "a"),
        ends(lambda each: soundtrack(each, folder / "b" / "sound.pcm"), path, folder / "b"),
        ends(lambda each: listening_copies(each, folder / "c"), path, folder / "c"),
        ends(lambda each: video_copy(each, folder / "d"), path, folder / "d"),
    ]


def wav(
    channels: int = 1, rate: int = 16_000, bits: int = 16, size: int = 32_000, promised: int | None = None
) -> bytes:
    block = max(1, min(65_535, channels * bits // 8))
    form = struct.pack("<HHIIHH", 1, channels, rate, min(rate * block, 2**32 - 1), block, bits)
    promised = size if promised is None else promised
    sound = b"data" + struct.pack("<I", promised) + bytes(size)
    return (
        b"RIFF" + struct.pack("<I", min(promised + 36, 2**32 - 1)) + b"WAVEfmt " + struct.pack("<I", 16) + form + sound
    )


def flac(rate: int, samples: int) -> bytes:
    """A STREAMINFO of one channel and 16 bits (RFC 9639, 8.2) and a frame's first bytes."""
    packed = (rate << 44 | 0 << 41 | 15 << 36 | samples).to_bytes(8, "big")
    info = struct.pack(">HH", 65_535, 65_535) + bytes(6) + packed + bytes(16)
    return b"fLaC" + b"\x80" + len(info).to_bytes(3, "big") + info + b"\xff\xf8\xc9\x08" + bytes(20_000)


BOMBS = {
    "a wav of 65,535 channels": wav(channels=65_535),
    "a wav of four thousand million samples a second": wav(rate=2**32 - 1),
    "a wav of one sample a second": wav(rate=1),
    "a wav of no samples a second": wav(rate=0),
    "a wav of 65,535 bits": wav(bits=65_535),
    "a wav that promises four gigabytes": wav(promised=2**32 - 10),
    "a flac of 2^36 samples": flac(44_100, 2**36 - 1),
    "a flac of 2^20 samples a second": flac(2**20 - 1, 2**36 - 1),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_header_that_promises_the_impossible_harms_nobody(tmp_path, kind):
    path = tmp_path / f"a.{kind.split()[1]}"
    path.write_bytes(BOMBS[kind])
    all_end(path, tmp_path)


def test_an_index_that_promises_a_thousand_million_samples_harms_nobody(tmp_path):
    path = film(tmp_path / "a.mp4", seconds=2)
    content = bytearray(path.read_bytes())
    for table, at in ((b"stsz", 12), (b"stts", 8), (b"ctts", 8), (b"stsc", 8), (b"stco", 8)):
        found = -1
        while (found := content.find(table, found + 1)) >= 0:
            content[found + at : found + at + 4] = (2**30).to_bytes(4, "big")
    path.write_bytes(content)
    all_end(path, tmp_path)


def test_a_table_that_says_each_sample_lasts_a_day_harms_nobody(tmp_path):
    path = film(tmp_path / "a.mp4", seconds=2)
    content = bytearray(path.read_bytes())
    found = -1
    while (found := content.find(b"stts", found + 1)) >= 0:
        content[found + 16 : found + 20] = (0x7FFFFFFF).to_bytes(4, "big")
    path.write_bytes(content)
    facts, *_ = all_end(path, tmp_path)
    assert not isinstance(facts, Facts) or facts.duration_ms is None or facts.duration_ms < 4e6


def crc(page: bytes) -> int:
    """The checksum of an Ogg page (RFC 3533, 6)."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1 ^ (0x04C11DB7 if register & 0x80000000 else 0)) & 0xFFFFFFFF
    return register


def test_an_ogg_that_claims_to_last_for_years_is_as_long_as_its_sound(tmp_path, make):
    path = make("a.ogg", "libopus", rate=48_000)
    content = bytearray(path.read_bytes())
    last = content.rfind(b"OggS")
    content[last + 6 : last + 14] = (48_000 * 86_400 * 365 * 30).to_bytes(8, "little")
    content[last + 22 : last + 26] = bytes(4)
    content[last + 22 : last + 26] = crc(bytes(content[last:])).to_bytes(4, "little")
    path.write_bytes(content)
    facts, sound, copies, _ = all_end(path, tmp_path)
    assert facts.duration_ms is None
    assert sound.duration_ms == pytest.approx(20_000, abs=2_000)
    assert len(copies) == 2


def test_a_recording_that_is_mostly_gaps_is_not_filled_up_without_end(tmp_path):
    """Each packet is believably late; together they would be three years of silence."""
    import av

    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 960 * 400), np.float32), "flt", "mono")
        frame.sample_rate, frame.pts = 48_000, 0
        for number, packet in enumerate([*stream.encode(frame), *stream.encode(None)]):
            packet.pts = packet.dts = number * 48_000 * 500
            container.mux(packet)
    began = time.monotonic()
    try:
        assert soundtrack(path, tmp_path / "out" / "sound.pcm").duration_ms < 100 * 3_600_000
    except Unplayable:
        assert list((tmp_path / "out").iterdir()) == []
    assert time.monotonic() - began < SOON_S


def test_a_cover_picture_of_many_megabytes_is_no_trouble(tmp_path, make):
    size = 40_000_000
    tag = b"ID3\3\0\0" + bytes([(size + 10) >> shift & 0x7F for shift in (21, 14, 7, 0)])
    head = b"APIC" + struct.pack(">I", size) + bytes(2)
    cover = b"\0image/jpeg\0\3\0" + bytes(size - 14)
    path = make("a.mp3", "libmp3lame", options={"id3v2_version": "0"})
    path.write_bytes(tag + head + cover + path.read_bytes())
    facts, sound, copies, watched = all_end(path, tmp_path)
    assert sound.duration_ms == pytest.approx(20_000, abs=200)
    assert (facts.video_codec, watched, len(copies)) == (None, None, 2)


def test_a_picture_of_two_thousand_million_points_takes_no_memory(tmp_path):
    path = film(tmp_path / "a.avi", "mpeg4", seconds=2)
    content = bytearray(path.read_bytes())
    size, huge = struct.pack("<II", 160, 120), struct.pack("<II", 65_000, 32_000)
    path.write_bytes(bytes(content).replace(size, huge))
    all_end(path, tmp_path)


NAMES = ["-i.mp3", "concat:a.mp3|b.mp3", "http:a.mp3", "two\nlines.mp3", "%d.mp3", "a\udcff.mp3", "pipe:0.mp3", "{.mp3"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_whatever_it_looks_like(tmp_path, make, monkeypatch, name):
    make("a.mp3", "libmp3lame", np.zeros(8_000, np.float32)).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert probe(Path(name)).audio_codec == "mp3"
    assert soundtrack(Path(name), Path("sound.pcm")).lost_ms == 0
