"""One frozen Settings, read once from PEER_STORIES_* variables. Nothing else reads the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "PEER_STORIES_"

Reader = Callable[[str], Any]  # from the text of a variable to its value


class SettingsError(Exception):
    """A variable's value is of no use. str() names the variable, the fault and an example."""


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
    accel: str | None = None
    timezone: str | None = None
    max_upload_bytes: int = 8 * 1024**3
    upload_quota_bytes: int = 64 * 1024**3

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
    "timezone": _zone,
    "accel": _one_of("ACCEL", ("nginx",)),
    "max_upload_bytes": _whole("MAX_UPLOAD_BYTES", 1, "8589934592"),
    "upload_quota_bytes": _whole("UPLOAD_QUOTA_BYTES", 1, "68719476736"),
}

# Promised for later versions: silence would let somebody believe that their files lie in a bucket.
NOT_YET = frozenset({"STORAGE_URL", "MAIL_URL"})


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError for a value of no use. An empty variable counts as unset."""
    given = {key.removeprefix(PREFIX): value for key, value in environment.items() if key.startswith(PREFIX)}
    if later := sorted(NOT_YET & {key for key, value in given.items() if value}):
        raise SettingsError(f"{PREFIX}{later[0]} is not read by this version yet: leave it unset.")
    given = {key: value for key, value in given.items() if value and key.lower() in READERS}
    return Settings(**{key.lower(): READERS[key.lower()](value) for key, value in given.items()})
