"""What waits for a person, as sentences with what can be done about them; and the acts that are done on the spot."""

from collections.abc import Sequence

from flask import flash
from flask.typing import ResponseReturnValue

from archive.days import today
from archive.models import Account
from archive.services import waiting
from archive.services.access import Action
from archive.services.waiting import Wait, Waiting
from archive.web.http import account, back, door, session
from archive.web.studio import studio
from archive.web.studio.answers import time_left
from archive.web.studio.shapes import WaitsAct, WaitsLine
from archive.web.words import day

HERE = "/studio/waiting"
NUMBER = "<int(max=2147483647)"


def waits(who: Account | None) -> tuple[WaitsLine, ...]:
    return tuple(_line(each) for each in waiting.waiting(session(), by=who)) if who else ()


def _line(each: Waiting) -> WaitsLine:
    href, does = _leads_to(each)
    return WaitsLine(
        title=each.title or each.text or "",
        href=href,
        does=does,
        sentence=_sentence(each),
        late=each.kind == Wait.REQUEST and each.day < today(),
        text=each.text if each.kind == Wait.MESSAGE else None,
        acts=tuple(_acts(each)),
    )


def _leads_to(each: Waiting) -> tuple[str | None, str]:
    """Where it is done, and what that is called."""
    if each.kind == Wait.REQUEST:
        return f"/curator/takedowns/{each.id}", "Read it and answer"
    if each.slug is None:
        return None, ""
    studio_page = f"/studio/{each.slug}"
    match each.kind:
        case Wait.OUT_OF_SIGHT:
            return f"{studio_page}#out-of-sight", "Look at it"
        case Wait.SIGNED:
            return f"{studio_page}#public", "See who can see it"
        case Wait.ENDS | Wait.ASK_AGAIN:
            return f"{studio_page}#consent", "See what was agreed"
        case Wait.OPENED:
            return f"/stories/{each.slug}", "See it as everyone does"
    return None, ""


def _sentence(each: Waiting) -> str:
    when = day(each.day)
    match each.kind:
        case Wait.REQUEST:
            return f"Somebody asks that something be taken down. {time_left(each.day)}"
        case Wait.OUT_OF_SIGHT:
            return f"Out of sight since {when}. The request is answered: let it be seen again, or close it."
        case Wait.MESSAGE:
            return f"A listener wrote to {each.who or 'whoever told it'} on {when}."
        case Wait.SIGNED:
            return f"{each.who} went through it and signed on {when}. It can be opened."
        case Wait.OPENED:
            return f"It stayed closed until {when}, and is open now."
        case Wait.ENDS:
            return f"{f'What {each.who} agreed to' if each.who else 'The reason of a curator'} holds until {when}."
        case Wait.ASK_AGAIN:
            again = f"it is time to ask {each.who or 'whoever told it'} again what may be done with it."
            return f"{'Since' if each.day < today() else 'On'} {when} {again}"
    return f"It was taken back, and is erased for good on {when}."


def _acts(each: Waiting) -> Sequence[WaitsAct]:
    match each.kind:
        case Wait.MESSAGE:
            at = f"/curator/messages/{each.id}"
            return [WaitsAct("Pass it on", f"{at}/pass-on"), WaitsAct("Lay it aside", f"{at}/lay-aside", quiet=True)]
        case Wait.SIGNED:
            return [WaitsAct("I have seen it", f"{HERE}/reviews/{each.id}", quiet=True)]
        case Wait.OPENED:
            return [WaitsAct("I have seen it", f"{HERE}/embargoes/{each.id}", quiet=True)]
    return []


def _noted() -> ResponseReturnValue:
    flash("Taken note of.", "done")
    return back("/studio")


@door(studio, f"{HERE}/reviews/{NUMBER}:review_id>", Action.EDIT, methods=("POST",))
def seen_review(review_id: int) -> ResponseReturnValue:
    waiting.took_note_of_review(session(), review_id, by=account())
    return _noted()


@door(studio, f"{HERE}/embargoes/{NUMBER}:embargo_id>", Action.EDIT, methods=("POST",))
def seen_opening(embargo_id: int) -> ResponseReturnValue:
    waiting.took_note_of_opening(session(), embargo_id, by=account())
    return _noted()
