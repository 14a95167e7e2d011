"""Base, named column types, the engine, and the unit of work: the one place that commits."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Float, MetaData, String, Text, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 30


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite keeps no zone, so one is put on when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class clock(FunctionElement[float]):
    """The database's own clock: seconds since 1970, finer than a second, also within a transaction."""

    type = Float()
    inherit_cache = True


@compiles(clock, "sqlite")
def _sqlite_clock(element: clock, compiler: SQLCompiler, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(clock, "postgresql")
def _postgresql_clock(element: clock, compiler: SQLCompiler, **kw: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"


Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(300))]
Slug = Annotated[str, mapped_column(String(120), unique=True)]
Prose = Annotated[str, mapped_column(Text)]
Bytes = Annotated[int, mapped_column(BigInteger)]
Digest = Annotated[str, mapped_column(String(64))]
Moment = Annotated[datetime, mapped_column(UTCDateTime)]
Json = Annotated[dict[str, Any], mapped_column(JSON().with_variant(JSONB(), "postgresql"))]
Seconds = Annotated[float, mapped_column(Float(53))]

E_ = TypeVar("E_", bound=enum.Enum)


def states(kind: type[E_]) -> Enum:
    """A StrEnum as a text column that the database itself holds to the enum's values."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=True,
        validate_strings=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [str(member.value) for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def now() -> datetime:
    return datetime.now(UTC)


def _tune_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """WAL lets people read while the worker writes; the driver's own BEGIN is replaced by `_begin`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A unit that will write takes the lock at once: a read that turns into a write fails with
    "database is locked" whatever the timeout, because another writer may have been in between."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


class Database:
    """Two ways in: `reading()` never writes, `writing()` commits at the end of its block or not at all."""

    # Asked before each commit; what it gives is done after it, when the act stands.
    witness: Callable[[Session], Callable[[], None] | None] | None = None

    def __init__(self, url: str) -> None:
        self.engine = self._engine(url)
        self.afterwards: list[Callable[[Session], None]] = []  # done with each session that has committed
        self._reading = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._writing = sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)

    @staticmethod
    def _engine(url: str) -> Engine:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True)
        file = Path(url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # what was said in confidence is in it; SQLite gives its -wal and -shm the same mode
        engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The unit of work. Everything in the block happens together, or nothing does."""
        with self._writing() as session:
            yield session
            session.flush()
            told = self.witness(session) if self.witness else None
            session.commit()
        if told:
            told()
        for act in self.afterwards:
            act(session)

    def close(self) -> None:
        self.engine.dispose()
