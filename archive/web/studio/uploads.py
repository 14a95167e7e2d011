"""/studio/uploads: where recordings arrive in pieces."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archive.models import Account, Upload, UploadState
from archive.services import uploads
from archive.services.access import Action
from archive.services.errors import Conflict
from archive.services.uploads import Limits
from archive.web.http import account, door, house, session
from archive.web.studio import tus
from archive.web.studio.tus import told
from uploads import resumable

arriving = Blueprint("uploads", __name__)
tus.speak(arriving)

HERE = "/studio/uploads"


def _limits() -> Limits:
    return Limits(house().settings.max_upload_bytes, house().settings.upload_quota_bytes)


def _who() -> Account:
    who = account()
    assert who is not None  # noqa: S101  the door lets nobody else in
    return who


@door(arriving, HERE, Action.VISIT, methods=("OPTIONS",))
def capabilities() -> ResponseReturnValue:
    return told(204, headers=tus.capabilities(house().settings.max_upload_bytes))


@door(arriving, HERE, Action.RECORD, methods=("POST",), slow=True)
def create() -> ResponseReturnValue:
    said = tus.announced()
    parts = tus.parts_of(said.concat)
    with house().db.writing() as opened:
        upload = uploads.announce(opened, said, _limits(), house().incoming, by=_who())
    if parts:
        offset = _join(upload, parts)
    else:
        offset = _receive(upload, 0) if request.mimetype == tus.PIECE or upload.length == 0 else 0
    return told(201, headers={"Location": f"{HERE}/{upload.id}", **tus.standing(upload, offset)})


def _join(upload: Upload, parts: list[str]) -> int:
    """A whole out of parts that are all here; gives its length. The parts are gone afterwards."""
    folder = house().incoming
    with house().db.reading() as opened:
        held = [uploads.my_upload(opened, part, _who()) for part in parts]
    if any(part.concat != tus.PART or resumable.arrived(folder, part.id) != part.length for part in held):
        _forget([upload.id])
        raise tus.Malformed("Only parts that are all here can be joined.", "Upload-Concat")
    length = resumable.join(folder, parts, upload.id)
    with house().db.writing() as opened:
        uploads.say_length(opened, opened.get_one(Upload, upload.id), length, _limits())
    _forget(parts)
    with resumable.held(folder, upload.id):
        uploads.arrive(house().db, house().storage, folder, upload.id)
    return length


def _forget(ids: list[str]) -> None:
    with house().db.writing() as opened:
        for id_ in ids:
            uploads.take_back(opened, opened.get_one(Upload, id_), house().incoming)


@door(arriving, f"{HERE}/<id_>", Action.RECORD, methods=("HEAD",), slow=True)
def state(id_: str) -> ResponseReturnValue:
    upload = _finished(uploads.my_upload(session(), id_, _who()))
    _tell_refused(upload)
    still = upload.state == UploadState.ARRIVING
    offset = resumable.arrived(house().incoming, id_) if still else upload.length
    return told(200, headers=tus.standing(upload, offset) | tus.description(upload))


def _finished(upload: Upload) -> Upload:
    """All bytes are here, but whoever took the last piece has died, or is still looking at it: then Busy is told, and
    the sender asks again. To say "complete" would let it go on to a story that has no recording yet."""
    folder = house().incoming
    here = resumable.arrived(folder, upload.id)
    if upload.state != UploadState.ARRIVING or upload.concat == tus.PART or here != upload.length:
        return upload
    try:
        with resumable.held(folder, upload.id):
            uploads.arrive(house().db, house().storage, folder, upload.id)
    except FileNotFoundError:
        pass  # it was kept at this very moment
    with house().db.reading() as opened:
        return uploads.my_upload(opened, upload.id, _who())


@door(arriving, f"{HERE}/<id_>", Action.RECORD, methods=("PATCH",), slow=True)
def piece(id_: str) -> ResponseReturnValue:
    if request.mimetype != tus.PIECE:
        return told(415, f"A piece comes as {tus.PIECE}.")
    offset, length = tus.number("Upload-Offset"), tus.number("Upload-Length")
    if offset is None:
        raise tus.Malformed("A piece says its Upload-Offset.", "Upload-Offset")
    with house().db.writing() as opened:
        upload = uploads.my_upload(opened, id_, _who())
        if tus.parts_of(upload.concat):
            return told(403, "A file that was joined from parts is whole.")
        if length is not None:
            uploads.say_length(opened, upload, length, _limits())
        uploads.renew(upload)
    return told(204, headers=tus.standing(upload, _receive(upload, offset)))


def _tell_refused(upload: Upload) -> None:
    """A sender that missed the refusal must not take it for kept, and throw its own away."""
    if upload.state == UploadState.REFUSED:
        raise Conflict(upload.error or "This file was refused.")


def _receive(upload: Upload, offset: int) -> int:
    """Take a piece in; the last one makes a recording of the file. Gives the new offset."""
    _tell_refused(upload)
    if upload.state != UploadState.ARRIVING:  # the sender missed our last answer
        if offset != upload.length:
            raise resumable.WrongOffset(upload.length or 0)
        return offset
    folder = house().incoming
    with resumable.held(folder, upload.id) as file:
        most = max((upload.length if upload.length is not None else _limits().file) - offset, 0)
        if offset == file.tell() and (request.content_length or 0) > most:
            raise resumable.TooLong  # said before it comes
        held = resumable.append(file, offset, request.stream, most, tus.checksum())
        if held == upload.length:
            uploads.arrive(house().db, house().storage, folder, upload.id)
    return held


@door(arriving, f"{HERE}/<id_>", Action.RECORD, methods=("DELETE",))
def take_back(id_: str) -> ResponseReturnValue:
    uploads.take_back(session(), uploads.my_upload(session(), id_, _who()), house().incoming)
    return told(204)


@door(arriving, f"{HERE}/<id_>", Action.RECORD, methods=("POST",), slow=True)
def overridden(id_: str) -> ResponseReturnValue:
    """For ways through that let only GET and POST pass."""
    method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method not in {"PATCH", "DELETE"}:
        raise tus.NoMethod("This address takes HEAD, PATCH and DELETE.")
    return piece(id_=id_) if method == "PATCH" else take_back(id_=id_)


@door(arriving, f"{HERE}/<id_>/askings", Action.RECORD, methods=("POST",))
def askings(id_: str) -> ResponseReturnValue:
    """The questions that were asked while this was recorded; to be sent before the last piece."""
    uploads.say_asked(session(), uploads.my_upload(session(), id_, _who()), request.get_json(silent=True))
    return told(204)
