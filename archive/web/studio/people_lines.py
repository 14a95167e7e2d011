"""Staying in touch, in words: how long ago it was, how much of a battery is left, how somebody felt."""

from datetime import date

from archive.models import Conversation, How, Mood, MoodMoment
from archive.services.batteries import HALF, Battery
from archive.services.meetings import Known, Meeting
from archive.services.open_questions import LeftOpen
from archive.web.studio.people_shapes import Meter
from archive.web.words import day

PARTS = (
    (11 / 12, "almost all is left"), (3 / 4, "three quarters are left"), (2 / 3, "two thirds are left"),
    (1 / 2, "half is left"), (1 / 3, "a third is left"), (1 / 4, "a quarter is left"),
    (1 / 12, "almost nothing is left"),
)  # fmt: skip
HOW = {
    How.CALL: "A call", How.VISIT: "A visit", How.LETTER: "A letter", How.MESSAGE: "A message",
}  # fmt: skip
DEGREES = {0.5: "a little ", 1.0: "", 1.5: "much ", 2.0: "very much "}


def ago(then: date, today: date) -> str:
    days = (today - then).days
    if days < 2:
        return "yesterday" if days == 1 else "today"
    if days < 14:
        return f"{days} days ago"
    if days < 60:
        return f"{days // 7} weeks ago"
    months = round(days / 30.44)
    return f"{months} months ago" if months < 24 else f"{days // 365} years ago"


def share_left(left: float) -> str:
    if left in (0, 1):
        return "it is full" if left else "nothing is left"
    return min(PARTS, key=lambda each: abs(each[0] - left))[1]


def meter(held: Battery, today: date) -> Meter:
    name = held.interviewer.name if held.interviewer else ""
    said = f"spoke {ago(held.last.on, today)}; {share_left(held.left)}"
    return Meter(name, round(held.left * 100), said, what_it_was(held.last))


def what_it_was(met: Meeting) -> str:
    return f"{_kind(met.noted)} on {day(met.on)}."


def with_whom(met: Meeting) -> str:
    names = ", ".join(each.name for each in met.partners)
    return _kind(met.noted) + (f", with {names}" if names else "")


def _kind(noted: Conversation | None) -> str:
    return HOW[noted.how] if noted else "A recorded conversation"


def reason(held: Battery, left_open: list[LeftOpen]) -> str:
    """Why to ask again; empty where there is time and nothing was left open."""
    if held.left == 0:
        why = "A year or more has gone by."
    elif held.left <= 1 / 4:
        why = "The year is nearly over."
    else:
        why = "More than half of it is gone." if held.left <= HALF else ""
    many = len(left_open)
    return f"{why} {many} {'question was' if many == 1 else 'questions were'} left open.".strip() if many else why


def why_resting(known: Known) -> str:
    """A sentence; what was wished comes before what happened to stories."""
    if known.person.let_be_at is not None:
        return "Does not want to be asked again."
    return "Took back everything they told." if known.told else "Tells no story here any more."


def felt(held: Mood | None, moment: MoodMoment) -> str | None:
    """None where nothing was said."""
    if held is None:
        return None
    axes = (_pole(held.hope, "despair", "hope"), _pole(held.conviction, "uncertainty", "conviction"))
    said = ", ".join(each for each in axes if each)
    return f"{moment.value.capitalize()} the conversation: {said}." if said else None


def _pole(value: float | None, low: str, high: str) -> str:
    if value is None:
        return ""
    return f"{DEGREES[abs(value)]}{high if value > 0 else low}" if value else f"between {low} and {high}"
