"""Sending files in pieces, as tus 1.0.0 says, with the test client."""

import base64

from werkzeug.test import TestResponse

from archive.models import Upload
from archive.services.accounts import account_of
from archive.services.intake import open_draft
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor

PIECE = "application/offset+octet-stream"
HERE = "/studio/uploads"


def tus(visitor: Visitor, method: str, path: str, body: bytes = b"", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = PIECE if body or method == "PATCH" else None
    return visitor.client.open(
        path, method=method, data=body, headers={"Tus-Resumable": "1.0.0", **named}, content_type=kind
    )


def metadata(**told: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def a_draft(house: House, title: str = "Told on a train") -> str:
    with house.db.writing() as session:
        by = account_of(session, "interviewer@example.org")
        return open_draft(session, About(title, ["Ana R."]), None, by=by).slug


def announce(visitor: Visitor, length: int, **told: str) -> str:
    answer = tus(visitor, "POST", HERE, Upload_Length=str(length), Upload_Metadata=metadata(**told))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(visitor: Visitor, where: str, offset: int, body: bytes, **headers: str) -> TestResponse:
    return tus(visitor, "PATCH", where, body, Upload_Offset=str(offset), **headers)


def row(house: House, where: str) -> Upload:
    with house.db.reading() as session:
        return session.get_one(Upload, where.rpartition("/")[2])
