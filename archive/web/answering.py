"""Stories that answer each other, as pages show them; and the address at which somebody begins to answer."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Asking, Question, Story
from archive.services import replies
from archive.services.access import Actor
from archive.services.replies import Linked
from archive.web.present import card, story_path
from archive.web.shapes import Link, Marked, Replied
from archive.web.words import clock


def seconds(ms: int) -> str:
    """To the millisecond: by its moment a question is found again."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def reply_path(story: Story, at_ms: int | None) -> str:
    """Where one begins to answer what was asked at this moment of the story's timeline."""
    return f"{story_path(story)}/answer" + (f"?t={seconds(at_ms)}" if at_ms is not None else "")


def carried(story: Story, at_ms: int | None) -> str:
    """What stands behind the question mark where a new story is to answer this one."""
    return urlencode({"answers": story.slug} | ({"answers_at": seconds(at_ms)} if at_ms is not None else {}))


def asked_here(session: Session, story: Story, askings: Sequence[Asking]) -> tuple[Marked, ...]:
    """As present.marked, each leading to everybody's answers where it is a question of the archive's."""
    ids = {each.question_id for each in askings if each.question_id is not None}
    rows = session.execute(select(Question.id, Question.slug).where(Question.id.in_(ids)))
    slugs: dict[int | None, str] = {row.id: row.slug for row in rows}
    return tuple(
        Marked(
            each.id,
            story.at(each.recording_id, each.at_ms) or 0,
            each.text,
            f"/questions/{quote(slugs[each.question_id])}" if each.question_id in slugs else None,
        )
        for each in askings
    )


def answers(session: Session, story: Story, by: Actor) -> tuple[Replied, ...]:
    return tuple(_replied(each, each.other) for each in replies.answers_of(session, story, by))


def answered_by(session: Session, story: Story, by: Actor) -> tuple[Replied, ...]:
    return tuple(_replied(each, story) for each in replies.answered_by(session, story, by))


def _replied(linked: Linked, to: Story) -> Replied:
    """The moment is one of the story that is answered, at whichever end one stands."""
    at = linked.at_ms
    moment = Link(clock(at), f"{story_path(to)}?t={seconds(at)}") if at is not None else None
    return Replied(linked.id, card(linked.other), moment, linked.asked)
