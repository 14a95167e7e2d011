"""What happens to every recording under ../shared/data/audio: as a Markdown table on standard output.

    PYTHONPATH=. python tests/bench/bench_speech.py [--model base|tiny.en] [--only bsha] [--threads 2]

Each file is heard in a process of its own, so that the memory shown is its high-water mark and no other file's. CPU is
that of decoding, cutting and hearing, without the second that loading the model takes.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from uploads.media import Soundtrack, Unplayable, loss_sentence, probe, soundtrack
from uploads.speech.segments import Word
from uploads.speech.whisper import Transcriber

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
SOUND = {".wav", ".mp3", ".flac", ".ogg", ".mp4", ".m4a", ".webm"}

Said = list[tuple[str, float | None, float | None]]  # text, and from and to which second where that is known


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model", default="base")
    arguments.add_argument("--only", default="", help="only files with this in their name")
    arguments.add_argument("--threads", default="2")
    arguments.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        print(json.dumps(heard(given.one, given.model, int(given.threads))))
        return
    print(
        "| file | container, codec | s | lost s | pieces | words | CPU s per s | MB | WER (S D I of words) | language |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---|")
    for path in sorted(
        path for path in (DATA / "audio").rglob("*") if path.suffix in SOUND and given.only in path.name
    ):
        command = [sys.executable, __file__, "--one", path, "--model", given.model, "--threads", given.threads]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"| {path.name} | FAILED {done.stderr.splitlines()[-1]} |")
        else:
            print(row(path, json.loads(done.stdout)), flush=True)


def row(path: Path, found: dict[str, object]) -> str:
    name = path.relative_to(DATA / "audio")
    if "refused" in found:
        return f"| {name} | refused: {found['refused']} | | | | | | {found['memory']} | | |"
    columns = ("media", "seconds", "lost", "pieces", "words", "cpu", "memory", "wer", "language")
    return f"| {name} | " + " | ".join(str(found[column]) for column in columns) + " |"


def heard(path: Path, model: str, threads: int) -> dict[str, object]:
    transcriber = Transcriber(None if model == "base" else model, device="cpu", threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        try:
            facts = probe(path)
            _ = transcriber.fingerprint  # loads the model
            begun = time.process_time()
            sound = soundtrack(path, Path(folder) / "sound.pcm")
            pieces = transcriber.pieces(sound)
            language, probability = transcriber.language(sound, pieces)
            words = [word for piece in pieces for word in transcriber.hear(sound, piece, language)]
            spent = time.process_time() - begun
        except Unplayable as refused:
            return {"refused": str(refused), "memory": memory()}
    return {
        "media": f"{facts.container.split(',')[0]}, {facts.audio_codec}, {facts.sample_rate} Hz × {facts.channels}",
        "seconds": round(sound.duration_ms / 1000, 1),
        "lost": lost(sound),
        "pieces": len(pieces),
        "words": len(words),
        "cpu": f"{spent / (sound.duration_ms / 1000):.3f}",
        "memory": memory(),
        "wer": errors(list(said(path)), words, language),
        "language": f"{language} {probability:.2f}",
    }


def lost(sound: Soundtrack) -> str:
    return f"{sound.lost_ms / 1000:.1f}" + (f" ({loss_sentence(sound)})" if loss_sentence(sound) else "")


def memory() -> int:
    """High-water mark of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def said(path: Path) -> Iterator[tuple[str, float | None, float | None]]:
    """The reference of a recording, whole or in timed parts; nothing where there is none."""
    if path.stem == "bsha":
        lines = (DATA / "transcripts" / "washington-work" / "passages.jsonl").read_text().splitlines()
        passages = [passage for passage in map(json.loads, lines) if passage["interview"] == "bsha"]
        yield " ".join(passage["text"] for passage in passages), None, None
    elif path.stem == "librispeech-other":
        for part in json.loads(path.with_suffix(".json").read_text()):
            if part["text"]:
                yield part["text"], part["start_s"] - 0.3, part["end_s"] + 0.3
    else:
        for reference in map(json.loads, (DATA / "audio" / "references.jsonl").read_text().splitlines()):
            if DATA / reference["file"] == path:
                yield reference["text"], None, None


def errors(parts: Said, words: list[Word], language: str) -> str:
    if not parts:
        return ""
    normal = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    expected = [normal(text) for text, _, _ in parts]
    found = [normal(" ".join(word.text for word in words if within(word, start, end))) for _, start, end in parts]
    told = jiwer.process_words(expected, found)
    size = sum(len(text.split()) for text in expected)
    return f"{told.wer:.3f} ({told.substitutions} {told.deletions} {told.insertions} of {size})"


def within(word: Word, start: float | None, end: float | None) -> bool:
    middle = (word.start_ms + word.end_ms) / 2000
    return start is None or end is None or start <= middle <= end


if __name__ == "__main__":
    main()
