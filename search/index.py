"""The contract that every index keeps. One suite of tests, tests/search/test_contract_*.py, runs over all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from search.documents import Audience, Field, PassageDocument
from search.query import Query


class IndexUnavailable(Exception):
    """The index cannot answer now (server away, files broken). str() is one plain sentence."""


class IndexBusy(Exception):
    """Another process is writing. Try again later; nothing was written."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that matches; score falls as relevance does and compares within one answer only."""

    id: str
    story: str
    score: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """total, total_stories and total_narrators count every match, not the page. shown_for is the text that was really
    searched when the one typed matched too little (words left off the end), else None. also holds the labels that were
    looked for beside the words, because `learn` said that they mean the same; give it to search.highlight too."""

    hits: tuple[Hit, ...]
    total: int
    total_stories: int
    took_ms: float
    facets: Mapping[Field, tuple[FacetCount, ...]] = field(default_factory=dict)
    shown_for: str | None = None
    total_narrators: int = 0
    also: tuple[str, ...] = ()


class Batch(Protocol):
    """Changes that become visible together, when the `writing()` block ends without an error."""

    def put(self, audience: Audience, story: str, documents: Sequence[PassageDocument]) -> None:
        """Replace all documents of a story by these."""

    def drop(self, audience: Audience, story: str) -> None:
        """Take out all documents of a story."""


class SearchIndex(Protocol):
    def search(self, query: Query) -> Answer:
        """The page of hits, and what is counted over all matches. Raises IndexUnavailable.

        Filters, left-out stories, phrases and excluded words hold for every hit, whatever the mode. Facets are counted
        up to `query.most_values` values each.

        WORDS: passages that hold all words. Where fewer than FEW do, slips of the pen are forgiven; where none does,
        words are left off the end (Answer.shown_for).

        MEANING: the NEAREST passages at most, nearest first, none farther than NEAR; hit.score is the cosine. Words
        that are neither excluded nor in a phrase are not looked for. Passages without a vector are never found.

        BOTH: the union of what WORDS and MEANING find; total, stories, narrators and facets count it, each passage
        once. By relevance, the first FUSED of each are put in one order (search.meaning.fusion), and after them comes
        what else the words found, in the words' order. Words are left off the end only where neither words nor meaning
        find anything. Where the text has nothing to look for (empty, only exclusions), the nearest come first.
        """

    def writing(self) -> AbstractContextManager[Batch]:
        """Raises IndexBusy where another process writes, IndexUnavailable where nothing can be written."""

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        """Make the audience's index anew while the old one goes on answering; gives the number of documents."""

    def learn(self, alike: Sequence[Sequence[str]]) -> None:
        """Groups of labels that mean the same, in place of all learnt before: one set for all audiences.

        From the next question on, in every process, a word or a run of up to query.LONGEST_LABEL words that equals a
        label (folded and stemmed) also matches the passages that hold another label of its groups, as a phrase, and
        those weigh a little less. Words in quotes and excluded ones are meant as they stand. A group of fewer than two
        different labels, and a label that is longer or holds no word, are left out. What was learnt outlives `rebuild`.
        Raises IndexUnavailable.
        """

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        """(id, story, stamp) of every document; compare with `documents.stamp` to prove index and database agree."""

    def health(self) -> str:
        """One plain sentence: name, version and number of documents. Raises IndexUnavailable."""
