"""The search index on a Meilisearch server, over HTTP. Its client is imported in this package only.

Keep the server behind the archive: whoever holds its key can read every index, whatever the audience.
"""

from search.server.index import MeilisearchIndex

__all__ = ["MeilisearchIndex"]
