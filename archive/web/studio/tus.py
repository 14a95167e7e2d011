"""What tus 1.0.0 (tus.io/protocols/resumable-upload) says in headers and in status codes."""

import binascii
from base64 import b64decode
from urllib.parse import urlsplit
from wsgiref.handlers import format_date_time

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from archive.models import Upload
from archive.services.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from archive.services.uploads import Announced, OverQuota
from archive.web.http import SignInFirst
from uploads.resumable import ALGORITHMS, Busy, Checksum, TooLong, WrongChecksum, WrongOffset
from uploads.storage import StorageFull, TooLarge

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,termination,checksum,concatenation,expiration"
PIECE = "application/offset+octet-stream"
PART, WHOLE = "partial", "final;"


class Malformed(Invalid):
    """A header that tus does not know in this form."""


class NoMethod(Invalid):
    """Neither the method nor X-HTTP-Method-Override names something that can be done here."""


# 409 is for offsets alone: clients take it as "ask where to go on, and try again".
CODES: dict[type[Exception], int] = {
    SignInFirst: 401,
    NotAllowed: 403,
    NotFound: 404,
    Malformed: 400,
    NoMethod: 405,
    OverQuota: 413,
    Invalid: 422,
    Conflict: 422,
    WrongOffset: 409,
    TooLong: 413,
    TooLarge: 413,
    Busy: 423,
    WrongChecksum: 460,
    StorageFull: 507,
    FileNotFoundError: 410,
}
SENTENCES: dict[type[Exception], str] = {
    TooLong: "More came than was announced. Nothing of this piece was kept.",
    Busy: "This file is being written to at this moment.",
    WrongChecksum: "This piece did not arrive as it was sent. Nothing of it was kept; please send it once more.",
    FileNotFoundError: "What had arrived of this file is not here any more. Please send it from the beginning.",
}


def told(code: int, sentence: str = "", headers: dict[str, str] | None = None) -> Response:
    return Response(sentence, code, headers, mimetype="text/plain")


def speak(blueprint: Blueprint) -> None:
    """Every answer of this blueprint names the protocol, every request has to, and every refusal is one sentence.

    A browser sends Tus-Resumable to another site only with that site's leave, which we give to nobody: this is what
    stands here instead of a form's token.
    """
    blueprint.before_request(_same_protocol)
    blueprint.after_request(_says_protocol)
    kinds: list[type[Exception]] = [Refusal, *(kind for kind in CODES if not issubclass(kind, Refusal))]
    for kind in kinds:
        blueprint.register_error_handler(kind, _refused)


def _same_protocol() -> ResponseReturnValue | None:
    if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION:
        return None
    return told(412, f"This address speaks tus {VERSION}.", {"Tus-Version": VERSION})


def _says_protocol(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(fault: Exception) -> ResponseReturnValue:
    kind = next(kind for kind in type(fault).__mro__ if kind in CODES)
    headers = {"Upload-Offset": str(fault.held)} if isinstance(fault, WrongOffset) else {}
    headers |= {"Allow": "HEAD, PATCH, DELETE"} if kind is NoMethod else {}
    return told(CODES[kind], SENTENCES.get(kind) or str(fault), headers)


def capabilities(most: int) -> dict[str, str]:
    """most is in bytes."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(most),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def number(name: str) -> int | None:
    """A header in bytes. Raises Malformed."""
    given = request.headers.get(name)
    if given is not None and not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise Malformed(f"{name} is no number of bytes.", name)
    return int(given) if given is not None else None


def checksum() -> Checksum | None:
    header = request.headers.get("Upload-Checksum")
    try:
        return Checksum.read(header) if header else None
    except ValueError as fault:
        raise Malformed(f"Upload-Checksum is none of {', '.join(ALGORITHMS)}.", "Upload-Checksum") from fault


def _metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: "filename d29ybGQ=,story YQ==". A key may stand without a value."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, coded = pair.partition(" ")
        try:
            found[key] = b64decode(coded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as fault:
            raise Malformed("Upload-Metadata is not made as tus says.", "Upload-Metadata") from fault
    return found


def announced() -> Announced:
    """What a creation says of its file. Raises Malformed."""
    header = request.headers.get("Upload-Metadata", "")
    known = _metadata(header)
    concat = request.headers.get("Upload-Concat")
    if concat is not None and concat != PART and not concat.startswith(WHOLE):
        raise Malformed("Upload-Concat is partial, or final; and the addresses of the parts.", "Upload-Concat")
    length = number("Upload-Length")
    follows = request.headers.get("Upload-Defer-Length") == "1" or (concat or "").startswith(WHOLE)
    if (length is None) != follows:
        raise Malformed("Say either Upload-Length, or Upload-Defer-Length: 1.", "Upload-Length")
    name = known.get("filename") or known.get("name") or "recording"
    return Announced(name, length, header, known.get("story") or None, concat)


def parts_of(concat: str | None) -> list[str]:
    """The ids in "final;/studio/uploads/a /studio/uploads/b"; none for anything else."""
    addresses = (concat or "").removeprefix(WHOLE).split() if (concat or "").startswith(WHOLE) else []
    return [urlsplit(address).path.rpartition("/")[2] for address in addresses]


def standing(upload: Upload, offset: int | None) -> dict[str, str]:
    """How far it has come and how long it waits. offset is in bytes."""
    headers = {"Upload-Expires": format_date_time(upload.expires_at.timestamp())}
    return headers | ({"Upload-Offset": str(offset)} if offset is not None else {})


def description(upload: Upload) -> dict[str, str]:
    """What was announced, given back."""
    headers = {"Upload-Metadata": upload.told} if upload.told else {}
    headers |= {"Upload-Concat": upload.concat} if upload.concat else {}
    return headers | ({"Upload-Defer-Length": "1"} if upload.length is None else {"Upload-Length": str(upload.length)})
