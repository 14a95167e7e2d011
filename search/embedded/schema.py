"""The fields of the embedded index, and how a passage fills them."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import tantivy

from search.documents import Field, PassageDocument, stamp
from search.query import Sort
from search.tokens import language_code, stems, terms

VERSION = 3  # raise it with every change of this file: older folders are then refused, and ask for a reindex

KEYS = tuple(field.value for field in Field if field is not Field.YEAR)
TEXTS = ("words", "title", "names", "labels")  # cut into terms, with their positions
VECTORS = "vectors.f32"  # the file in a generation's folder
_LAST = 99_999  # passages without a year come after all others, whichever end the sort begins at


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "stamp"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in KEYS:
        builder.add_text_field(name, stored=name == "story", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_integer_field("key", indexed=True, fast=True)  # stands for the id where numbers are sooner read
    builder.add_integer_field("row", indexed=True, fast=True)  # of its vector, in the generation's VECTORS
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    builder.add_text_field("stems", tokenizer_name="whitespace", index_option="freq")
    for sort in ("by_story", "by_oldest", "by_newest"):
        builder.add_text_field(sort, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = _schema()
SORTED_BY = {Sort.STORY: "by_story", Sort.OLDEST: "by_oldest", Sort.NEWEST: "by_newest"}


def tagged(terms: Iterable[str], code: str) -> Iterator[str]:
    """Stems with their language: English "gift" must not find what German "giftig" comes down to."""
    return (f"{code}:{root}" for root in stems(terms, code))


def _number(id_: str) -> int:
    return int.from_bytes(blake2b(id_.encode(), digest_size=8).digest(), signed=True)


def document(passage: PassageDocument, row: int | None) -> tantivy.Document:
    """The passage as Tantivy takes it. Each value is a list; an empty one leaves the field out."""
    words, code = terms(passage.text), language_code(passage.language)
    names = [passage.speaker, *passage.names]
    years = [] if passage.year is None else [passage.year]
    place = f"{passage.story}\0{passage.ordinal:08d}"  # no other passage stands there, so every sort is stable
    content: dict[str, list[str] | list[int]] = {
        "id": [passage.id],
        "stamp": [stamp(passage)],
        "story": [passage.story],
        "themes": list(passage.themes),
        "narrators": list(passage.narrators),
        "interviewers": list(passage.interviewers),
        "place": [passage.place] if passage.place else [],
        "year": years,
        "language": [passage.language] if passage.language else [],
        "state": [passage.state],
        "length": [passage.length] if passage.length else [],
        "questions": list(passage.questions),
        "moods": list(passage.moods),
        "key": [_number(passage.id)],
        "row": [] if row is None else [row],
        "words": [" ".join(words)],
        "stems": [" ".join(tagged(words, code))] if code else [],
        "title": [" ".join(terms(passage.title))],
        "names": [" ".join(terms(name)) for name in names if name],
        "labels": [" ".join(terms(label)) for label in passage.theme_labels],
        "by_story": [place],
        "by_oldest": [f"{years[0] if years else _LAST:05d}\0{place}"],
        "by_newest": [f"{9999 - years[0] if years else _LAST:05d}\0{place}"],
    }
    return tantivy.Document.from_dict(content, SCHEMA)
