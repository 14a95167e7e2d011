"""What makes vectors of texts, as those see it who only use it."""

from collections.abc import Sequence
from typing import Protocol


class Embedder(Protocol):
    """Says what texts mean, in vectors that compare where their makers' names are equal."""

    @property
    def name(self) -> str:
        """Names the weights and the way they are run."""

    def knows(self, language: str | None) -> bool:
        """Whether vectors of this language mean anything; None is a language that nobody has named."""

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """One for each text, as search.documents.PassageDocument.vector. Raises search.meaning.weights.NoModel."""
