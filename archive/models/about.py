"""Why this archive exists, in its people's own words."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from archive.db import Base, Key, Name, Prose


class About(Base):
    """One row at most: an archive has one name and one reason."""

    __tablename__ = "about"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[Key]
    name: Mapped[Name]
    why: Mapped[Prose]
