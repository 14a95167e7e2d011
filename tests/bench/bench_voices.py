"""How well voices are told apart on the real recordings beside the project: as Markdown tables on standard output.

    PYTHONPATH=. python tests/bench/bench_voices.py [--only bsha] [--threads 2] [--hours] [--kept FOLDER]

Words are heard once, with the base model, and kept for this run, or in --kept for the next ones. Each recording is then
told apart in a process of its own, so that the memory shown is its own high-water mark. Errors are shares of the
reference's speech, 0.25 s around each of its borders left out. --hours adds three hours made of one recording.
"""

import argparse
import difflib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from uploads.media import Soundtrack, soundtrack
from uploads.speech.segments import Word
from uploads.speech.voice_groups import mean_prints
from uploads.speech.voice_prints import WINDOW_SAMPLES, Network
from uploads.speech.voices import Voices

DATA = Path(__file__).parents[3] / "shared" / "data"
AUDIO = DATA / "audio"
READERS = AUDIO / "long" / "librispeech-other.flac"
PEOPLE = {"ami-dev00": 2, "ami-dev01": 2, "ami-trn02": 1, "ami-trn06": 3, "bsha": 2, "librispeech-other": 10}
COLLAR_S, FRAME_S, JOINED_S = 0.25, 0.01, 0.5
AGAIN = 12  # times the long recording makes three hours

Turns = list[tuple[float, float, str]]  # from and to which second, and who


