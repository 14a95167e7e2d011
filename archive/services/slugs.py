"""Names as they stand in addresses."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

MAX = 80
# Addresses of the studio that a story must not hide behind, and of the desk that a mixtape must not.
RESERVED = {"new", "uploads", "arriving", "record", "questions", "people", "put"}
LATIN_MARKS = {chr(code) for code in range(0x300, 0x370)}


def slugify(text: str, otherwise: str) -> str:
    """Lower case with hyphens. Accents of Latin and Greek letters go; other scripts keep their letters."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if mark not in LATIN_MARKS)
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain).lower())
    return "-".join(words)[:MAX].strip("-") or otherwise


def free_slug(session: Session, column: InstrumentedAttribute[str], text: str, otherwise: str) -> str:
    """The first of base, base-2, base-3 … that nobody has in this column."""
    base = slugify(text, otherwise)
    taken = RESERVED | set(session.scalars(select(column).where(column.startswith(base, autoescape=True))))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
