"""How a passage feels to somebody who heard it: one reading each, and nothing that is made of several."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Key, Moment, now, states

WHOLE = text("whole")  # a reading of the whole story


class Reader(StrEnum):
    """Who says so, as everyone may know it: a kind, never a person."""

    LISTENER = "listener"
    INTERVIEWER = "interviewer"
    NARRATOR = "narrator"


class Reading(Base):
    """Axes as in Mood; None where nothing was said of that one. whole: of the story as a whole; else of a passage.

    Anchored to the recording's clock as a tagging is, and found anew when passages are cut anew: see services.places.
    It repeats no word of the passage. by_id is whose account read it, person_id the narrator who did with a key card.
    """

    __tablename__ = "reading"
    __table_args__ = (
        CheckConstraint("hope between -2 and 2", name="hope_on_its_axis"),
        CheckConstraint("conviction between -2 and 2", name="conviction_on_its_axis"),
        CheckConstraint("hope is not null or conviction is not null", name="something_is_said"),
        UniqueConstraint("passage_id", "by_id"),
        UniqueConstraint("passage_id", "person_id"),
        Index("uq_reading_story_by", "story_id", "by_id", unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE),
        Index("uq_reading_story_person", "story_id", "person_id", unique=True, sqlite_where=WHOLE,
              postgresql_where=WHOLE),
        Index("ix_reading_by_made", "by_id", "made_at"),
    )  # fmt: skip

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    whole: Mapped[bool] = mapped_column(default=False)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"), index=True)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id", ondelete="SET NULL"))
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    hope: Mapped[float | None] = mapped_column(Float)
    conviction: Mapped[float | None] = mapped_column(Float)
    role: Mapped[Reader] = mapped_column(states(Reader))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)

    @property
    def whose(self) -> tuple[int | None, ...]:
        """Of these, one can stand on a passage. Those whose account is gone are each their own."""
        return (self.by_id, self.person_id) if self.by_id or self.person_id else (None, None, self.id)
