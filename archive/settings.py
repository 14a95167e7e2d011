"""One frozen Settings, read once from PEER_STORIES_* variables. Nothing else reads the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "PEER_STORIES_"

Reader = Callable[[str], Any]  # from the text of a variable to its value


class SettingsError(Exception):
    """A variable's value is of no use. str() names the variable, the fault and an example."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are sent from. tls: encrypted from the first byte."""

    host: str
    port: int
    sender: str
    tls: bool = False
    user: str | None = None
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes in bytes. A None means the default that the named part chooses for itself."""

    data: Path = field(default_factory=lambda: Path("data").resolve())
    database_url: str | None = None
    search_url: str | None = None
    search_key: str | None = field(default=None, repr=False)
    whisper_model: str | None = None
    whisper_device: str = "auto"
    whisper_threads: int = 0
    secret_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    mail_url: MailServer | None = None
    accel: str | None = None
    timezone: str | None = None
    max_upload_bytes: int = 8 * 1024**3
    upload_quota_bytes: int = 64 * 1024**3
    api_per_minute: int = 600

    @property
    def database(self) -> str:
        """SQLAlchemy's address of the database; a file in the data folder unless told otherwise."""
        return self.database_url or f"sqlite:///{self.data / 'archive.sqlite'}"


def _fault(name: str, value: str, fault: str, example: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{name}={value!r} {fault}. For example: {PREFIX}{name}={example}")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise _fault(
            "DATABASE_URL", value, "names neither SQLite nor PostgreSQL", "postgresql+psycopg://user@host/stories"
        )
    return value


def _http_url(name: str) -> Reader:
    def read(value: str) -> str:
        try:
            parts = urlsplit(value)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if not valid:
            raise _fault(name, value, "is no http address", "http://127.0.0.1:7700")
        return value.rstrip("/")

    return read


def _whole(name: str, least: int, example: str) -> Reader:
    def read(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least:
            raise _fault(name, value, f"is no whole number from {least}", example)
        return number

    return read


def _one_of(name: str, allowed: tuple[str, ...]) -> Reader:
    def read(value: str) -> str:
        if value not in allowed:
            raise _fault(name, value, f"is none of {', '.join(allowed)}", allowed[0])
        return value

    return read


def _folder(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise _fault("DATA", value, "is a file, not a folder", "/srv/peer-stories")
    return path


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, ZoneInfoNotFoundError):
        raise _fault("TIMEZONE", value, "is no time zone", "Europe/Berlin") from None
    return value


def _mail_url(value: str) -> MailServer:
    """The value may hold a password, so no fault repeats it."""
    example = "smtp://user:password@mail.example.org:587?from=stories@example.org"
    try:
        parts = urlsplit(value)
        port, asked = parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise _fault("MAIL_URL", "…", "is no address of a mail server", example) from None
    tls = parts.scheme == "smtps"
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == 0 or parts.path not in {"", "/"}:
        raise _fault("MAIL_URL", "…", "is no smtp:// or smtps:// address", example)
    sender = asked.get("from", [""])[0]
    if set(asked) != {"from"} or not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", sender):
        raise _fault("MAIL_URL", "…", "does not say from which address letters come", example)
    user, password = unquote(parts.username or "") or None, unquote(parts.password or "")
    usual = 465 if tls else 587 if user else 25
    return MailServer(parts.hostname, port or usual, sender, tls, user, password)


def _secret(value: str) -> str:
    if len(value) < 16:
        raise _fault("SECRET_KEY", "…", "is shorter than 16 characters", "$(openssl rand -hex 32)")
    return value


READERS: dict[str, Reader] = {
    "data": _folder,
    "database_url": _database_url,
    "search_url": _http_url("SEARCH_URL"),
    "search_key": str,
    "whisper_model": str,
    "whisper_device": _one_of("WHISPER_DEVICE", ("auto", "cpu", "cuda")),
    "whisper_threads": _whole("WHISPER_THREADS", 0, "4"),
    "secret_key": _secret,
    "base_url": _http_url("BASE_URL"),
    "mail_url": _mail_url,
    "timezone": _zone,
    "accel": _one_of("ACCEL", ("nginx",)),
    "max_upload_bytes": _whole("MAX_UPLOAD_BYTES", 1, "8589934592"),
    "upload_quota_bytes": _whole("UPLOAD_QUOTA_BYTES", 1, "68719476736"),
    "api_per_minute": _whole("API_PER_MINUTE", 0, "600"),
}

# Promised for later versions: silence would let somebody believe that their files lie in a bucket.
NOT_YET = frozenset({"STORAGE_URL"})


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError for a value of no use. An empty variable counts as unset."""
    given = {key.removeprefix(PREFIX): value for key, value in environment.items() if key.startswith(PREFIX)}
    if later := sorted(NOT_YET & {key for key, value in given.items() if value}):
        raise SettingsError(f"{PREFIX}{later[0]} is not read by this version yet: leave it unset.")
    given = {key: value for key, value in given.items() if value and key.lower() in READERS}
    return Settings(**{key.lower(): READERS[key.lower()](value) for key, value in given.items()})
