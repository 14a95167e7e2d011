"""How well, how fast and in how much memory recordings are heard: Markdown tables on standard output.

    PYTHONPATH=. python tests/bench/bench_speech.py [--threads 2] [--only base,read]
    PYTHONPATH=. python tests/bench/bench_speech.py --files [--model base|tiny.en] [--threads 2] [--only bsha]

The first is a row for each model, width of beam and set of recordings, beside the library's own run over the whole of
each recording, which shows what our pieces cost. The second is a row for each file under ../shared/data/audio. Every
row comes from a process of its own, so that the memory shown is its high-water mark and nothing else's. CPU is that of
decoding, cutting and hearing, without the second that loading the model takes.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from faster_whisper import WhisperModel

from tests.bench.references import DATA, errors, read_aloud, said
from uploads.media import Soundtrack, Unplayable, loss_sentence, probe, soundtrack
from uploads.speech import weights
from uploads.speech.segments import Word
from uploads.speech.whisper import Transcriber

SOUND = {".wav", ".mp3", ".flac", ".ogg", ".mp4", ".m4a", ".webm"}
SETS: dict[str, tuple[str, list[Path]]] = {
    "interview": ("en", [DATA / "audio/interview/bsha.mp3"]),
    "long": ("en", [DATA / "audio/long/librispeech-other.flac"]),
    "read": ("en", read_aloud()),
    "german": ("de", [DATA / "audio/speech/simplicissimus.de.mp3"]),
}
ENGINES = ("whole base 5", "base 5", "base 1", "tiny.en 5", "tiny.en 1")  # model and beam; whole: the library alone


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", action="store_true")
    arguments.add_argument("--model", default="base")
    arguments.add_argument("--only", default="", help="only rows with all of these, parted by commas, in their name")
    arguments.add_argument("--threads", default="2")
    arguments.add_argument("--row", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.row:
        print(one_row(*given.row, threads=int(given.threads)))
        return
    rows = list(every_file(given.model)) if given.files else list(every_engine())
    columns = FILE_COLUMNS if given.files else ENGINE_COLUMNS
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for engine, subject in rows:
        if all(word in f"{engine} {subject}" for word in given.only.split(",")):
            print(in_a_process(engine, subject, given.threads), flush=True)


def every_engine() -> Iterator[tuple[str, str]]:
    for engine in ENGINES:
        yield from ((engine, name) for name in SETS if name != "german" or "tiny.en" not in engine)


def every_file(model: str) -> Iterator[tuple[str, str]]:
    paths = (path for path in sorted((DATA / "audio").rglob("*")) if path.suffix in SOUND)
    return ((f"{model} 5", str(path)) for path in paths)


def in_a_process(engine: str, subject: str, threads: str) -> str:
    command = [sys.executable, __file__, "--threads", threads, "--row", engine, subject]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"| {engine} | {subject} | FAILED {done.stderr.splitlines()[-1]} |"


def one_row(engine: str, subject: str, threads: int) -> str:
    cells = set_row(engine, subject, threads) if subject in SETS else file_row(engine, Path(subject), threads)
    return "| " + " | ".join(map(str, cells)) + " |"


ENGINE_COLUMNS = ("engine, beam", "recordings", "WER (S D I of words)", "CPU s per s", "MB")


def set_row(engine: str, name: str, threads: int) -> tuple[object, ...]:
    language, paths = SETS[name]
    hear = listener(engine, threads)
    spent = seconds = 0.0
    heard = []
    for path in paths:
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            sound = soundtrack(path, Path(folder) / "sound.pcm")
            words = hear(sound, language)
        spent, seconds = spent + time.process_time() - begun, seconds + sound.duration_ms / 1000
        heard.append((list(said(path)), words))
    return engine, f"{name} ({seconds:.0f} s)", errors(heard, language), f"{spent / seconds:.3f}", memory()


def listener(engine: str, threads: int) -> Callable[[Soundtrack, str], list[Word]]:
    *whole, model, beam = engine.split()
    if whole:
        return the_library(int(beam), threads)
    transcriber = Transcriber(None if model == "base" else model, device="cpu", threads=threads, beam=int(beam))
    _ = transcriber.fingerprint  # loads the model
    return lambda sound, language: [
        word for piece in transcriber.pieces(sound) for word in transcriber.hear(sound, piece, language)
    ]


def the_library(beam: int, threads: int) -> Callable[[Soundtrack, str], list[Word]]:
    """base over the whole recording in one go, as the library does it by itself, but the same each time."""
    files = weights.find(None, str).files
    model = WhisperModel("base", device="cpu", compute_type="int8", cpu_threads=threads, files=dict(files or {}))

    def hear(sound: Soundtrack, language: str) -> list[Word]:
        how = {"language": language, "beam_size": beam, "temperature": 0.0, "word_timestamps": True}
        words = (word for segment in model.transcribe(sound.samples(), **how)[0] for word in segment.words)
        return [
            Word(word.word.strip(), round(word.start * 1000), round(word.end * 1000), word.probability)
            for word in words
        ]

    return hear


FILE_COLUMNS = ("file", "container, codec", "s", "lost s", "pieces", "words", "WER (S D I of words)", "language",
                "CPU s per s", "MB")  # fmt: skip


def file_row(engine: str, path: Path, threads: int) -> tuple[object, ...]:
    name = path.relative_to(DATA / "audio")
    model = engine.split()[0]
    transcriber = Transcriber(None if model == "base" else model, device="cpu", threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        try:
            facts = probe(path)
            _ = transcriber.fingerprint  # loads the model
            begun = time.process_time()
            sound = soundtrack(path, Path(folder) / "sound.pcm")
            pieces = list(transcriber.pieces(sound))
            language, probability = transcriber.language(sound)
            words = [word for piece in pieces for word in transcriber.hear(sound, piece, language)]
            spent = time.process_time() - begun
        except Unplayable as refused:
            return name, f"refused: {refused}", *[""] * (len(FILE_COLUMNS) - 3), memory()
    seconds = sound.duration_ms / 1000
    container = f"{facts.container.split(',')[0]}, {facts.audio_codec}, {facts.sample_rate} Hz × {facts.channels}"
    wrong = errors([(list(said(path)), words)], language)
    told = f"{language} {probability:.2f}"
    return (name, container, f"{seconds:.1f}", lost(sound), len(pieces), len(words), wrong, told,
            f"{spent / seconds:.3f}", memory())  # fmt: skip


def lost(sound: Soundtrack) -> str:
    return f"{sound.lost_ms / 1000:.1f}" + (f" ({loss_sentence(sound)})" if loss_sentence(sound) else "")


def memory() -> int:
    """High-water mark of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
