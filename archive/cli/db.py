"""peer-stories db upgrade · downgrade"""

import click

from archive import migrations
from archive.cli.house import opened, say
from archive.settings import read


@click.group()
def db() -> None:
    """Bring the database to this version, or back."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version, and close in it what was closed since it was backed up."""
    with opened() as house:
        say(f"The database is at {migrations.current(house.db)}.")


@db.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Bring the database back to REVISION, one step where not given."""
    say(f"The database is at {migrations.downgrade(read().database, revision)}.")
