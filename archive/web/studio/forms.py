"""What forms of the studio say, read into what services take."""

from collections.abc import Mapping

from archive.models import Account, Method, MoodMoment, Scope, WithdrawalKind
from archive.services.access import Action, may
from archive.services.agreements import EVERYTHING_BUT_REUSE, Agreement, agreement, waiver
from archive.services.askings import Words
from archive.services.errors import Conflict, Invalid
from archive.services.moods import Reading
from archive.services.stories import About
from archive.services.withdrawal import DAYS
from archive.web.typed import day as day
from archive.web.typed import degree
from archive.web.typed import moment as moment
from archive.web.typed import whole as whole

Form = Mapping[str, str]

DETAILS = frozenset(
    {
        "title",
        "narrator",
        "interviewer",
        "recorded_on",
        "place",
        "language",
        "why_told",
        "why_recorded",
        "for_whom",
        "waiver",
        "voices",
        "glossary",
    }
)  # fields that both forms have


def faults(refusal: Invalid | Conflict, fields: frozenset[str], otherwise: str) -> dict[str, str]:
    """The sentence by the field at which it is shown; a field that the page does not have would hide it."""
    field = refusal.field if isinstance(refusal, Invalid) else None
    return {field if field and field in fields else otherwise: str(refusal)}


def names(given: str) -> list[str]:
    """Several names, with a comma, a semicolon or a line between them."""
    parts = given.replace(";", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def _voices(given: str) -> int | None:
    if not given.strip():
        return None
    number = whole(given.strip())
    if number is None:
        raise Invalid("How many people speak is a number.", "voices")
    return number


def words(form: Form) -> Words:
    """A question that was chosen, by its number, or one's own words."""
    chosen = form.get("question", "")
    return Words(whole(chosen), form.get("asked_as", ""))


def reading(form: Form) -> Reading:
    """How a narrator feels; nothing chosen, and the choice to say nothing, are None."""
    if (when := form.get("moment", "")) not in set(MoodMoment):
        raise Invalid("Say whether this was before or after the conversation.", "moment")
    return Reading(
        MoodMoment(when), degree(form.get("hope", ""), "hope"), degree(form.get("conviction", ""), "conviction")
    )


def withdrawal(form: Form) -> tuple[WithdrawalKind, int]:
    """What is to become of the story, and in how many days where it is to be erased."""
    if (kind := form.get("kind", "")) not in set(WithdrawalKind):
        raise Invalid("Please say whether it is to be kept closed, or erased.", "kind")
    days = whole(form.get("days", "").strip() or str(DAYS))
    if days is None:
        raise Invalid("In how many days it is erased is a number.", "days")
    return WithdrawalKind(kind), days


def about(form: Form) -> About:
    return About(
        title=form.get("title", ""),
        narrators=names(form.get("narrator", "")),
        interviewers=names(form.get("interviewer", "")),
        recorded_on=day(form.get("recorded_on", ""), "recorded_on"),
        place=form.get("place"),
        language=form.get("language"),
        why_told=form.get("why_told"),
        why_recorded=form.get("why_recorded"),
        for_whom=form.get("for_whom"),
        themes=names(form.get("themes", "")),
        voices=_voices(form.get("voices", "")),
        glossary=form.get("glossary"),
    )


def intake_agreement(form: Form, who: Account) -> Agreement | None:
    """What the intake form says about consent. form: everything for everyone; later: only a machine may hear it;
    none: not even that. A curator's waiver comes first."""
    if (reason := form.get("waiver", "").strip()) and may(who, Action.WAIVE):
        return waiver(reason)
    choice = form.get("consent", "none")
    narrators = names(form.get("narrator", ""))
    if choice not in {"form", "later"}:
        return None
    if len(narrators) > 1:
        raise Invalid(
            "With several narrators, bring the recording in without consent first; then record each one's own.",
            "consent",
        )
    scopes = EVERYTHING_BUT_REUSE if choice == "form" else {Scope.MACHINE: "yes"}
    method = Method.RECORDED if form.get("consent_method") == "recorded" else Method.FORM
    signed_on = day(form.get("consent_signed_on", ""), "consent_signed_on")
    return Agreement(method, scopes, person=narrators[0] if narrators else "", signed_on=signed_on)


def consent(form: Form) -> Agreement:
    """The consent form of a story: a person's answers, or a curator's waiver."""
    for name in ("until", "review_on"):
        day(form.get(name, ""), name)
    if (reason := form.get("waiver", "").strip()) or form.get("method") == Method.WAIVER:
        return waiver(reason)
    if form.get("method", "form") not in (Method.FORM, Method.RECORDED):
        raise Invalid("Say whether it was signed on a form or said on the recording.", "method")
    given = {scope.value: form[scope.value] for scope in Scope if form.get(scope.value)}
    return agreement(
        {
            "method": form.get("method", "form"),
            "person": form.get("person", ""),
            "signed_on": form.get("signed_on", ""),
            "until": form.get("until", ""),
            "review_on": form.get("review_on", ""),
            "scopes": given,
        }
    )
