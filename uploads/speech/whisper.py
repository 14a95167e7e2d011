"""Speech to words with Whisper. The only place that imports faster-whisper, so the only one to change with it."""

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property, partial
from importlib.metadata import version
from itertools import pairwise

import numpy as np
from ctranslate2 import get_cuda_device_count
from faster_whisper import WhisperModel, download_model
from faster_whisper.transcribe import Segment as ModelSegment
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from uploads.media import Sound
from uploads.speech import weights
from uploads.speech.glossary import names_in, spelled
from uploads.speech.pieces import WINDOW_MS, cut_pieces, is_spoken
from uploads.speech.segments import Piece, Word
from uploads.speech.weights import NoWeights

UNDETERMINED = "und"  # ISO 639-2: there is speech in no language that can be told, or no speech

_WITHOUT_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}  # each of the model's words is one or two characters there
_SLICE_MS = 30_000 // WINDOW_MS * WINDOW_MS  # what the voice detector gets at once
_VAD_WINDOW, _VAD_CONTEXT = 16 * WINDOW_MS, 64  # samples of a window, and of the one before that go with it
_ASKED, _ASKED_MS = 5, 30_000  # so many windows, each as long as the model hears at once, are asked for the language

# temperature 0 alone: the fallback to higher ones draws by chance, and a run that was killed could not be continued to
# the same transcript. The text before as condition, be it within a piece alone, helped on what is read and hurt a real
# interview by three points (docs/decisions/0008).
_PARAMETERS = {
    "temperature": [0.0],
    "word_timestamps": True,
    "condition_on_previous_text": False,
    "hallucination_silence_threshold": 2.0,
}
# Over noise the model can say the same few words without end; such text compresses to a seventh, speech to a half. A
# piece with a loop is heard again with repetition forbidden; not every piece, because people repeat themselves too.
_LOOP, _WITHOUT_LOOPS = 2.4, {"no_repeat_ngram_size": 3}
# A name costs three or four. Whatever the model is told takes room from what it can say, 448 tokens in all.
_HINT_TOKENS = 100


class NoDevice(weights.CannotHear):
    """The processor that was asked for is not there."""


class Transcriber:
    """Hears recordings with one model, which is loaded when it is first needed and then kept.

    model as for weights.find(); device is "cpu", "cuda" or "auto"; threads 0 lets the library choose; beam is how many
    readings the model follows at once. Raises NoWeights and NoDevice from everything that needs the model.
    """

    def __init__(self, model: str | None = None, device: str = "auto", threads: int = 0, beam: int = 5) -> None:
        self._named, self._device, self._threads = model, device, threads
        self._parameters: dict[str, object] = _PARAMETERS | {"beam_size": beam}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything that words depend on: the model, the parameters, the arithmetic and the libraries."""
        model, weights_fingerprint = self._loaded
        arithmetic = [model.model.device, model.model.compute_type]
        libraries = [version(name) for name in ("faster-whisper", "ctranslate2")]
        all_of_it = [weights_fingerprint, arithmetic, libraries, self._parameters, _LOOP, _WITHOUT_LOOPS]
        return hashlib.sha256(json.dumps(all_of_it, sort_keys=True).encode()).hexdigest()

    def pieces(self, sound: Sound) -> Iterator[Piece]:
        """The parts of the recording to hear one by one; none where nobody speaks. Needs no weights.

        The recording is listened to only as far as the next piece asks for it, so that the first of three hours is
        there as soon as the first of a minute, also where the rest of the sound is not there yet.
        """
        return cut_pieces(_speech(sound, 0), lambda: sound.whole().duration_ms)

    def language(self, sound: Sound) -> tuple[str, float]:
        """Whisper's code of the language ("en") and its probability, from up to five places; see UNDETERMINED.

        The places are where somebody first speaks after the start, a fifth, two fifths … of the recording: no more of
        it is listened to than that, but all of it must be there.
        """
        places = list(_places(sound))
        if not places:
            return UNDETERMINED, 0.0
        if not self._model.model.is_multilingual:
            return "en", 1.0
        total: dict[str, float] = {}
        for start, end in places:
            for language, chance in self._model.detect_language(sound.samples(start, end))[2]:
                total[language] = total.get(language, 0.0) + chance / len(places)
        language = max(total, key=lambda code: (total[code], code))
        return language, total[language]

    def knows(self, language: str) -> bool:
        """Whether hear() can be asked for this language, "de" or "de-AT"; an English-only model knows "en" alone."""
        code, model = _code(language), self._model
        if code not in model.supported_languages:
            return False
        # The library lists languages that only later models have a token for, and would leave the token out.
        return not model.model.is_multilingual or model.hf_tokenizer.token_to_id(f"<|{code}|>") is not None

    def hint(self, glossary: str | None) -> str | None:
        """What of a glossary the model is told: its first names that fit into 100 tokens, some thirty; None for none.

        The glossary as for names_in(). The hint is made of it alone, and decides the words: whoever keeps words under a
        key puts the hint into the key.
        """
        told: str | None = None
        for name in names_in(glossary or ""):
            longer = f"{told}, {name}" if told else name
            if len(self._model.hf_tokenizer.encode(f" {longer}", add_special_tokens=False).ids) > _HINT_TOKENS:
                break
            told = longer
        return told

    def hear(self, sound: Sound, piece: Piece, language: str, hint: str | None = None) -> tuple[Word, ...]:
        """The words of one piece: in order, inside it, none overlapping the next, and the same each time.

        hint is a glossary, cut as by hint(): its names are spelled as there, where something like them is heard. With
        one, a piece is heard twice and costs as much. ValueError for a language that the model does not know.
        """
        if not self.knows(language):
            raise ValueError(f"The speech model knows no language {language!r}.")
        words = self._heard(sound, piece, _code(language), None)
        told = self.hint(hint)
        if told is None or not words:
            return words
        return spelled(words, self._heard(sound, piece, _code(language), told), names_in(told))

    def _heard(self, sound: Sound, piece: Piece, code: str, told: str | None) -> tuple[Word, ...]:
        given: dict[str, object] = {"language": code, "hotwords": told}
        segments = self._segments(sound, piece, given)
        if any(segment.compression_ratio > _LOOP for segment in segments):
            segments = self._segments(sound, piece, given | _WITHOUT_LOOPS)
        speech = np.concatenate(list(_speech(sound, piece.start_ms, piece.end_ms)))
        spoken = [segment for segment in segments if is_spoken(speech, segment.start * 1000, segment.end * 1000)]
        return _words(spoken, piece, spaced=code not in _WITHOUT_SPACES)

    def _segments(self, sound: Sound, piece: Piece, given: dict[str, object]) -> list[ModelSegment]:
        samples = sound.samples(piece.start_ms, piece.end_ms)
        return list(self._model.transcribe(samples, **(self._parameters | given))[0])

    def rest(self) -> None:
        """Let the model go, and some 180 MB with it; when it is next needed it is loaded anew, in about a second."""
        self.__dict__.pop("_loaded", None)

    @property
    def _model(self) -> WhisperModel:
        return self._loaded[0]

    @cached_property
    def _loaded(self) -> tuple[WhisperModel, str]:
        """The model and its weights' fingerprint; the weights themselves are let go, the model has its own copy."""
        found = weights.find(self._named, _download)
        # "auto" is settled here: the library would take the arithmetic of the weights' file for it, float32 on a
        # processor, at several times the cost of int8.
        processor = "cuda" if get_cuda_device_count() else "cpu"
        try:
            model = WhisperModel(
                str(found.folder or found.name),
                device=processor if self._device == "auto" else self._device,
                compute_type={"cpu": "int8", "cuda": "float16"},
                cpu_threads=self._threads,
                files=dict(found.files) if found.files else None,
            )
        except (RuntimeError, ValueError) as error:
            if self._device == "cuda":
                raise NoDevice(
                    f"PEER_STORIES_WHISPER_DEVICE asks for a graphics card, which does not answer ({error}); "
                    "PEER_STORIES_WHISPER_DEVICE=cpu works everywhere."
                ) from error
            raise NoWeights(f"The speech model {found.name} cannot be loaded ({error}).") from error
        return model, found.fingerprint


