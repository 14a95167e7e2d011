"""A story taken back by those who told it, and one that waits for its day."""

import secrets
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Digest, Json, Key, Moment, Name, Prose, now, states


class WithdrawalKind(StrEnum):
    SEALED = "sealed"  # kept, behind every door; only a new consent brings it back
    ERASED = "erased"  # master and personal data too, when erase_on has come


class Withdrawal(Base):
    """story_id is no foreign key: the receipt outlives what it is about.

    artefacts is {"artefacts": [{"what", "name", "sha256"?, "count"?}, …]}: all that the archive held of the story at
    that moment. code is printed on the receipt, and opens it.
    """

    __tablename__ = "withdrawal"

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[WithdrawalKind] = mapped_column(states(WithdrawalKind))
    code: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_hex(12))
    reason: Mapped[Prose | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    artefacts: Mapped[Json] = mapped_column(default=dict)
    event_id: Mapped[int | None]  # the line of the ledger that says so
    made_at: Mapped[Moment] = mapped_column(default=now)
    erase_on: Mapped[date | None]
    erased_at: Mapped[Moment | None]
    restored_at: Mapped[Moment | None]


class Tombstone(Base):
    """An address at which a story once stood in public lists: it answers 410. Kept as a hash, because addresses are
    made of titles, and titles may name somebody."""

    __tablename__ = "tombstone"

    id: Mapped[Key]
    address_hash: Mapped[Digest] = mapped_column(unique=True)
    story_id: Mapped[int] = mapped_column(index=True)
    since: Mapped[Moment] = mapped_column(default=now)


class Embargo(Base):
    """The story stays closed until a day, or until somebody says that an event has come. why stands on its page, as far
    as the story's existence may be known."""

    __tablename__ = "embargo"
    __table_args__ = (CheckConstraint("until is not null or event is not null", name="has_an_end"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    until: Mapped[date | None]  # the first day on which it is open again
    event: Mapped[Name | None]
    why: Mapped[Prose | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]
    seen_at: Mapped[Moment | None]  # when the owner has taken note that it opened
