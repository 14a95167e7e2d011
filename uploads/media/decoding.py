"""One pass over a file's sound: every moment at its own time, whatever is damaged in between."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from av import AudioFrame, AudioResampler, Packet
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from uploads.media.declared import BARE_STREAMS, declared_seconds, origin
from uploads.media.limits import longest_s
from uploads.media.opening import opened
from uploads.media.refusals import Reason, Unplayable

_STUMBLES = 1000  # failed reads in a row after which nothing more is expected of a file
_JITTER_S = 0.04  # many formats round their times; a difference up to here is not a gap
_SET_BACK_S = 1.0  # times that step back by less come from rounding, and the sound catches up with them
_BELIEVABLE_GAP_S = 600.0  # where the file does not say how long it is, a longer gap is a broken clock
_TAIL_S = 0.2  # encoders' padding makes the declared length differ by this much
_TAGS = (b"ID3", b"APETAGEX", b"TAG")  # not sound: files joined end to end carry them in the middle
_SILENCE_SAMPLES = 1 << 20  # in a block: a gap of hours is not held in memory


class Decoding:
    """The sound of a file as mono 16-bit samples at one rate. Iterate blocks() once; lost_s and damaged_packets tell
    afterwards what could not be read.
    """

    def __init__(self, path: Path, rate: int, tell: Callable[[float], None]) -> None:
        """tell gets the share done, 0 to 1, with every packet and every block."""
        self.damaged_packets = 0
        self.lost_s = 0.0
        self._path, self._rate, self._tell = path, rate, tell
        self._samples = 0  # handed out so far, at our rate
        self._heard_s = 0.0  # the same in seconds, with what the resampler still holds
        self._skew_s = 0.0  # what to add to the file's clock
        self._good_packets = 0
        self._share = 0.0
        self._most_samples = longest_s(path.stat().st_size) * rate

    def blocks(self) -> Iterator[bytes]:
        """Little-endian samples, in order, without a gap. Raises Unplayable where there is not one."""
        with opened(self._path) as (container, stream):
            start = origin(container, stream)
            declared = declared_seconds(container, stream, self._path)
            to_mono = _ToMono(self._rate)
            for frame in self._frames(container, stream):
                time = None if frame.pts is None or frame.time_base is None else frame.pts * frame.time_base
                start = time if start is None else start
                gap = 0.0 if time is None or start is None else self._gap(time - start, declared)
                if gap:
                    yield self._counted(to_mono.flush())
                    yield from self._silence_until(self._heard_s + gap)
                    self._heard_s += gap
                yield self._counted(to_mono.feed(frame))
                self._heard_s += frame.samples / frame.sample_rate
            yield self._counted(to_mono.flush())
        # Any bytes at all look like a bare stream here and there: a few good packets among many bad ones are chance.
        if not self._samples or (self._good_packets < self.damaged_packets and container.format.name in BARE_STREAMS):
            raise Unplayable(Reason.UNREADABLE)
        if declared is not None and declared - self._heard_s > _TAIL_S:
            self.lost_s += declared - self._heard_s

    def _frames(self, container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
        """Decoded frames; a packet that cannot be decoded is counted and passed over."""
        bare = container.format.name in BARE_STREAMS
        size = container.size
        good_bytes, good_s, largest = 0, 0.0, 0
        for packet in _packets(container, stream):
            seconds = float(packet.duration * packet.time_base) if packet.duration and packet.time_base else 0.0
            try:
                frames = packet.decode()
            except FFmpegError:
                self.damaged_packets += bool(packet.size)
                if bare and packet.size > 2 * largest > 0 and not bytes(packet).startswith(_TAGS):
                    # A bare stream has no clock but the frames in it, and damage hides frames: a long stretch of bad
                    # bytes comes as one packet of 26 ms. Its length in bytes says how long it really was.
                    self._skew_s += packet.size * good_s / good_bytes - seconds
                continue
            self._good_packets += 1
            good_bytes, good_s, largest = good_bytes + packet.size, good_s + seconds, max(largest, packet.size)
            yield from frames
            self._share = (packet.pos or 0) / size
            self._tell(self._share)

    def _gap(self, time: Fraction, declared: float | None) -> float:
        """Seconds of silence to put before what starts at time; 0.0 where it follows on."""
        gap = float(time) + self._skew_s - self._heard_s
        if -_SET_BACK_S <= gap <= _JITTER_S:
            return 0.0
        believable = self._heard_s + gap <= declared + 1 if declared is not None else gap <= _BELIEVABLE_GAP_S
        if gap < 0 or not believable:
            self._skew_s -= gap  # the clock was set: what comes now follows what came before, and no sound is dropped
            return 0.0
        if self._heard_s:  # sound that begins after the picture is not lost
            self.lost_s += gap
        return gap

    def _silence_until(self, seconds: float) -> Iterator[bytes]:
        missing = max(0, round(seconds * self._rate) - self._samples)
        while missing:
            samples = min(missing, _SILENCE_SAMPLES)
            yield self._counted(bytes(2 * samples))
            missing -= samples
            self._tell(self._share)

    def _counted(self, block: bytes) -> bytes:
        self._samples += len(block) // 2
        if self._samples > self._most_samples:
            raise Unplayable(Reason.ENDLESS)
        return block


def _packets(container: InputContainer, stream: AudioStream) -> "Iterator[Packet[AudioStream]]":
    """Packets to the end of the file. A reader that stumbles is asked again: it stands behind the bad bytes then."""
    stumbles = 0
    while stumbles < _STUMBLES:
        try:
            for packet in container.demux(stream):
                stumbles = 0
                yield packet
        except FFmpegError:
            stumbles += 1
        else:
            return


class _ToMono:
    """Any frames to mono 16-bit samples at one rate, also when their form changes in the middle of a file."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._form: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def feed(self, frame: AudioFrame) -> bytes:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = self.flush() if form != self._form else b""
        if self._resampler is None:
            self._form, self._resampler = form, AudioResampler(format="s16", layout="mono", rate=self._rate)
        frame.pts = None  # times are kept above; the resampler would act on them in its own way
        return before + _bytes(self._resampler.resample(frame))

    def flush(self) -> bytes:
        """What the resampler still holds; it starts afresh afterwards."""
        held = _bytes(self._resampler.resample(None)) if self._resampler else b""
        self._resampler = None
        return held


def _bytes(frames: list[AudioFrame]) -> bytes:
    return b"".join(np.ascontiguousarray(frame.to_ndarray(), dtype="<i2").tobytes() for frame in frames)


def write_samples(tell: Callable[[float], None], path: str, part: str, rate: int) -> dict[str, int]:
    """Write all of a file's sound to part, in the child process; what a Soundtrack says of it."""
    decoding = Decoding(Path(path), rate, tell)
    size = 0
    with open(part, "wb") as file:
        for block in decoding.blocks():
            size += file.write(block)
    return {
        "duration_ms": round(size / 2 / rate * 1000),
        "lost_ms": round(decoding.lost_s * 1000),
        "damaged_packets": decoding.damaged_packets,
    }
