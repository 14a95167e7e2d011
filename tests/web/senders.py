"""Other people's tus clients, each in a process of its own that can be killed and started again.

    python -m tests.web.senders CLIENT BASE COOKIE FILE STORY NOTE

CLIENT is tuspy or resumable-upload; NOTE is a file in which the upload's address is kept, as these clients' own stores
would, so that the next start goes on where the last one was.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

PIECE = 8 * 1024 * 1024
PATIENCE = 60  # tries, a second apart: the server may be starting again


def tuspy(base: str, cookie: str, file: Path, told: dict[str, str], note: Path) -> None:
    from tusclient.client import TusClient

    client = TusClient(f"{base}/studio/uploads", headers={"Cookie": cookie})
    url = note.read_text() if note.exists() else None
    uploader = client.uploader(str(file), url=url, chunk_size=PIECE, metadata=told, upload_checksum=True)
    if url is None:
        uploader.set_url(uploader.create_url())
        note.write_text(uploader.url or "")
    uploader.upload()


def resumable_upload(base: str, cookie: str, file: Path, told: dict[str, str], note: Path) -> None:
    from resumable_upload import TusClient

    client = TusClient(
        f"{base}/studio/uploads", chunk_size=PIECE, headers={"Cookie": cookie}, max_retries=0,
        on_upload_url_available=note.write_text,
    )  # fmt: skip
    if note.exists():
        client.resume_upload(str(file), note.read_text())
    else:
        client.upload_file(str(file), metadata=told)


CLIENTS: dict[str, Callable[[str, str, Path, dict[str, str], Path], None]] = {
    "tuspy": tuspy,
    "resumable-upload": resumable_upload,
}


def main() -> int:
    """0 when all of it is there; the server may come and go meanwhile."""
    client, base, cookie, file, story, note = sys.argv[1:]
    told = {"filename": Path(file).name, "story": story}
    for _ in range(PATIENCE):
        try:
            CLIENTS[client](base, cookie, Path(file), told, Path(note))
        except Exception as fault:  # each client has kinds of its own, and a server that is away is all of them
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
            time.sleep(1)
        else:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
