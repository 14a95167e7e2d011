"""Migrations make the tables that the models speak of, on both databases, there and back."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from archive import migrations
from archive.db import Base
from archive.settings import Settings
from archive.wiring import House
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
