"""How somebody felt, on two axes, in their own reading. Never computed into a fact."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, now, states
from archive.models.person import Person


class MoodMoment(StrEnum):
    BEFORE = "before"  # the conversation
    AFTER = "after"


class Mood(Base):
    """A narrator's own reading: hope from despair (−2) to hope (2), conviction from uncertainty (−2) to conviction (2);
    None where that slider was not touched."""

    __tablename__ = "mood"
    __table_args__ = (
        UniqueConstraint("story_id", "person_id", "moment"),
        CheckConstraint("hope between -2 and 2", name="hope_on_its_axis"),
        CheckConstraint("conviction between -2 and 2", name="conviction_on_its_axis"),
    )

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moment: Mapped[MoodMoment] = mapped_column(states(MoodMoment))
    hope: Mapped[float | None] = mapped_column(Float)
    conviction: Mapped[float | None] = mapped_column(Float)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    read_at: Mapped[Moment] = mapped_column(default=now)
    person: Mapped[Person] = relationship()
