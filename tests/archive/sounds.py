"""Recordings made for a test: small, and each with one thing about it."""

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

SPEECH_RATE = 16_000


def tone(
    path: Path,
    seconds: float = 2,
    *,
    rate: int = 16_000,
    codec: str = "pcm_s16le",
    loud: float = 0.2,
    hertz: float = 330,
) -> Path:
    """A steady tone; no two lengths, rates or loudnesses give the same file."""
    time = np.arange(int(seconds * rate)) / rate
    return written(path, (loud * np.sin(2 * math.pi * hertz * time)).astype(np.float32), rate=rate, codec=codec)


def silence(path: Path, seconds: float = 2) -> Path:
    return written(path, np.zeros(int(seconds * SPEECH_RATE), np.float32), rate=SPEECH_RATE)


def written(path: Path, samples: NDArray[np.float32], *, rate: int, codec: str = "pcm_s16le") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        to_stream = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=1024)
        for part in [*to_stream.resample(frame), *to_stream.resample(None), None]:
            for packet in stream.encode(part):
                container.mux(packet)
    return path


def joined(path: Path, parts: list[Path], pause_s: float = 2.0) -> Path:
    """One recording of several, with a pause after each."""
    pause = np.zeros(int(pause_s * SPEECH_RATE), np.float32)
    return written(path, np.concatenate([each for part in parts for each in (heard(part), pause)]), rate=SPEECH_RATE)


def heard(path: Path) -> NDArray[np.float32]:
    """The samples of a file, mono at 16 kHz."""
    with av.open(str(path)) as container:
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=SPEECH_RATE)
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
        return np.concatenate([frame.to_ndarray()[0] for frame in frames + to_mono.resample(None)])


def damaged(path: Path, source: Path) -> Path:
    """A tenth of the file in its middle is noise."""
    data = bytearray(source.read_bytes())
    start, length = len(data) // 2, len(data) // 10
    data[start : start + length] = np.random.default_rng(7).bytes(length)
    path.write_bytes(data)
    return path


def cut_short(path: Path, source: Path, share: float) -> Path:
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def unknown_codec(path: Path) -> Path:
    """A WAV file whose sound is of a kind (0x7A21) that nobody has heard of."""
    tone(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"fmt ") + 8
    data[at : at + 2] = (0x7A21).to_bytes(2, "little")
    path.write_bytes(data)
    return path


def silent_video(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=5)
        picture.width, picture.height = 64, 64
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
    return path


def gaps_after_sound(path: Path, source: Path) -> Path:
    """The first half of source, and then the rest of its packets with ten minutes less one between each two.

    Each is believably late, and all together are far more sound than a file of its size holds.
    """
    with av.open(str(source)) as plain, av.open(str(path), "w") as out:
        sound = out.add_stream_from_template(plain.streams.audio[0])
        packets = [packet for packet in plain.demux(plain.streams.audio[0]) if packet.dts is not None]
        for number, packet in enumerate(packets):
            late = max(0, number - len(packets) // 2) * int(540 / packet.time_base)
            packet.stream, packet.pts, packet.dts = sound, packet.pts + late, packet.dts + late
            out.mux(packet)
    return path
