"""Alembic's own door: one transaction for all steps, under the write lock.

SQLite changes a table by making it anew, and dropping the old one would take along, by ON DELETE CASCADE, every row
that leads to it: taggings with their themes, what people keep with their shelves. So foreign keys sleep meanwhile, and
before the commit it is proved that each still leads somewhere.
"""

from alembic import context
from sqlalchemy import Connection

from archive import models
from archive.db import Base

__all__ = ["models"]  # imported so that every table is known
engine = context.config.attributes["engine"].execution_options(writes=True)


def _sleep(held: Connection) -> None:
    """Told to the driver, as SQLite passes over it within a transaction; nobody else is given this connection."""
    if held.dialect.name == "sqlite":
        held.detach()
        held.connection.cursor().execute("PRAGMA foreign_keys=OFF")


def _prove(held: Connection) -> None:
    if held.dialect.name == "sqlite" and (lost := held.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"rows would lead nowhere, so nothing was changed: {lost[:5]}")


with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    _sleep(connection)
    with context.begin_transaction():
        context.run_migrations()
        _prove(connection)
