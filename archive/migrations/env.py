"""Alembic's own door: one transaction for all steps, under the write lock."""

from alembic import context

from archive import models
from archive.db import Base

__all__ = ["models"]  # imported so that every table is known
engine = context.config.attributes["engine"].execution_options(writes=True)

with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()
