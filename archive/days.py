"""What day it is where the archive is. Rules about dates ask here, so that one clock can be set for all of them."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from archive.db import now

_zone: tzinfo | None = None  # None: that of the machine


def live_in(zone: str | None) -> None:
    """Days begin at midnight in this zone of the IANA database from now on; None for the machine's own."""
    global _zone  # noqa: PLW0603  one archive a process, and midnight is the same for all of it
    _zone = ZoneInfo(zone) if zone else None


def here(moment: datetime) -> datetime:
    """A moment as a clock on the archive's wall shows it."""
    return moment.astimezone(_zone)


def today() -> date:
    return here(now()).date()
