"""An act of consent as somebody gives it, by form, by file or at the command line, before it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.days import today
from archive.models import Method, Scope
from archive.services.errors import Invalid

# For each scope its values from strictest to freest (CONTRACT: consent.json).
VALUES: dict[Scope, tuple[str, ...]] = {
    Scope.EXISTENCE: ("hidden", "listed", "open"),
    Scope.MACHINE: ("no", "yes"),
    Scope.TEXT: ("closed", "link", "open"),
    Scope.SOUND: ("closed", "link", "open"),
    Scope.REMIX: ("no", "yes"),
    Scope.EMBED: ("no", "yes"),
    Scope.MINING: ("no", "yes"),
}
OPENING = frozenset({Scope.EXISTENCE, Scope.TEXT, Scope.SOUND})  # what the public may have of a story
EVERYTHING_BUT_REUSE = {
    Scope.EXISTENCE: "open",
    Scope.MACHINE: "yes",
    Scope.TEXT: "open",
    Scope.SOUND: "open",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One act of consent, or a waiver with a reason. person is the narrator's name; None for a waiver.

    until is its last day. review_on: when somebody should ask again. evidence is the storage key and the SHA-256 of a
    file that shows it.
    """

    method: Method
    scopes: Mapping[Scope, str]
    person: str | None = None
    signed_on: date | None = None
    reason: str | None = None
    until: date | None = None
    review_on: date | None = None
    evidence: tuple[str, str] | None = None


def waiver(reason: str) -> Agreement:
    """A curator's reason instead of a consent: text, sound and machine, but no reuse beyond listening."""
    if not reason.strip():
        raise Invalid("A waiver needs a reason: it is shown on the story's page.", "waiver")
    return Agreement(Method.WAIVER, EVERYTHING_BUT_REUSE, reason=reason.strip())


def _day(given: Any, name: str) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Invalid(f"The consent's {name} is no date like 2026-05-04: {given!r}.", name) from None


def _scope(name: Any, value: Any) -> tuple[Scope, str]:
    try:
        scope = Scope(name)
    except ValueError:
        raise Invalid(f"{name!r} is no scope of consent. Those are: {', '.join(Scope)}.", "scopes") from None
    if value not in VALUES[scope]:
        raise Invalid(f"{scope} cannot be {value!r}, only {', '.join(VALUES[scope])}.", "scopes")
    return scope, str(value)


def agreement(data: Any) -> Agreement:
    """Read consent.json as CONTRACT gives it. Raises Invalid with the fault."""
    if not isinstance(data, dict) or not isinstance(data.get("scopes"), dict):
        raise Invalid("A consent is an object with person, method, signed_on and scopes.", "consent")
    try:
        method = Method(str(data.get("method")))
    except ValueError:
        raise Invalid(f"A consent's method is one of {', '.join(Method)}.", "method") from None
    person, reason = data.get("person"), data.get("reason")
    if method != Method.WAIVER and not (isinstance(person, str) and person.strip()):
        raise Invalid("A consent names the person who gave it.", "person")
    if method == Method.WAIVER and not (isinstance(reason, str) and reason.strip()):
        raise Invalid("A waiver needs a reason: it is shown on the story's page.", "reason")
    signed_on = _day(data.get("signed_on"), "signed_on")
    if signed_on is not None and signed_on > today():
        raise Invalid("The day of the signature lies in the future.", "signed_on")
    return Agreement(
        method,
        dict(_scope(name, value) for name, value in data["scopes"].items()),
        person=None if method == Method.WAIVER else person,
        signed_on=signed_on,
        reason=reason,
        until=_day(data.get("until"), "until"),
        review_on=_day(data.get("review_on"), "review_on"),
    )
