"""peer-stories seed PASSAGES.jsonl"""

from pathlib import Path

import click

from archive.cli.house import follow, opened, say
from archive.formats.passages import BadLine, interviews
from archive.services.access import OPERATOR
from archive.services.errors import Invalid
from archive.work.seeding import plant

AT_ONCE = 20  # interviews in one transaction


def _refuse_bad_lines(file: Path) -> None:
    """Before anything is planted: a fault in the last line must not leave half a corpus behind."""
    try:
        with file.open(encoding="utf-8") as lines:
            for _ in interviews(lines):
                pass
    except (BadLine, UnicodeDecodeError) as fault:
        raise Invalid(f"{file.name} was not loaded. {fault}") from fault


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def seed(file: Path) -> None:
    """Load FILE, one passage a line, as published stories without sound; an interview becomes a story."""
    _refuse_bad_lines(file)
    with opened() as house:
        planted: list[int] = []
        batch = []
        with file.open(encoding="utf-8") as lines:
            for interview in interviews(lines):
                batch.append(interview)
                if len(batch) == AT_ONCE:
                    with house.db.writing() as session:
                        planted += [plant(session, each, by=OPERATOR) for each in batch]
                    batch = []
        with house.db.writing() as session:
            planted += [plant(session, each, by=OPERATOR) for each in batch]
        follow(house, planted)
        say(f"{len(planted)} stories are here and can be found.")
