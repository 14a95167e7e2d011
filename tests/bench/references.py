"""What is said in the recordings of ../shared/data, and how much of it was heard otherwise."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from uploads.speech.segments import Word

DATA = Path(__file__).parents[3] / "shared" / "data"

Part = tuple[str, float | None, float | None]  # text, and from and to which second where that is known
Heard = tuple[list[Part], Sequence[Word]]  # a recording's reference, and what the machine heard


def said(path: Path) -> Iterator[Part]:
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
        for reference in references():
            if DATA / reference["file"] == path:
                yield reference["text"], None, None


def references() -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / "audio" / "references.jsonl").read_text().splitlines()]


def read_aloud() -> list[Path]:
    """Read English with known text, each reading once: of LJ001-0001 there are three forms."""
    paths = [DATA / each["file"] for each in references() if each["lang"] == "en"]
    return [path for path in paths if path.stem not in {"bsha", "LJ001-0001"} or path.name == "LJ001-0001.mp3"]


def errors(heard: Iterable[Heard], language: str) -> str:
    """Word error rate with substitutions, deletions and insertions, over all recordings; "" without a reference."""
    normal = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    expected, found = [], []
    for parts, words in heard:
        for text, start, end in parts:
            expected.append(normal(text))
            found.append(normal(" ".join(word.text for word in words if within(word, start, end))))
    if not expected:
        return ""
    told = jiwer.process_words(expected, found)
    size = sum(len(text.split()) for text in expected)
    return f"{told.wer:.3f} ({told.substitutions} {told.deletions} {told.insertions} of {size})"


def within(word: Word, start: float | None, end: float | None) -> bool:
    middle = (word.start_ms + word.end_ms) / 2000
    return start is None or end is None or start <= middle <= end
