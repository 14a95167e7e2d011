"""A mixtape as one file: what was made of it, and a stamp of all that has to be true still while it is served."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Bytes, Digest, Json, Key, Moment, now, states


class RenderingKind(StrEnum):
    WEBM = "webm"
    MP3 = "mp3"
    CAPTIONS = "vtt"


class Rendering(Base):
    """stamp: see services.stamps; a file whose stamp is not today's is refused. made_of names the stories that are
    heard in it, so that what happens to one of them finds its files even where the story is gone."""

    __tablename__ = "rendering"
    __table_args__ = (UniqueConstraint("mixtape_id", "kind"),)

    id: Mapped[Key]
    mixtape_id: Mapped[int] = mapped_column(ForeignKey("mixtape.id", ondelete="CASCADE"))
    kind: Mapped[RenderingKind] = mapped_column(states(RenderingKind))
    storage_key: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[Bytes]
    sha256: Mapped[Digest]
    stamp: Mapped[Digest]
    made_of: Mapped[Json] = mapped_column(default=dict)
    made_at: Mapped[Moment] = mapped_column(default=now)
