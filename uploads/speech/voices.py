"""Who spoke when, offline: a suggestion for a person to confirm, never a fact.

Each sentence is listened to by itself, so that no window of sound holds the end of a question and the beginning of its
answer. Voice prints are biometric data: they live in this call's memory and nowhere else.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from uploads.media import Soundtrack, Stopped
from uploads.speech.cutting import ends_sentence
from uploads.speech.segments import Word
from uploads.speech.voice_groups import mean_prints
from uploads.speech.voice_prints import WINDOW_MS, WINDOW_SAMPLES, Network
from uploads.speech.voice_weights import CannotTell

__all__ = ["CannotTell", "Voices"]

Floats = NDArray[np.float32]

_HOP_MS = 400  # at most, from one window of a sentence to the next
_PAUSE_MS = 400  # after which somebody else may speak, whatever the punctuation
_SHORTEST_MS = 400  # of sound to listen to: the model's words can be of no length
_TELLING_MS = 800  # a sentence has to be this long to say what voices there are; shorter ones are only compared
_SILENT = 3e-4  # RMS, 70 dB below full scale: nobody is heard there, whatever words the model put there
_BATCH = 16  # windows computed at once, some 30 MB for each thread
_MOST_THREADS = 4
# What it takes to believe that the voice changed, in cosine × seconds of speech: between sentences next to nothing,
# within one as much as a second of clearly another voice. Smaller and single words flicker; greater and turns that the
# model wrote as one sentence stay one.
_BETWEEN, _WITHIN = 0.03, 0.15


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Words [first, end) that one person probably says, and the windows of sound [start_ms, end_ms) that cover them."""

    first: int
    end: int
    windows: tuple[tuple[int, int], ...]


