"""The acts of correction on a story, and the way back to what stood there before one of them."""

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from archive.models import Edit, EditAct, Passage, PassageState, Recording, Story
from archive.services.access import Action, Actor, require
from archive.services.corrections import KEPT, note, snapshot
from archive.services.errors import Conflict, NotFound
from archive.services.faces import veiled
from archive.services.transcripts import OUT_OF_THE_WAY, passages_of, set_in_order

LATER = "A later change reaches into this one. Take that one back first."


def edits_of(session: Session, story: Story, passage: Passage | None = None, limit: int = 50) -> list[Edit]:
    """The latest first; of a passage, those that touched its stretch of the recording, or the passage itself."""
    query = select(Edit).where(Edit.story_id == story.id).order_by(Edit.id.desc())
    if passage is None:
        return list(session.scalars(query.limit(limit)))
    if passage.recording_id is not None and passage.start_ms is not None:
        meets = and_(Edit.start_ms < (passage.end_ms or passage.start_ms), Edit.end_ms > passage.start_ms)
        query = query.where(or_(Edit.recording_id.is_(None), and_(Edit.recording_id == passage.recording_id, meets)))
    return [edit for edit in session.scalars(query.limit(500)) if _touches(edit, passage)][:limit]


def _touches(edit: Edit, passage: Passage) -> bool:
    if edit.act == EditAct.RENAME:
        return passage.id in edit.after["ids"]
    timed = passage.recording_id is not None and edit.start_ms is not None
    named = any(each["id"] == passage.id for side in (edit.before, edit.after) for each in side["passages"])
    return named or (timed and edit.recording_id == passage.recording_id)


def restore(session: Session, story: Story, edit_id: int, *, by: Actor) -> None:
    """Bring back what stood there before this act. That is an act of its own, and can be taken back as well.

    Raises Conflict where passages were split, joined or cut anew there since.
    """
    require(by, Action.CORRECT, story)
    edit = session.get(Edit, edit_id)
    if edit is None or edit.story_id != story.id:
        raise NotFound("This change is not on record.")
    if edit.act == EditAct.RENAME:
        _rename_back(session, story, edit, by)
        return
    now = _standing(session, story, edit)
    before = [snapshot(passage) for passage in now]
    back = _put_back(session, story, now, edit.before["passages"])
    told = [each for each in passages_of(session, story, empty=True) if each not in back]
    told = _among(session, told, back)
    set_in_order(session, told)
    note(session, story, EditAct.RESTORE, before, back, by)


def _standing(session: Session, story: Story, edit: Edit) -> list[Passage]:
    """The passages that this act left behind, as they stand now: all of them, and nothing else on their stretch."""
    ids = {each["id"] for each in edit.after["passages"]}
    found = list(session.scalars(select(Passage).where(Passage.story_id == story.id, Passage.id.in_(ids))))
    if len(found) != len(ids):
        raise Conflict(LATER)
    spans = [each for each in edit.before["passages"] if each["start_ms"] is not None and each["end_ms"] is not None]
    if spans and edit.recording_id is not None:
        start, end = min(each["start_ms"] for each in spans), max(each["end_ms"] for each in spans)
        within = and_(Passage.recording_id == edit.recording_id, Passage.start_ms < end, Passage.end_ms > start)
        others = select(Passage.id).where(Passage.story_id == story.id, within, Passage.id.not_in(ids))
        if session.scalars(others.limit(1)).first() is not None:
            raise Conflict(LATER)
    return sorted(found, key=lambda passage: passage.ordinal)


def _put_back(session: Session, story: Story, now: list[Passage], wanted: list[dict[str, Any]]) -> list[Passage]:
    """Rows as they were, under their own ids unless somebody else has one meanwhile."""
    held = {passage.id: passage for passage in now}
    back: list[Passage] = []
    for number, values in enumerate(wanted):
        passage = held.pop(values["id"], None)
        if passage is None:
            passage = Passage(
                id=values["id"] if session.get(Passage, values["id"]) is None else None,
                story_id=story.id,
                recording_id=now[0].recording_id,
                ordinal=OUT_OF_THE_WAY - number,
                text="",
            )
            session.add(passage)
        for name in KEPT:
            if name not in ("id", "ordinal"):
                setattr(passage, name, values[name])
        passage.state = PassageState(values["state"])
        back.append(passage)
    for gone in held.values():
        session.delete(gone)
    session.flush()
    return back


def _among(session: Session, told: list[Passage], back: list[Passage]) -> list[Passage]:
    """Where they belong: on their recording's clock, or, without one, where their first one stands."""
    first = back[0]
    query = select(Recording.id, Recording.ordinal).where(Recording.story_id == back[0].story_id)
    order = {row.id: row.ordinal for row in session.execute(query)}

    def place(passage: Passage) -> tuple[int, int]:
        return order.get(passage.recording_id or 0, -1), passage.start_ms or 0

    if first.recording_id is None or first.start_ms is None:
        earlier = [each for each in told if each.ordinal < first.ordinal]
    else:
        earlier = [each for each in told if place(each) < place(first)]
    return [*earlier, *back, *(each for each in told if each not in earlier)]


def _rename_back(session: Session, story: Story, edit: Edit, by: Actor) -> None:
    meant = and_(Passage.story_id == story.id, Passage.id.in_(edit.after["ids"]))
    passages = [each for each in session.scalars(select(Passage).where(meant)) if each.speaker == edit.after["speaker"]]
    if not passages:
        raise Conflict("Nobody of that name speaks there any more.")
    for passage in passages:
        passage.speaker = veiled(story, edit.before["speaker"])
        passage.version += 1
    ids = [passage.id for passage in passages]
    before, after = {"speaker": edit.after["speaker"], "ids": ids}, {"speaker": edit.before["speaker"], "ids": ids}
    by_id = by.id if by else None
    session.add(Edit(story_id=story.id, act=EditAct.RENAME, before=before, after=after, by_id=by_id))
    session.flush()
