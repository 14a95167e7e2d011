"""The fields and settings of an index on the server, and how a passage fills them."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from search.documents import DIMENSIONS, Field, PassageDocument, stamp
from search.query import SLIPS
from search.tokens import has_unspaced, terms

VERSION = 3  # raise it with every change of fields or settings: an index of another version asks for a reindex
EMBEDDER = "meaning"
PEOPLE = 10_000  # of a facet so many values are counted by the server, people among them

_KEYS = [field.value for field in Field if field is not Field.YEAR]
_EQUALITY = {"facetSearch": False, "filter": {"equality": True, "comparison": False}}
_COMPARISON = {"facetSearch": False, "filter": {"equality": True, "comparison": True}}

# Typos are switched off for numbers, as in the embedded index. maxTotalHits would else end every count at 1,000. `sort`
# stands first, as it acts only where a question names an order.
SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["names", "title", "text", "labels", "pairs"],
    "filterableAttributes": [
        {"attributePatterns": ["id", *_KEYS, "revision"], "features": _EQUALITY},
        {"attributePatterns": ["year"], "features": _COMPARISON},
    ],
    "sortableAttributes": ["year", "story", "ordinal"],
    "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness"],
    "typoTolerance": {
        "minWordSizeForTypos": {"oneTypo": SLIPS[1][0], "twoTypos": SLIPS[0][0]},
        "disableOnAttributes": ["pairs"],
        "disableOnNumbers": True,
    },
    "pagination": {"maxTotalHits": 100_000_000},
    "faceting": {"maxValuesPerFacet": PEOPLE, "sortFacetValuesBy": {"*": "count"}},
    "embedders": {EMBEDDER: {"source": "userProvided", "dimensions": DIMENSIONS}},
}

_PLAIN = re.compile("[a-z0-9-]")
_CODED = re.compile("_([0-9a-f]+)_")


def numbers(vector: bytes) -> list[float]:
    """A vector as the server reads it, no longer than half a precision deserves."""
    return [round(number, 5) for number in np.frombuffer(vector, "<f2", DIMENSIONS).astype(float).tolist()]


def coded(key: str) -> str:
    """A key in small letters, digits, '-' and '_' alone, so that nothing of it is read as part of a filter.

    The server would take "Coal" and "coal" for the same value, and cannot read a backslash in a filter at all. Plain
    slugs stay as they are. The server cuts values after 468 bytes.
    """
    return "".join(char if _PLAIN.match(char) else f"_{ord(char):x}_" for char in key)


def decoded(key: str) -> str:
    return _CODED.sub(lambda found: chr(int(found[1], 16)), key)


def in_list(keys: Iterable[str]) -> str:
    """The coded keys as a filter's list; in quotes, as a key may be empty, or a word of the filter language."""
    return "[" + ",".join(f'"{coded(key)}"' for key in keys) + "]"


def spelled(term: str) -> str:
    """A pair of characters as one Latin word, which the server does not take apart: 東京 -> u6771u4eac."""
    return "".join(f"u{ord(char):04x}" for char in term) if has_unspaced(term) else term


def document(passage: PassageDocument, revision: str) -> dict[str, Any]:
    """The passage as the server takes it. What is not known is left out: a null would count as a value.

    The server's own way with Chinese, Japanese and Thai depends on how it was built, so such texts are given as pairs.
    """
    names = [name for name in (passage.speaker, *passage.names) if name]
    searched = [passage.text, passage.title, *names, *passage.theme_labels]
    content: dict[str, Any] = {
        "id": passage.id,
        "stamp": stamp(passage),
        "revision": revision,
        "ordinal": passage.ordinal,
        "story": coded(passage.story),
        "themes": [coded(key) for key in passage.themes],
        "narrators": [coded(key) for key in passage.narrators],
        "interviewers": [coded(key) for key in passage.interviewers],
        "questions": [coded(key) for key in passage.questions],
        "moods": [coded(key) for key in passage.moods],
        "state": coded(passage.state),
        "text": passage.text,
        "title": passage.title,
        "names": names,
        "labels": list(passage.theme_labels),
        "pairs": [" ".join(map(spelled, terms(text))) for text in searched if has_unspaced(text)],
    }
    content["_vectors"] = {EMBEDDER: None if passage.vector is None else numbers(passage.vector)}
    if passage.length:
        content["length"] = coded(passage.length)
    if passage.place:
        content["place"] = coded(passage.place)
    if passage.language:
        content["language"] = coded(passage.language)
    if passage.year is not None:
        content["year"] = passage.year
    return content
