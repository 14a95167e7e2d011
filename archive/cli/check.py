"""peer-stories check [--repair]"""

import sys
from collections.abc import Iterator

import click
from sqlalchemy import select

from archive.cli.house import follow, opened, say
from archive.models import Story, indexing
from archive.services import proof
from archive.services.access import visible_to
from archive.services.ledger import chain
from archive.wiring import House
from archive.work.fixity import DAY_S, faulty_files, strays
from archive.work.index import public_documents
from search.documents import Audience, stamp


def _ledger(house: House) -> Iterator[str]:
    with house.db.writing() as session:
        chain(session)
    with house.db.reading() as session:
        yield from proof.faults(session)


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


def _mend_index(house: House, stale: dict[int, str]) -> dict[int, str]:
    """Make the index follow the database; what is still wrong with it afterwards."""
    with house.db.writing() as session:
        indexing.mark(session, stale)
    follow(house, list(stale))
    for line in stale.values():
        say(f"repaired: {line}")
    return _index(house)


def _throw_away(house: House) -> None:
    """Younger ones may belong to something that is still being brought in."""
    for key in strays(house, older_than_s=DAY_S):
        house.storage.delete(key)
        say(f"deleted: a file that nothing names: {key}")


@click.command()
@click.option("--repair", is_flag=True, help="Bring the index in line; delete files of yesterday that nothing names.")
def check(repair: bool) -> None:
    """Prove that ledger, database, files and index agree; a line for each fault, and 1 as the exit code."""
    with opened() as house:
        faults = [*_ledger(house), *faulty_files(house)]
        stale = _index(house)
        if repair:
            _throw_away(house)
            stale = _mend_index(house, stale) if stale else stale
        faults += [f"a file that nothing names: {key}" for key in strays(house)]
        faults += stale.values()
        for line in faults:
            say(line)
        if faults:
            sys.exit(1)
        say("Database, files and index agree.")
