"""How a text becomes terms, in the index, in a question and in a highlight: one way for all three.

A term is a word, folded: case, accents and width do not count. Scripts written without spaces between words
(Chinese, Japanese, Thai, Lao, Khmer, Burmese) become overlapping pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer

DEFAULT_LANGUAGE = "en"  # the language a text is stemmed in when nobody said which it is

# ISO 639-1 codes (as Whisper gives them) of the languages that Snowball can stem.
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_STRIPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u02bc\\s]")
_APOSTROPHES = "'\u2019\uff07"
_ALIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ё": "е"}
)


class Token(NamedTuple):
    """start and end are character positions in the text as given; term is the folded form."""

    start: int
    end: int
    term: str


class _Folded(dict[int, str]):
    """A table for str.translate that fills itself, a character at a time."""

    def __missing__(self, code: int) -> str:
        char = chr(code).casefold()
        if not "\u0400" <= char <= "\u052f":  # Cyrillic й and ї are letters of their own, not и and і with an accent
            bare = _STRIPPED.sub("", unicodedata.normalize("NFKD", char)).casefold()
            char = unicodedata.normalize("NFC", bare)
        self[code] = char = char.translate(_ALIKE)
        return char


_FOLDED = _Folded({ord(char): "" for char in _APOSTROPHES})


def _marks() -> str:
    """Signs that stand on the letter before them (accents, Indic vowel signs), as part of a character class."""
    spaced = (chr(code) for code in range(0x300, 0x1E00) if not re.match(f"[{_UNSPACED}]", chr(code)))
    return "".join(char for char in spaced if unicodedata.category(char) in {"Mn", "Mc"})


_LETTERS = f"[^\\W_{_UNSPACED}]"
_WORD = f"{_LETTERS}+(?:[{_marks()}]+{_LETTERS}*)*"
# A short ending after an apostrophe stays with its word (don't, miner's); a short beginning does not (l'amour).
_TOKEN = re.compile(f"(?P<unspaced>[{_UNSPACED}]+)|{_WORD}(?:[{_APOSTROPHES}]{_LETTERS}{{1,2}}(?!\\w))?")
_ANY_UNSPACED = re.compile(f"[{_UNSPACED}]")
_ASCII_TOKEN = re.compile(r"[a-zA-Z0-9]+(?:'[a-zA-Z0-9]{1,2}(?!\w))?")


def fold(text: str) -> str:
    """The text without case, accents, width and apostrophes. Idempotent; may be longer or shorter than the text."""
    return text.lower().replace("'", "") if text.isascii() else text.translate(_FOLDED)


def tokens(text: str) -> Iterator[Token]:
    """The text's terms in order, with their places.

    A stretch of an unspaced script gives a pair for each two neighbours and then its last character alone, so that
    any single character of it is the beginning of some term.
    """
    for (start, end), term in zip(spans(text), terms(text), strict=True):
        yield Token(start, end, term)


def terms(text: str) -> list[str]:
    """The terms of `tokens` alone, which is much sooner done."""
    if text.isascii():
        found = _ASCII_TOKEN.findall(text.lower())
        return [term.replace("'", "") for term in found] if "'" in text else found
    return [term for _, _, term in _cut(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """The places of `tokens` alone."""
    if text.isascii():
        return [found.span() for found in _ASCII_TOKEN.finditer(text)]
    return [(start, end) for start, end, _ in _cut(text)]


def _cut(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if found.lastgroup is not None:
            for place in range(start, end):
                yield place, min(place + 2, end), fold(text[place : min(place + 2, end)])
        elif term := fold(found[0]):
            yield start, end, term


def asked(text: str) -> list[tuple[int, str]]:
    """The terms to look for when somebody asks for these words side by side, each with its position among `tokens`.

    The lone last character of a longer stretch is left out: in a text the stretch may go on.
    """
    wanted, reached = [], 0
    for position, token in enumerate(tokens(text)):
        if token.end > reached:
            wanted.append((position, token.term))
        reached = token.end
    return wanted


def has_unspaced(text: str) -> bool:
    """Whether any of it is in a script written without spaces."""
    return _ANY_UNSPACED.search(text) is not None


def is_lone(term: str) -> bool:
    """A single character of an unspaced script: in a text it is mostly the beginning of a pair."""
    return len(term) == 1 and has_unspaced(term)


def language_code(language: str | None) -> str | None:
    """The code under which texts of a language are stemmed ("en-GB" -> "en"), or None where nothing is."""
    code = (language or DEFAULT_LANGUAGE).split("-")[0].lower()
    return code if code in _ALGORITHMS else None


def stem(term: str, code: str) -> str:
    """What is left of a folded term without its grammatical ending. `code` comes from `language_code`."""
    return _stems(code)[term]


def stems(terms: Iterable[str], code: str) -> list[str]:
    """The same of many terms."""
    return list(map(_stems(code).__getitem__, terms))


class _Stems(dict[str, str]):
    """A language's stems, found out once; forgotten when they are too many."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._stemmer = snowballstemmer.stemmer(_ALGORITHMS[code])

    def __missing__(self, term: str) -> str:
        with _STEMMING:
            if len(self) >= _MOST_STEMS:
                self.clear()
            self[term] = found = str(self._stemmer.stemWord(term))
        return found


_MOST_STEMS = 300_000
_STEMMING = Lock()  # a Snowball stemmer keeps the word it works on in itself: two threads would mix theirs


@lru_cache
def _stems(code: str) -> _Stems:
    return _Stems(code)
