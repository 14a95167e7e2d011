"""What people correct in a transcript. Each act leaves an Edit with the passages as they stood before and after it, so
that every earlier state can be brought back; what a person has touched no run of the machine overwrites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from archive.models import Edit, EditAct, Passage, PassageState, Recording, Story, Tagging
from archive.services import places
from archive.services.access import Action, Actor, Narrator, require
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.faces import veiled
from archive.services.people import clean_name
from archive.services.sealing import keep_sealed
from archive.services.transcripts import OUT_OF_THE_WAY, find_anchors_anew, opening, passages_of, set_in_order
from archive.services.word_times import Timed, carried_over, confidence, pack, unpack
from uploads.speech.segments import MAX_SEGMENT_MS

MAX_TEXT = 20_000
KEPT = ("id", "ordinal", "start_ms", "end_ms", "speaker", "text", "words", "confidence")
CHANGED = "Somebody has changed this passage since you opened it. Their version is shown; what you wrote is still here."


@dataclass(frozen=True, slots=True)
class Correction:
    """What a passage should say from now on. Times in ms on the recording's clock, None where it has none. An empty
    text takes the words out: the stretch stays, so that no machine puts them back. heard: checked against the sound.
    """

    text: str
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    heard: bool = False


def passage_at_work(
    session: Session, story: Story, passage_id: int, *, by: Actor, version: int | None = None
) -> Passage:
    """The passage, locked until the commit. Raises NotFound; Conflict where version is not its version any more."""
    require(by, Action.CORRECT, story)
    passage = session.get(Passage, passage_id, with_for_update=version is not None, populate_existing=True)
    if passage is None or passage.story_id != story.id:
        raise NotFound("This passage is not there any more: it was joined with the one before, or cut anew.")
    if version is not None and passage.version != version:
        raise Conflict(CHANGED)
    return passage


def correct(session: Session, story: Story, passage: Passage, given: Correction, *, by: Actor) -> None:
    """Words, times and voice of one passage."""
    require(by, Action.CORRECT, story)
    text = _clean(given.text)
    start, end = _times(session, story, passage, given)
    before = [snapshot(passage)]
    old = unpack(passage.text, passage.words)
    if old is not None and start is not None and end is not None:
        words = carried_over(old, text, start, end)
        passage.words, passage.confidence = pack(words), confidence(words)
    else:
        passage.words = None
    passage.text, passage.start_ms, passage.end_ms = text, start, end
    passage.speaker = clean_name(given.speaker, "speaker") if given.speaker and given.speaker.strip() else None
    same = all(before[0][name] == snapshot(passage)[name] for name in ("text", "speaker", "start_ms", "end_ms"))
    if same and not given.heard:
        return
    passage.state = PassageState.VERIFIED if given.heard else PassageState.CORRECTED
    note(session, story, EditAct.VERIFY if same else EditAct.CORRECT, before, [passage], by)


def _clean(text: str) -> str:
    """One line with single spaces: words are counted by them."""
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    if len(cleaned) > MAX_TEXT:
        raise Invalid(f"A passage holds {MAX_TEXT:,} characters at most.", "text")
    return cleaned


def _times(session: Session, story: Story, passage: Passage, given: Correction) -> tuple[int | None, int | None]:
    start, end = given.start_ms, given.end_ms
    if passage.recording_id is None or start is None or end is None:
        return passage.start_ms, passage.end_ms
    if (start, end) == (passage.start_ms, passage.end_ms):
        return start, end
    recording = session.get_one(Recording, passage.recording_id)
    if end <= start:
        raise Invalid("The end has to come after the beginning.", "end")
    if start < 0 or end > max(recording.duration_ms, passage.end_ms or 0):
        raise Invalid("That lies outside the recording.", "start")
    if end - start > MAX_SEGMENT_MS:
        raise Invalid("A passage is a minute long at most. Split it instead.", "end")
    before, after = neighbours(session, story, passage)
    if before and _same_clock(before, passage) and start < (before.end_ms or 0) and start < (passage.start_ms or 0):
        raise Invalid("It would begin within the passage before.", "start")
    if after and _same_clock(after, passage) and end > (after.start_ms or end) and end > (passage.end_ms or 0):
        raise Invalid("It would end within the passage after.", "end")
    return start, end


def _same_clock(one: Passage, other: Passage) -> bool:
    return one.recording_id == other.recording_id


def neighbours(session: Session, story: Story, passage: Passage) -> tuple[Passage | None, Passage | None]:
    """The passages that are read before and after this one."""
    own = select(Passage).where(Passage.story_id == story.id, Passage.text != "").limit(1)
    before = own.where(Passage.ordinal < passage.ordinal).order_by(Passage.ordinal.desc())
    after = own.where(Passage.ordinal > passage.ordinal).order_by(Passage.ordinal)
    return session.scalars(before).one_or_none(), session.scalars(after).one_or_none()


def split(session: Session, story: Story, passage: Passage, word: int, *, by: Actor) -> Passage:
    """Cut before the word of this number, counted from 0; gives the second half. The first half keeps its id."""
    require(by, Action.CORRECT, story)
    spoken = passage.text.split(" ")
    if not 0 < word < len(spoken):
        raise Invalid("Choose a word in the middle: the second half begins with it.", "word")
    before = [snapshot(passage)]
    words = unpack(passage.text, passage.words)
    second = Passage(
        story_id=story.id,
        recording_id=passage.recording_id,
        ordinal=OUT_OF_THE_WAY,
        speaker=passage.speaker,
        start_ms=words[word].start_ms if words else passage.start_ms,
        end_ms=passage.end_ms,
    )
    _fill(second, spoken[word:], words[word:] if words else None)
    passage.end_ms = words[word - 1].end_ms if words else passage.end_ms
    _fill(passage, spoken[:word], words[:word] if words else None)
    session.add(second)
    session.flush()
    told = [each for each in passages_of(session, story, empty=True) if each is not second]
    place = told.index(passage) + 1
    set_in_order(session, [*told[:place], second, *told[place:]])
    note(session, story, EditAct.SPLIT, before, [passage, second], by)
    return second


def _fill(passage: Passage, spoken: Sequence[str], words: Sequence[Timed] | None) -> None:
    passage.text = " ".join(spoken)
    passage.words = pack(words) if words else None
    passage.confidence = confidence(words)
    passage.state = PassageState.CORRECTED


def merge(session: Session, story: Story, passage: Passage, *, by: Actor) -> None:
    """Join with the passage after it, whose id ends here."""
    require(by, Action.CORRECT, story)
    _, after = neighbours(session, story, passage)
    if after is None or not _same_clock(passage, after):
        raise Invalid("There is no passage after it on this recording.", "act")
    if passage.start_ms is not None and after.end_ms is not None and after.end_ms - passage.start_ms > MAX_SEGMENT_MS:
        raise Invalid("Together they would be longer than a minute, which is more than a passage holds.", "act")
    before = [snapshot(passage), snapshot(after)]
    first, second = unpack(passage.text, passage.words), unpack(after.text, after.words)
    words = [*first, *second] if first is not None and second is not None else None
    passage.end_ms = after.end_ms
    _fill(passage, f"{passage.text} {after.text}".strip().split(" "), words)
    _move_taggings(session, after, passage)
    session.delete(after)
    session.flush()
    set_in_order(session, passages_of(session, story, empty=True))
    note(session, story, EditAct.MERGE, before, [passage], by)


def _move_taggings(session: Session, gone: Passage, stays: Passage) -> None:
    """Those without times stand on their passage alone; the others are found by the clock."""
    held = set(session.scalars(select(Tagging.theme_id).where(Tagging.passage_id == stays.id)))
    for tagging in session.scalars(select(Tagging).where(Tagging.passage_id == gone.id)):
        if tagging.theme_id in held:
            session.delete(tagging)
        else:
            tagging.passage_id = stays.id
    session.flush()
    places.move(session, gone, stays)


def rename_voice(session: Session, story: Story, old: str, new: str, *, by: Actor) -> int:
    """Wherever this voice speaks in the story; gives the number of passages. What the machine heard stays marked so:
    a person has named the voice, and has not checked the words."""
    require(by, Action.CORRECT, story)
    name = veiled(story, clean_name(new, "voice"))
    meant = and_(Passage.story_id == story.id, Passage.speaker == old)
    passages = list(session.scalars(select(Passage).where(meant).order_by(Passage.ordinal)))
    if not passages:
        raise NotFound("Nobody of that name speaks in this story any more.")
    for passage in passages:
        passage.speaker = name
        passage.version += 1
    ids = [passage.id for passage in passages]
    session.add(
        Edit(
            story_id=story.id,
            act=EditAct.RENAME,
            before={"speaker": old, "ids": ids},
            after={"speaker": name, "ids": ids},
            by_id=by.id if by else None,
        )
    )
    _retold(session, story)
    return len(passages)


def snapshot(passage: Passage) -> dict[str, Any]:
    return {name: getattr(passage, name) for name in KEPT} | {"state": passage.state.value}


def note(
    session: Session, story: Story, act: EditAct, before: list[dict[str, Any]], after: Sequence[Passage], by: Actor
) -> None:
    """Write the act down, and let everything follow that hangs on passages."""
    for passage in after:
        passage.version += 1
        passage.speaker = veiled(story, passage.speaker)
    keep_sealed(session, after)
    now = [snapshot(passage) for passage in after]
    times = [each[name] for each in [*before, *now] for name in ("start_ms", "end_ms") if each[name] is not None]
    recording_id = after[0].recording_id
    session.add(
        Edit(
            story_id=story.id,
            recording_id=recording_id,
            act=act,
            start_ms=min(times, default=None),
            end_ms=max(times, default=None),
            before={"passages": before},
            after={"passages": now} | ({"narrator": by.person_id} if isinstance(by, Narrator) else {}),
            by_id=by.id if by else None,
        )
    )
    if recording_id is not None:
        told = [each for each in passages_of(session, story, empty=True) if each.recording_id == recording_id]
        find_anchors_anew(session, recording_id, told)
    _retold(session, story)


def _retold(session: Session, story: Story) -> None:
    story.opening = opening(passages_of(session, story, limit=20), story.interviewers)
    session.flush()
