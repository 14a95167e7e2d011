"""Stories: bringing one in, changing what is said about it, opening and closing it, taking it out."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from archive.days import today
from archive.db import now
from archive.models import (
    Account,
    Act,
    Job,
    JobKind,
    JobState,
    Part,
    Participation,
    Recording,
    Story,
    StoryState,
    Tombstone,
)
from archive.services.access import GONE, OPERATOR, Action, Actor, known_to, require, sees, visible_to
from archive.services.askings import Answered
from archive.services.closing import all_files, purge, stop_work
from archive.services.consent import apply_terms, lock, terms
from archive.services.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from archive.services.ledger import note
from archive.services.people import set_part
from archive.services.reviews import still_to_review, waive
from archive.services.slugs import free_slug
from archive.services.tagging import tag_story

MAX_TITLE = 300
MAX_WHY = 4000
MOST_VOICES = 20
AT_WORK = frozenset({StoryState.DRAFT, StoryState.FAILED, StoryState.REVIEW})  # what the machine may take up again

# What a card needs, in a fixed number of queries for any number of stories.
FOR_CARDS = (
    selectinload(Story.participations).joinedload(Participation.person, innerjoin=True),
    selectinload(Story.recordings).selectinload(Recording.copies),
)


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says about a story. None and empty mean that it was not given."""

    title: str
    narrators: list[str]
    interviewers: list[str] = field(default_factory=list)
    recorded_on: date | None = None
    place: str | None = None
    language: str | None = None
    why_told: str | None = None
    why_recorded: str | None = None
    themes: list[str] = field(default_factory=list)
    sample_of: str | None = None
    voices: int | None = None
    glossary: str | None = None
    for_whom: str | None = None
    answers: Answered | None = None


def _line(text: str | None, name: str, most: int = MAX_TITLE) -> str | None:
    """One line without control characters, None where nothing is left."""
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in text or "").split())
    if len(cleaned) > most:
        raise Invalid(f"The {name} is longer than {most} characters.", name)
    return cleaned or None


def _prose(text: str | None, name: str) -> str | None:
    cleaned = (text or "").replace("\x00", "").strip()
    if len(cleaned) > MAX_WHY:
        raise Invalid(f"This text is longer than {MAX_WHY} characters.", name)
    return cleaned or None


def _how_many(voices: int | None) -> int | None:
    if voices is not None and not 1 <= voices <= MOST_VOICES:
        raise Invalid(f"How many people speak is a number from 1 to {MOST_VOICES}.", "voices")
    return voices


def _write(session: Session, story: Story, about: About) -> None:
    title = _line(about.title, "title")
    if title is None:
        raise Invalid("Please give the story a title.", "title")
    if not about.narrators:
        raise Invalid("Please say who tells this story.", "narrator")
    if about.recorded_on is not None and about.recorded_on > today():
        raise Invalid("The date of the conversation lies in the future.", "recorded_on")
    story.title = title
    story.recorded_on = about.recorded_on
    story.place = _line(about.place, "place")
    story.language = _line(about.language, "language", 12)
    story.why_told = _prose(about.why_told, "why_told")
    story.why_recorded = _prose(about.why_recorded, "why_recorded")
    story.for_whom = _prose(about.for_whom, "for_whom")
    story.voices = _how_many(about.voices)
    story.glossary = _prose(about.glossary, "glossary")
    story.sample_of = story.sample_of or about.sample_of
    set_part(session, story, Part.NARRATOR, about.narrators)
    set_part(session, story, Part.INTERVIEWER, about.interviewers)


def begin_story(session: Session, about: About, *, by: Actor) -> Story:
    """A draft with its people and themes; nobody outside can see it."""
    require(by, Action.RECORD)
    title = _line(about.title, "title") or ""
    story = Story(title=title, slug=free_slug(session, Story.slug, title, "story"), state=StoryState.DRAFT)
    story.owner_id = by.id if by else None
    with session.no_autoflush:
        session.add(story)
        session.flush()
    _write(session, story, about)
    for label in about.themes:
        tag_story(session, story, label, by=by)
    session.flush()
    return story


def describe(session: Session, story: Story, about: About, *, by: Actor) -> None:
    """Change what is said about a story. Its address stays, for others may have written it down.

    A narrator who was not named before has not agreed to anything yet: the story closes until that is recorded.
    """
    require(by, Action.EDIT, story)
    lock(session, story)
    _write(session, story, about)
    session.flush()
    apply_terms(session, story)


def story_by_slug(session: Session, slug: str, by: Actor) -> Story:
    """Raises NotFound for a story that is not there and, with the same words, for one that this person may not know of;
    NotAllowed where they may know of it and not read it; Gone where it was withdrawn, and once stood in public."""
    story = known_by_slug(session, slug, by)
    if not sees(by, story):
        raise NotAllowed("This story is here, but its words and its sound are closed.")
    return story


def known_by_slug(session: Session, slug: str, by: Actor) -> Story:
    """As story_by_slug, also where the person may only know that the story is here."""
    query = select(Story).where(Story.slug == slug, known_to(by)).options(*FOR_CARDS)
    story = session.scalars(query).one_or_none()
    if story is None:
        if session.scalar(select(Tombstone.id).where(Tombstone.address_hash == address_hash(slug))):
            raise Gone("This story was here, and was withdrawn.")
        raise NotFound("There is no such story here.")
    return story


