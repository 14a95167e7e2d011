"""Passages: laid down from what the machine heard, and read."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from archive.models import Heard, Passage, PassageState, Person, Recording, Story, Tagging
from archive.services.places import find_places_anew
from archive.services.sealing import MARK
from uploads.speech.segments import Segment, Word

DOUBT = 0.7  # a word of lower probability is wrong one time in three, any other one time in twenty
OUT_OF_THE_WAY = -1_000_000  # ordinals of passages that have no place among the others yet
PAGE = 400  # passages on a page: two hours of talk, which still opens at once


def heard_words(session: Session, recording: Recording, keys: Iterable[str]) -> list[Word]:
    """Every word of these pieces in the order spoken."""
    wanted = set(keys)
    rows = session.scalars(select(Heard).where(Heard.recording_id == recording.id).order_by(Heard.start_ms))
    return [word for row in rows if row.key in wanted for word in words_of(row)]


def words_of(piece: Heard) -> list[Word]:
    data = piece.words
    rows = zip(data["w"], data["s"], data["e"], data["p"], strict=True)
    return [Word(text, start, end, probability) for text, start, end, probability in rows]


def pack_words(words: Sequence[Word]) -> dict[str, list[int] | list[float]]:
    return {
        "s": [word.start_ms for word in words],
        "e": [word.end_ms for word in words],
        "p": [round(word.probability, 3) for word in words],
    }


def _overlap(passage: Passage, segment: Segment) -> int:
    if passage.start_ms is None or passage.end_ms is None:
        return 0
    return min(passage.end_ms, segment.end_ms) - max(passage.start_ms, segment.start_ms)


def _closest(old: list[Passage], segment: Segment) -> Passage | None:
    best = max(old, key=lambda passage: _overlap(passage, segment), default=None)
    return best if best is not None and _overlap(best, segment) > 0 else None


def _around(touched: Sequence[Passage], segments: Sequence[Segment]) -> Iterator[Segment]:
    """The segments without the words whose middle lies in a passage that a person has touched."""
    spans = [(each.start_ms, each.end_ms) for each in touched if each.start_ms is not None and each.end_ms is not None]
    for segment in segments:
        runs = groupby(segment.words, lambda word: any(s <= (word.start_ms + word.end_ms) / 2 < e for s, e in spans))
        yield from (Segment(tuple(words), segment.voice) for within, words in runs if not within)


def lay_down(session: Session, recording: Recording, segments: Sequence[Segment]) -> list[Passage]:
    """Make these the recording's passages. A passage cut anew keeps the id of the one it overlaps most, and what a
    person has touched stays as it is: words that are said within it are left out, for they stand there corrected."""
    held = list(session.scalars(select(Passage).where(Passage.recording_id == recording.id).order_by(Passage.ordinal)))
    touched = [passage for passage in held if passage.state != PassageState.MACHINE]
    free = [passage for passage in held if passage.state == PassageState.MACHINE]
    new = count(OUT_OF_THE_WAY, -1)
    laid = list(touched)
    for segment in _around(touched, segments):
        passage = _closest(free, segment) or _unplaced(recording, next(new))
        if passage in free:
            free.remove(passage)
        _write(passage, segment)
        laid.append(passage)
    for passage in free:
        session.delete(passage)
    laid.sort(key=lambda passage: passage.start_ms or 0)
    session.add_all(laid)
    session.flush()
    _among_the_others(session, recording, laid)
    find_anchors_anew(session, recording.id, laid)
    return laid


def _unplaced(recording: Recording, ordinal: int) -> Passage:
    return Passage(story_id=recording.story_id, recording_id=recording.id, ordinal=ordinal)


def _among_the_others(session: Session, recording: Recording, laid: Sequence[Passage]) -> None:
    """Recordings may be heard in any order; their passages stand in the order in which the recordings play."""
    before, after = (
        list(
            session.scalars(
                select(Passage)
                .join(Recording, Recording.id == Passage.recording_id)
                .where(Passage.story_id == recording.story_id, side)
                .order_by(Passage.ordinal)
            )
        )
        for side in (Recording.ordinal < recording.ordinal, Recording.ordinal > recording.ordinal)
    )
    set_in_order(session, [*before, *laid, *after])


def set_in_order(session: Session, passages: Sequence[Passage]) -> None:
    """Number a story's passages as they stand here. Twice, or two would have one number for a moment."""
    moved = [(ordinal, passage) for ordinal, passage in enumerate(passages) if passage.ordinal != ordinal]
    for ordinal, passage in moved:
        passage.ordinal = -1 - ordinal
    session.flush()
    for ordinal, passage in moved:
        passage.ordinal = ordinal
    session.flush()


