"""Where words stand in the sound, kept so that a link finds them again: by time, and by what was said.

A link outlives what it points at: words are corrected, passages are split and cut anew. It holds the recording, two
moments on its clock, and a fingerprint of each word. A fingerprint tells whether these are still the words, and where
else they stand. Without the house's secret nobody can tell words by it, so that a link keeps nothing of what somebody
takes out later.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Recording
from archive.services.errors import Invalid, NotFound
from archive.services.sealing import MARK
from archive.services.word_times import unpack

LONGEST_MS = 5 * 60_000
FAR_MS = 60_000  # words that have moved in time are looked for so far to each side
EDGE = 8  # so many of the first words, and of the last, have a fingerprint
_KEY = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.([\w-]{2,32})", re.ASCII)
_SIZE = 2  # letters of a fingerprint: one pair of words in 4,096 looks alike


class Fit(StrEnum):
    """same: word for word what was meant, wherever it stands by now. changed: what is said there reads otherwise."""

    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Anchor:
    """start_ms and end_ms on the recording's clock; said: fingerprints of the first EDGE words and the last EDGE."""

    recording_id: int
    start_ms: int
    end_ms: int
    said: str

    @property
    def key(self) -> str:
        return f"{self.recording_id}.{self.start_ms}.{self.end_ms}.{self.said}"


@dataclass(frozen=True, slots=True)
class Piece:
    """What is meant of one passage: its words numbered first to last, and their text."""

    passage: Passage
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an anchor stands today, from its first word to its last, in ms on the recording's clock."""

    start_ms: int
    end_ms: int
    pieces: tuple[Piece, ...]
    fit: Fit


@dataclass(frozen=True, slots=True)
class _Word:
    passage: Passage
    number: int
    text: str
    start_ms: int
    end_ms: int


def read_key(key: str) -> Anchor:
    """Raises NotFound for what no archive wrote."""
    given = _KEY.fullmatch(key)
    if given is None or len(given[4]) % _SIZE or int(given[2]) >= int(given[3]):
        raise NotFound("There is nothing at this address, or it is not open to everyone any more.")
    recording_id, start, end = (min(int(part), 2**31 - 1) for part in given.groups()[:3])
    return Anchor(recording_id, start, end, given[4])


def anchored(session: Session, recording: Recording, start_ms: int, end_ms: int, *, secret: str) -> Anchor:
    """Drawn to whole words: those whose middle lies in the span. Raises Invalid for a span that holds none, or that is
    longer than LONGEST_MS."""
    if end_ms - start_ms > LONGEST_MS:
        raise Invalid(f"A clip is {LONGEST_MS // 60_000} minutes long at most. Please choose less.", "t")
    meant = _within(_words(session, recording.id, start_ms, end_ms), start_ms, end_ms)
    if not any(word.text != MARK for word in meant):
        raise Invalid("Nothing is said there. Please choose some words.", "t")
    return Anchor(recording.id, meant[0].start_ms, max(meant[-1].end_ms, meant[0].start_ms + 1), _said(meant, secret))


def place(session: Session, anchor: Anchor, *, secret: str) -> Placed:
    """Raises NotFound where nothing is said any more."""
    near = _words(session, anchor.recording_id, anchor.start_ms - 1, anchor.end_ms + 1)  # most are where they were
    here = _within(near, anchor.start_ms, anchor.end_ms)
    if here and _said(here, secret) == anchor.said:
        return _placed(here, Fit.SAME)
    words = _words(session, anchor.recording_id, anchor.start_ms - FAR_MS, anchor.end_ms + FAR_MS)
    if moved := _elsewhere(words, anchor, secret):
        return _placed(moved, Fit.SAME)
    if not any(word.text != MARK for word in here):
        raise NotFound("There is nothing at this address, or it is not open to everyone any more.")
    return _placed(here, Fit.CHANGED)


def said_around(session: Session, recording_id: int, start_ms: int, end_ms: int) -> list[tuple[str, int, int]]:
    """Every word that touches the span, with its times on the recording's clock, in ms."""
    found = _words(session, recording_id, start_ms, end_ms)
    return [
        (word.text, word.start_ms, word.end_ms) for word in found if word.start_ms < end_ms and word.end_ms > start_ms
    ]


def _words(session: Session, recording_id: int, start_ms: int, end_ms: int) -> list[_Word]:
    """All that touch the span, in order. Words without times share those of their passage."""
    query = select(Passage).where(
        Passage.recording_id == recording_id,
        Passage.start_ms < end_ms,
        Passage.end_ms > start_ms,
        Passage.text != "",
    )
    return [word for each in session.scalars(query.order_by(Passage.ordinal)) for word in _of(each)]


def _of(passage: Passage) -> list[_Word]:
    timed = unpack(passage.text, passage.words)
    if timed:
        return [_Word(passage, n, word.text, word.start_ms, word.end_ms) for n, word in enumerate(timed)]
    start, end = passage.start_ms or 0, passage.end_ms or 0
    return [_Word(passage, n, text, start, end) for n, text in enumerate(passage.text.split(" "))]


def _within(words: Sequence[_Word], start_ms: int, end_ms: int) -> list[_Word]:
    return [word for word in words if start_ms <= (word.start_ms + word.end_ms) / 2 <= end_ms]


def _said(words: Sequence[_Word], secret: str) -> str:
    ends = words if len(words) <= 2 * EDGE else [*words[:EDGE], *words[-EDGE:]]
    return "".join(_print(word, secret) for word in ends)


def _print(word: _Word, secret: str) -> str:
    """The same for a word in capitals, or with another mark behind it."""
    bare = "".join(mark for mark in word.text.casefold() if mark.isalnum()) or word.text
    print_ = blake2b(bare.encode("utf-8", "replace"), digest_size=3, key=secret.encode()[:64]).digest()
    return urlsafe_b64encode(print_).decode()[:_SIZE]


def _elsewhere(words: Sequence[_Word], anchor: Anchor, secret: str) -> list[_Word] | None:
    """The words that bear these fingerprints and stand nearest to where they stood; None where not all are there."""
    prints = [_print(word, secret) for word in words]
    wanted = [anchor.said[at : at + _SIZE] for at in range(0, len(anchor.said), _SIZE)]
    runs = _runs(prints, wanted)
    if len(wanted) == 2 * EDGE:
        ends = [end for _, end in _runs(prints, wanted[EDGE:])]
        runs += [(start, end) for start, _ in _runs(prints, wanted[:EDGE]) for end in ends if end - start > 2 * EDGE]
    if not runs:
        return None

    def away(run: tuple[int, int]) -> int:
        first, last = words[run[0]], words[run[1] - 1]
        return abs(first.start_ms - anchor.start_ms) + abs(last.end_ms - anchor.end_ms)

    start, end = min(runs, key=away)
    return list(words[start:end])


def _runs(prints: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, int]]:
    many, sought = len(wanted), list(wanted)
    return [(at, at + many) for at in range(len(prints) - many + 1) if list(prints[at : at + many]) == sought]


def _placed(words: Sequence[_Word], fit: Fit) -> Placed:
    pieces: list[Piece] = []
    for passage in dict.fromkeys(word.passage for word in words):
        own = [word for word in words if word.passage is passage]
        pieces.append(Piece(passage, own[0].number, own[-1].number, " ".join(word.text for word in own)))
    start = words[0].start_ms
    return Placed(start, max(words[-1].end_ms, start + 1), tuple(pieces), fit)