@dataclass
class Errors:
    """Seconds of speech, and of it those that nobody, one too many, or the wrong person was heard in."""

    speech: float
    missed: float
    false_alarm: float
    confused: float

    def __str__(self) -> str:
        parts = (self.missed, self.false_alarm, self.confused)
        return " | ".join(f"{100 * part / self.speech:.1f}" for part in (*parts, sum(parts)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", default="", help="only recordings with this in their name")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--hours", action="store_true")
    arguments.add_argument("--kept", type=Path)
    arguments.add_argument("--hear", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--tell", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.hear:
        hear(*given.hear, given.threads)
    elif given.tell:
        tell(Path(given.tell[0]), int(given.tell[1]) or None, given.threads)
    else:
        with tempfile.TemporaryDirectory() as folder:
            recordings(given.kept or Path(folder), given.only, given.threads, given.hours)
        if not given.only:
            with threadpool_limits(limits=1, user_api="blas"):
                numbers_of_people()


def recordings(folder: Path, only: str, threads: int, hours: bool) -> None:
    print("| recording | people | voices | words right | missed | false alarm | confused | in all % "
          "| the same, overlap left out | | | | CPU s per s | MB, before → most |")  # fmt: skip
    print("|---|---|---:|---:|" + "---:|" * 10)
    for path in [*sorted((AUDIO / "conversation").glob("*.wav")), AUDIO / "interview" / "bsha.mp3", READERS]:
        if only in path.name:
            kept = folder / path.stem
            if not kept.with_suffix(".words").exists():
                ran("--hear", path, kept, threads=threads)
            for people in (PEOPLE[path.stem], 0):
                print(
                    row(path.stem, kept, people, json.loads(ran("--tell", kept, people, threads=threads))), flush=True
                )
    if hours and only in READERS.name:
        told = json.loads(ran("--tell", again(folder / READERS.stem), 10, threads=threads))
        print(f"| the last, {AGAIN} times | 10 | {len(set(told['voices']))} |" + " |" * 9 + cost(told))


def ran(*arguments: object, threads: int) -> str:
    command = [sys.executable, __file__, *map(str, arguments), "--threads", str(threads)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def hear(path: Path, kept: Path, threads: int) -> None:
    from uploads.speech.whisper import Transcriber  # only here: what tells voices apart must not carry its memory

    sound = soundtrack(path, kept.with_suffix(".pcm"))
    transcriber = Transcriber(device="cpu", threads=threads)
    words = [word for piece in transcriber.pieces(sound) for word in transcriber.hear(sound, piece, "en")]
    kept.with_suffix(".words").write_text(json.dumps([astuple(word) for word in words]))


def heard(kept: Path) -> tuple[Soundtrack, list[Word]]:
    words = [Word(*word) for word in json.loads(kept.with_suffix(".words").read_text())]
    return Soundtrack.open(kept.with_suffix(".pcm")), words


def tell(kept: Path, people: int | None, threads: int) -> None:
    sound, words = heard(kept)
    before, begun = memory(), time.process_time()
    voices = Voices(threads).tell_apart(sound, words, people)
    spent = (time.process_time() - begun) / (sound.duration_ms / 1000)
    print(json.dumps({"voices": voices, "cpu": spent, "before": before, "most": memory()}))


def again(kept: Path) -> Path:
    sound, words = heard(kept)
    longer = kept.with_name("hours")
    longer.with_suffix(".pcm").write_bytes(sound.path.read_bytes() * AGAIN)
    told = {"duration_ms": sound.duration_ms * AGAIN, "lost_ms": 0, "damaged_packets": 0}
    longer.with_suffix(".pcm.json").write_text(json.dumps(told))
    shifts = [number * sound.duration_ms for number in range(AGAIN)]
    moved = [(word.text, word.start_ms + by, word.end_ms + by, word.probability) for by in shifts for word in words]
    longer.with_suffix(".words").write_text(json.dumps(moved))
    return longer


def memory() -> int:
    """High-water mark of this process in MB; getrusage would tell that of the process that started it, if higher."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told[1]) // 1024 if told else 0


def cost(told: dict) -> str:
    return f" {told['cpu']:.4f} | {told['before']} → {told['most']} |"


def row(name: str, kept: Path, people: int, told: dict) -> str:
    sound, words = heard(kept)
    begin = f"| {name} | {f'{people} given' if people else 'not given'} | {len(set(told['voices']) - {None})} | "
    if name == "bsha":
        right, known = right_words(words, told["voices"])
        return begin + f"{100 * right / known:.1f} % of {known} |" + " |" * 8 + cost(told)
    said, found = reference(name), turns(words, told["voices"])
    both = [errors(said, found, sound.duration_ms / 1000, overlap) for overlap in (True, False)]
    return begin + "| " + " | ".join(map(str, both)) + " |" + cost(told)


def right_words(words: list[Word], voices: list[str | None]) -> tuple[int, int]:
    """How many of the words that also stand in the human transcript have its speaker, and how many stand there."""
    said = []
    for line in (DATA / "transcripts" / "washington-work" / "passages.jsonl").read_text().splitlines():
        passage = json.loads(line)
        if passage["interview"] == "bsha":
            said += [(plain(word), passage["speaker"]) for word in passage["text"].split()]
    matched = difflib.SequenceMatcher(None, [word for word, _ in said], [plain(w.text) for w in words], autojunk=False)
    pairs: Counter[tuple[str, str | None]] = Counter()
    for block in matched.get_matching_blocks():
        for at in range(block.size):
            pairs[said[block.a + at][1], voices[block.b + at]] += 1
    return round(best_match(pairs)), pairs.total()


def plain(word: str) -> str:
    return re.sub(r"[^a-z0-9']", "", word.lower())


def reference(name: str) -> Turns:
    if name == READERS.stem:
        parts = json.loads(READERS.with_suffix(".json").read_text())
        return [(part["start_s"], part["end_s"], part["speaker"]) for part in parts]
    lines = [line.split() for line in (AUDIO / "conversation" / "ami.rttm").read_text().splitlines()]
    return [(float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in lines if line[1] == name]


def turns(words: list[Word], voices: list[str | None]) -> Turns:
    """Words of one voice, joined across gaps that are shorter than half a second."""
    found: Turns = []
    for word, voice in zip(words, voices, strict=True):
        start, end = word.start_ms / 1000, word.end_ms / 1000
        if found and found[-1][2] == voice and start - found[-1][1] < JOINED_S:
            found[-1] = (found[-1][0], end, voice)
        elif voice:
            found.append((start, end, voice))
    return found


def errors(said: Turns, found: Turns, seconds: float, overlap: bool) -> Errors:
    """Diarisation errors as NIST counts them (md-eval), in frames of 10 ms."""
    true, heard_as = frames(said, seconds), frames(found, seconds)
    counted = np.ones(round(seconds / FRAME_S), bool)
    for border in (at for start, end, _ in said for at in (start, end)):
        counted[max(0, round((border - COLLAR_S) / FRAME_S)) : round((border + COLLAR_S) / FRAME_S)] = False
    of_truth = sum(true.values())
    if not overlap:
        counted &= of_truth < 2
    pairs = Counter(
        {(who, voice): float((a & b & counted).sum()) for who, a in true.items() for voice, b in heard_as.items()}
    )
    many, heard_many = of_truth[counted], sum(heard_as.values(), np.zeros(len(counted), int))[counted]
    right = best_match(pairs)
    return Errors(
        speech=float(many.sum()),
        missed=float(np.maximum(many - heard_many, 0).sum()),
        false_alarm=float(np.maximum(heard_many - many, 0).sum()),
        confused=float(np.minimum(many, heard_many).sum()) - right,
    )


def frames(spans: Turns, seconds: float) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for start, end, who in spans:
        own = found.setdefault(who, np.zeros(round(seconds / FRAME_S), int))
        own[round(start / FRAME_S) : round(end / FRAME_S)] = 1
    return found


def best_match(pairs: Counter) -> float:
    """The most that can agree when each voice stands for one person at most."""
    people, voices = (sorted({pair[side] for pair in pairs}, key=str) for side in (0, 1))

    @cache
    def most(person: int, taken: int) -> float:
        if person == len(people):
            return 0.0
        free = [at for at in range(len(voices)) if not taken >> at & 1]
        taking = [pairs[people[person], voices[at]] + most(person + 1, taken | 1 << at) for at in free]
        return max([most(person + 1, taken), *taking])

    return most(0, 0)


def numbers_of_people() -> None:
    """Mixtures of 1 to 8 of the readers, a dozen each: how often their number is found."""
    chance = np.random.default_rng(1)
    prints = prints_of_readers()
    print("\n| people | number found | one too many | other |\n|---:|---:|---:|---:|")
    for people in range(1, 9):
        found: Counter[str] = Counter()
        for mixture in range(12):
            names = chance.choice(sorted(prints), people, replace=False)
            # In a third of the mixtures the others say 5 s each, beside 25 s of the first.
            sizes = [60 if mixture % 3 or name == names[0] else 12 for name in names]
            mixed = [prints[name][:size] for name, size in zip(names, sizes, strict=True)]
            difference = len(mean_prints(np.concatenate(mixed), None)) - people
            found[{0: "right", 1: "more"}.get(difference, "other")] += 1
        print(f"| {people} | {found['right']} of 12 | {found['more']} | {found['other']} |", flush=True)


def prints_of_readers() -> dict[str, np.ndarray]:
    network, hop = Network(), 6_400
    samples: dict[str, list[np.ndarray]] = {}
    with tempfile.TemporaryDirectory() as folder:
        sound = soundtrack(READERS, Path(folder) / "sound.pcm")
        for start, end, who in reference(READERS.stem):
            said = sound.samples(round(start * 1000), round(end * 1000))
            samples.setdefault(who, []).extend(
                said[at : at + WINDOW_SAMPLES] for at in range(0, len(said) - WINDOW_SAMPLES, hop)
            )
    return {who: network.prints(np.stack(windows[:60])) for who, windows in samples.items()}


if __name__ == "__main__":
    main()
