"""PROCESS: from sound to passages, piece by piece, each committed as it is heard."""

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy import select

from archive.models import Heard, Recording, Story, StoryState
from archive.services.consent import terms
from archive.services.sealing import seal_what_was_heard
from archive.services.transcripts import heard_words, lay_down, opening, pack_words, passages_of
from archive.services.voices import numbered_on
from archive.work.house import House
from archive.work.jobs import Ticket, fence, finish, keep_trying
from archive.work.sound import read_whole, sound_of, tidy
from archive.work.voices import Told, tell_apart
from archive.work.watch import Hopeless, Watch, still_wanted
from uploads.media import Sound, Soundtrack, loss_sentence
from uploads.speech.cutting import cut
from uploads.speech.segments import Piece, Word


@dataclass(frozen=True, slots=True)
class Task:
    """What a run has to know of its recording, read once."""

    recording_id: int
    sha256: str
    storage_key: str
    language: str | None
    glossary: str | None
    people: int | None  # how many speak, as the interviewer says

    def key(self, fingerprint: str, piece: Piece, hint: str | None) -> str:
        """Names what a model hears in a piece of this sound: the same key, the same words."""
        told = (hint,) if hint else ()
        parts = (self.sha256, fingerprint, self.language or "", str(piece.start_ms), str(piece.end_ms), *told)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def process(house: House, ticket: Ticket, watch: Watch) -> None:
    """Run straight through; what an earlier run has committed is not heard again."""
    task = _read(house, ticket)
    watch.say("reading the recording", 0.0)
    with sound_of(house, task.sha256, task.storage_key, watch) as sound:
        if not (task.language and house.transcriber.knows(task.language)):
            track = read_whole(sound, watch)  # the places where it is asked for are spread over all of it
            watch.say("finding out which language is spoken", 0.02)
            task = replace(task, language=_hear_language(house, ticket, track))
        pieces = watch.through(house.transcriber.pieces(sound), sound.expected_ms, "listening", 0.03, 0.95)
        keys = [_hear(house, ticket, task, sound, piece) for piece in pieces]
        track = sound.whole()
    with house.db.reading() as session:
        words = heard_words(session, session.get_one(Recording, task.recording_id), keys)
    told = tell_apart(house, track, words, task.people, watch)
    _lay_down(house, ticket, task, track, Said(words, told))
    tidy(house, task.recording_id)


def _read(house: House, ticket: Ticket) -> Task:
    with house.db.reading() as session:
        recording = session.get(Recording, ticket.recording_id)
        story = session.get(Story, ticket.story_id)
        if recording is None or story is None:
            raise Hopeless("The recording is not here any more.")
        if not terms(session, story).machine:
            raise Hopeless("There is no consent that a machine may hear this recording.")
        return Task(
            recording_id=recording.id,
            sha256=recording.sha256,
            storage_key=recording.storage_key,
            language=story.language or recording.language_heard,
            glossary=story.glossary,
            people=story.voices,
        )


def _hear_language(house: House, ticket: Ticket, track: Soundtrack) -> str | None:
    """Found once and kept, so that a run that is taken up again does not change its mind. None: nobody speaks."""
    language, probability = house.transcriber.language(track)
    if not probability:
        return None
    with house.db.writing() as session:
        fence(session, ticket)
        session.get_one(Recording, ticket.recording_id).language_heard = language
    return language


def _hear(house: House, ticket: Ticket, task: Task, sound: Sound, piece: Piece) -> str:
    """The piece's key, with its words committed under it."""
    key = task.key(house.transcriber.fingerprint, piece, house.transcriber.hint(task.glossary))
    known = select(Heard.id).where(Heard.recording_id == task.recording_id, Heard.key == key)
    with house.db.reading() as session:
        if session.scalar(known) is not None:
            return key
    words = house.transcriber.hear(sound, piece, task.language or "en", task.glossary)
    packed = {"w": [word.text for word in words], **pack_words(words)}
    bounds = {"start_ms": piece.start_ms, "end_ms": piece.end_ms}
    with house.db.writing() as session:
        job = still_wanted(session, ticket)
        keep_trying(job)
        session.add(Heard(recording_id=task.recording_id, key=key, words=packed, **bounds))
    return key


@dataclass(frozen=True, slots=True)
class Said:
    """All that was heard, and who said it as far as can be told."""

    words: list[Word]
    voices: Told


def _lay_down(house: House, ticket: Ticket, task: Task, track: Soundtrack, said: Said) -> None:
    """Passages, the story's next state and the end of the job, all in one transaction."""
    with house.db.writing() as session:
        still_wanted(session, ticket)
        recording = session.get_one(Recording, ticket.recording_id)
        story = session.get_one(Story, ticket.story_id)
        segments = numbered_on(session, recording, cut(said.words, said.voices.names))
        seal_what_was_heard(session, recording, lay_down(session, recording, segments))
        recording.voices_told = said.voices.why_not
        recording.heard_by = house.transcriber.fingerprint
        recording.duration_ms = track.duration_ms
        recording.loss = loss_sentence(track)
        story.duration_ms = sum(each.duration_ms for each in story.recordings)
        story.language = story.language or task.language
        story.opening = opening(passages_of(session, story, limit=20), story.interviewers) or story.opening
        if story.state == StoryState.PROCESSING and all(each.heard_by for each in story.recordings):
            story.state = StoryState.REVIEW
        finish(session, ticket)
