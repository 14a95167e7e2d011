"""Three hours of speech through the whole of PROCESS: memory, processor, the first words, and the same words again.

    PYTHONPATH=. python tests/bench/bench_long.py [--hours 3] [--model base] [--threads 2]

Real recordings of ../shared/data are joined, over and over, to one of the length asked for, which an archive in a
temporary folder takes in and a worker process of its own hears. Its resident memory is read every few seconds. Each
distinct part is then heard once alone by the same model, and set beside every time it was heard in the long recording.
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from archive import migrations
from archive.cli.house import quiet_logs
from archive.models import JobState
from archive.settings import Settings
from archive.wiring import House
from tests.archive.kills import Bench
from tests.archive.sounds import SPEECH_RATE, heard
from uploads.media import soundtrack
from uploads.speech.pieces import LONGEST_MS
from uploads.speech.whisper import Transcriber

AUDIO = Path(__file__).parents[3] / "shared/data/audio"
PARTS = ("long/librispeech-other.flac", "interview/bsha.mp3", "speech/sonnet1.en.mp3", "lj/LJ001-00*.mp3")
PAUSE_S = 1.0  # no more than between two sentences: a longer one would end a piece, and make it easy
EVERY_S = 3.0
MS = SPEECH_RATE // 1000  # samples in a millisecond
WARM_S = 120.0  # the model has been loaded and the first long pieces are heard: from here on memory should be flat

Told = list[tuple[int, str]]  # where the word begins, in ms of its part, and the word


@dataclass(frozen=True)
class Place:
    """Where in the long recording a part stands."""

    part: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Run:
    """What a worker process took. moments in seconds after its start; memory as such seconds and MB resident."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    moments: dict[str, float]
    memory: list[tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    quiet_logs()
    with tempfile.TemporaryDirectory(prefix="peer-stories-long-") as folder:
        trial(Path(folder), given.hours * 3600, given.model, given.threads)


def trial(folder: Path, seconds: float, model: str, threads: int) -> None:
    parts = {name: spoken(name) for name in PARTS}
    places = written(folder / "long.flac", parts, seconds)
    bench = archive(folder / "data", model, threads)
    slug = bench.begin(folder / "long.flac")
    run = worked(bench)
    tell(run, places[-1].end_ms / 1000)
    words = words_of(bench, slug)
    print(f"{bench.pieces()} pieces, {len(words)} words")
    alone = Transcriber(model if model != "base" else None, device="cpu", threads=threads)
    for name, samples in parts.items():
        compare(name, heard_alone(alone, folder, samples), [within(words, at) for at in places if at.part == name])


def spoken(pattern: str) -> NDArray[np.float32]:
    """The samples of a recording, or of several one after the other."""
    pause = np.zeros(int(PAUSE_S * SPEECH_RATE), np.float32)
    return np.concatenate([each for path in sorted(AUDIO.glob(pattern)) for each in (heard(path), pause)])


def written(path: Path, parts: dict[str, NDArray[np.float32]], seconds: float) -> list[Place]:
    """One FLAC file, whole parts in turn until it is long enough; written as it grows."""
    places: list[Place] = []
    at = 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=SPEECH_RATE, layout="mono")
        for name, samples in cycle(parts.items()):
            if at >= seconds * 1000:
                break
            whole = samples[: len(samples) // MS * MS]
            container.mux(stream.encode(frame(whole, at * MS)))
            places.append(Place(name, at, at + len(whole) // MS))
            at = places[-1].end_ms
        container.mux(stream.encode(None))
    return places


def frame(samples: NDArray[np.float32], at: int) -> av.AudioFrame:
    whole = (np.clip(samples, -1, 1) * 32_767).astype(np.int16).reshape(1, -1)
    made = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
    made.sample_rate, made.pts, made.time_base = SPEECH_RATE, at, Fraction(1, SPEECH_RATE)
    return made


def archive(data: Path, model: str, threads: int) -> Bench:
    settings = Settings(data=data)
    migrations.upgrade(settings.database)
    told = {"DATA": str(data), "WHISPER_MODEL": model, "WHISPER_THREADS": str(threads)}
    return Bench(House(settings), os.environ | {f"PEER_STORIES_{name}": value for name, value in told.items()})


def worked(bench: Bench) -> Run:
    """One worker from its start to its end."""
    began = time.monotonic()
    worker = bench.worker()
    moments: dict[str, float] = {}
    memory: list[tuple[float, float]] = []
    while (ended := os.wait4(worker.pid, os.WNOHANG))[0] == 0:
        now = time.monotonic() - began
        note(moments, bench, now)
        if not memory or now - memory[-1][0] >= EVERY_S:
            memory.append((now, resident_mb(worker.pid)))
        time.sleep(EVERY_S if "first piece" in moments else 0.1)
    worker.returncode = os.waitstatus_to_exitcode(ended[1])
    if bench.job().state != JobState.DONE:
        raise RuntimeError(f"PROCESS ended as {bench.job().state}: {bench.job().error}")
    spent = ended[2]
    return Run(time.monotonic() - began, spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024, moments, memory)


def note(moments: dict[str, float], bench: Bench, now: float) -> None:
    """The first time that something is so, in seconds after the worker's start."""
    for name, there in {
        "claimed": lambda: bench.job().attempt > 0,
        "decoded": lambda: any(bench.house.bench.glob("*.pcm.json")),
        "first piece": lambda: bench.pieces() > 0,
    }.items():
        if name not in moments and there():
            moments[name] = now


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def tell(run: Run, seconds: float) -> None:
    print(f"{seconds:.0f} s of sound: {run.wall_s:.0f} s, {run.cpu_s:.0f} CPU s, {run.cpu_s / seconds:.3f} CPU s per s")
    print("after the worker's start: " + ", ".join(f"{name} {at:.1f} s" for name, at in run.moments.items()))
    warm = np.array([(at, size) for at, size in run.memory[:-1] if at > WARM_S])
    if len(warm) > 1:
        slope, start = np.polyfit(warm[:, 0] / run.wall_s, warm[:, 1], 1)
        shown = f"{warm[:, 1].min():.0f} to {warm[:, 1].max():.0f} MB, a line from {start:.0f} to {start + slope:.0f}"
        print(f"resident after {WARM_S:.0f} s: {shown} over the whole run; its high-water mark {run.peak_mb:.0f} MB")


def words_of(bench: Bench, slug: str) -> Told:
    return [
        (start, text)
        for _, _, _, passage, times in bench.read(slug)
        for start, text in zip(times["s"], passage.split(), strict=True)
    ]


def within(words: Told, at: Place) -> Told:
    return [(start - at.start_ms, text) for start, text in words if at.start_ms <= start < at.end_ms]


def heard_alone(transcriber: Transcriber, folder: Path, samples: NDArray[np.float32]) -> Told:
    with av.open(str(folder / "part.flac"), "w") as container:
        stream = container.add_stream("flac", rate=SPEECH_RATE, layout="mono")
        container.mux(stream.encode(frame(samples, 0)))
        container.mux(stream.encode(None))
    sound = soundtrack(folder / "part.flac", folder / "part.pcm")
    pieces = transcriber.pieces(sound)
    return [(word.start_ms, word.text) for piece in pieces for word in transcriber.hear(sound, piece, "en")]


def compare(name: str, alone: Told, times: list[Told]) -> None:
    """How many words of a part differ from those it has alone, near its ends and elsewhere."""
    length = alone[-1][0]
    near = [at < LONGEST_MS or at > length - LONGEST_MS for at, _ in alone]
    print(f"{name}: {len(times)} times, alone {near.count(True)} words near a seam and {near.count(False)} elsewhere")
    for told in times:
        off = [near[place] for place in differing(alone, told)]
        print(f"    differ: {off.count(True)} near a seam, {off.count(False)} elsewhere")


def differing(alone: Told, told: Told) -> list[int]:
    """Indices of alone: of words that are others in told, or where told has words more; once for each word."""
    one, two = ([text.lower().strip(".,;:!?\"'-") for _, text in each] for each in (alone, told))
    found: list[int] = []
    for kind, start, end, other_start, other_end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            count = max(end - start, other_end - other_start)
            found += [min(place, len(one) - 1) for place in range(start, start + count)]
    return found


if __name__ == "__main__":
    main()
