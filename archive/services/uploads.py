"""Files on their way in: announced, resumed, and kept as recordings when they are whole."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.db import Database, now
from archive.models import Account, Asking, Question, Story, Upload, UploadState
from archive.services.access import Action, Actor, require
from archive.services.askings import settle
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.intake import Arrived, Checked, add_recording, clean_file_name, keep
from archive.services.stories import story_by_slug
from uploads import resumable
from uploads.storage import Storage, StorageFull, TooLarge

LIVES = timedelta(days=7)
RENEWED = timedelta(days=6)  # a file that still arrives is given its week again, once a day at most
UNDER_WAY = (UploadState.ARRIVING, UploadState.ARRIVED)
STRAY = timedelta(days=1)
LEFT_BEHIND = frozenset({".arriving", ".received"})
ASKED_AT_MOST = 500


class OverQuota(Invalid):
    """Too much of this person's is under way already."""


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes: the largest file, and all that one person may have under way."""

    file: int
    account: int


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before it comes. length is None while it is not known."""

    name: str
    length: int | None
    told: str = ""
    story: str | None = None
    concat: str | None = None


def announce(session: Session, said: Announced, limits: Limits, folder: Path, *, by: Account) -> Upload:
    """A row and an empty file. Raises TooLarge, OverQuota, StorageFull, NotFound (the story) and NotAllowed."""
    require(by, Action.RECORD)
    story = story_by_slug(session, said.story, by) if said.story else None
    if story is not None:
        require(by, Action.EDIT, story)
    wanted = said.length or 0
    if wanted > limits.file:
        raise TooLarge(limits.file)
    if _under_way(session, by) + wanted > limits.account:
        raise OverQuota(
            f"More than {limits.account / 1e9:.0f} GB of yours would be on the way at once. "
            "Let the files that are on the way arrive, or take some of them back, and then send this one."
        )
    folder.mkdir(parents=True, exist_ok=True)
    if wanted > shutil.disk_usage(folder).free:
        raise StorageFull
    upload = Upload(
        owner_id=by.id,
        story_id=story.id if story else None,
        name=clean_file_name(said.name),
        told=said.told,
        concat=said.concat,
        length=said.length,
        expires_at=now() + LIVES,
    )
    session.add(upload)
    session.flush()
    resumable.begin(folder, upload.id)
    return upload


def _under_way(session: Session, by: Account) -> int:
    query = select(func.sum(Upload.length)).where(Upload.owner_id == by.id, Upload.state.in_(UNDER_WAY))
    return session.scalar(query) or 0


def my_upload(session: Session, id_: str, by: Actor) -> Upload:
    """Raises NotFound for one that is not there, is over, or is somebody else's."""
    upload = session.get(Upload, id_)
    if upload is None or by is None or upload.owner_id != by.id or upload.expires_at < now():
        raise NotFound("There is no such upload here. It may have waited for too long, or be somebody else's.")
    return upload


def uploads_of(session: Session, by: Account, story: Story | None = None) -> list[Upload]:
    """What is under way, or was refused: to this story, or, without one, to none yet."""
    query = select(Upload).where(
        Upload.owner_id == by.id, Upload.state != UploadState.KEPT, Upload.expires_at > now(), Upload.concat.is_(None)
    )
    where = Upload.story_id == story.id if story else Upload.story_id.is_(None)
    return list(session.scalars(query.where(where).order_by(Upload.created_at)))


def say_length(session: Session, upload: Upload, length: int, limits: Limits) -> None:
    """The sender knows at last how long the file is; once said, it stays. Raises Conflict and TooLarge."""
    if upload.length is not None and upload.length != length:
        raise Conflict("The length of this file was said before, and was another one.")
    if length > limits.file:
        raise TooLarge(limits.file)
    upload.length = length
    session.flush()


def say_asked(session: Session, upload: Upload, asked: object) -> None:
    """Questions that were asked while this was recorded: a list of [at_ms, question id or None, text]."""
    valid = isinstance(asked, list) and len(asked) <= ASKED_AT_MOST and all(_is_asking(each) for each in asked)
    if not valid:
        raise Invalid("Askings are a list of [milliseconds, question id or null, text].", "asked")
    upload.askings = {"asked": asked}
    session.flush()


def _is_asking(each: object) -> bool:
    return (
        isinstance(each, list)
        and len(each) == 3
        and isinstance(each[0], int)
        and 0 <= each[0] < 2**31
        and (each[1] is None or isinstance(each[1], int))
        and isinstance(each[2], str)
        and 0 < len(each[2].strip()) <= 2_000
    )


def give_to(session: Session, upload: Upload, story: Story, *, by: Actor) -> None:
    """A file that came without a story is given to one; `arrive` then keeps it as its recording."""
    require(by, Action.EDIT, story)
    if upload.state != UploadState.ARRIVED:
        raise Conflict("This file is not wholly here yet, or belongs to a story already.")
    upload.story_id, upload.state = story.id, UploadState.ARRIVING
    session.flush()