class Voices:
    """Tells voices apart; the network is loaded at the first call that needs it, and kept.

    threads is how many batches are computed side by side, 0 for as many as the machine has cores; at most four are.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = min(threads or os.cpu_count() or 1, _MOST_THREADS)
        self._network = Network()

    def tell_apart(
        self,
        sound: Soundtrack,
        words: Sequence[Word],
        people: int | None,
        on_progress: Callable[[float], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> list[str | None]:
        """One name a word: "Voice 1", "Voice 2", … in the order in which they first speak, None where nothing is heard.

        words are in the order of their times. people is how many spoke, as the interviewer says; None to find out,
        which works up to eight or so. Fewer voices come back where no more can be told apart. The same sound and words
        give the same names. on_progress gets the share done, 0 to 1; stop is asked as often, and Stopped raised when it
        says True. Raises CannotTell where the network is not there; one person, or no words, needs none.
        """
        if people == 1 or not words:
            return ["Voice 1"] * len(words)
        sentences = list(_sentences(words, sound.duration_ms))
        windows = [window for sentence in sentences for window in sentence.windows]
        # The matrices are small: two threads of the library on one product took five times the processor time of one.
        with threadpool_limits(limits=1, user_api="blas"):
            prints = self._prints(sound, windows, on_progress, stop)
            heard = prints.any(axis=1)
            if not heard.any():
                return [None] * len(words)
            voices = mean_prints(_telling(prints[heard], [windows[at] for at in np.flatnonzero(heard)]), people)
        likeness = prints @ voices.T
        per_word = _word_by_word(words, sentences, windows, likeness)
        return _names(_steadied(words, sentences, per_word), np.asarray(per_word.any(axis=1)))

    def _prints(
        self,
        sound: Soundtrack,
        windows: list[tuple[int, int]],
        on_progress: Callable[[float], None] | None,
        stop: Callable[[], bool] | None,
    ) -> Floats:
        """(windows, 256); zeros where nobody is heard."""
        batches = [windows[start : start + _BATCH] for start in range(0, len(windows), _BATCH)]
        found: list[Floats] = []
        with ThreadPoolExecutor(self._threads) as pool:
            for start in range(0, len(batches), self._threads):
                if stop and stop():
                    raise Stopped
                found += pool.map(lambda batch: self._batch(sound, batch), batches[start : start + self._threads])
                if on_progress:
                    on_progress(len(found) / len(batches))
        return np.concatenate(found)

    def _batch(self, sound: Soundtrack, batch: Sequence[tuple[int, int]]) -> Floats:
        samples = np.stack([_looped(sound.samples(start, end)) for start, end in batch])
        heard = np.sqrt(np.mean(samples**2, axis=1)) >= _SILENT
        return np.where(heard[:, None], self._network.prints(samples), np.float32(0))


def _sentences(words: Sequence[Word], duration_ms: int) -> Iterator[_Sentence]:
    """Cut at the ends of sentences and at pauses."""
    first = 0
    for end in range(1, len(words) + 1):
        if end < len(words) and not _may_change(words[end - 1], words[end]):
            continue
        start_ms = max(0, min(words[first].start_ms, duration_ms - _SHORTEST_MS))
        end_ms = min(max(words[end - 1].end_ms, start_ms + _SHORTEST_MS), duration_ms)
        yield _Sentence(first, end, _windows(start_ms, end_ms))
        first = end


def _may_change(word: Word, following: Word) -> bool:
    return ends_sentence(word.text, following.text) or following.start_ms - word.end_ms >= _PAUSE_MS


def _windows(start_ms: int, end_ms: int) -> tuple[tuple[int, int], ...]:
    """Windows of WINDOW_MS, evenly from start to end; what is shorter is one window."""
    room = end_ms - start_ms - WINDOW_MS
    if room <= 0:
        return ((start_ms, end_ms),)
    starts = np.linspace(start_ms, start_ms + room, -(-room // _HOP_MS) + 1).astype(int).tolist()
    return tuple((start, start + WINDOW_MS) for start in starts)


def _looped(samples: Floats) -> Floats:
    """WINDOW_SAMPLES of sound: a short window is heard again and again, because the network knows whole ones only."""
    return np.resize(samples, WINDOW_SAMPLES) if samples.size else np.zeros(WINDOW_SAMPLES, np.float32)


def _telling(prints: Floats, windows: list[tuple[int, int]]) -> Floats:
    """The prints of windows long enough to say what voices there are; all of them, where none is."""
    long = np.array([end - start >= _TELLING_MS for start, end in windows])
    return prints[long] if long.any() else prints


def _word_by_word(
    words: Sequence[Word], sentences: list[_Sentence], windows: list[tuple[int, int]], likeness: Floats
) -> Floats:
    """(words, voices): how like each voice a word sounds, by the windows of its sentence whose middle is near its own.

    A row of zeros is a word at which nobody is heard.
    """
    rows = np.zeros((len(words), likeness.shape[1]), np.float32)
    middles = np.array([(start + end) / 2 for start, end in windows])
    at = 0
    for sentence in sentences:
        own = slice(at, at := at + len(sentence.windows))
        for number in range(sentence.first, sentence.end):
            middle = (words[number].start_ms + words[number].end_ms) / 2
            distance = np.abs(middles[own] - middle)
            near = np.maximum(WINDOW_MS / 2 - distance, 0)
            if not near.any():  # at the edges of a sentence, further from the first middle than half a window
                near[distance.argmin()] = 1
            rows[number] = near @ likeness[own] / near.sum()
    return rows


def _steadied(words: Sequence[Word], sentences: list[_Sentence], per_word: Floats) -> list[int]:
    """The likeliest voice of each word, where every change of voice has its price (Viterbi's algorithm)."""
    price = np.full(len(words), _WITHIN)
    price[[sentence.first for sentence in sentences]] = _BETWEEN
    seconds = np.clip([(word.end_ms - word.start_ms) / 1000 for word in words], 0.1, 1.0)
    gain = np.zeros(per_word.shape[1])
    came_from = []
    for number, row in enumerate(per_word):
        change = gain.max() - price[number]
        came_from.append(np.where(gain >= change, np.arange(len(gain)), gain.argmax()))
        gain = np.maximum(gain, change) + row * seconds[number]
    voices = [int(gain.argmax())]
    for before in reversed(came_from[1:]):
        voices.append(int(before[voices[-1]]))
    return voices[::-1]


def _names(voices: list[int], heard: NDArray[np.bool_]) -> list[str | None]:
    """Numbered from 1 as they first speak."""
    order = {voice: number for number, voice in enumerate(dict.fromkeys(np.array(voices)[heard].tolist()), start=1)}
    return [f"Voice {order[voice]}" if known else None for voice, known in zip(voices, heard.tolist(), strict=True)]
