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
    searched when the one typed matched too little (words left off the end), else None."""

    hits: tuple[Hit, ...]
    total: int
    total_stories: int
    took_ms: float
    facets: Mapping[Field, tuple[FacetCount, ...]] = field(default_factory=dict)
    shown_for: str | None = None
    total_narrators: int = 0


class Batch(Protocol):
    """Changes that become visible together, when the `writing()` block ends without an error."""

    def put(self, audience: Audience, story: str, documents: Sequence[PassageDocument]) -> None:
        """Replace all documents of a story by these."""

    def drop(self, audience: Audience, story: str) -> None:
        """Take out all documents of a story."""


class SearchIndex(Protocol):
    def search(self, query: Query) -> Answer:
        """Raises IndexUnavailable."""

    def writing(self) -> AbstractContextManager[Batch]:
        """Raises IndexBusy where another process writes, IndexUnavailable where nothing can be written."""

    def rebuild(self, audience: Audience, documents: Iterable[PassageDocument]) -> int:
        """Make the audience's index anew while the old one goes on answering; gives the number of documents."""

    def inventory(self, audience: Audience) -> Iterator[tuple[str, str, str]]:
        """(id, story, stamp) of every document; compare with `documents.stamp` to prove index and database agree."""

    def health(self) -> str:
        """One plain sentence: name, version and number of documents. Raises IndexUnavailable."""