def renew(upload: Upload) -> None:
    """A file that still arrives lives on."""
    if upload.expires_at - now() < RENEWED:
        upload.expires_at = now() + LIVES


def arrive(db: Database, storage: Storage, folder: Path, upload_id: str) -> UploadState:
    """All of it is here: keep it as a recording of its story, or let it wait for one. Doing it twice does it once.

    The caller holds the file's lock. Raises Invalid or Conflict where it is of no use; its bytes are then thrown away,
    and the reason stays with the upload.
    """
    with db.writing() as session:
        upload = _row(session, upload_id)
        owner = session.get_one(Account, upload.owner_id)
        name, story_id = upload.name, upload.story_id
        if upload.state != UploadState.ARRIVING or _is_part(upload):
            return upload.state
        if story_id is None:
            upload.state = UploadState.ARRIVED
            return upload.state

    def write(session: Session, checked: Checked) -> None:
        story = session.get_one(Story, story_id)
        taken = add_recording(session, story, name, checked, by=owner)
        _kept(session, upload_id, taken.recording_id)

    file = resumable.path_of(folder, upload_id)
    try:
        keep(db, storage, Arrived(file, name, give_away=True), write, by=owner)
    except (Invalid, Conflict) as refusal:
        refuse(db, folder, upload_id, str(refusal))
        raise
    return UploadState.KEPT


def _row(session: Session, upload_id: str) -> Upload:
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise NotFound("This upload was taken back, or its story is not there any more.")
    return upload


def _is_part(upload: Upload) -> bool:
    """A part of a concatenation is whole when it is joined, and not before."""
    return upload.concat == "partial"


def _kept(session: Session, upload_id: str, recording_id: int) -> None:
    """The row stays for a while, so that a sender who missed the last answer can ask how it went."""
    upload = _row(session, upload_id)
    upload.state = UploadState.KEPT
    if upload.story_id is None:
        raise Conflict("This file has no story yet.")
    known = set(session.scalars(select(Question.id)))
    for at_ms, question_id, text in (upload.askings or {}).get("asked", []):
        session.add(
            Asking(
                story_id=upload.story_id,
                recording_id=recording_id,
                question_id=question_id if question_id in known else None,
                text=text.strip(),
                at_ms=at_ms,
                by_id=upload.owner_id,
            )
        )
    settle(session, recording_id)


def refuse(db: Database, folder: Path, upload_id: str, why: str) -> None:
    with db.writing() as session:
        upload = _row(session, upload_id)
        upload.state, upload.error = UploadState.REFUSED, why
    resumable.discard(folder, upload_id)


def take_back(session: Session, upload: Upload, folder: Path) -> None:
    """The sender does not want it here any more. What became a recording stays one."""
    session.delete(upload)
    session.flush()
    resumable.discard(folder, upload.id)


def finish_left(db: Database, storage: Storage, folder: Path) -> int:
    """Files that are whole and whose server was killed before it could keep them. Gives how many there were."""
    with db.reading() as session:
        query = select(Upload.id, Upload.length).where(
            Upload.state == UploadState.ARRIVING, Upload.length.is_not(None), Upload.story_id.is_not(None)
        )
        rows = session.execute(query.where(Upload.concat.is_distinct_from("partial"))).all()
    whole = [row.id for row in rows if row.length and resumable.arrived(folder, row.id) == row.length]
    for id_ in whole:
        try:
            with resumable.held(folder, id_):
                arrive(db, storage, folder, id_)
        except (resumable.Busy, FileNotFoundError, Invalid, Conflict):
            continue  # a server is at it; or it is refused, and says why on its story's page
    return len(whole)


def expire(db: Database, folder: Path) -> int:
    """Forget what waited for too long, rows and bytes. Gives how many there were."""
    with db.writing() as session:
        gone = list(session.scalars(select(Upload.id).where(Upload.expires_at < now())))
        session.execute(delete(Upload).where(Upload.id.in_(gone)))
    for id_ in gone:
        resumable.discard(folder, id_)
    _forget_strays(db, folder)
    return len(gone)


def _older(path: Path, limit: float) -> bool:
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:  # another worker was quicker
        return False


def _forget_strays(db: Database, folder: Path) -> None:
    """Bytes that no row stands for any more: their story was removed, or a server was killed amid a form."""
    limit = (now() - STRAY).timestamp()
    old = [path for path in folder.iterdir() if path.suffix in LEFT_BEHIND and _older(path, limit)]
    if not old:
        return
    with db.reading() as session:
        known = set(session.scalars(select(Upload.id).where(Upload.id.in_([path.stem for path in old]))))
    for path in old:
        if path.stem not in known:
            path.unlink(missing_ok=True)
