"""What a narrator and an interviewer share: a battery, full while they speak and empty a year later.

It is charged by a recording and by a call that somebody noted. One at which nobody of the archive is named charges the
batteries that the narrator has with everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.models import Person
from archive.services.meetings import Known, Meeting

MONTHS = 12
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Battery:
    """last: when they spoke last. left is 0..1 of that day. interviewer is None where none is named anywhere."""

    narrator: Person
    interviewer: Person | None
    last: Meeting
    left: float

    @property
    def order(self) -> tuple[float, date, str]:
        """The emptiest first."""
        return self.left, self.last.on, self.narrator.name


def left(spoken_on: date, today: date) -> float:
    """Falls by the same amount each day, and reaches 0 on the same day of the next year."""
    days = (_a_year_after(spoken_on) - spoken_on).days
    return min(1.0, max(0.0, 1 - (today - spoken_on).days / days))


def _a_year_after(given: date) -> date:
    try:
        return given.replace(year=given.year + MONTHS // 12)
    except ValueError:  # 29 February
        return date(given.year + 1, 3, 1)


def batteries(known: Known, today: date) -> list[Battery]:
    """One with each interviewer who is named, the emptiest first; none for somebody with whom nothing is left."""
    partners = {each.id: each for met in known.meetings for each in met.partners if each.id != known.person.id}
    held = [_with(known, partner, today) for partner in partners.values()]
    if not held and known.meetings:
        held = [_with(known, None, today)]
    return sorted(held, key=lambda each: each.order)


def _with(known: Known, partner: Person | None, today: date) -> Battery:
    met = [each for each in known.meetings if partner is None or partner in each.partners or not each.partners]
    return Battery(known.person, partner, met[0], left(met[0].on, today))


@dataclass(frozen=True, slots=True)
class Proposal:
    """soon: half of it is gone, so that it is time to ask."""

    battery: Battery
    known: Known
    soon: bool


def proposals(everybody: Sequence[Known], today: date) -> list[Proposal]:
    """Whom to ask again, the emptiest first; nobody who took everything back, and nobody who does not want it."""
    asked = [each for each in everybody if not at_rest(each)]
    held = [Proposal(one, each, one.left <= HALF) for each in asked for one in batteries(each, today)]
    return sorted(held, key=lambda each: each.battery.order)


def at_rest(known: Known) -> bool:
    return known.gone or known.person.let_be_at is not None