def _write(passage: Passage, segment: Segment) -> None:
    passage.text = segment.text
    passage.start_ms, passage.end_ms = segment.start_ms, segment.end_ms
    passage.speaker = segment.voice
    passage.words = pack_words(segment.words)
    passage.confidence = round(sum(word.probability for word in segment.words) / len(segment.words), 4)
    passage.state = PassageState.MACHINE


def doubtful(passage: Passage) -> list[int]:
    """The numbers, from 0, of the words that the machine was not sure of and no person has written or checked."""
    if passage.words is None or passage.state in (PassageState.VERIFIED, PassageState.APPROVED):
        return []
    return [number for number, sure in enumerate(passage.words["p"]) if sure is not None and sure < DOUBT]


def find_anchors_anew(session: Session, recording_id: int | None, laid: Sequence[Passage]) -> None:
    """Taggings stay where they are on the clock; only the passage they lie in today is looked up. One that is struck as
    a whole holds none: its themes would tell what it was about."""
    laid = [passage for passage in laid if passage.text != MARK]
    query = select(Tagging).where(Tagging.recording_id == recording_id, Tagging.start_ms.is_not(None))
    if recording_id is None:
        query = query.where(Tagging.story_id.in_({passage.story_id for passage in laid}))
    taggings = list(session.scalars(query.order_by(Tagging.id)))
    for tagging in taggings:
        tagging.passage_id = None
    session.flush()
    taken: set[tuple[int, int]] = set()
    for tagging in taggings:
        start = tagging.start_ms or 0
        middle = (start + (tagging.end_ms or start)) // 2
        for passage in laid:
            within = passage.start_ms is not None and passage.start_ms <= middle <= (passage.end_ms or passage.start_ms)
            if within and (tagging.theme_id, passage.id) not in taken:
                tagging.passage_id = passage.id
                taken.add((tagging.theme_id, passage.id))
                break
    session.flush()
    find_places_anew(session, recording_id, laid)


def passages_of(
    session: Session, story: Story, *, offset: int = 0, limit: int | None = None, empty: bool = False
) -> list[Passage]:
    """In the order in which they are read. empty: with those whose words a person has taken out."""
    query = select(Passage).where(Passage.story_id == story.id if empty else with_words(story))
    query = query.order_by(Passage.ordinal).offset(offset)
    return list(session.scalars(query.limit(limit) if limit is not None else query))


def with_words(story: Story) -> ColumnElement[bool]:
    """A story's passages that have words."""
    return and_(Passage.story_id == story.id, Passage.text != "")


def count_passages(session: Session, story: Story) -> int:
    return session.scalar(select(func.count(Passage.id)).where(with_words(story))) or 0


def page_at(session: Session, story: Story, start_ms: int) -> int:
    """The number of the page, from 1, on which this moment is read."""
    then = Passage.start_ms <= start_ms
    for recording in reversed(story.recordings):
        begins = story.begins(recording.id)
        if begins <= start_ms:
            earlier = [each.id for each in story.recordings if each.ordinal < recording.ordinal]
            within = and_(Passage.recording_id == recording.id, Passage.start_ms <= start_ms - begins)
            then = or_(Passage.recording_id.in_(earlier), within)
            break
    before = select(func.count(Passage.id)).where(with_words(story), then)
    return max((session.scalar(before) or 1) - 1, 0) // PAGE + 1


def page_starts(session: Session, story: Story) -> list[int | None]:
    """When each page of a long story begins, on the story's timeline."""
    query = select(
        Passage.recording_id, Passage.start_ms, func.row_number().over(order_by=Passage.ordinal).label("place")
    )
    numbered = query.where(with_words(story)).subquery()
    first_of_page = (numbered.c.place - 1) % PAGE == 0
    first = select(numbered.c.recording_id, numbered.c.start_ms).where(first_of_page).order_by(numbered.c.place)
    return [story.at(row.recording_id, row.start_ms) for row in session.execute(first)]


def opening(passages: Sequence[Passage], asking: Iterable[Person] = ()) -> str | None:
    """How the telling begins, word for word, cut where a word ends."""
    askers = {person.name for person in asking}
    for passage in passages:
        if passage.text not in ("", MARK) and passage.speaker not in askers:
            text = passage.text
            return text if len(text) <= 220 else text[:220].rsplit(" ", 1)[0] + " …"
    return None
