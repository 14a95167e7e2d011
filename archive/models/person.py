"""People as the archive knows them, and their part in a story."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Slug, states


class Part(StrEnum):
    NARRATOR = "narrator"
    INTERVIEWER = "interviewer"


class Shown(StrEnum):
    """How a person is named in a story."""

    FULL = "full"
    FIRST = "first"
    CHOSEN = "chosen"
    NONE = "none"


class Person(Base):
    """face: not a person but a name that one goes by in public. Whose it is stands in Participation.real_id alone.
    let_be_at: since when they do not want to be asked for another conversation."""

    __tablename__ = "person"

    id: Mapped[Key]
    slug: Mapped[Slug]
    name: Mapped[Name]
    face: Mapped[bool] = mapped_column(default=False, server_default=false())
    let_be_at: Mapped[Moment | None]


class Participation(Base):
    """Who told a story and who asked; ordinal keeps the order in which they are named.

    person_id is who the public meets, in lists, facets, addresses and search: the person where they want their full
    name, else a face. real_id is the person behind a face, for consent and for those who keep the story.
    """

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("story_id", "person_id", "part"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[Part] = mapped_column(states(Part))
    ordinal: Mapped[int] = mapped_column(default=0)
    shown: Mapped[Shown] = mapped_column(states(Shown), default=Shown.FULL, server_default=Shown.FULL)
    real_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    real: Mapped[Person | None] = relationship(foreign_keys=[real_id])

    @property
    def who(self) -> Person:
        """The person themselves, whatever name they go by."""
        return self.real or self.person
