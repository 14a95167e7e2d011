"""The database's versions. Alembic does the work; this is the door for commands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from archive.db import Database


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = database.engine
    return config


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str) -> str:
    """To the newest version; gives it. Several processes may do this at once: the first one's work stands."""
    database = Database(url)
    try:
        config = _config(database)
        head = ScriptDirectory.from_config(config).get_current_head() or "empty"
        if current(database) != head:
            command.upgrade(config, "head")
        return head
    finally:
        database.close()


def downgrade(url: str, revision: str) -> str:
    database = Database(url)
    try:
        command.downgrade(_config(database), revision)
        return current(database) or "empty"
    finally:
        database.close()