def _code(language: str) -> str:
    """Whisper's code for a language tag of RFC 5646: that of the language alone, under Whisper's own name for it."""
    code = language.partition("-")[0].lower()
    return {"nb": "no", "jv": "jw"}.get(code, code)


def _words(segments: list[ModelSegment], piece: Piece, spaced: bool) -> tuple[Word, ...]:
    """The model's words on the recording's clock.

    What has no space before it belongs to the word before (".A." to "E"), which is then as sure as its least sure part.
    """
    words: list[Word] = []
    at = piece.start_ms
    for segment in segments:
        for number, part in enumerate(segment.words or ()):
            start = min(max(at, piece.start_ms + round(part.start * 1000)), piece.end_ms)
            at = min(max(start, piece.start_ms + round(part.end * 1000)), piece.end_ms)
            sure = float(part.probability)
            if number and words and spaced and not part.word.startswith(" "):
                last = words.pop()
                words.append(Word(last.text + part.word, last.start_ms, at, min(last.probability, sure)))
            elif part.word.strip():
                words.append(Word(part.word.strip(), start, at, sure))
    return tuple(words)


def _download(name: str) -> str:
    """The folder of a model of the hub; the network is asked only where it was not fetched before."""
    try:
        return str(download_model(name, local_files_only=True))
    except FileNotFoundError:
        return str(download_model(name))


def _places(sound: Sound) -> Iterator[tuple[int, int]]:
    """Up to _ASKED windows of _ASKED_MS, spread over the recording, that begin where somebody begins to speak."""
    duration_ms = sound.whole().duration_ms
    count = min(_ASKED, 1 + duration_ms // _ASKED_MS)
    bounds = [round(place * duration_ms / count) for place in range(count + 1)]
    for start, end in pairwise(bounds):
        for piece in cut_pieces(_speech(sound, start, end), partial(int, end - start)):
            yield start + piece.start_ms, start + piece.start_ms + _ASKED_MS
            break


def _speech(sound: Sound, start_ms: int, end_ms: int | None = None) -> Iterator[NDArray[np.float32]]:
    """For each WINDOW_MS of [start_ms, end_ms), or to the end of the recording, the probability that somebody speaks;
    in slices, to bound memory.

    The detector's state goes from slice to slice, which the library's own call does not allow: begun anew, it is deaf
    for seconds. So the slices leave no trace in what is found.
    """
    session = get_vad_model().session
    h = c = np.zeros((1, 1, 128), np.float32)
    before = np.zeros((1, _VAD_CONTEXT), np.float32)
    at = start_ms
    while (end := sound.reach(at + _SLICE_MS if end_ms is None else min(at + _SLICE_MS, end_ms))) > at:
        samples, at = sound.samples(at, end), end
        windows = np.pad(samples, (0, -len(samples) % _VAD_WINDOW)).reshape(-1, _VAD_WINDOW)
        ends = np.vstack([before, windows[:, -_VAD_CONTEXT:]])
        speech, h, c = session.run(None, {"input": np.hstack([ends[:-1], windows]), "h": h, "c": c})
        before = ends[-1:]
        yield speech.reshape(-1)
