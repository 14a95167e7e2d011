"""A Meilisearch that this machine's archive has started for itself: on a free port, with a key of its own.

Its folder holds the key, the address while it runs, what it says (log), and its database.
"""

import os
import secrets
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class OwnServer:
    process: subprocess.Popen[bytes]
    url: str
    key: str
    log: Path


def start(folder: Path, binary: str, environment: Mapping[str, str]) -> OwnServer:
    """Starts it and does not wait for it to answer. It tells nobody of itself: no analytics, only 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    key, log = _key(folder / "key"), folder / "log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    told = {"--http-addr": place, "--db-path": str(folder / "db"), "--env": "production", "--log-level": "WARN"}
    command = [binary, "--no-analytics", *(word for option in told.items() for word in option)]
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  the program that was found on the PATH
            command,
            env={**environment, "MEILI_MASTER_KEY": key},
            stdout=said,
            stderr=said,
            start_new_session=True,  # Ctrl-C reaches whoever started it, who ends it when nobody writes any more
        )
    (folder / "address").write_text(f"http://{place}")
    return OwnServer(process, f"http://{place}", key, log)


def running(folder: Path) -> tuple[str, str] | None:
    """(url, key) of the server that another process has started here; None where there is none, or none any more."""
    try:
        url, key = (folder / "address").read_text(), (folder / "key").read_text()
        with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=1):
            return url, key
    except OSError:
        return None


def _key(path: Path) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_hex(24))
    return path.read_text()
