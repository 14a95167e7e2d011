"""peer-stories db upgrade · downgrade"""

import click

from archive import migrations
from archive.cli.house import say
from archive.settings import read


@click.group()
def db() -> None:
    """Bring the database to this version, or back."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version."""
    say(f"The database is at {migrations.upgrade(read().database)}.")


@db.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Bring the database back to REVISION, one step where not given."""
    say(f"The database is at {migrations.downgrade(read().database, revision)}.")
