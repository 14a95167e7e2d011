"""What is put into an index: the only file that knows the names of its fields."""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import blake2b

DIMENSIONS = 384  # of a vector


class Audience(StrEnum):
    """For whom a document is. Each audience has an index of its own.

    Counts, facets, typo dictionaries and word statistics therefore never hold
    a trace of what an audience may not read.
    """

    PUBLIC = "public"
    STAFF = "staff"


class Field(StrEnum):
    """Names that a filter, a facet or a sort may use, the same in every backend."""

    STORY = "story"
    THEME = "themes"
    NARRATOR = "narrators"
    INTERVIEWER = "interviewers"
    PLACE = "place"
    YEAR = "year"
    LANGUAGE = "language"
    STATE = "state"
    LENGTH = "length"
    QUESTION = "questions"
    MOOD = "moods"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDocument:
    """One passage as an audience may find it.

    id is unique within an audience and made of letters, digits, '-' and '_'.
    story and the values of themes, narrators and interviewers are keys (slugs
    or ids): they are filtered and counted, never searched as text. names holds
    the people's names as they may be shown, for searching. ordinal is the place of
    the passage within its story. year is the year of the conversation. state is the
    passage's standing (machine, corrected, verified, approved). length is a key as well, of how long the story is.
    themes and theme_labels hold the broader themes of what stands on the passage too. questions are keys of those that
    it answers, moods keys of how people say it feels.

    vector is what the text means: DIMENSIONS little-endian float16, of length one; None where nobody computed it, or
    the model does not know the language. Passages without one are found by their words alone.
    """

    id: str
    story: str
    ordinal: int
    text: str
    title: str
    language: str | None = None
    speaker: str | None = None
    names: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    interviewers: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    theme_labels: tuple[str, ...] = ()
    place: str | None = None
    year: int | None = None
    state: str = "machine"
    length: str | None = None
    questions: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    vector: bytes | None = None


_NAMES = tuple(field.name for field in fields(PassageDocument))


def stamp(document: PassageDocument) -> str:
    """Sixteen hexadecimal digits over all fields: equal for equal documents, in every process and version of Python."""
    content = json.dumps([getattr(document, name) for name in _NAMES], default=bytes.hex)
    return blake2b(content.encode(), digest_size=8).hexdigest()
