"""Cursors: what was shown last, signed, so that nobody has to check what comes back."""

from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from archive.services.errors import Invalid
from archive.web.unit import house

Key = list[Any]


def _serializer(of: str) -> URLSafeSerializer:
    return URLSafeSerializer(house().secret_key, salt=f"cursor of {of}")


def cursor(of: str, *key: str | int | None) -> str:
    """of: which list; a cursor leads on in this one only."""
    written = _serializer(of).dumps(list(key))
    return written if isinstance(written, str) else written.decode()


def key_of(of: str, given: str | None) -> Key | None:
    """Raises Invalid for what is no cursor of this list; None for the beginning."""
    if given is None:
        return None
    try:
        return list(_serializer(of).loads(given))
    except BadData:
        raise Invalid("This cursor is none that this list has given.", "cursor") from None
