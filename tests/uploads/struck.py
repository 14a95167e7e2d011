"""What is heard and what is stored where something was struck."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from uploads.media import decoding
from uploads.media.loudness import RATE

PER_MS = RATE // 1000
Samples = NDArray[np.float32]


def voice(seconds: float, seed: int = 0) -> Samples:
    """Something like speech where no recording is at hand: vowels of changing pitch, hisses, pauses; no two alike."""
    random, parts, length = np.random.default_rng(seed), [], 0
    while length < seconds * RATE:
        time = np.arange(int(random.integers(5_000, 20_000))) / RATE
        swell = np.sin(np.pi * time / time[-1])
        pitch = random.uniform(90, 220) * time + random.uniform(-40, 40) * time**2
        vowel = sum(random.uniform(0.1, 1) / n * np.sin(2 * np.pi * n * pitch) for n in range(1, 20))
        hiss = random.uniform(0, 0.4) * random.standard_normal(time.size)
        parts += [0.1 * swell * (vowel + hiss), np.zeros(int(random.integers(1_000, 8_000)))]
        length += sum(part.size for part in parts[-2:])
    return np.concatenate(parts)[: round(seconds * RATE)].astype(np.float32)


def write_wav(path: Path, samples: Samples) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        whole = np.rint(np.clip(samples, -1, 1) * 32_767).astype(np.int16)
        for at in range(0, whole.size, RATE):
            frame = av.AudioFrame.from_ndarray(whole[None, at : at + RATE], "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def heard(path: Path) -> Samples:
    """Every sample as a player would hear it, from 0 on the file's clock."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


def heard_by_us(path: Path) -> Samples:
    """The same through the reader of everything that is brought in."""
    whole = b"".join(decoding.Decoding(path, RATE, lambda share: None).blocks())
    return np.frombuffer(whole, "<i2").astype(np.float32) / 32_768


def packets(path: Path) -> list[tuple[int, int, int, bytes]]:
    """pts, dts, duration and content of every packet of sound."""
    with av.open(str(path)) as container:
        found = container.demux(container.streams.audio[0])
        return [(packet.pts, packet.dts, packet.duration, bytes(packet)) for packet in found if packet.size]


def times_ms(path: Path) -> list[tuple[float, float, bytes]]:
    """Begin, end and content of every packet of sound."""
    with av.open(str(path)) as container:
        tick = float(container.streams.audio[0].time_base) * 1000
    return [(pts * tick, (pts + duration) * tick, content) for pts, _, duration, content in packets(path)]


def level_db(samples: Samples) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-9))


def part(samples: Samples, start_ms: float, end_ms: float) -> Samples:
    return samples[max(0, round(start_ms * PER_MS)) : max(0, round(end_ms * PER_MS))]


def loudest_db(samples: Samples, start_ms: int, end_ms: int) -> float:
    """The loudest 10 ms of a stretch."""
    found = part(samples, start_ms, end_ms)
    return max((level_db(found[at : at + 480]) for at in range(0, found.size, 480)), default=-180.0)


def likeness(here: Samples, there: Samples, window: int = 4_800) -> float:
    """The highest normalised cross-correlation of any window of one in any place of the other, 0 to 1."""
    size = 1 << int(np.ceil(np.log2(there.size + window)))
    spectrum = np.fft.rfft(there, size)
    sums = np.concatenate([[0.0], np.cumsum(np.square(there, dtype=np.float64))])
    energy = np.sqrt(np.maximum(sums[window:] - sums[:-window], 1e-9))
    best = 0.0
    for at in range(0, here.size - window + 1, window // 2):
        piece = here[at : at + window].astype(np.float64)
        norm = np.linalg.norm(piece)
        if norm > 0:
            products = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[: energy.size]
            best = max(best, float(np.abs(products / (energy * norm)).max()))
    return best


def lengthened(path: Path, out: Path, seconds: float) -> Path:
    """A copy of hours from a short one: the same packets again and again, without the last."""
    with av.open(str(path)) as short:
        stream = short.streams.audio[0]
        opus, tick = stream.codec_context.name == "opus", stream.time_base
        frame, delay, muxer = (960, 312, "webm") if opus else (1024, 1024, "ipod")
        contents = [bytes(packet) for packet in short.demux(stream) if packet.size][:-1]
        with av.open(str(out), "w", format=muxer) as long:
            copied = long.add_stream_from_template(stream)
            for number in range(int(seconds * RATE / frame)):
                packet = av.Packet(contents[number % len(contents)])
                packet.pts = packet.dts = round((number * frame - delay) / RATE / tick)
                packet.duration, packet.time_base, packet.stream = round(frame / RATE / tick), tick, copied
                packet.is_keyframe = True
                long.mux(packet)
    return out


def around(spans: Sequence[tuple[int, int]], margin_ms: int, at_ms: float) -> bool:
    """Whether a moment is in or near one of the spans."""
    return any(start - margin_ms < at_ms < end + margin_ms for start, end in spans)
