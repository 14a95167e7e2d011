"""The ledger of consent: what a person said may be done with their story. Lines are added, never changed."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from archive.db import Base, Digest, Key, Moment, Prose, now, states
from archive.models.person import Person


class Scope(StrEnum):
    EXISTENCE = "existence"
    MACHINE = "machine"
    TEXT = "text"
    SOUND = "sound"
    REMIX = "remix"
    EMBED = "embed"
    MINING = "mining"


class Method(StrEnum):
    FORM = "form"
    RECORDED = "recorded"
    KEYCARD = "keycard"
    WAIVER = "waiver"


class Consent(Base):
    """One scope, one value, from then on. person is None for a waiver: a curator's reason instead of a consent.

    until is the last day on which it holds; review_on is when somebody should ask again. evidence leads to a file that
    shows it, kept as a master is.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("method = 'waiver' or person_id is not null", name="has_person"),
        CheckConstraint("method <> 'waiver' or reason is not null", name="waiver_has_reason"),
        Index("ix_consent_story_scope", "story_id", "scope"),
    )

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scope: Mapped[Scope] = mapped_column(states(Scope))
    value: Mapped[str] = mapped_column(String(10))
    method: Mapped[Method] = mapped_column(states(Method))
    signed_on: Mapped[date | None]
    reason: Mapped[Prose | None]
    until: Mapped[date | None]
    review_on: Mapped[date | None]
    evidence_key: Mapped[str | None] = mapped_column(String(200))
    evidence_sha256: Mapped[Digest | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    recorded_at: Mapped[Moment] = mapped_column(default=now)
    person: Mapped[Person | None] = relationship()


@event.listens_for(Consent, "before_update")
def _refuse(mapper: Mapper[Consent], connection: Connection, target: Consent) -> None:
    raise RuntimeError("a line of the consent ledger cannot be changed: add another one")
