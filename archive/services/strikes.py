"""Strikes: what nobody outside may read or hear any more, from the commit on.

Words go from every passage into the strike (sealing.py). The listening copies lose their addresses in the same
transaction, so that no byte of them is served again; copies without the span are made by DERIVE. The master stays as
it is, and so do copies of the whole, which no door serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import (
    Act,
    Asking,
    Copy,
    Job,
    JobKind,
    JobState,
    Passage,
    Recording,
    Story,
    Strike,
    Tagging,
    Uncut,
    indexing,
)
from archive.services.access import Action, Actor, Narrator, require
from archive.services.consent import lock
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.ledger import note
from archive.services.sealing import MARK, keep_sealed, seal, spans_of, strikes_on, unseal
from archive.services.tagging import words_meant
from archive.services.transcripts import find_anchors_anew, opening, passages_of
from uploads.media import masked

MAX_REASON = 2000
LEAST_MS = 20


@dataclass(frozen=True, slots=True)
class Span:
    """[start_ms, end_ms) on a recording's clock; recording_id is None for text without sound, whose clock is the
    story's."""

    recording_id: int | None
    start_ms: int
    end_ms: int


def spans_at(story: Story, start_ms: int, end_ms: int) -> list[Span]:
    """A stretch of the story's timeline, as spans of the recordings that play there. Raises Invalid where none does."""
    if not story.recordings:
        return [Span(None, start_ms, end_ms)]
    found: list[Span] = []
    for recording in story.recordings:
        begins = story.begins(recording.id)
        start, end = max(start_ms - begins, 0), min(end_ms - begins, recording.duration_ms)
        if start < end:
            found.append(Span(recording.id, start, end))
    if not found:
        raise Invalid("That lies outside the recording.", "from")
    return found


def take_out(
    session: Session, story: Story, start_ms: int, end_ms: int, *, reason: str | None = None, by: Actor
) -> list[Strike]:
    """Strike a stretch of the story's timeline, in whichever recordings it plays. Raises Invalid for one in which
    nothing is said or heard, and for one that is taken out already."""
    require(by, Action.STRIKE, story)
    if end_ms - start_ms < LEAST_MS:
        raise Invalid("The end has to come after the beginning.", "to")
    spans = spans_at(story, start_ms, end_ms)
    if not story.recordings and not any(_reaches(each, start_ms, end_ms) for each in _on(session, story, None)):
        raise Invalid("Nothing is said there.", "from")
    if all(_is_out(session, story, span) for span in spans):
        raise Invalid("This is taken out already.", "from")
    return [strike(session, story, span, reason=reason, by=by) for span in spans]


def _reaches(passage: Passage, start_ms: int, end_ms: int) -> bool:
    return passage.start_ms is not None and passage.start_ms < end_ms and (passage.end_ms or end_ms) > start_ms


def _is_out(session: Session, story: Story, span: Span) -> bool:
    out = spans_of(strikes_on(session, story.id, span.recording_id))
    return any(start <= span.start_ms and span.end_ms <= end for start, end in out)


def strike(session: Session, story: Story, span: Span, *, reason: str | None = None, by: Actor) -> Strike:
    """Take a span out of everything that is public. Raises Invalid for a span that is not in the recording."""
    require(by, Action.STRIKE, story)
    lock(session, story)
    recording = _recording(story, span)
    why = (reason or "").strip()
    if len(why) > MAX_REASON:
        raise Invalid(f"A reason is {MAX_REASON} characters long at most.", "reason")
    made = Strike(
        story_id=story.id,
        recording_id=span.recording_id,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        sealed={"passages": []},
        reason=why or None,
        by_id=by.id if by else None,
        person_id=by.person_id if isinstance(by, Narrator) else None,
    )
    passages = _on(session, story, span.recording_id)
    seal(made, passages, grow=True)
    session.add(made)
    session.flush()
    if recording is not None:
        hush(session, story, recording)
    told = {"recording": span.recording_id, "from": made.start_ms, "to": made.end_ms}
    note(session, Act.STRIKE, by=by, story=story, subject=f"strike:{made.id}", details=told)
    _retold(session, story, span.recording_id)
    return made


def lift(session: Session, story: Story, strike_id: int, *, by: Actor) -> None:
    """Bring back what a strike took out, but for what another one takes out as well."""
    require(by, Action.STRIKE, story)
    lock(session, story)
    held = session.get(Strike, strike_id)
    if held is None or held.story_id != story.id:
        raise NotFound("There is no such strike on this story.")
    if held.lifted_at is not None:
        raise Conflict("This strike was lifted already.")
    held.lifted_at = now()
    changed = unseal(session, held, _on(session, story, held.recording_id))
    keep_sealed(session, changed)
    recording = next((each for each in story.recordings if each.id == held.recording_id), None)
    if recording is not None:
        hush(session, story, recording)
    note(session, Act.LIFT, by=by, story=story, subject=f"strike:{held.id}")
    _retold(session, story, held.recording_id)


