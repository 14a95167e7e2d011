"""A question to the index: a small tree that each backend compiles, never a raw string from a user."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

from search.documents import DIMENSIONS, Audience, Field

MAX_TEXT = 400
MAX_TERMS = 10
FEW = 20  # fewer matches than this, and slips of the pen are forgiven
YEARS = (-9999, 9999)
LONGEST_LABEL = 4  # words: a longer label is not looked for among the words of a question
NEAREST = 200  # so many passages at most are found by meaning
NEAR = 0.25  # cosine: a passage that lies farther from what is asked for is not found by meaning
# What lies so much farther than the nearest is not found. A question that was drawn towards passages (it then lies
# nearer to everything) would else find as many as there are: below this, hits were right as often as by chance.
REACH = 0.25
FACET_VALUES = 100  # so many of a facet's values are counted, the most frequent ones
STORY_VALUES = 1_000  # of Field.STORY, so that a view can be grouped by story
SLIPS = ((9, 2), (5, 1))  # (letters, slips): from so many letters on so many slips are forgiven
LONGEST_FORGIVEN = 40  # letters


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field holds at least one of the values; no values match nothing."""

    field: Field
    values: tuple[str | int, ...]

    @property
    def years(self) -> list[int]:
        """The values that are years, for Field.YEAR; whatever else came in an address matches nothing."""
        return [int(value) for value in self.values if re.fullmatch(r"-?\d{1,4}", str(value))]


@dataclass(frozen=True, slots=True)
class Between:
    """low <= field <= high; None leaves an end open. Only for Field.YEAR. Without ends: any year, but a known one."""

    field: Field
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        if self.field is not Field.YEAR:
            raise ValueError(f"only the year has an order, not {self.field.value}")

    @property
    def span(self) -> tuple[int, int]:
        """Both ends, the open ones too. No index has to take a number with more digits than a year has."""
        first, last = YEARS
        return first if self.low is None else max(first, self.low), last if self.high is None else min(last, self.high)


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Filter"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Filter", ...]


Filter = OneOf | Between | Not | AllOf | AnyOf


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    STORY = "story"  # by story, then in the order spoken


class Mode(StrEnum):
    """WORDS: passages that hold the words. MEANING: the NEAREST passages by their vectors, without a word in common if
    need be. BOTH: all that either finds, those that both find first (reciprocal rank fusion)."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """audience has no default on purpose: nobody asks without saying for whom.

    text is what the person typed: words, "phrases in quotes", -excluded words or
    -"excluded phrases"; read by `parse`, which never fails. An empty text matches
    every document. facets names the fields to count over *all* matches.
    without_stories leaves out stories whose standing is about to change.

    vector is what the text means, made like PassageDocument.vector; modes other than WORDS need it. reach is a distance
    in cosine: what lies so much farther than the nearest is not found by meaning. Whatever the mode,
    filters, phrases and excluded words hold for every hit. SearchIndex.search says what each mode promises.
    """

    audience: Audience
    text: str = ""
    where: Filter | None = None
    without_stories: frozenset[str] = frozenset()
    mode: Mode = Mode.WORDS
    vector: bytes | None = None
    reach: float = REACH
    facets: tuple[Field, ...] = ()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 0:
            raise ValueError("offset and limit cannot be below zero")
        if self.mode is not Mode.WORDS and self.vector is None:
            raise ValueError("to search by meaning, somebody has to say what the text means")
        if self.vector is not None and len(self.vector) != DIMENSIONS * 2:
            raise ValueError(f"a vector has {DIMENSIONS * 2} bytes, not {len(self.vector)}")


@dataclass(frozen=True, slots=True)
class Words:
    """What was understood of a text. `words` in the order typed; the last is a prefix unless `last_is_whole`."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    excluded_phrases: tuple[str, ...] = ()
    last_is_whole: bool = False

    @property
    def empty(self) -> bool:
        return not (self.words or self.phrases or self.excluded_words or self.excluded_phrases)

    @property
    def text(self) -> str:
        """The words as a person would type them."""
        quoted = [f'"{phrase}"' for phrase in self.phrases]
        without = [f"-{word}" for word in self.excluded_words] + [f'-"{phrase}"' for phrase in self.excluded_phrases]
        return " ".join([*self.words, *quoted, *without])

    def shorter(self) -> "Words | None":
        """The same without its last word, for when nothing matches all of them; None where no other word is left."""
        if len(self.words) + len(self.phrases) < 2 or not self.words:
            return None
        return replace(self, words=self.words[:-1], last_is_whole=True)


_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))
_PART = re.compile(r'(?P<minus>(?<!\S)-+)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def parse(text: str) -> Words:
    """Reads what a person typed. Never fails: what makes no sense is left out.

    Only the first MAX_TEXT characters and MAX_TERMS words count, those in phrases included. A quotation mark without
    its partner opens a phrase that goes on to the end. The last word is still being typed, and so a prefix, unless a
    space or anything else comes after it.
    """
    text = text[:MAX_TEXT].encode("utf-8", "ignore").decode().translate(_QUOTES)  # no half of a surrogate pair
    found: dict[tuple[bool, bool], list[str]] = defaultdict(list)  # by (excluded, phrase)
    left, whole = MAX_TERMS, True
    for part in _PART.finditer(text):
        excluded, phrase = part["minus"] is not None, part["phrase"] is not None
        meant = [word for word in map(_bare, (part["phrase"] or part["word"] or "").split()) if word][:left]
        if meant:
            found[excluded, phrase].append(" ".join(meant))
            left -= len(meant)
            whole = excluded or phrase or part.end() < len(text)
    words, phrases = tuple(found[False, False]), tuple(found[False, True])
    return Words(words, phrases, tuple(found[True, False]), tuple(found[True, True]), whole)


def _bare(word: str) -> str:
    """The word without dashes before it, which would mean exclusion; nothing where it has no letter and no digit."""
    return word.lstrip("-") if any(map(str.isalnum, word)) else ""


def most_values(field: Field) -> int:
    """How many of a facet's values an answer counts."""
    return STORY_VALUES if field is Field.STORY else FACET_VALUES


def slips(term: str) -> int:
    """How many letters of a term may be wrong, missing or too many. A number is meant as it stands."""
    if len(term) > LONGEST_FORGIVEN or any(map(str.isdigit, term)):
        return 0
    return next((allowed for letters, allowed in SLIPS if len(term) >= letters), 0)
