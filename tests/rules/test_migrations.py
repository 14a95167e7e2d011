"""Migrations make the tables that the models speak of, on both databases, there and back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from archive import migrations
from archive.db import Base, Database
from archive.settings import Settings
from archive.wiring import House
from tests.conftest import POSTGRES
from tests.factories import a_story


def tables(house: House) -> set[str]:
    return set(inspect(house.db.engine).get_table_names())


def test_what_migrations_made_is_what_models_say(house: House) -> None:
    with house.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_way_back_to_nothing_and_up_again(house: House, settings: Settings) -> None:
    before = tables(house)
    assert before >= {"story", "passage", "job", "consent"}
    house.db.close()
    assert migrations.downgrade(settings.database, "base") == "empty"
    assert tables(house) <= {"alembic_version"}
    house.db.close()
    head = migrations.upgrade(settings.database)
    assert tables(house) == before
    with house.db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert migrations.upgrade(settings.database) == head  # a second time changes nothing


def test_bringing_a_database_up_to_date_keeps_what_is_in_it(house: House, settings: Settings) -> None:
    slug = a_story(house)
    migrations.upgrade(settings.database)
    assert a_story(house) == f"{slug}-2"


def test_no_step_takes_along_what_leads_to_a_table_that_it_makes_anew(settings: Settings, tmp_path: Path) -> None:
    """SQLite drops the old table, and ON DELETE CASCADE would drop what people keep on a shelf, or every tagging."""
    if POSTGRES:
        pytest.skip("PostgreSQL changes a table in its place")
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    database = Database(url)
    command.upgrade(migrations._config(database), "0004")
    with database.engine.connect() as connection:
        for table, given in (("story", {"id": 1}), ("theme", {"id": 1}), ("tagging", {"theme_id": 1, "story_id": 1})):
            put(connection, table, given)
        connection.commit()
    command.upgrade(migrations._config(database), "0005")
    with database.engine.connect() as connection:
        for table, given in (
            ("account", {"id": 1}),
            ("shelf", {"account_id": 1}),
            ("saved", {"shelf_id": 1, "story_id": 1}),
        ):
            put(connection, table, given)
        connection.commit()
    migrations.upgrade(url)
    with database.engine.connect() as connection:
        for table in ("tagging", "saved"):
            assert connection.exec_driver_sql(f"select count(*) from {table}").scalar() == 1, table
    migrations.downgrade(url, "0005")
    with database.engine.connect() as connection:
        for table in ("tagging", "saved", "shelf"):
            assert connection.exec_driver_sql(f"select count(*) from {table}").scalar() == 1, table
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
    database.close()


def put(connection: Connection, table: str, given: dict[str, object]) -> None:
    """A row, with something in each column that wants it."""
    row = dict(given)
    for column in inspect(connection).get_columns(table):
        needs = not column["nullable"] and column["default"] is None and column["name"] not in (*given, "id")
        kind = str(column["type"])
        if needs:
            row[column["name"]] = 0 if kind in ("INTEGER", "BOOLEAN") else "2026-01-01" if "DATE" in kind else "draft"
    names = ", ".join(row)
    connection.execute(text(f"insert into {table} ({names}) values ({', '.join(f':{name}' for name in row)})"), row)
