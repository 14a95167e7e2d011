"""What the machine heard, piece by piece. Written once and never changed."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Digest, Json, Key, Moment, now


class Heard(Base):
    """key is SHA-256 over the master, the model, its parameters and the piece's bounds: a run that was
    cut short finds its pieces by it. words is {"w": [text…], "s": [ms…], "e": [ms…], "p": [0..1…]}."""

    __tablename__ = "heard"
    __table_args__ = (UniqueConstraint("recording_id", "key"),)

    id: Mapped[Key]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    key: Mapped[Digest]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    words: Mapped[Json]
    heard_at: Mapped[Moment] = mapped_column(default=now)