def address_hash(slug: str) -> str:
    """What a tombstone keeps of an address."""
    return hashlib.sha256(f"/stories/{slug}".encode()).hexdigest()


def start_hearing(session: Session, story: Story) -> list[Job]:
    """A PROCESS and a DERIVE job for each recording, as far as consent goes: no consent to machine
    transcription, no PROCESS. Nothing is done with a story that was withdrawn."""
    if story.state in GONE:
        return []
    allowed = terms(session, story).machine
    kinds = (JobKind.PROCESS, JobKind.DERIVE) if allowed else (JobKind.DERIVE,)
    jobs: list[Job] = []
    for recording in story.recordings:
        open_kinds = set(
            session.scalars(
                select(Job.kind).where(
                    Job.recording_id == recording.id, Job.state.in_([JobState.WAITING, JobState.RUNNING])
                )
            )
        )
        done = {JobKind.DERIVE} if recording.copies else set()
        done |= {JobKind.PROCESS} if recording.heard_by else set()
        jobs += [
            Job(kind=kind, story_id=story.id, recording_id=recording.id, priority=1 if kind == JobKind.PROCESS else 0)
            for kind in kinds
            if kind not in open_kinds | done
        ]
    session.add_all(jobs)
    if any(job.kind == JobKind.PROCESS for job in jobs) and story.state in AT_WORK:
        story.state = StoryState.PROCESSING
    session.flush()
    return jobs


def hear_again(session: Session, story: Story, *, by: Actor) -> list[Job]:
    """Once more, with the language, the names and the number of voices as they are said now. What was heard under the
    same terms is not heard anew, and what people have corrected stays."""
    require(by, Action.EDIT, story)
    if not terms(session, story).machine:
        raise Conflict("There is no consent that a machine may hear this recording.")
    for recording in story.recordings:
        recording.heard_by = None
    session.flush()
    return start_hearing(session, story)


def publish_needs(session: Session, story: Story) -> str | None:
    """A sentence: what is still missing before this story can be public; None when nothing is."""
    if story.state == StoryState.PUBLISHED:
        return "It is public already."
    if story.state == StoryState.PROCESSING:
        return "The machine is still listening."
    if story.state == StoryState.FAILED:
        return "The recording could not be heard to its end."
    if story.state not in (StoryState.DRAFT, StoryState.REVIEW):
        return "It is closed."
    if not terms(session, story).shows_something:
        return "No consent of every narrator, and no waiver, lets anybody outside know of it yet."
    if missing := still_to_review(session, story):
        names = " and ".join(person.name for person in missing)
        return f"{names} {'has' if len(missing) == 1 else 'have'} not gone through it yet."
    return None


def publish(session: Session, story: Story, *, by: Actor, unseen: str | None = None) -> None:
    """unseen is a curator's reason why it is opened before its narrators have gone through it."""
    require(by, Action.PUBLISH, story)
    lock(session, story)
    if unseen is None and by is OPERATOR and still_to_review(session, story):
        unseen = "It was opened at the command line, by whoever runs this archive."
    if unseen is not None:
        waive(session, story, unseen, by=by)
    if needs := publish_needs(session, story):
        raise Conflict(f"This story cannot be opened: {needs[0].lower()}{needs[1:]}")
    open_up(story)
    note(session, Act.PUBLISH, by=by, story=story)
    session.flush()


def open_up(story: Story) -> None:
    """To the public, as far as consent goes. Whoever calls this has asked publish_needs."""
    story.state = StoryState.PUBLISHED
    story.published_at = story.published_at or now()
    story.listed_at = story.listed_at or (now() if story.listed else None)


def unpublish(session: Session, story: Story, *, by: Actor) -> None:
    """Closed to the public with this transaction; nothing is lost."""
    require(by, Action.PUBLISH, story)
    if story.state != StoryState.PUBLISHED:
        raise Conflict("This story is not public.")
    story.state = StoryState.REVIEW
    note(session, Act.UNPUBLISH, by=by, story=story)
    session.flush()


def remove_story(session: Session, story: Story, *, by: Actor) -> None:
    """Take a story out with all that belongs to it; a PURGE job deletes its files after the commit."""
    require(by, Action.REMOVE, story)
    stop_work(session, story)
    purge(session, story, all_files(session, story))
    note(session, Act.REMOVE, by=by, story=story, details={"created": story.created_at.isoformat()})
    session.delete(story)
    session.flush()


def newest(session: Session, by: Actor, limit: int = 6) -> list[Story]:
    order = (Story.published_at.desc().nulls_last(), Story.id.desc())
    return list(session.scalars(select(Story).where(visible_to(by)).order_by(*order).limit(limit).options(*FOR_CARDS)))


def totals(session: Session, by: Actor) -> tuple[int, int]:
    """(stories, minutes of sound) that this person may read."""
    count, sound = session.execute(
        select(func.count(Story.id), func.sum(Story.duration_ms)).where(visible_to(by))
    ).one()
    return count, round((sound or 0) / 60_000)


def studio_stories(session: Session, by: Account) -> list[Story]:
    """My stories, and for a curator everybody's, the latest first; withdrawn ones stand among them."""
    here = select(Story).where(Story.state != StoryState.ERASED)
    query = here.order_by(Story.changed_at.desc(), Story.id.desc()).limit(500).options(*FOR_CARDS)
    return list(session.scalars(query if by.is_curator else query.where(Story.owner_id == by.id)))
