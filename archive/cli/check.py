"""peer-stories check [--repair]"""

import hashlib
import sys
from collections.abc import Iterator

import click
from sqlalchemy import select

from archive.cli.house import follow, opened, say
from archive.models import Copy, Recording, Story, indexing
from archive.services.access import visible_to
from archive.wiring import House
from archive.work.index import public_documents
from search.documents import Audience, stamp


def _files(house: House) -> Iterator[str]:
    """Fixity (PREMIS): every stored file is there and still has the hash it came with."""
    with house.db.reading() as session:
        masters = session.execute(select(Recording.storage_key, Recording.sha256, Recording.original_name)).all()
        copies = session.execute(select(Copy.storage_key, Copy.sha256, Copy.storage_key)).all()
    for key, sha256, name in (*masters, *copies):
        if not house.storage.exists(key):
            yield f"missing file: {name} ({key})"
            continue
        digest = hashlib.sha256()
        for block in house.storage.open_range(key):
            digest.update(block)
        if digest.hexdigest() != sha256:
            yield f"altered file: {name} ({key})"


def _index(house: House) -> dict[int, str]:
    """Stories whose documents in the index are not what they should be, each with a line that says so."""
    held: dict[str, dict[str, str]] = {}
    for id_, story, mark in house.index.inventory(Audience.PUBLIC):
        held.setdefault(story, {})[id_] = mark
    faults: dict[int, str] = {}
    with house.db.reading() as session:
        ids = list(session.scalars(select(Story.id).where(visible_to(None))))
        for story_id in ids:
            wanted = {document.id: stamp(document) for document in public_documents(session, story_id)}
            if wanted != held.pop(str(story_id), {}):
                faults[story_id] = f"stale in the index: story {story_id}"
    faults |= {int(story): f"left over in the index: story {story}" for story in held}
    return faults


@click.command()
@click.option("--repair", is_flag=True, help="Bring the index in line with the database.")
def check(repair: bool) -> None:
    """Prove that database, files and index agree; a line for each fault, and 1 as the exit code."""
    with opened() as house:
        faults = list(_files(house))
        stale = _index(house)
        if repair and stale:
            with house.db.writing() as session:
                indexing.mark(session, stale)
            follow(house, list(stale))
            for line in stale.values():
                say(f"repaired: {line}")
            stale = _index(house)
        faults += stale.values()
        for line in faults:
            say(line)
        if faults:
            sys.exit(1)
        say("Database, files and index agree.")
