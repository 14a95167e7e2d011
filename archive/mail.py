"""Letters out: each is a file in a folder that curators can read, and is sent by SMTP where a server is named.

A letter is written after the commit of what it tells of. The worker sends it, so that nobody's page waits for a mail
server; one that could not be sent stays, and is tried again.
"""

import fcntl
import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from archive.db import now
from archive.settings import MailServer

log = structlog.get_logger()

POSTED = "letters"  # in a session's info: what is written once it has committed
FILE = re.compile(r"(\d{8}T\d{6}-[0-9a-f]{8})\.(new|unsent|sent|kept)\.eml")
TIMEOUT = 20.0  # seconds for each answer of the mail server
AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=3)
KEPT = timedelta(days=90)  # then it is thrown away, whatever became of it
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class LetterState(StrEnum):
    NEW = "new"  # to be sent
    UNSENT = "unsent"  # could not be sent yet
    SENT = "sent"
    KEPT = "kept"  # nobody but a person can send it: there is no address, or no mail server


@dataclass(frozen=True, slots=True)
class Letter:
    """to is an e-mail address, None for a letter that a person has to hand over. path leads to a page of the archive,
    and stands at the end with the archive's own address before it."""

    to: str | None
    subject: str
    text: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in the folder. id is the first part of its file's name."""

    id: str
    state: LetterState
    at: datetime
    to: str | None
    subject: str
    text: str


def post(session: Session, letter: Letter) -> None:
    """Once this session commits the letter is written, and not if it does not. The last thing that a service does: a
    savepoint that is taken back does not take the letter back."""
    session.info.setdefault(POSTED, []).append(letter)


@dataclass(frozen=True, slots=True)
class LetterBox:
    """The folder, the server if there is one, and the archive's own address if it is known."""

    folder: Path
    server: MailServer | None = None
    base_url: str | None = None

    def take(self, session: Session) -> None:
        """Write what was posted in a session that has committed. The commit stands, whatever happens here."""
        for letter in session.info.pop(POSTED, []):
            try:
                self._write(letter)
            except (OSError, ValueError, MessageError):
                log.exception("a letter could not be written", subject=letter.subject)

    def _write(self, letter: Letter) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = LetterState.NEW if self.server and letter.to else LetterState.KEPT
        name = f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        half = self.folder / f".{name}"
        with open(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(self._message(letter).as_bytes())
        half.rename(self.folder / f"{name}.{state}.eml")

    def _message(self, letter: Letter) -> EmailMessage:
        made = EmailMessage(policy=SMTP)
        made["Subject"] = " ".join(letter.subject.split())
        made["Date"] = format_datetime(now())
        if letter.to:
            made["To"] = letter.to
        if self.server:
            made["From"] = self.server.sender
            made["Message-ID"] = make_msgid(domain=self.server.sender.rpartition("@")[2])
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine should answer it
        where = f"\n\n{self.base_url or ''}{letter.path}" if letter.path else ""
        made.set_content(f"{letter.text}{where}\n", cte="quoted-printable")
        return made

    def _files(self) -> list[tuple[Path, str, LetterState]]:
        found = ((path, FILE.fullmatch(path.name)) for path in self.folder.glob("*.eml"))
        return sorted((path, match[1], LetterState(match[2])) for path, match in found if match)

    def written(self) -> list[Written]:
        """The latest first."""
        return [held for each in reversed(self._files()) if (held := _read(*each))]

    def letter(self, id_: str) -> Written | None:
        return next((_read(*each) for each in self._files() if each[1] == id_), None)

    def throw_away(self, id_: str) -> bool:
        """False where it is not there any more."""
        held = next((path for path, name, _ in self._files() if name == id_), None)
        if held is not None:
            held.unlink(missing_ok=True)
        return held is not None

    def keep_house(self) -> None:
        """Send what waits, and throw away what is old. A full disk is no reason for a worker to end."""
        try:
            self._send(self._waiting())
        except OSError:
            log.exception("the letters could not be looked after")

    def _waiting(self) -> list[Path]:
        waiting: list[Path] = []
        for path, name, state in self._files():
            age = now() - _when(name)
            if age > KEPT:
                path.unlink(missing_ok=True)
            elif state == LetterState.NEW or (state == LetterState.UNSENT and age < GIVE_UP and _rested(path)):
                waiting.append(path)
        return waiting

    def _send(self, waiting: list[Path]) -> None:
        """One process at a time; the others leave it to that one."""
        if waiting and self.server:
            with _alone(self.folder) as alone:
                if alone:
                    _send(self.server, waiting)


def _read(path: Path, name: str, state: LetterState) -> Written | None:
    """None where it was sent, or thrown away, at this very moment."""
    try:
        held = message_from_bytes(path.read_bytes(), policy=SMTP)
    except FileNotFoundError:
        return None
    text = str(held.get_content()).replace("\r\n", "\n") if not held.is_multipart() else ""
    to = held["To"]
    return Written(name, state, _when(name), str(to) if to else None, str(held["Subject"]), text.strip())


def _when(name: str) -> datetime:
    return datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _rested(path: Path) -> bool:
    return now() - datetime.fromtimestamp(path.stat().st_mtime, UTC) >= AGAIN


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """A lock that goes with its process, however that ends."""
    with (folder / ".sending").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _send(server: MailServer, waiting: list[Path]) -> None:
    """Over one connection. A letter that is refused does not hold up the others."""
    left = list(waiting)
    try:
        with _connected(server) as connection:
            while left:
                path = left.pop(0)
                if path.exists():  # else another process has sent it meanwhile
                    _hand_over(connection, path)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server does not take letters", host=server.host, error=str(error))
        for path in left:
            _not_sent(path)


def _hand_over(connection: smtplib.SMTP, path: Path) -> None:
    try:
        connection.send_message(message_from_bytes(path.read_bytes(), policy=SMTP))
    except (OSError, smtplib.SMTPException) as error:
        log.warning("a letter could not be sent", letter=path.name, error=str(error))
        _not_sent(path)
    else:
        path.rename(_named(path, LetterState.SENT))


def _not_sent(path: Path) -> None:
    if path.exists():
        moved = path.rename(_named(path, LetterState.UNSENT))
        os.utime(moved, (now().timestamp(),) * 2)  # from here it rests until the next try


def _named(path: Path, state: LetterState) -> Path:
    return path.with_name(f"{path.name.split('.')[0]}.{state}.eml")


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Encrypted, but for a server on this machine; a password is never sent in the clear to another one."""
    if server.tls:
        secure = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=secure)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    with connection:
        connection.ehlo()
        near = server.host in LOOPBACK
        if not server.tls and not near and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        elif not server.tls and not near and server.user:
            raise smtplib.SMTPException("it does not encrypt, so the password was not sent to it")
        if server.user:
            connection.login(server.user, server.password)
        yield connection
