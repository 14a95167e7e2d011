"""What a listener is told before a stretch of a story: a warning, from a moment to a moment, in a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Act, ContentWarning, Passage, Story, Strike
from archive.services.access import Action, Actor, require, sees
from archive.services.errors import Invalid, NotFound
from archive.services.ledger import note
from archive.services.sealing import spans_of, strikes_on
from archive.services.strikes import Span, spans_at

MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Stretch:
    """On the story's timeline, in ms."""

    id: int
    start_ms: int
    end_ms: int
    text: str


def warn(session: Session, story: Story, start_ms: int, end_ms: int, text: str, *, by: Actor) -> list[ContentWarning]:
    """One for each recording that plays within the stretch. Raises Invalid for one that lies outside the recording, or
    that nobody outside hears: a warning would tell what was taken out there."""
    require(by, Action.WARN, story)
    said = " ".join(text.split())
    if not said:
        raise Invalid("Please say what a listener should know before.", "text")
    if len(said) > MAX_TEXT:
        raise Invalid(f"A warning is {MAX_TEXT} characters long at most.", "text")
    if end_ms <= start_ms:
        raise Invalid("The end has to come after the beginning.", "to")
    spans = [span for span in spans_at(story, start_ms, end_ms) if not _is_struck(session, story, span)]
    if not spans:
        raise Invalid("This stretch is taken out already. Nobody outside hears it, so it needs no warning.", "from")
    made = [
        ContentWarning(
            story_id=story.id, recording_id=span.recording_id, start_ms=span.start_ms, end_ms=span.end_ms, text=said,
            by_id=by.id if by else None,
        )
        for span in spans
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    for each in made:
        told = {"recording": each.recording_id, "from": each.start_ms, "to": each.end_ms}
        note(session, Act.WARN, by=by, story=story, subject=f"warning:{each.id}", details=told)
    return made


def _is_struck(session: Session, story: Story, span: Span) -> bool:
    """Wholly, that is; of one that a strike only touches, the rest is still heard."""
    spans = spans_of(strikes_on(session, story.id, span.recording_id))
    return any(start <= span.start_ms and span.end_ms <= end for start, end in spans)


def take_off(session: Session, caution_id: int, *, by: Actor) -> Story:
    """Take a warning away; gives the story on which it stood."""
    held = session.get(ContentWarning, caution_id)
    story = session.get(Story, held.story_id) if held else None
    if held is None or story is None or not sees(by, story):
        raise NotFound("That warning is not there any more.")
    require(by, Action.WARN, story)
    session.delete(held)
    note(session, Act.WARN, by=by, story=story, subject=f"warning:{held.id}", details={"taken": "off"})
    return story


def stretches_of(session: Session, story: Story) -> list[Stretch]:
    """In the order of the timeline; without those that lie within a strike by now."""
    rows = session.scalars(select(ContentWarning).where(ContentWarning.story_id == story.id))
    found: list[Stretch] = []
    for row in rows:
        if not _is_struck(session, story, Span(row.recording_id, row.start_ms, row.end_ms)):
            begins = story.begins(row.recording_id)
            found.append(Stretch(row.id, begins + row.start_ms, begins + row.end_ms, row.text))
    return sorted(found, key=lambda each: (each.start_ms, each.id))


def by_recording(session: Session, story_ids: Sequence[int]) -> dict[int, list[Stretch]]:
    """For players in lists: on each recording's own clock, in order, without those that lie within a strike by now."""
    query = select(ContentWarning).where(
        ContentWarning.story_id.in_(story_ids), ContentWarning.recording_id.is_not(None)
    )
    rows = list(session.scalars(query.order_by(ContentWarning.start_ms, ContentWarning.id)))
    holding = select(Strike).where(
        Strike.recording_id.in_({row.recording_id for row in rows}), Strike.lifted_at.is_(None)
    )
    strikes = list(session.scalars(holding)) if rows else []
    found: dict[int, list[Stretch]] = {}
    for row in rows:
        spans = spans_of(each for each in strikes if each.recording_id == row.recording_id)
        if row.recording_id and not any(start <= row.start_ms and row.end_ms <= end for start, end in spans):
            found.setdefault(row.recording_id, []).append(Stretch(row.id, row.start_ms, row.end_ms, row.text))
    return found


def placed(story: Story, passages: Sequence[Passage], stretches: Sequence[Stretch]) -> dict[int, list[Stretch]]:
    """By the number, from 0, of the passage before which each is told: the first one of these that lies in it. Where
    no passage has a time, all are told before the first."""
    times = [
        (story.at(each.recording_id, each.start_ms), story.at(each.recording_id, each.end_ms)) for each in passages
    ]
    if passages and all(start is None for start, _ in times):
        return {0: list(stretches)}
    found: dict[int, list[Stretch]] = {}
    for stretch in stretches:
        for number, (start, end) in enumerate(times):
            if start is not None and start < stretch.end_ms and (end or start + 1) > stretch.start_ms:
                found.setdefault(number, []).append(stretch)
                break
    return found


def told_before(session: Session, story: Story, passages: Sequence[Passage]) -> dict[int, list[str]]:
    """The same in words alone, for what is written of the whole story."""
    found = placed(story, passages, stretches_of(session, story))
    return {number: [each.text for each in listed] for number, listed in found.items()}
