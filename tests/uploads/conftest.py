"""Recordings made on the fly, of beeps of 50 ms at every full second: a clock that shifts is seen at once."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from uploads.media import Soundtrack

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings beside the project."""
    if not (DATA / "audio").is_dir():
        pytest.skip("needs the real recordings in ../shared/data, which are not part of the project")
    return DATA / "audio"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """make("a.mp3", "libmp3lame", rate=..., ...) writes 20 s of beeps, or the samples given, and returns the path."""
    return lambda name, codec, samples=None, **how: _written(tmp_path / name, codec, samples, **how)


@pytest.fixture
def make_video(make: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """make_video("a.mp4", options) writes 24 s of a dark picture whose 20 s of beeps begin after 3 s."""

    def making(name: str, options: dict[str, str] | None = None) -> Path:
        path, late = tmp_path / name, 3 * 44_100
        beeps = make("beeps.m4a", "aac", muxer="ipod")
        with av.open(str(beeps)) as plain, av.open(str(path), "w", options=options or {}) as out:
            sound = out.add_stream_from_template(plain.streams.audio[0])
            picture = out.add_stream("mpeg4", rate=1)
            picture.width, picture.height = 64, 64
            for _ in range(24):
                out.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
            out.mux(picture.encode(None))
            for packet in plain.demux(plain.streams.audio[0]):
                if packet.dts is not None:
                    packet.stream, packet.pts, packet.dts = sound, packet.pts + late, packet.dts + late
                    out.mux(packet)
        return path

    return making


@pytest.fixture
def onsets() -> Callable[[Soundtrack], list[float]]:
    """onsets(soundtrack): the seconds at which its beeps begin."""
    return _onsets


def _written(
    path: Path,
    codec: str,
    samples: NDArray[np.float32] | None,
    rate: int = 44_100,
    layout: str = "stereo",
    muxer: str | None = None,
    options: dict[str, str] | None = None,
    without: tuple[int, int] = (0, 0),
) -> Path:
    """Encode; packets that begin in [without) seconds are not written, as when a recorder's card was too slow."""
    sound = _beeps(rate) if samples is None else samples
    with av.open(str(path), "w", format=muxer, options=options or {}) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        to_stream = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=1024)
        for part in [*to_stream.resample(frame), *to_stream.resample(None), None]:
            for packet in stream.encode(part):
                if not without[0] <= float(packet.pts * packet.time_base) < without[1]:
                    container.mux(packet)
    return path


def _beeps(rate: int, seconds: int = 20) -> NDArray[np.float32]:
    time = np.arange(seconds * rate) / rate
    return (0.5 * np.sin(2000 * np.pi * time) * (time % 1 < 0.05)).astype(np.float32)


def _onsets(sound: Soundtrack) -> list[float]:
    loud = np.flatnonzero(np.abs(sound.samples()) > 0.1)
    return [float(at) for at in loud[np.diff(loud, prepend=-16_000) > 4_000] / 16_000]
