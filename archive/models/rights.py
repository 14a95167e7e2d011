"""Whose a story is by law, and what may be done with copies of it. Not consent: that is its own ledger."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Key, Moment, Name, Prose, now


class Rights(Base):
    """The latest line holds (Dublin Core: rightsHolder, license, rights). licence is an address of Creative Commons or
    rightsstatements.org."""

    __tablename__ = "rights"

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    holder: Mapped[Name | None]
    licence: Mapped[str | None] = mapped_column(String(200))
    statement: Mapped[Prose | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)
