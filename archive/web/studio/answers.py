"""What came from outside, as those who answer it see it; and what whoever comes is told before."""

from datetime import date

from sqlalchemy.orm import Session

from archive.days import here, today
from archive.models import Account, Story, StoryState, Takedown, TakedownState
from archive.services import takedowns
from archive.services.access import Action, may, sees
from archive.services.cautions import stretches_of
from archive.web.shapes import Link
from archive.web.studio.shapes import CautionLine, OutOfSight, RequestLine, StudioRequest
from archive.web.words import day

STANDS = {
    TakedownState.KEPT: "Answered: it stays as it is.",
    TakedownState.CHANGED: "Answered: something was changed.",
}


def time_left(until: date) -> str:
    """How much time there is until a day, and how much too late it is after that."""
    days = (until - today()).days
    if days == 0:
        return "The answer is due today."
    many = f"{abs(days)} day{'s' * (abs(days) != 1)}"
    return f"{many} left to answer." if days > 0 else f"The answer is {many} late."


def takedown(held: Takedown, who: Account | None) -> StudioRequest:
    story = held.story if held.story and sees(who, held.story) else None
    is_open = held.state == TakedownState.OPEN
    return StudioRequest(
        id=held.id,
        address=held.address,
        why=held.why,
        name=held.name,
        contact=held.contact,
        code=held.code,
        asked=day(here(held.made_at).date()),
        clock=time_left(takedowns.due(held)) if is_open else STANDS[held.state],
        overdue=is_open and takedowns.due(held) < today(),
        state=held.state.value,
        reasons=held.reasons,
        story=Link(story.title, f"/studio/{story.slug}") if story else None,
        slug=story.slug if story else None,
        open_to_public=bool(story and story.state == StoryState.PUBLISHED and story.suspended_at is None),
        out_of_sight=bool(story and story.suspended_at is not None),
    )


def takedown_path(held: Takedown) -> str:
    return f"/curator/takedowns/{held.id}"


def out_of_sight(session: Session, story: Story, who: Account) -> OutOfSight | None:
    if story.suspended_at is None:
        return None
    asked = takedowns.about(session, story, by=who) if may(who, Action.DECIDE) else []
    lines = (RequestLine(f"What was asked on {day(here(each.made_at).date())}", takedown_path(each)) for each in asked)
    return OutOfSight(day(here(story.suspended_at).date()), tuple(lines))


def cautions(session: Session, story: Story) -> tuple[CautionLine, ...]:
    found = stretches_of(session, story)
    return tuple(CautionLine(each.id, each.start_ms, each.end_ms, each.text) for each in found)
