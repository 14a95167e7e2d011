"""What strikes do to words: what was said within a span is taken out of every passage and kept in the strike alone.

Every page, caption, export and search document is made of passages, so none of them can show it. In its place stands a
mark, timed like a word. Whoever writes passages calls keep_sealed afterwards, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, PassageState, Recording, Strike
from archive.services.word_times import Timed, confidence, pack, unpack

MARK = "[…]"
EDGE_MS = 30  # times of words are rounded: one that reaches into a span by no more than this lies beside it


def strikes_on(session: Session, story_id: int, recording_id: int | None) -> list[Strike]:
    """Those that hold, on one clock."""
    clock = Strike.recording_id.is_(None) if recording_id is None else Strike.recording_id == recording_id
    query = select(Strike).where(Strike.story_id == story_id, clock, Strike.lifted_at.is_(None))
    return list(session.scalars(query.order_by(Strike.id)))


def spans_of(strikes: Iterable[Strike]) -> list[tuple[int, int]]:
    """Spans in ms, in order, joined where they meet."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((each.start_ms, each.end_ms) for each in strikes):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def keep_sealed(session: Session, passages: Sequence[Passage]) -> None:
    """Take out of these passages whatever lies in a strike that holds."""
    session.flush()
    for passage in passages:
        for strike in strikes_on(session, passage.story_id, passage.recording_id):
            seal(strike, [passage])
    session.flush()


def seal_what_was_heard(session: Session, recording: Recording, laid: Sequence[Passage]) -> None:
    """The same when a machine has written a recording's passages anew: what strikes keep of it is what was heard this
    time. Passages that a person has touched were not written, and what was taken out of them stays with the strike."""
    session.flush()
    touched = {passage.id for passage in laid if passage.state != PassageState.MACHINE}
    for strike in strikes_on(session, recording.story_id, recording.id):
        _keep(strike, [each for each in _kept(strike) if each["id"] in touched])
        seal(strike, [passage for passage in laid if passage.id not in touched])
    session.flush()


def seal(strike: Strike, passages: Iterable[Passage], *, grow: bool = False) -> None:
    """Move the words of the span from the passages into the strike; a word that reaches into the span goes as a whole.
    grow: the span grows to hold it, so that the sound goes with it. Without word times a passage goes as a whole."""
    for passage in passages:
        if _meets(strike, passage) and (taken := _taken_out(strike, passage)):
            _keep(strike, [*_kept(strike), {"id": passage.id, "speaker": passage.speaker, "words": taken}])
            passage.version += 1
            timed = [row for row in taken if row[2] is not None]
            if grow and timed:
                strike.start_ms = min(strike.start_ms, timed[0][1])
                strike.end_ms = max(strike.end_ms, timed[-1][2])


def _meets(strike: Strike, passage: Passage) -> bool:
    if passage.start_ms is None or passage.text in ("", MARK):
        return False
    return passage.start_ms < strike.end_ms and (passage.end_ms or passage.start_ms + 1) > strike.start_ms


def _taken_out(strike: Strike, passage: Passage) -> list[list[Any]]:
    words = unpack(passage.text, passage.words)
    if words is None:
        whole = [passage.text, passage.start_ms, passage.end_ms, None]
        passage.text, passage.words, passage.confidence = MARK, None, None
        return [whole]
    struck = [word for word in words if _within(strike, word) and word.text != MARK]
    if not struck:
        return []
    write(passage, [Timed(MARK, w.start_ms, w.end_ms, None) if w in struck else w for w in words])
    return [[word.text, word.start_ms, word.end_ms, word.probability] for word in struck]


def _within(strike: Strike, word: Timed) -> bool:
    """A word of no length lies in a span like any other."""
    shared = min(word.end_ms, strike.end_ms) - max(word.start_ms, strike.start_ms)
    return shared > min(EDGE_MS, (word.end_ms - word.start_ms) // 2) or (
        word.start_ms == word.end_ms and strike.start_ms <= word.start_ms < strike.end_ms
    )


def write(passage: Passage, words: Sequence[Timed]) -> None:
    """The passage in these words; marks side by side are one."""
    joined: list[Timed] = []
    for word in words:
        if word.text == MARK and joined and joined[-1].text == MARK:
            joined[-1] = Timed(MARK, joined[-1].start_ms, word.end_ms, None)
        else:
            joined.append(word)
    passage.text = " ".join(word.text for word in joined)
    passage.words, passage.confidence = pack(joined), confidence(joined)


def unseal(session: Session, strike: Strike, passages: Sequence[Passage]) -> list[Passage]:
    """Put back what a strike has kept; gives the passages that it went into, and owes them keep_sealed: some of it may
    lie in another strike. passages are all of the strike's clock."""
    changed: list[Passage] = []
    for kept in _kept(strike):
        words = [Timed(*row) for row in kept["words"]]
        passage = _home(kept["id"], words, passages)
        if passage is None:
            continue
        _put_back(passage, words)
        passage.version += 1
        changed.append(passage)
    _keep(strike, [])
    changed = list(dict.fromkeys(changed))
    session.flush()
    for passage in changed:
        _mark_anew(passage, strikes_on(session, strike.story_id, strike.recording_id))
    session.flush()
    return changed


def _home(passage_id: int, words: Sequence[Timed], passages: Sequence[Passage]) -> Passage | None:
    """Where these words belong today: by the clock; the passage that they came from, or the nearest, where a cut has
    left a hole there."""
    last = words[-1].end_ms if words[-1].end_ms is not None else words[0].start_ms
    middle = (words[0].start_ms + last) // 2
    for passage in passages:
        if passage.start_ms is not None and passage.start_ms <= middle < (passage.end_ms or passage.start_ms + 1):
            return passage
    same = [each for each in passages if each.id == passage_id]
    timed = [each for each in passages if each.start_ms is not None]
    return same[0] if same else min(timed, key=lambda each: abs((each.start_ms or 0) - middle), default=None)


def _put_back(passage: Passage, words: Sequence[Timed]) -> None:
    held = unpack(passage.text, passage.words)
    if held is None:  # it went as a whole, or somebody has written it anew since
        text = " ".join(word.text for word in words)
        passage.text = text if passage.text in ("", MARK) else passage.text.replace(MARK, text, 1)
        passage.words = None
        return
    spoken = [each for each in held if each.text != MARK]
    write(passage, sorted([*spoken, *words], key=lambda each: (each.start_ms, each.end_ms)))


def _mark_anew(passage: Passage, strikes: Sequence[Strike]) -> None:
    """A mark for whatever other strikes still keep of this passage: those side by side were one before."""
    held = unpack(passage.text, passage.words)
    if held is None or passage.start_ms is None:
        return
    spans = [(kept["words"][0][1], kept["words"][-1][2]) for strike in strikes for kept in _kept(strike)]
    end = passage.end_ms or passage.start_ms + 1
    marks = [Timed(MARK, s, e, None) for s, e in spans if e is not None and passage.start_ms <= (s + e) // 2 < end]
    spoken = [each for each in held if each.text != MARK]
    write(passage, sorted([*spoken, *marks], key=lambda each: (each.start_ms, each.end_ms)))


def _kept(strike: Strike) -> list[dict[str, Any]]:
    return list(strike.sealed.get("passages", []))


def _keep(strike: Strike, passages: list[dict[str, Any]]) -> None:
    strike.sealed = {"passages": passages}
