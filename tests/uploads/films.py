"""Small films made on the fly: the picture is white and a tone sounds for the first fifth of every second."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SOUND_RATE = 48_000


def film(
    path: Path,
    codec: str = "libx264",
    size: tuple[int, int] = (160, 120),
    *,
    seconds: int = 6,
    rate: int = 25,
    rotation: int = 0,
    sound_late_s: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """The picture is marked by a grey bar at its top while it is dark, so that one sees which way is up."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream(codec, rate=rate, options=options or {})
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        sound = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=SOUND_RATE, layout="mono")
        if rotation:
            picture.set_display_rotation(rotation)
        for number in range(seconds * rate):
            container.mux(picture.encode(_picture(size, white=number % rate < rate / 5)))
        container.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(_tones(seconds).reshape(1, -1), "flt", "mono")
        frame.sample_rate, frame.time_base = SOUND_RATE, Fraction(1, SOUND_RATE)
        frame.pts = round(sound_late_s * SOUND_RATE)
        to_stream = av.AudioResampler(format=sound.format, layout="mono", rate=SOUND_RATE, frame_size=1024)
        for part in [*to_stream.resample(frame), *to_stream.resample(None), None]:
            container.mux(sound.encode(part))
    return path


def _picture(size: tuple[int, int], *, white: bool) -> av.VideoFrame:
    width, height = size
    light = np.full((height, width, 3), 235 if white else 16, np.uint8)
    if not white:
        light[: height // 4] = 128
    return av.VideoFrame.from_ndarray(light, format="rgb24")


def _tones(seconds: int) -> np.ndarray:
    time = np.arange(seconds * SOUND_RATE) / SOUND_RATE
    return (0.3 * np.sin(1200 * np.pi * time) * (time % 1 < 0.2)).astype(np.float32)


def flashes(path: Path) -> list[float]:
    """The seconds at which the picture turns white."""
    before, found = False, []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            white = frame.to_ndarray(format="gray").mean() > 150
            if white and not before:
                found.append(frame.time)
            before = white
    return found


def tones(path: Path) -> list[float]:
    """The seconds at which a tone begins, by the times of the decoded frames."""
    with av.open(str(path)) as container:
        frames = [(frame.time, frame.to_ndarray().reshape(-1)) for frame in container.decode(audio=0)]
    rate = SOUND_RATE
    level = np.concatenate([samples for _, samples in frames])
    time = np.concatenate([at + np.arange(samples.size) / rate for at, samples in frames])
    loud = np.flatnonzero(np.abs(level) > 0.05)
    return [float(time[at]) for at in loud[np.diff(loud, prepend=-rate) > rate / 4]]