def strikes_of(session: Session, story: Story) -> list[Strike]:
    """Those that hold, in the order of the story's timeline."""
    query = select(Strike).where(Strike.story_id == story.id, Strike.lifted_at.is_(None))
    return sorted(session.scalars(query), key=lambda each: story.at(each.recording_id, each.start_ms) or 0)


def _recording(story: Story, span: Span) -> Recording | None:
    if span.end_ms - span.start_ms < LEAST_MS:
        raise Invalid("The end has to come after the beginning.", "to")
    if span.recording_id is None:
        if story.recordings:
            raise Invalid("That lies outside the recording.", "from")
        return None
    for recording in story.recordings:
        if recording.id == span.recording_id:
            if (
                span.start_ms < 0
                or span.start_ms >= recording.duration_ms
                or span.end_ms > recording.duration_ms + 1000
            ):
                raise Invalid("That lies outside the recording.", "from")
            return recording
    raise NotFound("There is no such recording in this story.")


def _on(session: Session, story: Story, recording_id: int | None) -> list[Passage]:
    return [each for each in passages_of(session, story, empty=True) if each.recording_id == recording_id]


def hush(session: Session, story: Story, recording: Recording) -> None:
    """Take a recording's copies off the air and see to new ones, after its strikes have changed."""
    spans = spans_of(strikes_on(session, story.id, recording.id))
    whole = {each.kind for each in recording.uncut}
    purged: list[str] = []
    for copy in list(recording.copies):
        if copy.kind in whole:
            purged.append(copy.storage_key)  # a copy with strikes
        else:
            recording.uncut.append(_uncut(copy))
        recording.copies.remove(copy)
    session.flush()
    recording.peaks = masked(recording.peaks_uncut, spans, recording.duration_ms) if recording.peaks_uncut else None
    if spans:
        _derive(session, story, recording)
    else:
        recording.copies.extend(_copy(each) for each in recording.uncut)
        recording.uncut.clear()
    if purged:
        session.add(Job(kind=JobKind.PURGE, story_id=story.id, details={"keys": purged}, priority=3))
    session.flush()


def _uncut(copy: Copy) -> Uncut:
    return Uncut(
        kind=copy.kind, storage_key=copy.storage_key, media_type=copy.media_type, size=copy.size, sha256=copy.sha256
    )


def _copy(uncut: Uncut) -> Copy:
    return Copy(
        kind=uncut.kind, storage_key=uncut.storage_key, media_type=uncut.media_type, size=uncut.size,
        sha256=uncut.sha256,
    )  # fmt: skip


def _derive(session: Session, story: Story, recording: Recording) -> None:
    """One that waits will see these strikes; one that runs finds out at its end that they are others, and begins anew,
    but a job that waits for it does not hang on that."""
    waiting = select(Job).where(
        Job.recording_id == recording.id, Job.kind == JobKind.DERIVE, Job.state == JobState.WAITING
    )
    job = session.scalars(waiting).first()
    if job is None:
        job = Job(kind=JobKind.DERIVE, story_id=story.id, recording_id=recording.id)
        session.add(job)
    job.priority = 4  # somebody wants to hear it again, and it is quick
    session.flush()


def _retold(session: Session, story: Story, recording_id: int | None) -> None:
    """What hangs on passages follows; searches leave the story out until the index has followed as well."""
    find_anchors_anew(session, recording_id, _on(session, story, recording_id))
    _redact_taggings(session, story, recording_id)
    story.opening = opening(passages_of(session, story, limit=20), story.interviewers)
    session.flush()
    indexing.mark(session, [], [story.id])


def _redact_taggings(session: Session, story: Story, recording_id: int | None) -> None:
    """A theme remembers the words that were meant: they are those of the passage as it reads now, and none where all
    that was said there is taken out."""
    passages = {passage.id: passage for passage in _on(session, story, recording_id)}
    spans = spans_of(strikes_on(session, story.id, recording_id))
    own = Tagging.recording_id.is_(None) if recording_id is None else Tagging.recording_id == recording_id
    for tagging in session.scalars(select(Tagging).where(Tagging.story_id == story.id, own)):
        if tagging.words is None or tagging.start_ms is None:
            continue
        meets = any(start < (tagging.end_ms or tagging.start_ms) and end > tagging.start_ms for start, end in spans)
        if meets or MARK in tagging.words:
            passage = passages.get(tagging.passage_id or 0)
            tagging.words = words_meant(passage, tagging) if passage else MARK
    session.flush()


def told_openly(askings: Sequence[Asking], strikes: Sequence[Strike]) -> list[Asking]:
    """Marks of questions, without those that were asked within a strike."""
    return [
        asking
        for asking in askings
        if not any(
            each.recording_id == asking.recording_id and each.start_ms <= asking.at_ms < each.end_ms for each in strikes
        )
    ]
