"""A narrator's way in without an account, and their way through a story before it is opened."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Digest, Json, Key, Moment, now, states
from archive.models.consent import Method
from archive.models.person import Person


class KeyCard(Base):
    """Only the hash of what stands on the card is kept. A card holds until it is revoked or a new one is made."""

    __tablename__ = "key_card"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    issued_at: Mapped[Moment] = mapped_column(default=now)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
    person: Mapped[Person] = relationship()


class Review(Base):
    """A narrator goes through a story before it is public: step is the next of five, from 1; choices is what they have
    chosen so far, kept for another day. method says how it was done: by key card, or together with somebody."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("story_id", "person_id"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    step: Mapped[int] = mapped_column(default=1)
    choices: Mapped[Json] = mapped_column(default=dict)
    method: Mapped[Method | None] = mapped_column(states(Method))
    begun_at: Mapped[Moment] = mapped_column(default=now)
    signed_at: Mapped[Moment | None]
    seen_at: Mapped[Moment | None]  # when those who keep the story have taken note
