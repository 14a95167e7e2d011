"""Something new, made of passages: clips in an order of one's own, with words written between them."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Prose, Slug, now


class Mixtape(Base):
    """reason: what its maker wants it to make possible. open: everyone may play it. version counts the acts done on it,
    so that of two people who change it at once the second is told. from_id: whose descent it is."""

    __tablename__ = "mixtape"

    id: Mapped[Key]
    slug: Mapped[Slug]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("mixtape.id", ondelete="SET NULL"))
    title: Mapped[Name]
    maker: Mapped[Name | None]  # the name it is given out under; none where its maker wants none
    reason: Mapped[Prose | None]
    open: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now)
    shown_at: Mapped[Moment | None]
    origin: Mapped["Mixtape | None"] = relationship(remote_side="Mixtape.id")


class MixtapeItem(Base):
    """A clip, or words that its maker wrote. A clip repeats no word of the passage: said holds fingerprints (see
    services.anchors), and what somebody strikes or withdraws leaves every mixtape with it. Its story and recording go
    when they are erased; the gap stays, and is told."""

    __tablename__ = "mixtape_item"
    __table_args__ = (Index("ix_mixtape_item_mixtape_ordinal", "mixtape_id", "ordinal"),)

    id: Mapped[Key]
    mixtape_id: Mapped[int] = mapped_column(ForeignKey("mixtape.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    words: Mapped[Prose | None]
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="SET NULL"), index=True)
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    said: Mapped[str | None] = mapped_column(String(64))
