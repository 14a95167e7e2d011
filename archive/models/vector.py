"""What a passage means, as numbers."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class PassageVector(Base):
    """vector: 384 little-endian float16, of length one. model names the weights and the way they were run; only vectors
    of one model compare. It goes with the passage, and when the passage's text changes (archive.models.indexing): what
    is struck can be guessed from its vector."""

    __tablename__ = "passage_vector"

    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(40))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
