"""The search index inside the process: Tantivy, in a folder. The only package that imports it.

Each audience has an index of its own. Texts are folded and cut into terms by search.tokens before Tantivy sees them,
so that its own tokenizer has nothing left to do but split at spaces.
"""

from search.embedded.index import EmbeddedIndex

__all__ = ["EmbeddedIndex"]
