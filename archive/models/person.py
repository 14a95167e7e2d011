"""People as the archive knows them, and their part in a story."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Name, Slug, states


class Part(StrEnum):
    NARRATOR = "narrator"
    INTERVIEWER = "interviewer"


class Person(Base):
    __tablename__ = "person"

    id: Mapped[Key]
    slug: Mapped[Slug]
    name: Mapped[Name]


class Participation(Base):
    """Who told a story and who asked; ordinal keeps the order in which they are named."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("story_id", "person_id", "part"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[Part] = mapped_column(states(Part))
    ordinal: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship()
