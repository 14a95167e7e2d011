"""Numbers, degrees, days and times as people type them into forms."""

import re
from datetime import date

from archive.services.errors import Invalid

DEGREE = re.compile(r"-?\d(\.\d)?", re.ASCII)
MOMENT = re.compile(r"\d{1,6}(?:\.\d{0,3})?", re.ASCII)


def day(given: str, field: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid("Please write the date like 2026-05-04.", field) from None


def whole(given: str) -> int | None:
    """A number of at most nine digits, None for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def degree(given: str, axis: str) -> float | None:
    """A place on an axis of feeling; None where nothing was chosen."""
    if given and not DEGREE.fullmatch(given):
        raise Invalid("Each reading lies between −2 and 2, in steps of a half.", axis)
    return float(given) if given else None


def moment(given: str, field: str) -> int | None:
    """1:02.5 or 62.5 in ms; None where nothing is written."""
    if not given.strip():
        return None
    parts = given.strip().replace(",", ".").split(":")
    if len(parts) > 3 or not all(MOMENT.fullmatch(part) for part in parts):
        raise Invalid("Please write the time like 12:41.", field)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
